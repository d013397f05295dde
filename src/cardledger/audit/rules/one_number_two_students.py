"""One student number was given to two pupils.

From then on the number alone does not say who is meant, and nothing can be recorded by it. A number
that a pupil once had stays that pupil's, so that it is never given again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.audit.finding import Finding
from cardledger.audit.history import History, latest, positions
from cardledger.audit.setting import Setting
from cardledger.i18n import _

RULE: Final = "one-number-two-students"
SEVERITY: Final = "serious"
SUBJECTS: Final = ("number",)
TODO: Final = _("Find out whose number it is, and give the other pupil a new one.")

_MESSAGE: Final = _("Student number {number} was given to {count} pupils: {students}.")


def findings(history: History, setting: Setting) -> Iterator[Finding]:
    students = list(history.book.numbers.get(history.key, ()))
    if len(students) > 1:
        lines = [line for line in history.lines if getattr(line.event, "student", "") in students]
        yield Finding(
            rule=RULE,
            subjects=(history.tag, *(f"student:{student}" for student in students)),
            positions=positions(lines),
            since=latest(lines),
            message=_MESSAGE,
            values={"number": history.key, "students": students, "count": len(students)},
            school=history.key[:8],
        )
