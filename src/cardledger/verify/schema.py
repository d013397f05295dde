"""Tables and triggers: are they all there, as they were made, and no others?

What ought to be there is what a new log would be made with; what is there is read from the
catalogue of the database. Of SQLite's tables the structure is compared, not the text that made
them: that belongs to the version of a library. PostgreSQL does not let a table be changed in the
file, and what would change the meaning of a row shows in the row.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import create_engine, create_mock_engine

from cardledger.i18n import _
from cardledger.log.schema import metadata
from cardledger.verify.source import Source
from cardledger.verify.verdict import Problem, problem

_TRIGGER = re.compile(r"CREATE TRIGGER (\w+)")
_FUNCTION = re.compile(r"CREATE FUNCTION (\w+)\(.*?\$\$(.*)\$\$", re.DOTALL)
_CALLS = re.compile(r"EXECUTE FUNCTION (\w+)")

_POSTGRES = """
    SELECT t.tgname, p.proname, p.prosrc, p.prosecdef OR NOT EXISTS (
      SELECT 1 FROM unnest(p.proconfig) AS c(setting)
      WHERE starts_with(c.setting, 'search_path=') AND right(c.setting, 9) = ', pg_temp')
    FROM pg_trigger AS t JOIN pg_proc AS p ON p.oid = t.tgfoid
    WHERE t.tgrelid::regclass::text IN ({tables}) AND t.tgenabled IN ('O', 'A')
    AND NOT t.tgisinternal
"""

#: What SQLite says of a table: its columns, its kind, its indexes, and what is in these.
_STRUCTURE = (
    "SELECT * FROM pragma_table_xinfo('{table}')",
    "SELECT type, ncol, wr, strict FROM pragma_table_list('{table}') WHERE schema = 'main'",
    """
    SELECT i."unique", i.origin, i.partial, c.seqno, c.cid, c."desc", c.coll, c."key"
    FROM pragma_index_list('{table}') AS i JOIN pragma_index_xinfo(i.name) AS c
    WHERE i.origin <> 'c' ORDER BY i.name, c.seqno
    """,
)


def check_schema(source: Source) -> Iterator[Problem]:
    """Yield which tables were altered, and which triggers are missing, switched off or others."""
    tables = ", ".join(f"'{name}'" for name in metadata.tables)
    misled: set[str] = set()
    if source.is_sqlite:
        yield from _check_tables(source)
        query = f"""
            SELECT name, sql FROM sqlite_master
            WHERE type = 'trigger' AND lower(tbl_name) IN ({tables})
        """  # nosec B608 # our own names
        stored: dict[str, Any] = {name: _plain(str(sql)) for name, sql in source.all(query)}
    else:
        rows = source.all(_POSTGRES.format(tables=tables))
        stored = {row[0]: (row[1], _plain(row[2])) for row in rows}
        misled = {row[0] for row in rows if row[3]}
    expected = _expected("sqlite" if source.is_sqlite else "postgresql")
    for name in stored:
        if name not in expected:
            yield problem(_("The trigger {name} was added: a log is made without it."), name=name)
    for name, made in expected.items():
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
        elif name in misled:
            yield problem(
                _("The trigger {name} can be led to other tables than the log's."), name=name
            )


def _check_tables(source: Source) -> Iterator[Problem]:
    for table, made in _structure().items():
        if [source.all(query.format(table=table)) for query in _STRUCTURE] != made:
            yield problem(
                _("The table {table} was altered: it is not made as it was."), table=table
            )


@functools.cache
def _structure() -> dict[str, list[list[Any]]]:
    """Return what SQLite says of the tables of a new log."""
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as connection:
        found = {
            table: [
                [tuple(row) for row in connection.exec_driver_sql(query.format(table=table))]
                for query in _STRUCTURE
            ]
            for table in metadata.tables
        }
    engine.dispose()
    return found


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
        assert called is not None, "a trigger calls a function"  # nosec B101 # for the type checker
        expected[name] = (called[1], bodies[called[1]].strip())
    return expected


def _plain(statement: str) -> str:
    """Return a statement without what differs between spelling and storing it."""
    return " ".join(statement.split())
