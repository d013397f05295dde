"""Where a log is: a path or URL, as people write it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from sqlalchemy import URL

from cardledger.errors import BadValue
from cardledger.i18n import _
from cardledger.log.database import DEFAULT_TIMEOUT, Database
from cardledger.places import URL_HINT, parse_url
from cardledger.places import shown as shown_place


class FilePlace(NamedTuple):
    """A SQLite file; `shown` is the path as it was given."""

    shown: str
    path: Path


class ServerPlace(NamedTuple):
    """A PostgreSQL database; `shown` is its URL without the password."""

    shown: str
    url: URL


def parse_place(place: str | Path) -> FilePlace | ServerPlace:
    """Return the place that a path or a SQLAlchemy URL names; BadValue for anything else.

    A path becomes absolute, so that it stays the same file when the working folder changes.
    """
    text = str(place)
    if "://" not in text:
        return _file(text)
    url = parse_url(text)
    shown = shown_place(text)
    backend, _plus, driver = url.drivername.partition("+")
    if backend == "sqlite":
        if url.query or url.database in (None, "", ":memory:"):
            raise BadValue(_("{place} does not name a file."), hint=URL_HINT, place=shown)
        return _file(str(url.database))
    if backend in ("postgresql", "postgres") and driver in ("", "psycopg"):
        return ServerPlace(shown, url.set(drivername="postgresql+psycopg"))
    raise BadValue(
        _("{place} is neither SQLite nor PostgreSQL (with psycopg)."), hint=URL_HINT, place=shown
    )


def _file(text: str) -> FilePlace:
    if not text or "\0" in text:
        raise BadValue(_("{place} does not name a file."), hint=URL_HINT, place=repr(text))
    return FilePlace(text, Path(text).absolute())


def database_at(place: str | Path, timeout: float = DEFAULT_TIMEOUT) -> Database:
    """Return the database at a place; nothing is opened yet. `timeout` in seconds."""
    parsed = parse_place(place)
    # Only what is used is imported: psycopg is an extra.
    if isinstance(parsed, FilePlace):
        from cardledger.log.sqlite import SqliteDatabase

        return SqliteDatabase(parsed.path, parsed.shown, timeout)
    from cardledger.log.postgres import PostgresDatabase

    return PostgresDatabase(parsed.url, parsed.shown, timeout)
