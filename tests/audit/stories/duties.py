"""Rules about what a school has to do in time: swipes, filings, numbers, tools, sending."""

from __future__ import annotations

from typing import Final

from tests.audit.stories.telling import (
    ADDED,
    CARD,
    OLDER,
    Case,
    clock,
)
from tests.support.given import (
    ANNA,
    CLARA,
    PRIMARY,
    act,
    number,
    pupil,
)

CASES: Final = (
    Case(
        "not-registered",
        "never swiped",
        (pupil(ANNA, at="2010-02-22"),),
        ("pupil:010",),
        period="2010-spring",
    ),
    Case(
        "not-registered",
        "swiped after the window only",
        (
            pupil(ANNA, at="2010-02-22"),
            *CARD[1:],
            act("term-swipe", card="C1", at="2010-03-22"),
        ),
        ("pupil:010",),
        period="2010-spring",
    ),
    Case(
        "not-registered",
        "swiped in time",
        (
            pupil(ANNA, at="2010-02-22"),
            *CARD[1:],
            act("term-swipe", card="C1", at="2010-03-20T16:00"),
        ),
    ),
    Case(
        "not-registered",
        "suspended when the window closed",
        (
            pupil(ANNA, at="2010-02-22"),
            act("student-suspend", student=ANNA, at="2010-03-02"),
        ),
    ),
    Case("not-registered", "on the roster only after the window", (pupil(ANNA, at="2010-04-01"),)),
    Case(
        "not-registered",
        "the window has not closed yet",
        (pupil(ANNA, at="2010-02-22"),),
        as_of="2010-03-19",
    ),
    Case("not-upgraded", "an M1 card", CARD[:2], ("card:C1",)),
    Case("not-upgraded", "upgraded", CARD),
    Case("not-upgraded", "the window has not closed yet", CARD[:2], as_of="2010-03-15"),
    Case(
        "not-upgraded",
        "no upgrade is required any more",
        (act("policy-adopt", changes={"upgrade_required": False}, from_="2010-01-01"), *CARD[:2]),
    ),
    Case(
        "outdated-tool",
        "one version behind",
        (act("tool-installed", name="transfer", version="11", at="2010-02-22"),),
        (f"school:{PRIMARY}", "tool:transfer"),
    ),
    Case(
        "outdated-tool",
        "replaced by a newer one, and a CMIS that may stay",
        (
            act("tool-installed", name="transfer", version="11", at="2010-02-22"),
            act("tool-installed", name="transfer", version="12", at="2010-02-23"),
            act("tool-installed", name="cmis", version="95", at="2010-02-23"),
        ),
    ),
    Case(
        "outside-window",
        "two days late",
        (*CARD, act("term-swipe", card="C1", at="2010-03-22")),
        ("card:C1", "pupil:010"),
        period="2010-spring",
    ),
    Case(
        "outside-window",
        "on the last day",
        (*CARD, act("term-swipe", card="C1", at="2010-03-20")),
    ),
    Case("not-filed", "in no filing", CARD, ("card:C1",)),
    Case("not-filed", "filed", (*CARD, act("cards-filed", cards=["C1"], at="2010-03-24"))),
    Case(
        "made-before-filing",
        "filed a week later",
        (*CARD, act("numbers-filed", accepted=[ANNA], at="2010-03-03")),
        ("card:C1", "pupil:010"),
    ),
    Case(
        "made-before-filing",
        "the number was rejected",
        (ADDED, act("numbers-filed", rejected=[ANNA], at="2010-02-23"), *CARD[1:]),
        ("card:C1", "pupil:010"),
    ),
    Case(
        "made-before-filing",
        "filed before",
        (ADDED, act("numbers-filed", accepted=[ANNA], at="2010-02-23"), *CARD[1:]),
    ),
    Case("made-before-filing", "a card of before the ledger", OLDER),
    Case(
        "number-malformed",
        "no class 00",
        (pupil(number(1, class_=0)),),
        (f"number:{number(1, class_=0)}",),
    ),
    Case(
        "number-malformed",
        "corrected since",
        (
            pupil(number(1, class_=0)),
            act("student-renumber", student=number(1, class_=0), number=ANNA, at="2010-04-01"),
        ),
    ),
    Case(
        "number-category-mismatch",
        "a guest with the number of a local",
        (pupil(ANNA, guest=True),),
        (f"number:{ANNA}",),
    ),
    Case("number-category-mismatch", "the roster does not say", (pupil(number(1, category=4)),)),
    Case(
        "number-category-mismatch",
        "a guest with the number of a guest",
        (pupil(number(1, category=4), guest=True),),
    ),
    Case(
        "number-check-digit",
        "by MOD 11,10",
        (act("policy-adopt", changes={"check_digit": "mod-11-10"}, from_="2000-01-01"), ADDED),
        (f"number:{ANNA}",),
    ),
    Case("number-check-digit", "an unknown algorithm rejects nothing", (ADDED,)),
    Case(
        "ineligible-new-card",
        "a list with a new card for an older pupil",
        (
            pupil(CLARA, grade=6),
            act("issue", card="C1", student=CLARA, at="2010-03-01", evidence="imported"),
        ),
        ("card:C1", "pupil:030"),
    ),
    Case("ineligible-new-card", "a first-year pupil", CARD),
    Case(
        "recorded-late",
        "eight days",
        (
            clock("2010-02-25T09:00"),
            ADDED,
            clock("2010-02-26"),
            *CARD[1:],
            clock("2010-06-30"),
            act("lost", card="C1", at="2010-06-22T09:00"),
        ),
        ("card:C1", "pupil:010"),
    ),
    Case(
        "recorded-late",
        "six days",
        (
            clock("2010-02-25T09:00"),
            ADDED,
            clock("2010-02-26"),
            *CARD[1:],
            clock("2010-06-30"),
            act("lost", card="C1", at="2010-06-24T09:00"),
        ),
    ),
    Case(
        "impossible-order",
        "a swipe before the card was made",
        (
            *CARD,
            act("term-swipe", card="C1", student=ANNA, at="2010-02-23", evidence="imported"),
        ),
        ("card:C1", "pupil:010"),
    ),
    Case(
        "impossible-order",
        "a leave swipe that turns out to be before the term swipe",
        (
            *CARD,
            act("term-swipe", card="C1", at="2010-03-05"),
            act("leave-swipe", card="C1", reason="transfer", at="2010-03-04"),
        ),
        ("card:C1", "pupil:010"),
    ),
    Case(
        "impossible-order",
        "written late, and in order all the same",
        (
            *CARD,
            act("leave-swipe", card="C1", reason="transfer", at="2010-03-05"),
            act("term-swipe", card="C1", at="2010-03-04"),
        ),
    ),
    Case(
        "impossible-order",
        "put into a box before it was taken back",
        (
            *CARD,
            act("box-open", box="B1", cohort=2015, at="2010-05-02"),
            act("box-put", box="B1", card="C1", at="2010-05-03", evidence="imported"),
        ),
        ("card:C1", "pupil:010"),
    ),
    Case(
        "sync-overdue",
        "the network failed in May",
        (
            act("sync-confirmed", at="2010-04-30T22:00"),
            act("sync-failed", at="2010-05-31T22:00"),
            act("sync-confirmed", at="2010-06-05T09:00"),
        ),
        (f"school:{PRIMARY}",),
        as_of="2010-06-20",
        period="2010-05",
    ),
    Case(
        "sync-overdue",
        "a disk was carried on the next day of work",
        (
            act("sync-confirmed", at="2010-04-30T22:00"),
            act("sync-failed", at="2010-05-31T22:00"),
            act("sync-confirmed", at="2010-06-02T10:00", by="disk"),
        ),
        as_of="2010-06-29",
    ),
    Case(
        "sync-overdue",
        "six hours are not over",
        (act("tool-installed", name="cmis", version="96", at="2010-05-20"),),
        as_of="2010-05-31",
    ),
)
