"""The names of the roles of a ledger: with a prefix, because databases of a server share them."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from cardledger.errors import BadValue
from cardledger.i18n import _

#: Before the names of roles, where nobody says otherwise.
PREFIX: Final = "cardledger"

# Names that need no quotes, short enough that nothing of them is cut off.
_PREFIX: Final = re.compile(r"(?!pg_)[a-z][a-z0-9_]{0,39}", re.ASCII)


class Roles(NamedTuple):
    """The names of the roles; `keys` is empty where the key store is a file."""

    owner: str
    writer: str
    auditor: str
    keys: str


def role_names(prefix: str, *, with_keys: bool) -> Roles:
    """Return the names with a prefix; raises `BadValue` for one that PostgreSQL would not take."""
    if not _PREFIX.fullmatch(prefix):
        raise BadValue(
            _("“{prefix}” cannot begin the names of roles."),
            hint=_("Use at most 40 of a-z, 0-9 and _, a letter first, and not pg_."),
            prefix=prefix,
        )
    keys = f"{prefix}_keys" if with_keys else ""
    return Roles(f"{prefix}_owner", f"{prefix}_writer", f"{prefix}_auditor", keys)
