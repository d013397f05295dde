"""Entries: what stands on the agenda, as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal

from cardledger.diagnosis.verdict import filled
from cardledger.i18n import Translator, _

State = Literal["done", "due", "overdue", "upcoming", "unknown"]

#: What states are called.
STATES: Final[dict[State, str]] = {
    "done": _("done"),
    "due": _("due"),
    "overdue": _("overdue"),
    "upcoming": _("upcoming"),
    "unknown": _("unknown"),
}
#: So long before its day something is due and no longer only upcoming, unless an item says it.
AHEAD: Final = timedelta(days=14)
#: So many groups of a count are told.
_GROUPS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing to be done.

    due: the last day for it; none where the office sets no day. count: how many are still to be
    done, pupils, cards, boxes or whatever the item is about, and subjects: their tags. positions:
    lines that say so. detail and todo are English templates with their values.
    """

    state: State
    due: date | None
    detail_template: str
    todo_template: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    count: int = 0
    subjects: tuple[str, ...] = ()
    positions: tuple[int, ...] = ()

    def detail(self, translate: Translator = str) -> str:
        """Return how it stands, in the language of `translate`."""
        return filled(self.detail_template, self.values, translate)

    def todo(self, translate: Translator = str) -> str:
        """Return what to do; empty where nothing is left to do."""
        return "" if self.state == "done" else filled(self.todo_template, self.values, translate)


def state_on(day: date, due: date, *, done: bool, opens: date | None = None) -> State:
    """Return the state of something on a day that is due by another; `opens`: from when on."""
    if done:
        return "done"
    if day > due:
        return "overdue"
    return "due" if day >= (due - AHEAD if opens is None else opens) else "upcoming"


def groups(names: Iterable[object]) -> tuple[str, ...]:
    """Return how many there are of each name, for a sentence; of many names the first ones."""
    counted = sorted((str(name or "-"), count) for name, count in Counter(names).items())
    told = tuple(f"{name} {count}" for name, count in counted[:_GROUPS])
    return (*told, "…") if len(counted) > _GROUPS else told


def tags(kind: str, keys: Iterable[str]) -> tuple[str, ...]:
    """Return subjects as tags, in their order."""
    return tuple(f"{kind}:{key}" for key in sorted(keys))
