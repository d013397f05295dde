"""The past of a line: what counts and happened before it, found by what it is about.

Rules that say what follows from what (`cardledger.trace.follows`) ask it. Events go by their
stored names without the version, such as `card.lost`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cardledger.events import Event, Line, stored_name


def kind_of(event: Event) -> str:
    """Return the stored name of an event without its version."""
    return stored_name(type(event)).partition("/")[0]


@dataclass(slots=True)
class Past:
    """The lines that counted so far, in the order in which things happened.

    `subject` is the tag of what is traced; `written_off` are the lines that were void, each with
    the line that voids it.
    """

    subject: str = ""
    written_off: list[tuple[Line, int]] = field(default_factory=list)
    _by_kind: dict[str, list[tuple[int, Line]]] = field(default_factory=dict)
    _count: int = 0

    def add(self, line: Line) -> None:
        """Let one more line be past."""
        self._count += 1
        self._by_kind.setdefault(kind_of(line.event), []).append((self._count, line))

    def last(self, *kinds: str, since: tuple[str, ...] = (), **fields: str) -> int | None:
        """Return the position of the last line of some kinds whose event has these fields.

        None where there is none, or where a line of the kinds `since` with these fields came after
        it: what was answered already is not answered again.
        """
        found = self._find(kinds, fields)
        if found is None:
            return None
        place, line = found
        after = self._find(since, fields)
        return None if after is not None and after[0] > place else line.position

    def every(self, kind: str) -> Iterator[Line]:
        """Return all lines of one kind, the last one first."""
        for _place, line in reversed(self._by_kind.get(kind, [])):
            yield line

    def _find(self, kinds: tuple[str, ...], fields: dict[str, str]) -> tuple[int, Line] | None:
        found = [one for kind in kinds if (one := self._last_of(kind, fields)) is not None]
        return max(found, key=lambda one: one[0], default=None)

    def _last_of(self, kind: str, fields: dict[str, str]) -> tuple[int, Line] | None:
        for place, line in reversed(self._by_kind.get(kind, [])):
            event = line.event
            # Who is nobody is not the same nobody twice.
            if all(value and getattr(event, name, "") == value for name, value in fields.items()):
                return place, line
        return None
