"""The sex: there, 男 or 女, and the one that the 17th digit of the identity number shows.

That digit is odd for men (GB 11643-1999). Source: HANDBOOK 10.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.datacheck._base import Fault, Pupil, Setting
from cardledger.datacheck._identities import FEMALE, MALE, resident, written
from cardledger.i18n import _

FIELD: Final = "sex"
TITLE: Final = _("Sex")


def faults(pupil: Pupil, setting: Setting) -> Iterator[Fault]:
    sex = pupil.fact("sex")
    inside = resident(written(pupil.fact("identity")))
    if not sex:
        yield Fault("sex-missing", "", _("The sex is missing."), _("Write 男 or 女."))
    elif sex not in (MALE, FEMALE):
        yield Fault(
            "sex-malformed",
            sex,
            _("“{value}” is neither 男 nor 女."),
            _("Write 男 or 女."),
            {"value": sex},
        )
    elif inside is not None and inside.sex != sex:
        yield Fault(
            "sex-differs-from-identity",
            sex,
            _("The sex is {value}, but the identity number (its 17th digit) says {other}."),
            _("Compare both with the household register, and correct the one that is wrong."),
            {"value": sex, "other": inside.sex},
        )
