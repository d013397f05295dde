"""The triggers that keep history as it was written: are they all there, as they were made?

What ought to be there is what a new log would be made with; what is there is read from the
catalogue of the database.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import create_mock_engine

from cardledger.i18n import _
from cardledger.log.schema import metadata
from cardledger.verify.source import Source
from cardledger.verify.verdict import Problem, problem

_TRIGGER = re.compile(r"CREATE TRIGGER (\w+)")
_FUNCTION = re.compile(r"CREATE FUNCTION (\w+)\(.*?\$\$(.*)\$\$", re.DOTALL)
_CALLS = re.compile(r"EXECUTE FUNCTION (\w+)")

_POSTGRES = """
    SELECT t.tgname, p.proname, p.prosrc FROM pg_trigger AS t JOIN pg_proc AS p ON p.oid = t.tgfoid
    WHERE t.tgrelid::regclass::text IN ('line', 'tag', 'tile') AND t.tgenabled IN ('O', 'A')
"""


def check_triggers(source: Source) -> Iterator[Problem]:
    """Yield which triggers are missing, switched off or others."""
    if source.is_sqlite:
        rows = source.all("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        stored: dict[str, Any] = {name: _plain(sql) for name, sql in rows}
    else:
        stored = {row[0]: (row[1], _plain(row[2])) for row in source.all(_POSTGRES)}
    for name, made in _expected("sqlite" if source.is_sqlite else "postgresql").items():
        if name not in stored:
            yield problem(
                _("The trigger {name}, which keeps history from being changed, is missing."),
                name=name,
            )
        elif stored[name] != made:
            yield problem(
                _("The trigger {name}, which keeps history from being changed, was altered."),
                name=name,
            )


@functools.cache
def _expected(dialect: str) -> dict[str, Any]:
    """Return what makes each trigger of a new log: its statement, or its function's body."""
    statements: list[str] = []

    def note(statement: Any, *_values: Any, **_more: Any) -> None:
        statements.append(str(statement.compile(dialect=engine.dialect)))

    engine = create_mock_engine(f"{dialect}://", note)
    metadata.create_all(engine, checkfirst=False)
    text = [_plain(statement) for statement in statements]
    triggers = {found[1]: one for one in text if (found := _TRIGGER.match(one))}
    if dialect == "sqlite":
        return triggers
    bodies = {found[1]: found[2] for one in text if (found := _FUNCTION.match(one))}
    expected = {}
    for name, statement in triggers.items():
        called = _CALLS.search(statement)
        assert called is not None, "a trigger of PostgreSQL calls a function"
        expected[name] = (called[1], bodies[called[1]].strip())
    return expected


def _plain(statement: str) -> str:
    """Return a statement without what differs between spelling and storing it."""
    return " ".join(statement.split())
