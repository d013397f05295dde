"""The household registration: there, from the province down to the police station (派出所).

A guest's is elsewhere: by what the handbook calls a guest, the household of one is not in the
city of the school. Who has a passport or a permit of Hong Kong, Macau or Taiwan is in no household
register, and may have none. Source: HANDBOOK 2 and 10.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.datacheck import _places
from cardledger.datacheck._base import Fault, Pupil, Setting
from cardledger.datacheck._identities import has_household, written
from cardledger.i18n import _

FIELD: Final = "household"
TITLE: Final = _("Household")

_STATION: Final = "派出所"
_AS_REGISTERED: Final = _(
    "Copy it from the household register, from the province down to the police station (派出所)."
)


def faults(pupil: Pupil, setting: Setting) -> Iterator[Fault]:
    household = pupil.fact("household")
    if not has_household(written(pupil.fact("identity"))):
        return
    if not household:
        yield Fault(
            "household-missing", "", _("The household registration is missing."), _AS_REGISTERED
        )
        return
    values = {"value": household}
    province = _places.province_of(household)
    if not province:
        yield Fault(
            "household-no-province",
            household,
            _("The household registration “{value}” does not begin with a province."),
            _AS_REGISTERED,
            values,
        )
    if _STATION not in household:
        yield Fault(
            "household-no-police-station",
            household,
            _("The household registration “{value}” does not go down to the police station."),
            _AS_REGISTERED,
            values,
        )
    if pupil.state.guest and province and province == _places.HOME.get(pupil.state.school[:2]):
        yield Fault(
            "household-of-guest-here",
            household,
            _("The pupil is a guest, but the household registration “{value}” is in this city."),
            _("Correct it, or record that the pupil is no guest."),
            values,
        )
