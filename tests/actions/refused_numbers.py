"""Refused allocations of student numbers (HANDBOOK 3)."""

from __future__ import annotations

from typing import Any, Final

from tests.actions.refusal import Refusal
from tests.support.given import ANNA, BORIS, COMBINED, NEIGHBOUR, Row, act, number, pupil

_GUEST: Final = pupil(ANNA, guest=True)
_FREE: Final = number(9, cohort=2016)


def allocate(text: str, **more: Any) -> Row:
    return act("number-allocate", number=text, **({"at": "2010-03-02"} | more))


def _policy(algorithm: str) -> Row:
    return act("policy-adopt", changes={"check_digit": algorithm}, from_="2010-03-01")


def _used(says: str, *given: Row) -> Refusal:
    return Refusal(says, given, allocate(_FREE), ("number-used",))


ALL: Final = (
    _used("a number is allocated once", allocate(_FREE)),
    _used("a number that a pupil has is taken", pupil(_FREE)),
    _used(
        "a number that a pupil had is taken",
        pupil(_FREE),
        act("student-renumber", student=_FREE, number=BORIS, at="2010-03-01"),
    ),
    _used(
        "a number that was accepted elsewhere is taken",
        act("numbers-filed", accepted=[_FREE], at="2010-03-01"),
    ),
    _used(
        "a number that was rejected is not tried again",
        act("numbers-filed", rejected=[_FREE], at="2010-03-01"),
    ),
    _used(
        "a number whose allocation is void stays taken",
        allocate(_FREE),
        act("void", position=4, reason="a mistake"),
    ),
    _used("a number that will be given later is taken", allocate(_FREE, at="2010-05-01")),
    Refusal(
        "a number that differs in the last digit only is the same number",
        (allocate(_FREE),),
        allocate(f"{_FREE[:15]}7"),
        ("number-used",),
    ),
    Refusal(
        "without an algorithm the last digit is not guessed",
        (),
        allocate(_FREE[:15]),
        ("check-digit-unknown",),
        understood=False,
    ),
    Refusal(
        "X is no digit",
        (_policy("mod-11-2"),),
        allocate("011700110160109"),
        ("check-digit-unknown",),
        understood=False,
    ),
    Refusal(
        "a number is of the school that gives it",
        (),
        allocate(number(1, school=NEIGHBOUR)),
        ("number-malformed",),
    ),
    Refusal(
        "classes are counted from 01", (), allocate(number(9, class_=0)), ("number-malformed",)
    ),
    Refusal("numbers are counted from 01", (), allocate(number(0)), ("number-malformed",)),
    Refusal(
        "a primary school has no junior pupils",
        (),
        allocate(number(9, category=1)),
        ("number-category-mismatch",),
    ),
    Refusal(
        "a guest gets the number of a guest",
        (_GUEST,),
        allocate(_FREE, student=ANNA),
        ("number-category-mismatch",),
    ),
    Refusal(
        "a local does not get the number of a guest",
        (pupil(ANNA),),
        allocate(number(9, category=7), student=ANNA),
        ("number-category-mismatch",),
    ),
    Refusal(
        "the last digit is that of the policy",
        (_policy("luhn"),),
        allocate("0117001101601036"),
        ("number-check-digit",),
    ),
    Refusal(
        "all that is wrong is told",
        (_GUEST, _policy("luhn"), pupil("0117203101600035", school=COMBINED)),
        allocate("0117203101600036", student=ANNA),
        ("number-used", "number-malformed", "number-category-mismatch", "number-check-digit"),
    ),
    Refusal(
        "for whom it is must be known",
        (),
        allocate(_FREE, student=BORIS),
        ("unknown-student",),
        understood=False,
    ),
)
