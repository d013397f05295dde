"""Which class a new number is for: what was said, else what the ledger knows of pupil and class.

Nothing is guessed: where the ledger does not say it, or says two things, people are asked.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from cardledger.errors import BadInput, BadValue
from cardledger.i18n import _
from cardledger.ids import parse_school_code
from cardledger.ledger import Ledger
from cardledger.moments import Moment, day_of
from cardledger.numbers import category_of, levels_of
from cardledger.numbers.places import MOST
from cardledger.policy import Level, Policy
from cardledger.replay import Replay
from cardledger.states import Student
from projections import Shown

_COHORT: Final = re.compile(r"(?<!\d)((?:19|20)?\d\d)届")
_NUMERALS: Final = "一二三四五六七八九"
_CLASS: Final = re.compile(
    r"(?<!\d)(\d{1,2}|[一二三四五六七八九]?十?[一二三四五六七八九]?)[)\]]?班?$"
)
_LEVELS: Final = {"小": "primary", "初": "junior", "高": "senior", "职": "vocational"}
#: Grades of each level; what comes after the ninth may be vocational too.
_LAST_GRADE: Final = {"primary": 6, "junior": 9, "senior": 12, "vocational": 12}
#: A pupil who goes on to another level graduates so many years later.
_YEARS: Final = 3


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is said of a number that is wanted. What is left out, the ledger should know.

    student: for whom, by any number or id. class_: the name of the class; class_number: its digits
    12-13. category: digit 9, else it follows from level and guest status. check_digit: the last
    digit, where the policy does not know how it is computed. context: what every command may say,
    such as `at`, `handler`, `note`.
    """

    school: str = ""
    student: str = ""
    class_: str = ""
    class_number: int = 0
    cohort: int = 0
    category: str = ""
    level: Level = ""
    guest: bool | None = None
    treated_as_local: bool | None = None
    reason: str = ""
    check_digit: str = ""
    context: dict[str, Any] = field(default_factory=dict)


class ClassOf(NamedTuple):
    """The class that is meant, and the category of its new pupil: digits 1-13."""

    school: str
    category: str
    cohort: int
    class_number: int
    name: str


def class_meant(
    ledger: Ledger, wanted: Wanted, student: Student | None, policy: Policy, at: Moment
) -> ClassOf:
    """Return the class that a new number is for. Raises `BadInput` with what must be said."""
    return _Finder(ledger, wanted, student, policy, at).found()


class _Finder:
    """Looks for what was not said."""

    def __init__(
        self,
        ledger: Ledger,
        wanted: Wanted,
        student: Student | None,
        policy: Policy,
        at: Moment,
    ) -> None:
        self._ledger = ledger
        self._wanted = wanted
        self._student = student
        self._policy = policy
        self._at = at
        school = student.school if student is not None and student.in_school else ""
        self.school = (
            str(parse_school_code(wanted.school))
            if wanted.school
            else school or ledger.default_school
        )
        own = student.class_ if student is not None and student.school == self.school else ""
        self.name = unicodedata.normalize("NFKC", wanted.class_ or own).strip()

    def found(self) -> ClassOf:
        """Return all of it."""
        cohort = self._cohort()
        return ClassOf(
            self.school, self._category(cohort), cohort, self._class_number(cohort), self.name
        )

    @functools.cached_property
    def _pupils(self) -> Sequence[Shown]:
        """The pupils of the class that is named, as the roster has them."""
        if not self.name:
            return ()
        where = {"school": self.school, "class": self.name}
        return Replay(self._ledger).rows("roster", where=where)

    def _cohort(self) -> int:
        wanted, student = self._wanted, self._student
        if wanted.cohort:
            return wanted.cohort
        written = _COHORT.search(self.name) if wanted.class_ else None
        if written:
            year = int(written[1])
            return year if year >= 100 else 2000 + year
        cohorts = {row["cohort"] for row in self._pupils if row["cohort"]}
        if wanted.class_ and len(cohorts) == 1:
            return int(cohorts.pop())
        if not wanted.class_ and student is not None and student.cohort:
            # Who repeats a year gets the cohort of the new class; until that is recorded, or the
            # class named, the pupil still has the old one.
            stays = wanted.reason != "repeated-year" or any(
                stay.by == "repeat-year" for stay in student.stays
            )
            if stays:
                return student.cohort
        raise BadInput(
            _("The cohort of the class is not known."),
            hint=_("Say it with --cohort YEAR, or name a class of the ledger with --class CLASS."),
        )

    def _class_number(self, cohort: int) -> int:
        """Return digits 12-13: as said, as most pupils of the class have it, as the name ends."""
        if self._wanted.class_number:
            if not 1 <= self._wanted.class_number <= MOST:
                raise BadValue(
                    _("{value} is not a class number."),
                    hint=_("Classes are counted from 01 to 99."),
                    value=self._wanted.class_number,
                )
            return self._wanted.class_number
        prefix, year = self.school, f"{cohort % 100:02}"
        digits = Counter(
            number[11:13]
            for row in self._pupils
            if (number := row["student_number"] or "")[:8] == prefix and number[9:11] == year
        )
        if len(digits) == 1:
            return int(next(iter(digits)))
        if digits:
            counted = ", ".join(f"{number} ({count})" for number, count in sorted(digits.items()))
            raise BadInput(
                _("The pupils of class “{name}” have several class numbers: {found}."),
                hint=_("Say which one is meant with --class-number NN."),
                name=self.name,
                found=counted,
            )
        ending = number_at_end(self.name)
        if ending:
            return ending
        raise BadInput(
            _("The number of class “{name}” (digits 12-13) is not known."),
            hint=_("Say it with --class-number NN."),
            name=self.name,
        )

    def _category(self, cohort: int) -> str:
        """Return digit 9: as said, else by level and guest status."""
        wanted, student, policy = self._wanted, self._student, self._policy
        if wanted.category:
            if len(wanted.category) != 1 or not any(
                wanted.category in digits for digits in policy.levels.values()
            ):
                raise BadValue(
                    _("There is no pupil category {digits}."),
                    hint=_("The categories of the policy in force: cardledger policy show"),
                    digits=wanted.category,
                )
            return wanted.category
        treated, guest = wanted.treated_as_local, wanted.guest
        if treated is None:
            treated = student is not None and student.treated_as_local
        if guest is None:
            guest = bool(wanted.treated_as_local) or (student is not None and student.guest)
        level = wanted.level or self._level(cohort)
        return category_of(policy, level, guest=guest, treated_as_local=treated)

    def _level(self, cohort: int) -> Level:
        levels = levels_of(self.school)
        if len(levels) == 1:
            return levels[0]
        student = self._student
        named = _LEVELS.get(self.name[:1], "") if self._wanted.class_ else ""
        if named:
            return named
        of_class = {self._policy.level(row["student_number"] or "") for row in self._pupils}
        if self._wanted.class_ and len(of_class) == 1 and (only := of_class.pop()):
            return only
        if student is not None and cohort - student.cohort < _YEARS:
            grade = student.grade_on(day_of(self._at), self._policy)
            fitting = [one for one in levels if 0 < grade <= _LAST_GRADE[one]]
            if fitting and len({_LAST_GRADE[one] for one in fitting}) == len(fitting):
                return fitting[0]
            if (level := self._policy.level(student.number)) in levels:
                return level
        raise BadInput(
            _("School {school} has pupils of several levels; which one is meant is not known."),
            hint=_("Say it with --level LEVEL, or digit 9 itself with --category DIGIT."),
            school=self.school,
        )


def number_at_end(name: str) -> int:
    """Return the number with which the name of a class ends, 0 where it ends with none.

    >>> [number_at_end(name) for name in ("小2016届1班", "一年级(3)班", "十二班", "2016届", "A")]
    [1, 3, 12, 0, 0]
    """
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", name))
    found = _CLASS.search(text)
    numeral = found[1] if found else ""
    if numeral.isascii():
        return int(numeral) if numeral else 0
    tens, ten, ones = numeral.rpartition("十")
    value = _NUMERALS.index(ones) + 1 if ones else 0
    if ten:
        value += 10 * (_NUMERALS.index(tens) + 1 if tens else 1)
    return value
