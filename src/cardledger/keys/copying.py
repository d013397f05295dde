"""Consistent copies of a key store, and taking them in again.

A copy is made row by row from one state of the store, so that it is the same for a file and for a
server, and holds no remnant of a destroyed key.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, Table, select

from cardledger.errors import BadInput, KeyStoreExists
from cardledger.i18n import _
from cardledger.keys.creation import create_store, set_journal, sync_folder
from cardledger.keys.tables import (
    KEY,
    META,
    SECRET,
    insert_if_absent,
    make_engine,
    snapshot,
    upsert,
    writing,
)

#: Rows in one statement.
CHUNK: Final = 500


def backup(source: Engine, file: Path) -> None:
    """Write a copy of a store into a new file; a copy that fails leaves no file."""
    url = URL.create("sqlite", database=str(file))
    engine = make_engine(url)

    def fill(target: Connection) -> None:
        with snapshot(source) as connection:
            for table in (META, SECRET, KEY):
                for rows in _chunks(connection, table):
                    insert_if_absent(target, table, rows)

    try:
        create_store(url, engine, fill)
        set_journal(engine, "delete")
        engine.dispose()
        sync_folder(file)
    except KeyStoreExists:
        raise
    except BaseException:
        engine.dispose()
        with suppress(FileNotFoundError):
            file.unlink()
        raise
    finally:
        engine.dispose()


def merge(source: Engine, target: Engine, backup_place: str, place: str) -> bool:
    """Take the rows of a backup into a store, in one transaction.

    Returns whether a key that was here is destroyed by it. Raises `BadInput` where they differ.
    """
    destroys = False
    with snapshot(source) as there, writing(target) as here:
        for table in (META, SECRET):
            for rows in _chunks(there, table):
                insert_if_absent(here, table, rows)
                if table is SECRET and _differ(here, table, rows):
                    raise _another(backup_place, place)
        for rows in _chunks(there, KEY):
            living = [row for row in rows if row["key"] is not None]
            insert_if_absent(here, KEY, living)
            if _differ(here, KEY, living):
                raise _another(backup_place, place)
            tombstones = [row for row in rows if row["key"] is None]
            if tombstones:
                destroys = destroys or _differ(here, KEY, tombstones)
                upsert(here, KEY, tombstones)
    return destroys


def _chunks(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    """Read a table by its key, a chunk at a time."""
    name = table.columns[0]
    question = select(table).order_by(name).limit(CHUNK)
    rows = connection.execute(question).mappings().all()
    while rows:
        yield [dict(row) for row in rows]
        rows = connection.execute(question.where(name > rows[-1][name])).mappings().all()


def _differ(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> bool:
    """Tell whether a row is there with another value that is not NULL."""
    name, value = table.columns
    expected = {row[name.name]: row[value.name] for row in rows}
    stored = connection.execute(select(name, value).where(name.in_(list(expected))))
    return any(found is not None and found != expected[owner] for owner, found in stored)


def _another(backup_place: str, place: str) -> BadInput:
    return BadInput(
        _("The keys in {backup} belong to another ledger than those in {place}."),
        hint=_("Restore a backup into the ledger that it was made from, or into a new place."),
        backup=backup_place,
        place=place,
    )
