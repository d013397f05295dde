"""The present address: there, and written out. Source: HANDBOOK 10."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.datacheck import _places
from cardledger.datacheck._base import Fault, Pupil, Setting
from cardledger.i18n import _

FIELD: Final = "present_address"
TITLE: Final = _("Present address")

_WHERE: Final = _("Write where the pupil lives now, also where it is the home address.")


def faults(pupil: Pupil, setting: Setting) -> Iterator[Fault]:
    address = pupil.fact("present_address")
    if not address:
        yield Fault("present-address-missing", "", _("The present address is missing."), _WHERE)
    elif _places.is_unclear(address):
        yield Fault(
            "present-address-unclear",
            address,
            _("“{value}” is not an address that is written out."),
            _WHERE,
            {"value": address},
        )
