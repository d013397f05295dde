"""The last digit of a student number is not the check digit of the others.

The algorithm is the one that the policy names; where it is unknown nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.audit.finding import Finding
from cardledger.audit.history import History
from cardledger.audit.rules._numbers import faulty
from cardledger.audit.setting import Setting
from cardledger.i18n import _

RULE: Final = "number-check-digit"
SEVERITY: Final = "warning"
SUBJECTS: Final = ("student",)
TODO: Final = _("Compare the number with the record system: a digit was mistyped somewhere.")

_MESSAGE: Final = _("The student number {number} of {student} has a wrong check digit: {fault}")


def findings(history: History, setting: Setting) -> Iterator[Finding]:
    yield from faulty(history, setting, RULE, _MESSAGE)
