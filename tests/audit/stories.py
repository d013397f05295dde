"""For every rule one story that it must find, and one that it must not: given / when / then."""

from __future__ import annotations

from typing import Final, NamedTuple

from tests.support.given import (
    ANNA,
    BORIS,
    CLARA,
    NEIGHBOUR,
    PRIMARY,
    Row,
    act,
    number,
    pupil,
)


class Case(NamedTuple):
    """`found` are the subjects of the one finding, pupils by the end of their number; none is none.

    `positions` is how many lines prove it, `period` its term or month.
    """

    rule: str
    what: str
    rows: tuple[Row, ...]
    found: tuple[str, ...] = ()
    as_of: str = ""
    period: str = ""


def clock(present: str) -> Row:
    """Return a row that lets time go by."""
    return {"clock": present}


#: Anna's number of the next class, and one with a right check digit by MOD 11,10.
NEW: Final = number(9)
_ANNA: Final = pupil(ANNA)
_CARD: Final = (
    _ANNA,
    act("issue", card="C1", student=ANNA, uid="04A1B2C3", at="2010-02-24"),
    act("upgrade", card="C1", at="2010-02-25"),
)
_TWO: Final = (
    *_CARD,
    pupil(BORIS),
    act("issue", card="C2", student=BORIS, uid="04D1E2F3", at="2010-02-24"),
    act("upgrade", card="C2", at="2010-02-25"),
)
_SECOND: Final = act(
    "issue", card="C9", student=ANNA, uid="04FFFFFF", at="2010-04-01", evidence="imported"
)
_LOST: Final = (
    *_CARD,
    act("lost", card="C1", at="2010-03-08"),
    act("reissue", card="C3", student=ANNA, reason="lost", at="2010-03-09"),
)
_RECYCLED: Final = (*_CARD, act("recycle", card="C1", handler="Wang", at="2010-05-01"))
_BOXED: Final = (
    *_RECYCLED,
    act("box-open", box="B1", cohort=2015, at="2010-05-02"),
    act("box-put", box="B1", card="C1", at="2010-05-03"),
)
_SEALED: Final = (*_BOXED, act("box-seal", box="B1", count=1, handler="Wang", at="2010-05-04"))
_COUNTED: Final = {"handler": "Li", "at": "2010-06-01"}
#: A junior pupil of the last year, with a card of before the ledger.
_JUNIOR: Final = number(5, school="01172031", category=1, cohort=2010)
_JUNIOR_CARD: Final = (
    pupil(_JUNIOR),
    act("register", card="J1", student=_JUNIOR, upgraded=True, school="01172031"),
)
_GRADUATES: Final = (
    act(*("leave-swipe",), card="J1", reason="graduation", at="2010-06-20", school="01172031"),
)
_OLDER: Final = (pupil(CLARA, grade=6), act("register", card="O1", student=CLARA, upgraded=True))


def _collected(goes_on: str) -> Row:
    return act(
        "student-graduate", student=_JUNIOR, goes_on=goes_on, at="2010-06-25", school="01172031"
    )


CASES: Final = (
    Case(
        "two-live-cards",
        "a second card that an old program issued",
        (*_CARD, _SECOND),
        ("pupil:010", "card:C1", "card:C9"),
    ),
    Case(
        "two-live-cards",
        "an identity card beside the record card",
        (*_CARD, act("issue", card="I1", student=ANNA, kind="identity", at="2010-02-24")),
    ),
    Case("two-live-cards", "a card in place of a lost one", _LOST),
    Case(
        "old-card-outstanding",
        "promised, and not handed in",
        (
            *_CARD,
            act(
                *("reissue",),
                card="C3",
                student=ANNA,
                reason="renumbered",
                old_outstanding="at home",
                at="2010-04-01",
            ),
        ),
        ("card:C1", "pupil:010"),
    ),
    Case(
        "old-card-outstanding",
        "promised less than 30 days ago",
        (
            *_CARD,
            act(
                *("reissue",),
                card="C3",
                student=ANNA,
                reason="renumbered",
                old_outstanding="at home",
                at="2010-04-01",
            ),
        ),
        as_of="2010-05-01",
    ),
    Case("old-card-outstanding", "lost and replaced, never found", _LOST),
    Case(
        "old-card-outstanding",
        "lost and replaced, found 40 days later",
        (*_LOST, act("found", card="C1", at="2010-04-18")),
        ("card:C1", "pupil:010"),
    ),
    Case(
        "uid-on-two-cards",
        "a clone",
        (*_TWO[:-2], act("issue", card="C2", student=BORIS, uid="04A1B2C3", at="2010-02-24")),
        ("uid:04A1B2C3", "card:C1", "card:C2"),
    ),
    Case("uid-on-two-cards", "each with a serial of its own", _TWO),
    Case(
        "card-on-two-students",
        "a list that gives a card to somebody else",
        (
            *_TWO,
            act("register", card="C1", student=BORIS, evidence="imported", at="2010-03-01"),
        ),
        ("card:C1", "pupil:010", "pupil:020"),
    ),
    Case(
        "card-on-two-students",
        "an issue that was void, and the number given again",
        (
            *_TWO[:-2],
            act("void", position=5, reason="mistyped"),
            act("void", position=4, reason="mistyped"),
            act("issue", card="C1", student=BORIS, at="2010-02-25"),
        ),
    ),
    Case(
        "one-person-two-records",
        "one identity number",
        (
            pupil(ANNA, identity="110226200309010010"),
            pupil(BORIS, identity="110226200309010010"),
        ),
        ("pupil:010", "pupil:020"),
    ),
    Case(
        "one-person-two-records",
        "two identity numbers",
        (
            pupil(ANNA, identity="110226200309010010"),
            pupil(BORIS, identity="110226200309010029"),
        ),
    ),
    Case(
        "one-number-two-students",
        "a new number that is another pupil's",
        (
            _ANNA,
            pupil(BORIS),
            act("student-renumber", student=BORIS, number=ANNA, evidence="imported"),
        ),
        (f"number:{ANNA}", "pupil:010"),
    ),
    Case(
        "one-number-two-students",
        "a number allocated to the pupil who then got it",
        (
            _ANNA,
            act("number-allocate", number=NEW, student=ANNA, at="2010-03-01"),
            act("student-renumber", student=ANNA, number=NEW, at="2010-03-02"),
        ),
    ),
    Case(
        "swipe-after-retirement",
        "a refused swipe of a lost card",
        (*_CARD, act("lost", card="C1", at="2010-03-01"), act("term-swipe", card="C1")),
        ("card:C1", "pupil:010"),
    ),
    Case(
        "swipe-after-retirement",
        "a leave swipe of a card that was taken back",
        (*_RECYCLED, act("leave-swipe", card="C1", reason="transfer", at="2010-05-04")),
        ("card:C1", "pupil:010"),
    ),
    Case(
        "swipe-after-retirement",
        "a swipe refused because the pupil is suspended",
        (
            *_CARD,
            act("student-suspend", student=ANNA, at="2010-03-01"),
            act("term-swipe", card="C1", at="2010-03-02"),
        ),
    ),
    Case(
        "swiped-at-two-schools",
        "a sibling with the card at another school",
        (
            *_CARD,
            act("term-swipe", card="C1", school=NEIGHBOUR, at="2010-03-02"),
            act("term-swipe", card="C1", at="2010-03-03"),
        ),
        ("card:C1",),
        period="2010-spring",
    ),
    Case(
        "swiped-at-two-schools",
        "a transfer in the middle of the term",
        (
            *_CARD,
            act("term-swipe", card="C1", at="2010-03-02"),
            act("leave-swipe", card="C1", reason="transfer", at="2010-03-16T09:00"),
            act("transfer-swipe", card="C1", school=NEIGHBOUR, at="2010-03-16T15:00"),
            act("leave-swipe", card="C1", school=NEIGHBOUR, reason="transfer", at="2010-06-01"),
        ),
    ),
    Case(
        "left-not-collected",
        "a junior leaver who does not go on",
        (*_JUNIOR_CARD, *_GRADUATES, _collected("no")),
        ("card:J1", "pupil:050"),
    ),
    Case(
        "left-not-collected",
        "a junior leaver who goes on",
        (*_JUNIOR_CARD, *_GRADUATES, _collected("yes")),
    ),
    Case(
        "left-not-collected",
        "by the policy of that day nobody has to",
        (
            act("policy-adopt", changes={"collect_from": []}, from_="2010-06-01"),
            *_JUNIOR_CARD,
            *_GRADUATES,
            _collected("no"),
        ),
    ),
    Case(
        "recycled-without-leave-swipe",
        "transferred out, card taken back",
        (
            *_CARD,
            act("student-transfer-out", student=ANNA, at="2010-05-01"),
            act("recycle", card="C1", handler="Wang", reason="left", at="2010-05-02"),
        ),
        ("card:C1", "pupil:010"),
    ),
    Case(
        "recycled-without-leave-swipe",
        "swiped out, card taken back",
        (
            *_CARD,
            act("leave-swipe", card="C1", reason="dropout", at="2010-05-01"),
            act("recycle", card="C1", handler="Wang", reason="left", at="2010-05-02"),
        ),
    ),
    Case(
        "recycled-without-leave-swipe",
        "a replaced card of a pupil who left later",
        (
            *_RECYCLED,
            act("reissue", card="C3", student=ANNA, reason="damaged", at="2010-05-02"),
            act("leave-swipe", card="C3", reason="dropout", at="2010-05-05"),
        ),
    ),
    Case("recycled-not-boxed", "lies in a drawer", _RECYCLED, ("card:C1",)),
    Case("recycled-not-boxed", "lies in a box", _BOXED),
    Case(
        "wrong-cohort-in-box",
        "a paper list with a card of another cohort",
        (
            *_RECYCLED,
            act("box-open", box="B1", cohort=2014, at="2010-05-02"),
            act("box-put", box="B1", card="C1", at="2010-05-03", evidence="imported"),
        ),
        ("box:B1", "card:C1"),
    ),
    Case("wrong-cohort-in-box", "a card of its cohort", _BOXED),
    Case("box-not-sealed", "packed", _BOXED, ("box:B1",)),
    Case("box-not-sealed", "sealed", _SEALED),
    Case(
        "box-not-sealed",
        "empty",
        (act("box-open", box="B1", cohort=2015, at="2010-05-02"),),
    ),
    Case(
        "box-reopened",
        "opened again",
        (*_SEALED, act("box-reopen", box="B1", reason="look again", at="2010-05-05")),
        ("box:B1",),
    ),
    Case("box-reopened", "stays closed", _SEALED),
    Case(
        "box-count-off",
        "a paper list says two",
        (*_BOXED, act("box-seal", box="B1", count=2, handler="Li", evidence="imported")),
        ("box:B1",),
    ),
    Case("box-count-off", "counted right", _SEALED),
    Case(
        "box-count-off",
        "a stocktake of a sealed box does not find a card",
        (*_SEALED, act("box-stocktake", box="B1", found=0, missing=["C1"], **_COUNTED)),
        ("box:B1",),
    ),
    Case(
        "box-count-off",
        "a stocktake of an open box finds a card too many",
        (*_BOXED, act("box-stocktake", box="B1", found=1, unexpected=["uid:04A1B2C3"], **_COUNTED)),
        ("box:B1",),
    ),
    Case(
        "box-count-off",
        "somebody counted none and does not say what is missing",
        (*_BOXED, act("box-stocktake", box="B1", found=0, **_COUNTED)),
        ("box:B1",),
    ),
    Case(
        "box-count-off",
        "a stocktake finds all",
        (*_SEALED, act("box-stocktake", box="B1", found=1, **_COUNTED)),
    ),
    Case(
        "box-count-off",
        "a later stocktake finds what the one before did not",
        (
            *_SEALED,
            act("box-stocktake", box="B1", found=0, missing=["C1"], **_COUNTED),
            act("box-stocktake", box="B1", found=1, handler="Li", at="2010-06-10"),
        ),
    ),
    Case(
        "box-count-off",
        "a stocktake finds what a paper list had wrong",
        (
            *_BOXED,
            act("box-seal", box="B1", count=2, handler="Li", evidence="imported", at="2010-05-04"),
            act("box-stocktake", box="B1", found=1, **_COUNTED),
        ),
    ),
    Case(
        "box-count-off",
        "a card that was missing is taken out of the ledger's box",
        (
            *_BOXED,
            act("box-stocktake", box="B1", found=0, missing=["C1"], **_COUNTED),
            act("void", position=9, reason="it never lay there"),
        ),
    ),
    Case(
        "box-count-off",
        "an empty box is counted, then a card is packed",
        (
            *_RECYCLED,
            act("box-open", box="B1", cohort=2015, at="2010-05-02"),
            act("box-stocktake", box="B1", found=0, handler="Li", at="2010-05-02T23:59:59.999"),
            act("box-put", box="B1", card="C1", at="2010-05-03"),
        ),
    ),
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
            *_CARD[1:],
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
            *_CARD[1:],
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
    Case("not-upgraded", "an M1 card", _CARD[:2], ("card:C1",)),
    Case("not-upgraded", "upgraded", _CARD),
    Case("not-upgraded", "the window has not closed yet", _CARD[:2], as_of="2010-03-15"),
    Case(
        "not-upgraded",
        "no upgrade is required any more",
        (act("policy-adopt", changes={"upgrade_required": False}, from_="2010-01-01"), *_CARD[:2]),
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
        (*_CARD, act("term-swipe", card="C1", at="2010-03-22")),
        ("card:C1", "pupil:010"),
        period="2010-spring",
    ),
    Case(
        "outside-window",
        "on the last day",
        (*_CARD, act("term-swipe", card="C1", at="2010-03-20")),
    ),
    Case("not-filed", "in no filing", _CARD, ("card:C1",)),
    Case("not-filed", "filed", (*_CARD, act("cards-filed", cards=["C1"], at="2010-03-24"))),
    Case(
        "made-before-filing",
        "filed a week later",
        (*_CARD, act("numbers-filed", accepted=[ANNA], at="2010-03-03")),
        ("card:C1", "pupil:010"),
    ),
    Case(
        "made-before-filing",
        "the number was rejected",
        (_ANNA, act("numbers-filed", rejected=[ANNA], at="2010-02-23"), *_CARD[1:]),
        ("card:C1", "pupil:010"),
    ),
    Case(
        "made-before-filing",
        "filed before",
        (_ANNA, act("numbers-filed", accepted=[ANNA], at="2010-02-23"), *_CARD[1:]),
    ),
    Case("made-before-filing", "a card of before the ledger", _OLDER),
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
        (act("policy-adopt", changes={"check_digit": "mod-11-10"}, from_="2000-01-01"), _ANNA),
        (f"number:{ANNA}",),
    ),
    Case("number-check-digit", "an unknown algorithm rejects nothing", (_ANNA,)),
    Case(
        "ineligible-new-card",
        "a list with a new card for an older pupil",
        (
            pupil(CLARA, grade=6),
            act("issue", card="C1", student=CLARA, at="2010-03-01", evidence="imported"),
        ),
        ("card:C1", "pupil:030"),
    ),
    Case("ineligible-new-card", "a first-year pupil", _CARD),
    Case(
        "recorded-late",
        "eight days",
        (
            clock("2010-02-25T09:00"),
            _ANNA,
            clock("2010-02-26"),
            *_CARD[1:],
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
            _ANNA,
            clock("2010-02-26"),
            *_CARD[1:],
            clock("2010-06-30"),
            act("lost", card="C1", at="2010-06-24T09:00"),
        ),
    ),
    Case(
        "impossible-order",
        "a swipe before the card was made",
        (
            *_CARD,
            act("term-swipe", card="C1", student=ANNA, at="2010-02-23", evidence="imported"),
        ),
        ("card:C1", "pupil:010"),
    ),
    Case(
        "impossible-order",
        "a leave swipe that turns out to be before the term swipe",
        (
            *_CARD,
            act("term-swipe", card="C1", at="2010-03-05"),
            act("leave-swipe", card="C1", reason="transfer", at="2010-03-04"),
        ),
        ("card:C1", "pupil:010"),
    ),
    Case(
        "impossible-order",
        "written late, and in order all the same",
        (
            *_CARD,
            act("leave-swipe", card="C1", reason="transfer", at="2010-03-05"),
            act("term-swipe", card="C1", at="2010-03-04"),
        ),
    ),
    Case(
        "impossible-order",
        "put into a box before it was taken back",
        (
            *_CARD,
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
