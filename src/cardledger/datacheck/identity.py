"""The identity number: there, of 18 characters, with its own check digit, a real day, a province.

Passports and the permits of residents of Hong Kong, Macau and Taiwan have other forms and are not
at fault for that. Of the division only the province is checked: lists of former counties have
gaps. Sources: HANDBOOK 10; GB 11643-1999; python-stdnum, `stdnum.cn.ric`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.datacheck._base import Fault, Pupil, Setting
from cardledger.datacheck._identities import is_other, resident, written
from cardledger.i18n import _

FIELD: Final = "identity"
TITLE: Final = _("Identity number")

_COPY: Final = _("Copy it from the household register or the document, digit by digit.")


def faults(pupil: Pupil, setting: Setting) -> Iterator[Fault]:
    number = written(pupil.fact("identity"))
    found = resident(number)
    if not number:
        yield Fault("identity-missing", "", _("The identity number is missing."), _COPY)
    elif found is None:
        if not is_other(number):
            yield Fault(
                "identity-malformed",
                number,
                _("It has {length} characters or signs that no identity number has."),
                _("An identity number has 17 digits and a digit or X. Copy it from the document."),
                {"length": len(number)},
            )
    elif found.birth is None or found.birth > setting.day:
        yield Fault(
            "identity-date",
            number,
            _("Its digits 7 to 14 are no day on which somebody was born."),
            _COPY,
        )
    elif not found.province_known:
        yield Fault(
            "identity-region", number, _("Its first two digits are those of no province."), _COPY
        )
    elif found.check_digit != number[17]:
        yield Fault(
            "identity-check-digit",
            number,
            _("Its last character does not fit the others: at least one is wrong."),
            _COPY,
        )
