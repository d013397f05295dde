"""Districts with the lists of other systems, recorded; and what must be found in the lists."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cardledger import Ledger, init_ledger
from cardledger.batch import command_of_row
from cardledger.reconcile import SOURCES, Difference, Result, reconcile
from cardledger.reconcile.sources import Listing
from scripts.district.elsewhere import FILES
from scripts.district.making import make
from tests.district.reading import rows_of

#: What makes a planted difference: source, kind, card, student number, field, both values, and
#: whether it has one honest settlement.
Key = tuple[Any, ...]


def made(folder: Path, seed: int, schools: int, pupils: int, terms: int) -> dict[str, Any]:
    """Make a district with lists; returns what is planted in them."""
    make(
        folder,
        seed=seed,
        schools=schools,
        pupils=pupils,
        terms=terms,
        start="2010-spring",
        with_workbooks=False,
        with_lists=True,
    )
    truth: dict[str, Any] = json.loads((folder / "reconcile-truth.json").read_text("utf-8"))
    return truth


def recorded(folder: Path, place: str | Path) -> Ledger:
    """Record a district in a new ledger, as an office does that takes its files in one by one."""
    rows = [*rows_of(folder / "schools.jsonl")]
    for term in json.loads((folder / "truth.json").read_text("utf-8"))["terms"]:
        rows += rows_of(folder / f"district-{term['term']}.jsonl")
    ledger = init_ledger(place, school=rows[0]["code"])
    ledger.record_many([command_of_row(row) for row in rows], atomic=False)
    return ledger


def lists_of(folder: Path, school: str = "*") -> dict[str, list[Listing]]:
    """Open the lists of a district, or of one school."""
    return {
        name: [
            SOURCES[name].read(file, name=f"{file.parent.name}/{file.name}")
            for file in sorted(folder.glob(f"{school}/{called}-*.xlsx"))
        ]
        for name, called in FILES.items()
    }


def compared(ledger: Ledger, folder: Path, truth: dict[str, Any]) -> Result:
    """Compare the lists of a district with its ledger, as of their day."""
    return reconcile(ledger, lists_of(folder), as_of=truth["as_of"])


def planted(truth: dict[str, Any]) -> Counter[Key]:
    """Return the differences that must be found."""
    keys = ("source", "kind", "card", "student_number", "field")
    return Counter(
        (*(one[key] for key in keys), repr(one["ledger"]), repr(one["file"]), one["proposed"])
        for one in truth["planted"]
    )


def found(differences: Iterable[Difference]) -> Counter[Key]:
    """Return the differences that were found, in the form of those that were planted."""
    return Counter(key_of(one) for one in differences)


def key_of(one: Difference) -> Key:
    """Return a difference in the form of those that were planted."""
    card = one.subject.removeprefix("card:") if one.subject.startswith("card:") else ""
    return (
        *(one.source, one.kind, card, one.student_number, one.field),
        *(repr(one.ledger), repr(one.file), one.proposal is not None),
    )
