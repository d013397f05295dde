"""Digit 9 of a student number does not fit the pupil or the school.

Guests have 4, 5 or 6, guests who are treated as locals 7, 8 or 9, all others 0 to 3; and a primary
school has no junior category. Guests of vocational schools have no category of their own. Where the
roster does not say whether the pupil is a guest, only the school is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.audit.finding import Finding
from cardledger.audit.history import History
from cardledger.audit.rules._numbers import faulty
from cardledger.audit.setting import Setting
from cardledger.i18n import _

RULE: Final = "number-category-mismatch"
SEVERITY: Final = "warning"
SUBJECTS: Final = ("student",)
TODO: Final = _("Check the pupil's source; correct the roster, or give the pupil a right number.")

_MESSAGE: Final = _("The student number {number} of {student} has the wrong category: {fault}")


def findings(history: History, setting: Setting) -> Iterator[Finding]:
    yield from faulty(history, setting, RULE, _MESSAGE)
