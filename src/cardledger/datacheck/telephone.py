"""The telephone: there, a mobile number of 11 digits or a landline with its area code.

A text may hold several numbers, with words between them; each must be right. Source: HANDBOOK 10;
the numbering plan: mobile numbers begin with 13 to 19, area codes with 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.datacheck import _telephones
from cardledger.datacheck._base import Fault, Pupil, Setting
from cardledger.i18n import _

FIELD: Final = "telephone"
TITLE: Final = _("Telephone")

_FORM: Final = _("Write a mobile number of 11 digits, or a landline such as 010-69961234.")


def faults(pupil: Pupil, setting: Setting) -> Iterator[Fault]:
    text = pupil.fact("telephone")
    if not text:
        yield Fault("telephone-missing", "", _("The telephone is missing."), _FORM)
        return
    for number in _telephones.parts_of(text) or [text]:
        judgement = _telephones.judged(number)
        if judgement == "no-area-code":
            yield Fault(
                "telephone-no-area-code",
                text,
                _("The landline “{number}” has no area code."),
                _FORM,
                {"number": number},
            )
        elif judgement:
            yield Fault(
                "telephone-malformed",
                text,
                _("“{number}” is not a telephone number."),
                _FORM,
                {"number": number},
            )
