"""The grade: known, one of the level that digit 9 shows, and the one that follows from the cohort.

A primary pupil graduates after grade 6, a junior one after 9, a senior or vocational one after
12; a grade advances every 1 September (HANDBOOK 3, 4).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from cardledger.datacheck._base import Fault, Pupil, Setting
from cardledger.i18n import _

FIELD: Final = "grade"
TITLE: Final = _("Grade")

#: First and last grade of each level.
_GRADES: Final = {"primary": (1, 6), "junior": (7, 9), "senior": (10, 12), "vocational": (10, 12)}


def faults(pupil: Pupil, setting: Setting) -> Iterator[Fault]:
    state, policy = pupil.state, setting.policy
    grade = state.grade_on(setting.day, policy)
    by_cohort = msgspec.structs.replace(state, grade=0).grade_on(setting.day, policy)
    first, last = _GRADES.get(policy.level(state.number), (1, 12))
    if not grade:
        yield Fault(
            "grade-missing",
            "",
            _("The grade is missing, and neither cohort nor number tells it."),
            _("Write it as 1 to 12."),
        )
    elif by_cohort and grade != by_cohort:
        yield Fault(
            "grade-differs-from-cohort",
            str(grade),
            _("The grade is {grade}, but by the cohort {cohort} it is {other}."),
            _("Correct the grade or the cohort. A pupil who repeats: `student repeat-year`."),
            {"grade": grade, "cohort": state.cohort, "other": by_cohort},
        )
    elif not first <= grade <= last:
        yield Fault(
            "grade-not-of-level",
            str(grade),
            _("The grade is {grade}, but digit 9 of the number is for grades {first} to {last}."),
            _("Record the graduation, or correct cohort, grade or number."),
            {"grade": grade, "first": first, "last": last},
        )
