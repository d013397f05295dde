"""A made district as its reader sees it: rows in the order in which they were written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

BEIJING = timezone(timedelta(hours=8))

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the district's file: what it says, when it happened, when it was written.

    `names` are the cards and pupils that it names; a box's rows name none.
    """

    place: tuple[str, int]
    fields: Fields
    at: datetime
    written: datetime
    order: int
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class District:
    """The folder, the truth, and all rows."""

    folder: Path
    truth: dict[str, Any]
    lines: list[Line]

    def expectations(self) -> dict[tuple[str, int], tuple[str, list[str]]]:
        """Return what the truth expects of the rows that it names, by file and row."""
        return {
            (row["district_file"], row["district_row"]): (row["outcome"], row["codes"])
            for entry in self.truth["planted"]
            for row in entry["rows"]
        }

    @property
    def as_of(self) -> datetime:
        return datetime.fromisoformat(self.truth["as_of"])


def moment_of(text: str) -> datetime:
    """Read a time: with offset, without (Beijing), or a bare date, which means its end."""
    if len(text) == 10:
        text += "T23:59:59.999"
    when = datetime.fromisoformat(text)
    return when if when.tzinfo else when.replace(tzinfo=BEIJING)


def rows_of(path: Path) -> list[Fields]:
    """Read a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def read(folder: Path) -> District:
    """Read a district."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    return District(folder, truth, list(_lines(folder, truth)))


def _lines(folder: Path, truth: dict[str, Any]) -> Iterator[Line]:
    """Yield all rows; each is written at the largest moment so far, or when the truth says."""
    written_at = {
        (one["district_file"], one["district_row"]): moment_of(one["written"])
        for one in truth["backdated"]
    }
    latest, order = datetime.min.replace(tzinfo=BEIJING), 0
    for term in truth["terms"]:
        name = f"district-{term['term']}.jsonl"
        for number, fields in enumerate(rows_of(folder / name), 1):
            order += 1
            at = moment_of(fields["at"])
            latest = max(latest, written_at.get((name, number), at))
            yield Line((name, number), fields, at, latest, order, _names(fields))


def _names(fields: Fields) -> frozenset[str]:
    named = () if "box" in fields else ("card", "student", "number", "replaces")
    return frozenset(fields[name] for name in named if name in fields)
