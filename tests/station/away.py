"""Ledgers that cannot be written at present, and what they hold."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy import create_engine

from tests.station.conftest import School


@contextmanager
def locked(school: School) -> Iterator[None]:
    """Let another program hold the lock of the ledger."""
    if school.place.startswith("postgresql"):
        engine = create_engine(school.place)
        with engine.connect() as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({0x636172646C656467})")
            yield
        engine.dispose()
        return
    with closing(sqlite3.connect(school.place.removeprefix("sqlite:///"))) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.rollback()


def swiped(school: School) -> list[Any]:
    """Return the term swipes of the ledger."""
    return school.events("term.swiped/1")


def no_space(*_given: object) -> int:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
