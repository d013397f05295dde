"""How stories are told, and how most of them begin."""

from __future__ import annotations

from typing import Final, NamedTuple

from tests.support.given import (
    ANNA,
    BORIS,
    CLARA,
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
ADDED: Final = pupil(ANNA)
CARD: Final = (
    ADDED,
    act("issue", card="C1", student=ANNA, uid="04A1B2C3", at="2010-02-24"),
    act("upgrade", card="C1", at="2010-02-25"),
)
TWO: Final = (
    *CARD,
    pupil(BORIS),
    act("issue", card="C2", student=BORIS, uid="04D1E2F3", at="2010-02-24"),
    act("upgrade", card="C2", at="2010-02-25"),
)
SECOND: Final = act(
    "issue", card="C9", student=ANNA, uid="04FFFFFF", at="2010-04-01", evidence="imported"
)
LOST: Final = (
    *CARD,
    act("lost", card="C1", at="2010-03-08"),
    act("reissue", card="C3", student=ANNA, reason="lost", at="2010-03-09"),
)
RECYCLED: Final = (*CARD, act("recycle", card="C1", handler="Wang", at="2010-05-01"))
BOXED: Final = (
    *RECYCLED,
    act("box-open", box="B1", cohort=2015, at="2010-05-02"),
    act("box-put", box="B1", card="C1", at="2010-05-03"),
)
SEALED: Final = (*BOXED, act("box-seal", box="B1", count=1, handler="Wang", at="2010-05-04"))
COUNTED: Final = {"handler": "Li", "at": "2010-06-01"}
#: A junior pupil of the last year, with a card of before the ledger.
JUNIOR: Final = number(5, school="01172031", category=1, cohort=2010)
JUNIOR_CARD: Final = (
    pupil(JUNIOR),
    act("register", card="J1", student=JUNIOR, upgraded=True, school="01172031"),
)
GRADUATES: Final = (
    act(*("leave-swipe",), card="J1", reason="graduation", at="2010-06-20", school="01172031"),
)
OLDER: Final = (pupil(CLARA, grade=6), act("register", card="O1", student=CLARA, upgraded=True))


def collected(goes_on: str) -> Row:
    return act(
        "student-graduate", student=JUNIOR, goes_on=goes_on, at="2010-06-25", school="01172031"
    )
