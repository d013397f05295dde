"""Roles on a PostgreSQL server, each with the least that its work needs.

| role | for whom | may |
|---|---|---|
| `…_owner` | nobody: it cannot log in | owns the tables and their triggers |
| `…_writer` | registrars | read, append lines, keep the rows of projections |
| `…_auditor` | auditors | read |
| `…_keys` | who may see names | use the key store, where that is on a server too |

People log in as roles of their own, which are made members of these: `GRANT cardledger_writer TO
wang`. A writer who records names needs the keys, too; neither writer nor auditor has them by
itself. The tables and what may be done with them are taken from the schemas, so that a new table
belongs to somebody from the first day on.
"""

from __future__ import annotations

from pathlib import Path

from cardledger.errors import BadInput
from cardledger.i18n import _
from cardledger.keys.tables import make_engine, parse_place, writing
from cardledger.log import Log
from cardledger.roles.granting import grant_keys, grant_ledger
from cardledger.roles.names import PREFIX, Roles, role_names

__all__ = ["PREFIX", "Roles", "set_roles"]


def set_roles(place: str | Path, *, keys: str | Path | None = None, prefix: str = PREFIX) -> Roles:
    """Make the roles of a ledger that is there, or bring their rights up to date.

    `keys` is the place of the key store; where that is a file, its rights are those of the file.
    Doing it again changes nothing. Raises `BadInput` for a ledger in a file and for a role that
    is there and may do more than it ought to, `NotAllowed` where the connecting role may not do
    that: it must be able to make roles and own database and tables, or be a superuser.
    """
    with_keys = keys is not None and "://" in str(keys) and not str(keys).startswith("sqlite")
    roles = role_names(prefix, with_keys=with_keys)
    with Log.open(place) as log:
        if log.engine.dialect.name != "postgresql":
            raise BadInput(
                _("{place} is a file: it has no roles, only an owner."),
                hint=_("Roles are for a ledger on a server: postgresql+psycopg://user@host/name"),
                place=log.place,
            )
        with log.writing() as connection:
            grant_ledger(connection, roles)
    if keys is not None and with_keys:
        _set_key_role(keys, roles)
    return roles


def _set_key_role(keys: str | Path, roles: Roles) -> None:
    engine = make_engine(parse_place(keys))
    try:
        with writing(engine) as connection:
            grant_keys(connection, roles)
    finally:
        engine.dispose()
