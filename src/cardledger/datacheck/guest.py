"""Guest or not: whose household registration is elsewhere is a guest, and only a guest is treated
as a local.

Source: HANDBOOK 2 (借读生: household registration elsewhere) and 3 (treated as local).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.datacheck import _places
from cardledger.datacheck._base import Fault, Pupil, Setting
from cardledger.i18n import _

FIELD: Final = "guest"
TITLE: Final = _("Guest")


def faults(pupil: Pupil, setting: Setting) -> Iterator[Fault]:
    if pupil.state.guest:
        return
    home = _places.HOME.get(pupil.state.school[:2], "")
    province = _places.province_of(pupil.fact("household"))
    if home and province and province != home:
        yield Fault(
            "guest-not-declared",
            "no",
            _("The household registration is in {province}, but the pupil is not marked a guest."),
            _("Mark the pupil as a guest, or correct the household registration."),
            {"province": province},
        )
    if pupil.state.treated_as_local:
        yield Fault(
            "guest-treated-as-local",
            "no",
            _("The pupil is treated as a local without being marked a guest."),
            _("Mark the pupil as a guest, or record that nobody treats the pupil as a local."),
        )
