"""Which pupil of the ledger a row of a file means."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from cardledger.reconcile.side import Side


class Found(NamedTuple):
    """The pupils whom a row may mean: one, if all is well.

    `other` is a pupil with the identity number of the row whom another row of the file means.
    """

    pupils: list[str]
    other: str = ""


def find(side: Side, values: Mapping[str, Any], numbers: Collection[str]) -> Found:
    """Find a pupil by any number, else by the identity number.

    `numbers` are all numbers of the file. Of several pupils with one number the identity number
    decides, then the name, then the school.
    """
    found = side.by_number(values["number"])
    if len(found) > 1:
        return Found(_narrowed(side, values, found))
    if found:
        return Found(found)
    persons = side.by_identity(str(values.get("identity", "")))
    free = []
    for key in persons:
        pupil = side.pupil(key)
        if pupil is not None and not set(pupil.numbers) & set(numbers):
            free.append(key)
    return Found(free, "" if free or not persons else persons[0])


def _narrowed(side: Side, values: Mapping[str, Any], pupils: list[str]) -> list[str]:
    persons = set(side.by_identity(str(values.get("identity", ""))))
    same = [key for key in pupils if key in persons]
    if len(same) != 1:
        same = [key for key in pupils if side.name(key) == values.get("name")]
    if len(same) != 1:
        school = values.get("school")
        rows = {key: side.pupil(key) for key in pupils}
        same = [key for key, row in rows.items() if row and row.school == school]
    return same if len(same) == 1 else pupils
