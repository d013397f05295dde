"""Upgrade: the office's own program upgrades a card; the reader is witness that it was there.

The station never writes to a card (HANDBOOK 12).
"""

from __future__ import annotations

from typing import Final

from cardledger.actions.upgrade import Upgrade
from cardledger.i18n import _
from cardledger.station.acts._base import Act

ACT: Final = Act(
    path=("upgrade",),
    help=_(
        "Record that the office's program upgraded cards, card after card; the station itself"
        " never writes to a card."
    ),
    command=Upgrade,
)
