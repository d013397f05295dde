"""The home address: there, from the province to the door number. Source: HANDBOOK 10."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.datacheck import _places
from cardledger.datacheck._base import Fault, Pupil, Setting
from cardledger.i18n import _

FIELD: Final = "address"
TITLE: Final = _("Home address")

_IN_FULL: Final = _("Write it in full, from the province to the door number.")


def faults(pupil: Pupil, setting: Setting) -> Iterator[Fault]:
    address = pupil.fact("address")
    if not address:
        yield Fault("address-missing", "", _("The home address is missing."), _IN_FULL)
        return
    values = {"value": address}
    if not _places.province_of(address):
        yield Fault(
            "address-no-province",
            address,
            _("The home address “{value}” does not begin with a province."),
            _IN_FULL,
            values,
        )
    if not _places.has_door(address):
        yield Fault(
            "address-no-door-number",
            address,
            _("The home address “{value}” has no door number."),
            _IN_FULL,
            values,
        )
