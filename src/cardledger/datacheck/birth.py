"""The birth date: there, a day, equal to the one inside the identity number, an age of the grade.

Children enter the first grade at six; one year earlier and four years later are still plausible,
and later still where the pupil learns a trade. Source: HANDBOOK 10.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from cardledger.datacheck._base import Fault, Pupil, Setting
from cardledger.datacheck._identities import resident, written
from cardledger.errors import BadValue
from cardledger.i18n import _
from cardledger.moments import parse_date

FIELD: Final = "birth"
TITLE: Final = _("Date of birth")

#: Age on 1 September of the school year, less the grade: least, and most by level.
_LEAST: Final = 4
_MOST: Final = 9
_HIGHEST: Final = 12
_MOST_VOCATIONAL: Final = 15
_COMPARE: Final = _("Compare it with the household register, and correct what is wrong.")


def faults(pupil: Pupil, setting: Setting) -> Iterator[Fault]:
    text = pupil.fact("birth")
    if not text:
        yield Fault("birth-missing", "", _("The date of birth is missing."), _COMPARE)
        return
    try:
        birth = parse_date(text)
    except BadValue:
        yield Fault(
            "birth-malformed",
            text,
            _("“{value}” is not a date."),
            _("Write it as 2010-03-20."),
            {"value": text},
        )
        return
    inside = resident(written(pupil.fact("identity")))
    if inside is not None and inside.birth is not None and inside.birth != birth:
        yield Fault(
            "birth-differs-from-identity",
            text,
            _("The date of birth is {value}, but the identity number says {other}."),
            _("Compare both with the household register, and correct the one that is wrong."),
            {"value": birth.isoformat(), "other": inside.birth.isoformat()},
        )
    yield from _age(pupil, birth, text, setting)


def _age(pupil: Pupil, birth: date, text: str, setting: Setting) -> Iterator[Fault]:
    grade = pupil.state.grade_on(setting.day, setting.policy)
    begun = setting.school_year
    age = begun - birth.year - ((birth.month, birth.day) > (9, 1))
    vocational = setting.policy.level(pupil.state.number) == "vocational"
    most = _MOST_VOCATIONAL if vocational else _MOST
    # A grade that there is not is a fault of the grade.
    known = 1 <= grade <= _HIGHEST
    if birth > setting.day or (known and not _LEAST <= age - grade <= most):
        yield Fault(
            "birth-implausible-age",
            text,
            _(
                "Born on {value}, the pupil was {age} on 1 September {year}: not an age of grade"
                " {grade}."
            ),
            _COMPARE,
            {
                "value": birth.isoformat(),
                "age": age,
                "year": begun,
                "grade": grade if known else "-",
            },
        )
