"""Leave swipe: cards of pupils who leave for one and the same reason."""

from __future__ import annotations

from typing import Final

from cardledger.actions.leave_swipe import LeaveSwipe
from cardledger.i18n import _
from cardledger.station.acts._base import Act

ACT: Final = Act(
    path=("leave-swipe",),
    help=_("Swipe out the cards of pupils who leave, card after card."),
    command=LeaveSwipe,
    options=("reason",),
)
