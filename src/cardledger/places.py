"""Where a ledger lies: its database, its key store, and its checkpoint outside of both."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cardledger.errors import BadValue
from cardledger.i18n import _

if TYPE_CHECKING:
    from sqlalchemy import URL

#: The ledger of the current folder.
DEFAULT: Final = "cardledger.db"
URL_HINT: Final = _(
    "Give the path of a file, or a URL like postgresql+psycopg://user@host/database."
)


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
        return parse_url(self.database).render_as_string(hide_password=True)


def places_of(database: str | Path, keys: str | Path | None = None) -> Places:
    """Return the places of a ledger.

    A file `x.db` has its keys in `x.keys.db` and its checkpoint in `x.checkpoint` beside it. The
    ledger of a server has them in the current folder, under the database's name; where `keys` is
    a file in another folder, the checkpoint lies there too. Raises `BadValue` for what is neither
    a path nor a URL, and where both are one file.
    """
    text = str(database)
    if text.startswith("sqlite") and "://" in text:
        text = parse_url(text).database or text
    if "://" in text:
        stem = Path(parse_url(text).database or "cardledger")
        if keys is not None and "://" not in str(keys):
            stem = Path(keys).parent / stem
    else:
        stem = Path(text)
        stem = stem.with_suffix("") if stem.suffix == ".db" else stem
    if not stem.name:
        raise BadValue(
            _("{place} does not name a file."),
            hint=URL_HINT,
            place=repr(text),
        )
    if keys is not None and Path(keys).absolute() == Path(text).absolute():
        raise BadValue(
            _("{place} cannot hold both the ledger and its keys."),
            hint=_("Give the keys a place of their own."),
            place=text,
        )
    return Places(
        database=text,
        keys=str(keys or stem.with_name(stem.name + ".keys.db")),
        checkpoint=stem.with_name(stem.name + ".checkpoint"),
    )


def parse_url(text: str) -> URL:
    """Read a SQLAlchemy URL; raises `BadValue`, which keeps a password in it to itself."""
    # Loaded only where there is a URL: the command line's help needs no database.
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(text)
    except (ArgumentError, ValueError):
        scheme, _colon, rest = text.partition("://")
        shown = f"{scheme}://…@{rest.rpartition('@')[2]}" if "@" in rest else text
        raise BadValue(_("{place} is not a URL."), hint=URL_HINT, place=shown) from None
