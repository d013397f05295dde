"""Rows that belong to no log of this database: nobody would look at them, and they say nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from cardledger.i18n import _
from cardledger.verify.source import Source
from cardledger.verify.verdict import Problem, problem


def check_strangers(source: Source, own: str, origins: Collection[str]) -> Iterator[Problem]:
    """Yield trees and checkpoints of logs that are not there, and what the database says twice.

    `own` is the name of our own log, `origins` those of which there is a tree.
    """
    for table in ("tile", "checkpoint"):
        statement = f"SELECT DISTINCT origin FROM {table}"  # nosec B608 # our own names
        for (origin,) in source.all(statement):
            if origin not in origins:
                yield problem(
                    _("The table {table} was altered: it speaks of the log {origin}."),
                    table=table,
                    origin=origin,
                )
    lineless = """
        SELECT origin FROM frontier AS f WHERE size <> 0
        AND NOT EXISTS (SELECT 1 FROM line AS l WHERE l.origin = f.origin)
    """
    for (origin,) in source.all(lineless):
        # Where our own lines are gone the tree says more of it.
        if origin != own:
            yield problem(
                _("The tree of the log {origin} is there, but no line of it."), origin=origin
            )
    keys = [key for (key,) in source.all("SELECT key FROM about ORDER BY key")]
    if keys != ["format", "origin"]:
        yield problem(
            _("The table {table} was altered: it speaks of {keys}."),
            table="about",
            keys=", ".join(map(str, keys)),
        )
