"""Random rows about a few pupils, cards and boxes: what a careless district might type or import.

The universe is small, so that rows are about the same things and rules are broken all the time.
"""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st

from tests.support.given import (
    ANNA,
    BORIS,
    DAVID,
    NEIGHBOUR,
    OUTSIDE,
    PRIMARY,
    Row,
    act,
    number,
    pupil,
)

_NEW: Final = number(9, cohort=2016)
#: What every history begins with.
BEGINNING: Final = (
    pupil(ANNA, identity="110226200309010010"),
    pupil(BORIS),
    pupil(DAVID),
    act("issue", card="C1", student=ANNA, uid="04A1B2C3", at="2010-01-05"),
    act("upgrade", card="C1", at="2010-01-06"),
    act("register", card="C2", student=BORIS, upgraded=True),
    act("box-open", box="B1", cohort=2015, at="2010-01-05"),
)

CARDS: Final = st.sampled_from(["C1", "C2", "C3", "I1"])
STUDENTS: Final = st.sampled_from([ANNA, BORIS, DAVID, _NEW])
BOXES: Final = st.sampled_from(["B1", "B2"])
UIDS: Final = st.sampled_from(["04A1B2C3", "04D1E2F3"])
MOMENTS: Final = st.sampled_from(
    ["", "2010-01-10", "2010-03-02", "2010-03-02T09:00", "2010-03-15", "2010-05-20", "2010-06-30"]
)
REFERENCES: Final = st.one_of(CARDS, CARDS, CARDS, UIDS)

_CARD_FIELDS: Final[dict[str, Any]] = {"card": REFERENCES, "student": STUDENTS, "uid": UIDS}
_NEW_CARD: Final[dict[str, Any]] = {
    "card": CARDS,
    "student": STUDENTS,
    "uid": UIDS,
    "kind": st.sampled_from(["record", "identity"]),
}
_OPTIONAL: Final = frozenset({"uid", "kind", "class", "from_school", "upgraded", "grade"})

#: The fields of each action, as far as they differ.
FIELDS: Final[dict[str, dict[str, Any]]] = {
    "issue": _NEW_CARD,
    "register": _NEW_CARD | {"upgraded": st.booleans(), "swiped_out": st.booleans()},
    "upgrade": _CARD_FIELDS,
    "term-swipe": _CARD_FIELDS,
    "leave-swipe": _CARD_FIELDS
    | {"reason": st.sampled_from(["transfer", "graduation", "dropout", "out-of-province"])},
    "transfer-swipe": _CARD_FIELDS
    | {"from_school": st.sampled_from([OUTSIDE, PRIMARY]), "upgraded": st.booleans()},
    "recycle": _CARD_FIELDS | {"handler": st.just("Wang")},
    "reissue": _NEW_CARD
    | {
        "reason": st.sampled_from(["lost", "damaged", "renumbered", "returned", "other"]),
        "old_outstanding": st.sampled_from(["", "at home"]),
    },
    "lost": _CARD_FIELDS,
    "found": _CARD_FIELDS,
    "void": {"position": st.integers(4, 30), "reason": st.just("a mistake")},
    "student-add": {
        "number": STUDENTS,
        "name": st.sampled_from(["Anna", "Boris"]),
        "entered": st.sampled_from(["", "2010-03-01"]),
        "grade": st.sampled_from([1, 2]),
    },
    "student-change": {"student": STUDENTS, "class": st.sampled_from(["1", "2"])},
    "student-renumber": {"student": STUDENTS, "number": STUDENTS},
    "student-suspend": {"student": STUDENTS},
    "student-resume": {"student": STUDENTS},
    "student-transfer-in": {"student": STUDENTS, "from_school": st.just(OUTSIDE)},
    "student-transfer-out": {"student": STUDENTS},
    "student-repeat-year": {"student": STUDENTS},
    "student-graduate": {
        "student": STUDENTS,
        "goes_on": st.sampled_from(["yes", "no"]),
        "continues": st.booleans(),
        "number": st.sampled_from(["", _NEW]),
    },
    "student-forget": {"student": STUDENTS},
    "school-add": {"code": st.sampled_from([PRIMARY, NEIGHBOUR])},
    "tool-installed": {"name": st.just("cmis"), "version": st.sampled_from(["95", "96"])},
    "sync-sent": {},
    "sync-confirmed": {},
    "sync-failed": {},
    "cards-filed": {"cards": st.lists(CARDS, max_size=3)},
    "numbers-filed": {
        "accepted": st.lists(STUDENTS, max_size=2),
        "rejected": st.lists(STUDENTS, max_size=1),
    },
    "number-allocate": {
        "number": st.sampled_from([_NEW, number(10), number(11, school=NEIGHBOUR)]),
        "student": STUDENTS,
    },
    "box-open": {"box": BOXES, "cohort": st.sampled_from([2015, 2016])},
    "box-put": {"box": BOXES, "card": REFERENCES},
    "box-seal": {"box": BOXES, "count": st.integers(0, 2), "handler": st.just("Wang")},
    "box-reopen": {"box": BOXES, "reason": st.just("look again")},
    "box-stocktake": {
        "box": BOXES,
        "found": st.integers(0, 2),
        "handler": st.just("Wang"),
        "missing": st.lists(CARDS, max_size=2),
        "unexpected": st.lists(st.sampled_from(["C3", "C9", "uid:04A1B2C3"]), max_size=2),
        "elsewhere": st.sampled_from([[], ["C4@B2"], ["C9@B9"]]),
        "expected": st.sampled_from([-1, 2]),
    },
    "finding-accept": {
        "finding": st.sampled_from(["F0123456789AB", "FZZZZZZZZZZZZ"]),
        "reason": st.just("seen"),
        "subjects": st.sampled_from([[], ["card:C1"]]),
    },
    "policy-adopt": {
        "changes": st.sampled_from([{"upgrade_required": False}, {"guests": "45"}]),
        "from": st.sampled_from(["2010-01-01", "2010-04-01"]),
    },
}

_COMMON: Final[dict[str, Any]] = {
    "at": MOMENTS,
    "school": st.sampled_from([PRIMARY, PRIMARY, NEIGHBOUR]),
    "evidence": st.sampled_from(["typed", "typed", "imported", "imported"]),
}

#: Acts on cards and pupils happen more often than the rest.
_ACTIONS: Final = st.one_of(
    st.sampled_from(sorted(FIELDS)),
    st.sampled_from(
        ["issue", "reissue", "term-swipe", "leave-swipe", "transfer-swipe", "recycle", "void"]
    ),
    st.sampled_from(["lost", "found", "register", "upgrade", "student-resume", "student-renumber"]),
)


#: Clocks of several machines differ.
CLOCKS: Final = st.sampled_from(
    ["2010-06-30T10:00", "2010-06-30T10:00", "2010-06-30T10:05", "2010-06-30T09:55"]
)


@st.composite
def rows(draw: st.DrawFn) -> Row:
    """Return one row; optional fields are often left out."""
    action = draw(_ACTIONS)
    fields = FIELDS[action] | _COMMON
    row: Row = {"action": action}
    for name, values in fields.items():
        optional = name in _OPTIONAL or (
            name == "student" and ("card" in fields or action == "number-allocate")
        )
        if optional and draw(st.booleans()):
            continue
        row[name] = draw(values)
    return row


def histories(size: int = 25) -> st.SearchStrategy[list[tuple[str, Row]]]:
    """Return some rows, one after the other, each with the clock of who typed it."""
    return st.lists(st.tuples(CLOCKS, rows()), min_size=size // 3, max_size=size)
