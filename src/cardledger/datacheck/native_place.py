"""The native place: a guest's is there, from the province on, as in the household register.

Source: HANDBOOK 10 (a guest also has migrant = yes, native place and household as in the
household register).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.datacheck import _places
from cardledger.datacheck._base import Fault, Pupil, Setting
from cardledger.i18n import _

FIELD: Final = "native_place"
TITLE: Final = _("Native place")

_AS_REGISTERED: Final = _("Copy it from the household register, from the province on.")


def faults(pupil: Pupil, setting: Setting) -> Iterator[Fault]:
    place = pupil.fact("native_place")
    if not pupil.state.guest:
        return
    if not place:
        yield Fault(
            "native-place-missing",
            "",
            _("The pupil is a guest, and the native place is missing."),
            _AS_REGISTERED,
        )
    elif not _places.province_of(place):
        yield Fault(
            "native-place-no-province",
            place,
            _("The native place “{value}” does not begin with a province."),
            _AS_REGISTERED,
            {"value": place},
        )
