"""Rules about boxes, and cards that should lie in one."""

from __future__ import annotations

from typing import Final

from tests.audit.stories.telling import (
    BOXED,
    COUNTED,
    RECYCLED,
    SEALED,
    Case,
)
from tests.support.given import (
    act,
)

CASES: Final = (
    Case("recycled-not-boxed", "lies in a drawer", RECYCLED, ("card:C1",)),
    Case("recycled-not-boxed", "lies in a box", BOXED),
    Case(
        "wrong-cohort-in-box",
        "a paper list with a card of another cohort",
        (
            *RECYCLED,
            act("box-open", box="B1", cohort=2014, at="2010-05-02"),
            act("box-put", box="B1", card="C1", at="2010-05-03", evidence="imported"),
        ),
        ("box:B1", "card:C1"),
    ),
    Case("wrong-cohort-in-box", "a card of its cohort", BOXED),
    Case("box-not-sealed", "packed", BOXED, ("box:B1",)),
    Case("box-not-sealed", "sealed", SEALED),
    Case(
        "box-not-sealed",
        "empty",
        (act("box-open", box="B1", cohort=2015, at="2010-05-02"),),
    ),
    Case(
        "box-reopened",
        "opened again",
        (*SEALED, act("box-reopen", box="B1", reason="look again", at="2010-05-05")),
        ("box:B1",),
    ),
    Case("box-reopened", "stays closed", SEALED),
    Case(
        "box-count-off",
        "a paper list says two",
        (*BOXED, act("box-seal", box="B1", count=2, handler="Li", evidence="imported")),
        ("box:B1",),
    ),
    Case("box-count-off", "counted right", SEALED),
    Case(
        "box-count-off",
        "a stocktake of a sealed box does not find a card",
        (*SEALED, act("box-stocktake", box="B1", found=0, missing=["C1"], **COUNTED)),
        ("box:B1",),
    ),
    Case(
        "box-count-off",
        "a stocktake of an open box finds a card too many",
        (*BOXED, act("box-stocktake", box="B1", found=1, unexpected=["uid:04A1B2C3"], **COUNTED)),
        ("box:B1",),
    ),
    Case(
        "box-count-off",
        "somebody counted none and does not say what is missing",
        (*BOXED, act("box-stocktake", box="B1", found=0, **COUNTED)),
        ("box:B1",),
    ),
    Case(
        "box-count-off",
        "a stocktake finds all",
        (*SEALED, act("box-stocktake", box="B1", found=1, **COUNTED)),
    ),
    Case(
        "box-count-off",
        "a later stocktake finds what the one before did not",
        (
            *SEALED,
            act("box-stocktake", box="B1", found=0, missing=["C1"], **COUNTED),
            act("box-stocktake", box="B1", found=1, handler="Li", at="2010-06-10"),
        ),
    ),
    Case(
        "box-count-off",
        "a stocktake finds what a paper list had wrong",
        (
            *BOXED,
            act("box-seal", box="B1", count=2, handler="Li", evidence="imported", at="2010-05-04"),
            act("box-stocktake", box="B1", found=1, **COUNTED),
        ),
    ),
    Case(
        "box-count-off",
        "a card that was missing is taken out of the ledger's box",
        (
            *BOXED,
            act("box-stocktake", box="B1", found=0, missing=["C1"], **COUNTED),
            act("void", position=9, reason="it never lay there"),
        ),
    ),
    Case(
        "box-count-off",
        "an empty box is counted, then a card is packed",
        (
            *RECYCLED,
            act("box-open", box="B1", cohort=2015, at="2010-05-02"),
            act("box-stocktake", box="B1", found=0, handler="Li", at="2010-05-02T23:59:59.999"),
            act("box-put", box="B1", card="C1", at="2010-05-03"),
        ),
    ),
)
