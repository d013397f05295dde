"""What a school does without a card: tools installed, syncs at month ends and after changes."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Final

from scripts.district.desk import Desk
from scripts.district.model import School
from scripts.district.terms import DAY, moment, month_ends

#: The versions that spring 2010 requires (handbook, section 8).
TOOLS: Final = {"cmis": 96, "card-manager": 54, "term-swipe": 19, "transfer": 12}
#: Types of schools that may keep their CMIS.
MAY_KEEP_CMIS: Final = (0, 1, 2)
#: Around a month end that failed no other sync is recorded, so that nothing seems to mend it.
QUIET: Final = 9 * DAY


def install_tools(desk: Desk, school: School) -> None:
    """Install the four tools before the first term; some schools keep their older CMIS."""
    keeps = school.type in MAY_KEEP_CMIS and school.index % 3 == 1
    for place, (name, version) in enumerate(TOOLS.items()):
        at = moment(desk.term.first, 7, 10 + 10 * place)
        if name == school.outdated:
            row = desk.write(school, "tool-installed", at, name=name, version=str(version - 1))
            says = f"{name} {version - 1} was installed and never replaced; {version} is required"
            subjects = [f"school:{school.code}", f"tool:{name}"]
            desk.plant("outdated-tool", school, subjects, [row], says, since=at)
            continue
        older = keeps and name == "cmis"
        desk.write(
            school, "tool-installed", at, name=name, version=str(version - 1 if older else version)
        )


def outdate(desk: Desk, school: School, rng: Random) -> bool:
    """Let a school keep one tool that is too old."""
    if school.outdated:
        return False
    names = [name for name in TOOLS if name != "cmis" or school.type not in MAY_KEEP_CMIS]
    school.outdated = rng.choice(names)
    return True


def month_ends_of(desk: Desk) -> list[date]:
    return list(month_ends(desk.term.first, desk.term.last))


def fail_month(desk: Desk, school: School, rng: Random) -> bool:
    """Let the sync of one month end fail, not the last one of the term."""
    free = [
        day
        for day in month_ends_of(desk)[:-1]
        if not any(abs(day - other) < 40 * DAY for other in school.failing)
    ]
    if not free:
        return False
    school.failing.add(rng.choice(free))
    return True


def sync(desk: Desk, school: School) -> None:
    """Sync at every month end and on every day on which a pupil's data changed."""
    rng = desk.rng(f"sync/{school.code}")
    ends = month_ends_of(desk)
    for day in ends:
        _month_end(desk, school, rng, day)
    for day in sorted(school.changes):
        quiet = any(abs(day - failing) <= QUIET for failing in school.failing)
        if day not in ends and not quiet:
            desk.write(school, "sync-sent", moment(day, 17, rng.randrange(60)), by="network")
            desk.write(school, "sync-confirmed", moment(day, 23, rng.randrange(60)), by="network")
    school.changes.clear()


def _month_end(desk: Desk, school: School, rng: Random, day: date) -> None:
    """Send the data, look after six hours; where the network failed a disk is carried."""
    if day in school.failing:
        sent = desk.write(school, "sync-sent", moment(day, 16, 30), by="network")
        row = desk.write(school, "sync-failed", moment(day, 22, 40), by="network")
        says = "the sync of the month end failed and no disk was carried"
        subjects = [f"school:{school.code}"]
        desk.plant(
            "sync-overdue",
            school,
            subjects,
            [sent, row],
            says,
            since=moment(day + DAY, 0),
            period=f"{day:%Y-%m}",
        )
        return
    by = "network"
    sent_at = moment(day, 16, 30)
    if rng.random() < 0.08:
        desk.write(school, "sync-sent", moment(day, 8, 5), by="network")
        desk.write(school, "sync-failed", moment(day, 14, 10), by="network")
        by = "disk"
    desk.write(school, "sync-sent", sent_at, by=by)
    desk.write(school, "sync-confirmed", moment(day, 22, 40), by=by)
