"""Where a ledger lies: its database, its key store, and its checkpoint outside of both."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
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
#: What stands between the name of a user and the last @, however oddly it is written.
_PASSWORD: Final = re.compile(r"(://[^:@/]*:)(?:.*(?=@)|(?!\d+(?:/|\?|$))[^/?]*)", re.DOTALL)
#: Parameters of a URL that are secrets, or say where one lies.
_SECRETS: Final = re.compile(r"(?i)([?&](?:password|passfile|sslpassword)=)[^&#]*")


@dataclass(frozen=True, slots=True)
class Places:
    """The three places. `database` and `keys` are paths of SQLite files or SQLAlchemy URLs."""

    # Not in the representation: a URL may hold a password.
    database: str = field(repr=False)
    keys: str = field(repr=False)
    checkpoint: Path

    @property
    def shown(self) -> str:
        """The database, without a password, for messages."""
        return shown(self.database)

    @property
    def keys_shown(self) -> str:
        """The key store, without a password, for messages."""
        return shown(self.keys)


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


def without_secrets(text: str) -> str:
    """Return a text that may be a URL, or an option with one, without any password in it.

    What is no URL after all, because somebody mistyped it, is taken for one.

    >>> without_secrets("--ledger=postgresql://wang:p@ss:w/rd@host:5432/cards?sslpassword=x&a=b")
    '--ledger=postgresql://wang:***@host:5432/cards?sslpassword=***&a=b'
    >>> (
    ...     without_secrets("postgresql://wang:secret/cards"),
    ...     without_secrets("postgresql://host:5432/a"),
    ... )
    ('postgresql://wang:***/cards', 'postgresql://host:5432/a')
    """
    return _SECRETS.sub(r"\1***", _PASSWORD.sub(r"\1***", text)) if "://" in text else text


def shown(place: str) -> str:
    """Return a place for messages: a path as it was given, a URL without its password."""
    if "://" not in place:
        return place
    return without_secrets(parse_url(place).render_as_string(hide_password=True))


def parse_url(text: str) -> URL:
    """Read a SQLAlchemy URL; raises `BadValue`, which keeps a password in it to itself."""
    # Loaded only where there is a URL: the command line's help needs no database.
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise BadValue(
            _("{place} is not a URL."), hint=URL_HINT, place=without_secrets(text)
        ) from None
    if "@" in (url.host or ""):
        # The driver would look for a host whose name begins with the end of the password.
        raise BadValue(
            _("{place} is not a URL."),
            hint=_("Write an @ in a password as %40; better, keep the password in ~/.pgpass."),
            place=without_secrets(text),
        )
    return url
