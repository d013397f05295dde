"""Transfer swipe: pupils arrive with the card of their former school.

A card of a school outside this ledger has to be named with its pupil, which no touch does: it is
recorded with `cardledger transfer-swipe CARD --student …`.
"""

from __future__ import annotations

from typing import Final

from cardledger.actions.transfer_swipe import TransferSwipe
from cardledger.i18n import _
from cardledger.station.acts._base import Act

ACT: Final = Act(
    path=("transfer-swipe",),
    help=_("Swipe in pupils who arrive from another school, card after card."),
    command=TransferSwipe,
    options=("from_school", "class_"),
)
