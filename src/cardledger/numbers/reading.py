"""Reading: what the digits of a student number say, and what is wrong with them (HANDBOOK 3).

A number is read by a policy, which later rule books change. Faults are data: collected, never
raised. A fault that a rule of the handbook names carries the code of that finding; one that has
none is only worth a look, such as the school of another district.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from cardledger.errors import BadStudentNumber
from cardledger.i18n import Translator, _
from cardledger.ids import parse_student_number
from cardledger.numbers import categories, checks, places
from cardledger.numbers.categories import KIND_TITLES, LEVEL_TITLES, TYPES, Kind
from cardledger.policy import Level, Policy

MALFORMED: Final = "number-malformed"
CATEGORY: Final = "number-category-mismatch"
CHECK: Final = "number-check-digit"

PROVINCES: Final[dict[str, str]] = {"01": _("Beijing")}
DISTRICTS: Final[dict[str, str]] = {"0117": _("Pinggu")}

#: What the last digit was found to be.
CHECKS: Final[dict[str, str]] = {
    "unknown": _("check digit; the policy does not say how it is computed"),
    "none": _("checks nothing, by the policy"),
    "right": _("check digit, right by {algorithm}"),
    "wrong": _("check digit, wrong by {algorithm}: it should be {expected}"),
}


class Facts(NamedTuple):
    """What the roster says of the pupil whose number it is; none is not known."""

    guest: bool | None = None
    treated_as_local: bool | None = None
    cohort: int | None = None


class Part(NamedTuple):
    """Some digits and what they mean: `first` to `last` count from 1, `name` is for programs."""

    name: str
    first: int
    last: int
    digits: str
    title: str
    meaning: str
    values: dict[str, Any]

    def text(self, translate: Translator = str) -> str:
        """Return what the digits mean, in the language of `translate`."""
        return _filled(self.meaning, self.values, translate)


class Fault(NamedTuple):
    """What is wrong, at which digits. `finding`: the handbook's code; empty for a mere doubt."""

    code: str
    finding: str
    first: int
    last: int
    message: str
    values: dict[str, Any]

    def text(self, translate: Translator = str) -> str:
        """Return what is wrong, in the language of `translate`."""
        return _filled(self.message, self.values, translate)


def _filled(template: str, values: dict[str, Any], translate: Translator) -> str:
    said = {
        name: translate(value) if isinstance(value, str) else value
        for name, value in values.items()
    }
    return translate(template).format(**said)


@dataclass(frozen=True, slots=True)
class Reading:
    """A student number, read. Of a malformed one only `number` and `faults` say something."""

    number: str
    school: str = ""
    level: Level = ""
    kind: Kind | None = None
    cohort: int | None = None
    class_number: int | None = None
    in_class: int | None = None
    check: str = ""
    parts: tuple[Part, ...] = ()
    faults: tuple[Fault, ...] = field(default=())

    @property
    def wrong(self) -> bool:
        """Whether a rule of the handbook is broken; what is merely worth a look does not count."""
        return any(fault.finding for fault in self.faults)

    @property
    def findings(self) -> tuple[str, ...]:
        """The handbook's codes of what is wrong, each once."""
        return tuple(dict.fromkeys(one.finding for one in self.faults if one.finding))


def read_number(
    text: str,
    policy: Policy,
    *,
    facts: Facts | None = None,
    schools: Collection[str] | None = None,
) -> Reading:
    """Read a student number by a policy.

    `facts`: what the roster says of its pupil, to compare with. `schools`: the codes of all
    schools that are known; without them no school is doubted.
    """
    try:
        number = str(parse_student_number(text))
    except BadStudentNumber as error:
        # Its hint says what is wrong: the number of digits, or that a zero was dropped.
        values = dict(error.values)
        return Reading(
            text, faults=(Fault("malformed", MALFORMED, 1, 16, error.hint_template, values),)
        )
    reader = _Reader(number, policy, facts or Facts(), schools)
    reader.read_school()
    reader.read_pupil()
    reader.read_check()
    return reader.result()


class _Reader:
    """Takes a number apart."""

    def __init__(
        self, number: str, policy: Policy, facts: Facts, schools: Collection[str] | None
    ) -> None:
        self._number = number
        self._policy = policy
        self._facts = facts
        self._schools = schools
        self._parts: list[Part] = []
        self._faults: list[Fault] = []
        self._check = ""

    def _part(self, name: str, first: int, last: int, title: str, meaning: str, **more: Any) -> str:
        digits = self._number[first - 1 : last]
        self._parts.append(Part(name, first, last, digits, title, meaning, more))
        return digits

    def _fault(self, code: str, finding: str, message: str, **values: Any) -> None:
        """Keep a fault of the digits that were read last."""
        part = self._parts[-1]
        self._faults.append(Fault(code, finding, part.first, part.last, message, values))

    def read_school(self) -> None:
        """Read digits 1-8: province, district, type and code of the school."""
        number = self._number
        province = PROVINCES.get(number[:2])
        self._part("province", 1, 2, _("Province or city"), province or _("not known"))
        if province is None:
            self._fault(
                "province-unknown",
                "",
                _("No province or city {digits} is known."),
                digits=number[:2],
            )
        district = DISTRICTS.get(number[:4])
        known = district is not None or number[:4] in {one[:4] for one in self._schools or ()}
        self._part("district", 3, 4, _("District"), district or _("another district"))
        if self._schools is not None and not known:
            self._fault(
                "district-unknown",
                "",
                _("No school of district {digits} is known."),
                digits=number[2:4],
            )
        kind = TYPES.get(number[4])
        self._part("school_type", 5, 5, _("School type"), kind.title if kind else _("not known"))
        if kind is None:
            self._fault(
                "type-unknown", MALFORMED, _("There is no school type {digits}."), digits=number[4]
            )
        self._part("school_code", 6, 8, _("School code"), _("school {school}"), school=number[:8])
        if self._schools is not None and known and number[:8] not in self._schools:
            self._fault(
                "school-unknown", "", _("School {school} is not in this ledger."), school=number[:8]
            )

    def read_pupil(self) -> None:
        """Read digits 9-15: category, cohort, class and number in class."""
        number = self._number
        self._read_category(number[8])
        cohort = places.cohort_of_number(number)
        self._part("cohort", 10, 11, _("Cohort"), _("graduates in {cohort}"), cohort=cohort)
        if self._facts.cohort and self._facts.cohort != cohort:
            self._fault(
                "cohort-differs",
                "",
                _("The roster says cohort {cohort}."),
                cohort=self._facts.cohort,
            )
        self._part("class_number", 12, 13, _("Class"), _("class {value}"), value=int(number[11:13]))
        if number[11:13] == "00":
            self._fault("class-zero", MALFORMED, _("Classes are counted from 01."))
        self._part(
            "in_class", 14, 15, _("Number in class"), _("number {value}"), value=int(number[13:15])
        )
        if number[13:15] == "00":
            self._fault("number-zero", MALFORMED, _("Numbers in class are counted from 01."))

    def _read_category(self, digit: str) -> None:
        policy, facts = self._policy, self._facts
        level, kind = policy.level(self._number), categories.kind_of(policy, digit)
        meaning = _("{level}, {kind}") if level else _("not known")
        self._part(
            "category",
            9,
            9,
            _("Pupil category"),
            meaning,
            level=LEVEL_TITLES.get(level, level),
            kind=KIND_TITLES[kind],
        )
        if not level:
            self._fault(
                "category-unknown",
                MALFORMED,
                _("There is no pupil category {digits}."),
                digits=digit,
            )
            return
        levels = categories.levels_of(self._number)
        if levels and level not in levels:
            self._fault(
                "category-not-of-school",
                CATEGORY,
                _("A {type} has no pupils of category {digits} ({level})."),
                type=TYPES[self._number[4]].title,
                digits=digit,
                level=LEVEL_TITLES.get(level, level),
            )
        if facts.guest is None:
            return
        wanted = categories.expected_kind(
            guest=facts.guest, treated_as_local=bool(facts.treated_as_local)
        )
        # Guests in vocational schools have no category of their own: never a finding.
        if kind != wanted and categories.has_kind(policy, level, wanted):
            self._fault(
                "category-not-of-pupil",
                CATEGORY,
                _("The roster says “{wanted}”, the category says “{kind}”."),
                wanted=KIND_TITLES[wanted],
                kind=KIND_TITLES[kind],
            )

    def read_check(self) -> None:
        """Read the last digit by the algorithm of the policy."""
        number, algorithm = self._number, self._policy.check_digit
        expected = checks.check_digit_of(algorithm, number[:15])
        if algorithm in checks.ALGORITHMS:
            self._check = "right" if number[15] == expected else "wrong"
        else:
            self._check = str(algorithm)
        self._part(
            "check_digit",
            16,
            16,
            _("Check digit"),
            CHECKS[self._check],
            algorithm=algorithm,
            expected=expected,
        )
        if self._check == "wrong":
            self._fault(
                "check-digit",
                CHECK,
                _("The last digit is {digits}; by {algorithm} it should be {expected}."),
                digits=number[15],
                algorithm=algorithm,
                expected=expected,
            )

    def result(self) -> Reading:
        """Return what was read."""
        number = self._number
        level = self._policy.level(number)
        return Reading(
            number=number,
            school=number[:8],
            level=level,
            kind=categories.kind_of(self._policy, number[8]) if level else None,
            cohort=places.cohort_of_number(number),
            class_number=int(number[11:13]),
            in_class=int(number[13:15]),
            check=self._check,
            parts=tuple(self._parts),
            faults=tuple(self._faults),
        )
