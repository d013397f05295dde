"""What can happen in the office, for machines that choose and for writers that throw dice.

The universe is a few pupils, cards and boxes, so that all acts are about the same things.
"""

from __future__ import annotations

from random import Random
from typing import Any, Final

from tests.machines.judging import NEW_CARDS
from tests.machines.model import Model
from tests.support.given import (
    ANNA,
    BORIS,
    COMBINED,
    DAVID,
    NEIGHBOUR,
    OUTSIDE,
    PRIMARY,
    Row,
    act,
    number,
    pupil,
)

#: A pupil who repeats the year, or comes later.
NEW: Final = number(9, cohort=2016)
#: What every story begins with; the schools are there already.
BEGINNING: Final = (
    pupil(ANNA),
    pupil(BORIS),
    pupil(DAVID),
    act("issue", card="C1", student=ANNA, at="2009-09-10"),
    act("upgrade", card="C1", at="2009-09-11"),
    act("register", card="C2", student=BORIS, upgraded=True),
    act("register", card="C3", student=DAVID, school=NEIGHBOUR),
    act("register", card="I1", student=ANNA, kind="identity"),
    act("box-open", box="B1", cohort=2015, at="2009-09-01"),
)
SCHOOLS: Final = (PRIMARY, NEIGHBOUR, COMBINED)

#: Left out.
NONE: Final = None
_PUPILS: Final = (ANNA, ANNA, BORIS, BORIS, DAVID, NEW)
_CARDS: Final = ("C1", "C1", "C2", "C2", "C3", "C4", "C5", "I1")
_NEW_CARDS: Final = ("C1", "C4", "C5", "C6", "C7", "C8", "I1", "I2")
_BOXES: Final = ("B1", "B1", "B1", "B2")
_KINDS: Final = (NONE, NONE, NONE, "record", "identity")
_AT: Final = (
    *[NONE] * 12,
    "2009-10-12",
    "2010-01-10T09:00",
    "2010-03-02T09:00",
    "2010-03-02T11:30",
    "2010-03-15",
    "2010-05-20T09:00",
    "2010-06-30",
    "2010-08-01",
)
_COMMON: Final[dict[str, tuple[Any, ...]]] = {
    "at": _AT,
    "school": (*[NONE] * 8, PRIMARY, NEIGHBOUR),
}
_NEW_CARD: Final[dict[str, tuple[Any, ...]]] = {
    "card": _NEW_CARDS,
    "student": _PUPILS,
    "kind": _KINDS,
}
_CARD: Final[dict[str, tuple[Any, ...]]] = {
    "card": _CARDS,
    "student": (*[NONE] * 12, ANNA, BORIS, NEW),
}

#: The fields of each act and what they may hold, and how often it happens.
ACTS: Final[dict[str, tuple[int, dict[str, tuple[Any, ...]]]]] = {
    "student-add": (
        2,
        {"number": _PUPILS, "name": tuple(f"Pupil {one}" for one in (*_PUPILS, NEW, NEW))},
    ),
    "student-renumber": (
        2,
        {"student": _PUPILS, "number": (ANNA, BORIS, NEW, number(12), number(13))},
    ),
    "student-repeat-year": (1, {"student": _PUPILS}),
    "student-suspend": (2, {"student": _PUPILS}),
    "student-resume": (4, {"student": _PUPILS}),
    "student-transfer-in": (2, {"student": _PUPILS, "from_school": (NONE, OUTSIDE)}),
    "student-transfer-out": (1, {"student": _PUPILS}),
    "student-graduate": (1, {"student": _PUPILS, "goes_on": ("yes", "no")}),
    "register": (3, _NEW_CARD | {"upgraded": (NONE, True), "swiped_out": (NONE, NONE, True)}),
    "issue": (4, _NEW_CARD),
    "reissue": (
        6,
        _NEW_CARD
        | {
            "reason": ("lost", "damaged", "renumbered", "returned", "other"),
            "old_outstanding": (NONE, "at home"),
        },
    ),
    "upgrade": (4, _CARD),
    "term-swipe": (6, _CARD | {"term": (NONE, NONE, "2010-spring", "2009-autumn")}),
    "leave-swipe": (3, _CARD | {"reason": ("transfer", "graduation", "dropout")}),
    "transfer-swipe": (
        4,
        _CARD
        | {
            "from_school": (NONE, OUTSIDE),
            "upgraded": (NONE, True),
            "leave_swiped": (NONE, True),
        },
    ),
    "recycle": (6, _CARD | {"reason": (NONE, "left", "replaced")}),
    "lost": (4, _CARD),
    "found": (4, _CARD),
    "box-open": (2, {"box": _BOXES, "cohort": (2015, 2015, 2016)}),
    "box-put": (8, {"box": _BOXES, "card": _CARDS}),
    "box-seal": (4, {"box": _BOXES, "count": (0, 1, 2, 3)}),
    "box-reopen": (3, {"box": _BOXES, "reason": ("look again",)}),
    "box-stocktake": (
        2,
        {"box": _BOXES, "found": (0, 1, 2), "missing": ((), (), ("C1",), ("C2", "C3"), ("C9",))},
    ),
    "number-allocate": (2, {"number": (number(12), number(13), number(14), number(15))}),
}


def fields_of(action: str) -> dict[str, tuple[Any, ...]]:
    """Return the fields of an act with what they may hold."""
    if action == "number-allocate":
        return ACTS[action][1]
    return ACTS[action][1] | _COMMON


def row_of(action: str, handler: str, fields: dict[str, Any]) -> Row:
    """Return an act as a row; what is none is left out."""
    row: Row = {"action": action, "handler": handler}
    for name, value in fields.items():
        if value is not None:
            row[name] = list(value) if isinstance(value, tuple) else value
    return row


def random_row(chance: Random, handler: str) -> Row:
    """Throw the dice for one act."""
    names = list(ACTS)
    (action,) = chance.choices(names, [ACTS[name][0] for name in names])
    fields = {name: chance.choice(values) for name, values in fields_of(action).items()}
    if action in NEW_CARDS and chance.random() < 0.7:
        # There is no end of new cards.
        fields["card"] = f"C{chance.randint(4, 24)}"
    elif "card" in fields and chance.random() < 0.2:
        fields["card"] = f"C{chance.randint(4, 24)}"
    return row_of(action, handler, fields)


def new_model() -> Model:
    """Return a model of a ledger of three schools, before anything else happened."""
    model = Model(PRIMARY, SCHOOLS)
    # The ledger itself, and its schools.
    for position in range(1, 2 + len(SCHOOLS)):
        model.skip(position)
    return model
