"""One identity number is behind two pupils.

The ledger knows no identity numbers, only keyed hashes of them, so that it can tell that they are
the same. A pupil whose identity number was corrected since is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from cardledger.audit.finding import Finding
from cardledger.audit.history import History, latest, positions
from cardledger.audit.setting import Setting
from cardledger.i18n import _
from cardledger.states import Student

RULE: Final = "one-person-two-records"
SEVERITY: Final = "serious"
SUBJECTS: Final = ("person",)
TODO: Final = _("Compare both pupils with the household register; correct the one that is wrong.")

_MESSAGE: Final = _("{count} pupils have one identity number: {students}.")


def findings(history: History, setting: Setting) -> Iterator[Finding]:
    students = list(history.book.persons.get(history.key, ()))
    if len(students) > 1:
        lines = [line for line in history.lines if getattr(line.event, "person", "")]
        yield Finding(
            rule=RULE,
            subjects=tuple(f"student:{student}" for student in students),
            positions=positions(lines),
            since=latest(lines),
            message=_MESSAGE,
            values={"students": students, "count": len(students)},
        )


def still(finding: Finding, students: Mapping[str, Student]) -> bool:
    """Whether no correction came since; the lines of the person alone do not tell."""
    persons = [students[pupil].person for pupil in finding.values["students"]]
    return len(persons) > len(set(persons))
