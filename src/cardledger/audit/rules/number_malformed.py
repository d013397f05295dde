"""A student number has digits that mean nothing.

Class and number in class count from 01, there is no school type 8 or 9, and every number has 16
digits. The number that the pupil has now is read by the policy of the day on which it was given.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.audit.finding import Finding
from cardledger.audit.history import History
from cardledger.audit.rules._numbers import faulty
from cardledger.audit.setting import Setting
from cardledger.i18n import _

RULE: Final = "number-malformed"
SEVERITY: Final = "warning"
SUBJECTS: Final = ("student",)
TODO: Final = _("Give the pupil a right number, file it, and make both cards anew.")

_MESSAGE: Final = _("The student number {number} of {student} is malformed: {fault}")


def findings(history: History, setting: Setting) -> Iterator[Finding]:
    yield from faulty(history, setting, RULE, _MESSAGE)
