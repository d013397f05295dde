"""Box put: recycled cards are laid on one after the other and go into one box."""

from __future__ import annotations

from typing import Final

from cardledger.actions.box_put import BoxPut
from cardledger.i18n import _
from cardledger.station.acts._base import Act

ACT: Final = Act(
    path=("box", "put"),
    help=_("Put recycled cards into a box, card after card."),
    command=BoxPut,
    options=("box",),
    arguments=("box",),
)
