"""Where a ledger lies: its database, its key store, and its checkpoint outside of both."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sqlalchemy import URL

#: The ledger of the current folder.
DEFAULT: Final = "cardledger.db"


@dataclass(frozen=True, slots=True)
class Places:
    """The three places. `database` and `keys` are paths of SQLite files or SQLAlchemy URLs."""

    database: str
    keys: str
    checkpoint: Path

    @property
    def shown(self) -> str:
        """The database, without a password, for messages."""
        if "://" not in self.database:
            return self.database
        return _url(self.database).render_as_string(hide_password=True)


def places_of(database: str | Path, keys: str | Path | None = None) -> Places:
    """Return the places of a ledger.

    A file `x.db` has its keys in `x.keys.db` and its checkpoint in `x.checkpoint` beside it. The
    ledger of a server has them in the current folder, under the database's name; where `keys` is
    a file in another folder, the checkpoint lies there too.
    """
    text = str(database)
    if text.startswith("sqlite") and "://" in text:
        text = _url(text).database or text
    if "://" in text:
        stem = Path(_url(text).database or "cardledger")
        if keys is not None and "://" not in str(keys):
            stem = Path(keys).parent / stem
    else:
        stem = Path(text)
        stem = stem.with_suffix("") if stem.suffix == ".db" else stem
    return Places(
        database=text,
        keys=str(keys or stem.with_name(stem.name + ".keys.db")),
        checkpoint=stem.with_name(stem.name + ".checkpoint"),
    )


def _url(text: str) -> URL:
    # Loaded only where there is a URL: the command line's help needs no database.
    from sqlalchemy.engine import make_url

    return make_url(text)
