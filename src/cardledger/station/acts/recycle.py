"""Recycle: cards are taken back for good, for one and the same reason."""

from __future__ import annotations

from typing import Final

from cardledger.actions.recycle import Recycle
from cardledger.i18n import _
from cardledger.station.acts._base import Act

ACT: Final = Act(
    path=("recycle",),
    help=_("Take cards back for good, card after card."),
    command=Recycle,
    options=("reason",),
)
