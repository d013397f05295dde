"""Making destroyed keys unreadable in the files that held them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from cardledger.errors import LedgerBusy, NotAllowed
from cardledger.i18n import _
from cardledger.keys.tables import BUSY_SECONDS, KEY, translated


def scrub(engine: Engine) -> None:
    """Rewrite what held destroyed keys, from the rows that are left.

    `secure_delete` overwrites what this program deletes. A copy that another program moved or
    left behind in a free page goes only when the file is rebuilt; then the write-ahead log is
    cut to nothing. Raises `LedgerBusy` while another program still reads the old state.
    """
    with translated():
        if engine.dialect.name == "sqlite":
            connection = engine.raw_connection()
            try:
                _scrub_file(connection.cursor())
            finally:
                connection.close()
        else:
            _scrub_table(engine)


def _scrub_file(cursor: Any) -> None:
    cursor.execute("VACUUM")
    busy, _frames, _moved = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise _still_open()


def _scrub_table(engine: Engine) -> None:
    _demand_owner(engine)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            connection.exec_driver_sql(f"SET lock_timeout TO '{BUSY_SECONDS}s'")
            connection.exec_driver_sql(f"VACUUM FULL {KEY.name}")
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", "") == "55P03":
                raise _still_open() from error
            raise
        finally:
            connection.exec_driver_sql("RESET lock_timeout")


def _demand_owner(engine: Engine) -> None:
    """Raise where the server would only warn that it skips a table that is somebody else's."""
    with engine.connect() as connection:
        owner, is_ours = connection.exec_driver_sql(
            "SELECT pg_get_userbyid(relowner), pg_has_role(relowner, 'USAGE')"
            " FROM pg_class WHERE oid = %s::regclass",
            (KEY.name,),
        ).one()
    if not is_ours:
        raise NotAllowed(
            _("The key is destroyed, but only {owner} may rewrite the table that held it."),
            hint=_("Do the same again as a member of that role: GRANT {owner} TO the role in use."),
            owner=owner,
        )


def _still_open() -> LedgerBusy:
    return LedgerBusy(
        _("The key is destroyed, but another program still holds the old state of the key store."),
        hint=_("Do the same again when no other program uses the key store."),
    )
