"""The log: lines of bytes with tags, appended on a condition, provable, never changed.

Knows bytes, names and tags, not what they mean. One database holds one log.
"""

from __future__ import annotations

from cardledger.log.appending import Sign
from cardledger.log.database import DEFAULT_TIMEOUT, Database, Watch
from cardledger.log.log import Log
from cardledger.log.place import database_at
from cardledger.log.rows import (
    Entry,
    Line,
    Match,
    foreign_content,
    tags_from_text,
)
from cardledger.log.selection import storable

__all__ = [
    "DEFAULT_TIMEOUT",
    "Database",
    "Entry",
    "Line",
    "Log",
    "Match",
    "Sign",
    "Watch",
    "database_at",
    "foreign_content",
    "storable",
    "tags_from_text",
]
