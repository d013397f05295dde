"""Stocktake: every card of a box is laid on; what is missing, or does not belong there, is told."""

from __future__ import annotations

from typing import Final

from cardledger.commands import FieldOf
from cardledger.i18n import _
from cardledger.station.acts._base import Act

ACT: Final = Act(
    path=("stocktake",),
    help=_("Count a box, card after card; it shows what is missing. `end` records the count."),
    arguments=("box",),
    further=(
        FieldOf("box", "box", _("Name of the box"), "box", False, str, True),
        FieldOf(
            "drop",
            "drop",
            _("Drop a count of this box that was not ended, and begin anew"),
            "text",
            False,
            bool,
            False,
        ),
    ),
    works_at="cardledger.station.stocktaking.station:StocktakeStation",
)
