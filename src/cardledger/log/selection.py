"""Which lines are meant: a choice by tags and names, as SQL that finds their seqs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final, NamedTuple

from cardledger.log.database import Database, Session
from cardledger.log.rows import Match

#: Larger than any seq.
NO_END: Final = 2**63 - 1


class _Part(NamedTuple):
    """One statement of a SeqSql and what it looks for."""

    statement: str
    wanted: Any


class Selection:
    """A choice of lines; `everything` and `nothing` need no search."""

    def __init__(self, parts: Iterable[_Part] = (), *, everything: bool = False) -> None:
        self._parts = tuple(parts)
        self.everything = everything
        self.nothing = not everything and not self._parts
        self.seqs = " UNION ".join(part.statement for part in self._parts)

    def __or__(self, other: Selection) -> Selection:
        return Selection(
            (*self._parts, *other._parts), everything=self.everything or other.everything
        )

    def values(self, after: int, upto: int) -> list[Any]:
        """Return the values for `seqs`: lines with after < seq <= upto."""
        return [value for part in self._parts for value in (part.wanted, after, upto)]

    def exists(self, session: Session, after: int) -> bool:
        """Return whether such a line came after `after`.

        One dip into the tag key for each tag: the cost does not grow with the history.
        """
        if self.nothing:
            return False
        if self.everything:
            return session.one("SELECT 1 FROM line WHERE seq > ? LIMIT 1", [after]) is not None
        row = session.one(f"SELECT EXISTS ({self.seqs})", self.values(after, NO_END))
        return row is not None and bool(row[0])


def select_tags(database: Database, tags: Collection[str]) -> Selection:
    """Choose the lines with any of `tags`."""
    wanted = list(dict.fromkeys(filter(storable, tags)))
    if not wanted:
        return Selection()
    return Selection([_Part(database.seq_sql.any_tag, database.texts(wanted))])


def select_matches(database: Database, matches: Iterable[Match]) -> Selection:
    """Choose the lines that any of `matches` describes; none of them is no line."""
    names: dict[str, None] = {}
    any_tag: dict[str, None] = {}
    records: list[dict[str, Any]] = []
    for match in matches:
        tags = list(dict.fromkeys(match.tags))
        known = [name for name in match.names if storable(name)]
        if not all(map(storable, tags)) or (match.names and not known):
            continue
        if not tags and not known:
            return Selection(everything=True)
        if not tags:
            names.update(dict.fromkeys(known))
        elif len(tags) == 1 and not known:
            any_tag[tags[0]] = None
        else:
            records.append({"tag": tags[0], "also": tags[1:], "names": known})
    sql = database.seq_sql
    parts = []
    if any_tag:
        parts.append(_Part(sql.any_tag, database.texts(list(any_tag))))
    if records:
        parts.append(_Part(sql.all_tags, database.records(records)))
    if names:
        parts.append(_Part(sql.names, database.texts(list(names))))
    return Selection(parts)


def storable(text: str) -> bool:
    """Return whether both databases can hold a text: no NUL, no half of a character.

    A text that is not cannot be on any line; looking for it finds nothing.
    """
    return ("\0" not in text and text.isascii()) or _encodes(text)


def _encodes(text: str) -> bool:
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False
