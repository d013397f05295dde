"""What each role may do with each table, derived from the schemas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cardledger.keys.tables import METADATA as KEY_TABLES
from cardledger.log.schema import metadata as log_tables
from cardledger.log.triggers import HISTORY
from cardledger.replay.tables import metadata as row_tables

#: All that can be done with a table; what is not granted is taken away.
EVERY: Final = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")

#: The tables of the log of which one row is current, and what recording does with them.
_CURRENT: Final[Mapping[str, tuple[str, ...]]] = {
    "about": (),
    "frontier": ("UPDATE",),
    "checkpoint": ("INSERT", "UPDATE"),
}
_READ: Final = ("SELECT",)


def writer_rights() -> dict[str, tuple[str, ...]]:
    """Return what a writer may do with each table of a ledger.

    A table of the log that nobody thought of here is an error, not one that is open or closed.
    """
    rights = {
        name: (*_READ, *(("INSERT",) if name in HISTORY else _CURRENT[name]))
        for name in log_tables.tables
    }
    # Rows are derived from the lines: whoever may record may also fold.
    return rights | dict.fromkeys(row_tables.tables, (*_READ, "INSERT", "UPDATE", "DELETE"))


def auditor_rights() -> dict[str, tuple[str, ...]]:
    """Return what an auditor may do with each table of a ledger."""
    return dict.fromkeys(writer_rights(), _READ)


def key_tables() -> list[str]:
    """Return the tables of a key store. Whoever has the keys owns them: a key is destroyed by
    rewriting the table, which PostgreSQL leaves to its owner."""
    return list(KEY_TABLES.tables)
