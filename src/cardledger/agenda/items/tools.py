"""At the start of term the tools are at or above the versions that the policy requires.

Due on the day before the swipe window opens. Done where the last installation of each required
program says a version at or above the lowest one; school types that may keep their CMIS may.
Unknown where no program is below, but of one no line, or no number, tells the version.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from cardledger.actions.tool_installed import ToolWasInstalled
from cardledger.agenda.entry import Entry, state_on
from cardledger.agenda.office import Office
from cardledger.diagnosis.causes._tools import digits
from cardledger.i18n import _

ITEM: Final = "tools"
TITLE: Final = _("Install tools")
ORDER: Final = 20

_DONE: Final = _("At or above the required versions: {good}.")
_BELOW: Final = _("Below the required version: {below}.")
_UNSAID: Final = _("No line tells the version of: {unsaid}.")
_BOTH: Final = _("Below the required version: {below}. No line tells the version of: {unsaid}.")
_INSTALL: Final = _(
    "Install them, and record each with: cardledger tool installed NAME VERSION --school {school}"
)


def entries(office: Office) -> Iterator[Entry]:
    policy, last = office.policy, _installed(office)
    good, below, unsaid, lines = [], [], [], []
    for name, lowest in policy.lowest_tools.items():
        if name == "cmis" and office.school[4:5] in policy.cmis_optional_types:
            continue
        position, version = last.get(name, (0, ""))
        if position:
            lines.append(position)
        if not digits(version):
            unsaid.append(f"{name} ≥ {lowest}")
        elif digits(version)[0] < lowest:
            below.append(f"{name} {version} < {lowest}")
        else:
            good.append(f"{name} {version}")
    due = office.window[0] - timedelta(days=1)
    messages = {(True, True): _BOTH, (True, False): _BELOW, (False, True): _UNSAID}
    yield Entry(
        state="unknown"
        if unsaid and not below
        else state_on(office.day, due, done=not below and not unsaid),
        due=due,
        detail_template=messages.get((bool(below), bool(unsaid)), _DONE),
        todo_template=_INSTALL,
        values={
            "good": tuple(good),
            "below": tuple(below),
            "unsaid": tuple(unsaid),
            "school": office.school,
        },
        count=len(below) + len(unsaid),
        subjects=tuple(f"tool:{one.split()[0]}" for one in (*below, *unsaid)),
        positions=tuple(sorted(lines)),
    )


def _installed(office: Office) -> dict[str, tuple[int, str]]:
    return {
        line.event.program: (line.position, line.event.version)
        for line in office.lines.lines
        if isinstance(line.event, ToolWasInstalled)
    }
