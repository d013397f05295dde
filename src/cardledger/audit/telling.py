"""Tellings: what the lines of some subjects say of others, sorted by whom they speak of.

A file beside memory: a district has a million numbers. It is made by one process and read by all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from cardledger.audit.rule import Told

#: What is told of subjects: by subject and what it is about.
ToldOf = dict[str, dict[str, tuple[str, int]]]


class Tellings:
    """A file of what is told; `made` writes it, `Tellings(path)` reads it."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path)

    @classmethod
    def made(cls, path: Path, told: Iterable[Told]) -> Tellings:
        """Write what is told into a new file."""
        tellings = cls(path)
        database = tellings._database
        database.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
            "CREATE TABLE told (subject TEXT, about TEXT, moment TEXT, position INTEGER,"
            " PRIMARY KEY (subject, about)) WITHOUT ROWID;"
        )
        rows = ((one.subject, one.about, *one.what) for one in told)
        database.executemany("INSERT OR REPLACE INTO told VALUES (?, ?, ?, ?)", rows)
        database.commit()
        return tellings

    def of(self, first: str, last: str) -> ToldOf:
        """Return what is told of the subjects from one to another."""
        found: ToldOf = {}
        rows = self._database.execute(
            "SELECT subject, about, moment, position FROM told WHERE subject BETWEEN ? AND ?",
            (first, last),
        )
        for subject, about, moment, position in rows:
            found.setdefault(subject, {})[about] = (moment, position)
        return found

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
