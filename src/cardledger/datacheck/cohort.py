"""The cohort: there, and the one that digits 10 and 11 of the student number show.

A pupil's cohort is a fact of the pupil; the digits follow it when the number changes (HANDBOOK 3,
4). Where the two differ, one of them was not changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.datacheck._base import Fault, Pupil, Setting
from cardledger.i18n import _

FIELD: Final = "cohort"
TITLE: Final = _("Cohort")


def faults(pupil: Pupil, setting: Setting) -> Iterator[Fault]:
    cohort, digits = pupil.state.cohort, pupil.state.number[9:11]
    if not cohort:
        yield Fault(
            "cohort-missing",
            "",
            _("The cohort is missing."),
            _("Write the year of graduation, four digits."),
        )
    elif digits.isdigit() and int(digits) != cohort % 100:
        yield Fault(
            "cohort-differs-from-number",
            str(cohort),
            _("The cohort is {cohort}, but digits 10 and 11 of the student number are {digits}."),
            _("Correct the cohort; a new number the registrar records with `student renumber`."),
            {"cohort": cohort, "digits": digits},
        )
