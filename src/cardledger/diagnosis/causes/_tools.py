"""What the ledger says of a program of the new school: which version it has, and how it worked.

The strongest is success: transfer swipes of other cards at the school since the last installation
rule the program out, however old it is. Else the version that was installed last counts: below the
policy's lowest it is a possible cause. Where `newest` is asked for, it is one too as long as
another school has a newer version. Otherwise the line of the installation rules it out. Where no
line, or no number in it, tells the version, nothing is known.
"""

from __future__ import annotations

import re
from typing import Final

from cardledger.actions.tool_installed import ToolWasInstalled
from cardledger.diagnosis.facts import Facts
from cardledger.diagnosis.verdict import Term, Verdict, possible, ruled_out, unknown
from cardledger.events import Line
from cardledger.i18n import _

#: What the programs of the office are called.
PROGRAMS: Final[dict[str, str]] = {
    "cmis": "CMIS",
    "card-manager": _("card manager"),
    "term-swipe": _("term swipe tool"),
    "transfer": _("transfer tool"),
    "reader": _("reader software"),
}

_WORKED: Final = _("With {tool} {version}, card {other} was swiped in at school {school} on {day}.")
_LOW: Final = _("School {school} has {tool} {version}; required is {lowest} or higher.")
_OLDER: Final = _("School {school} has {tool} {version}; school {elsewhere} has {newer} already.")
_ENOUGH: Final = _("School {school} has {tool} {version}, installed on {day}.")
_UNREAD: Final = _("School {school} has {tool} “{version}”, which is no number.")
_UNSAID: Final = _("No line says which version of {tool} school {school} has.")
_INSTALL: Final = _(
    "Install the newest {tool} and swipe again; record it with: cardledger tool installed {program}"
    " VERSION --school {school}"
)
_LOOK: Final = _(
    "Look which version it is, and record it with: cardledger tool installed {program} VERSION"
    " --school {school}"
)


def judged(facts: Facts, program: str, *, newest: bool) -> Verdict:
    """Return whether a program of the new school may be the cause."""
    lowest = facts.policy.lowest_tools.get(program, 0)
    values = {
        "school": facts.school,
        "program": program,
        "tool": Term(PROGRAMS.get(program, program)),
        "lowest": lowest,
    }
    line = facts.installed(program)
    if line is None:
        return unknown(_UNSAID, _LOOK, **values)
    version = version_of(line)
    values |= {"version": version, "day": line.event.at[:10]}
    if worked := succeeded(facts, line):
        day, other = worked[-1].event.at[:10], getattr(worked[-1].event, "card", "")
        return ruled_out(_WORKED, line, worked[-1], **(values | {"day": day, "other": other}))
    if not digits(version):
        return unknown(_UNREAD, _LOOK, line, **values)
    if digits(version)[0] < lowest:
        return possible(_LOW, _INSTALL, line, **values)
    ahead = newer(facts, program, version) if newest or not lowest else None
    if ahead is not None:
        values |= {"elsewhere": ahead.event.school, "newer": version_of(ahead)}
        return possible(_OLDER, _INSTALL, line, ahead, **values)
    return ruled_out(_ENOUGH, line, **values)


def succeeded(facts: Facts, since: Line) -> list[Line]:
    """Return the transfer swipes of other cards that succeeded after an installation."""
    begins = (since.event.when, since.event.recorded, since.position)
    return [
        line
        for line in facts.arrivals
        if (line.event.when, line.event.recorded, line.position) > begins
        and line.event.evidence != "inferred"
    ]


def newer(facts: Facts, program: str, version: str) -> Line | None:
    """Return the installation of the newest version at another school, if it is newer than ours."""
    best, found = digits(version), None
    for school in {line.event.school for line in facts.tools} - {facts.school}:
        line = facts.installed(program, school)
        if line is not None and digits(version_of(line)) > best:
            best, found = digits(version_of(line)), line
    return found


def version_of(line: Line) -> str:
    """Return the version that an installation names."""
    return line.event.version if isinstance(line.event, ToolWasInstalled) else ""


def digits(version: str) -> tuple[int, ...]:
    """Return the numbers in a version, by which versions are compared; none where it has none."""
    return tuple(int(part) for part in re.findall(r"[0-9]{1,9}", version))
