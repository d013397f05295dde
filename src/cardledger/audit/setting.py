"""Setting: what a rule looks at beside the lines of its subject: the audit's date, the policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

from cardledger.events import Line
from cardledger.moments import Moment, end_of
from cardledger.policy import Adopted, Policy, in_force

#: A circular may move a window to a day on which another circular holds; then that one is asked.
_STEPS: Final = 4


class Window(NamedTuple):
    """When a term's swipes are due: the first and the last moment."""

    opens: Moment
    closes: Moment


@dataclass(kw_only=True)
class Setting:
    """What an audit is made with.

    moment: the audit's date. policies: the circulars known by then. reference: the lines that every
    decision looks at. told: what the lines of other subjects say of a subject (see `Rule.tells`).
    """

    moment: Moment
    policies: Sequence[Adopted] = ()
    reference: Sequence[Line] = ()
    told: Mapping[str, Any] = field(default_factory=dict)
    _in_force: dict[str, Policy] = field(default_factory=dict)
    _windows: dict[str, Window | None] = field(default_factory=dict)

    def policy(self, moment: str) -> Policy:
        """Return the policy in force on the day of a moment; `ALWAYS` is before every circular."""
        day = moment[:10]
        found = self._in_force.get(day)
        if found is None:
            first = date.fromisoformat(day) if day else date.min
            found = self._in_force[day] = in_force(list(self.policies), first)
        return found

    def window(self, term: str) -> Window | None:
        """Return the swipe window of a term, by the policy of the day on which it closes.

        None for a term that no calendar has; its window was never open.
        """
        if term not in self._windows:
            try:
                self._windows[term] = self._window(term)
            except ValueError:
                self._windows[term] = None
        return self._windows[term]

    def _window(self, term: str) -> Window:
        year, _dash, season = term.partition("-")
        day = date(int(year), 9 if season == "autumn" else 2, 1)
        first = day
        for _step in range(_STEPS):
            first, end = self.policy(day.isoformat()).window(term)
            if end == day:
                break
            day = end
        return Window(Moment(f"{first.isoformat()}T00:00:00.000+08:00"), end_of(day))
