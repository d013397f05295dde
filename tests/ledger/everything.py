"""Every byte that a ledger keeps, wherever it lies: files beside it, tables on a server."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.ledger.conftest import Office


def kept(office: Office) -> Iterator[tuple[str, bytes]]:
    """Return the content of every file and of every table, each with its name."""
    places = office.ledger.places
    folders = {office.keys.parent, places.checkpoint.parent}
    for folder in folders:
        for file in sorted(folder.iterdir()):
            if file.is_file():
                yield file.name, file.read_bytes()
    if office.place.startswith("postgresql"):
        yield from _tables(office.place)


def _tables(url: str) -> Iterator[tuple[str, bytes]]:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        names = connection.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).all()
        for name in names:
            for row in connection.execute(text(f"SELECT * FROM {name}")):
                for value in row:
                    data = value if isinstance(value, (bytes, memoryview)) else str(value).encode()
                    yield name, bytes(data)


def places_of(office: Office, secret: bytes) -> list[str]:
    """Return where some bytes are found."""
    return sorted({name for name, data in kept(office) if secret in data})
