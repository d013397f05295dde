"""Term swipe: class after class, each pupil's card is laid on once."""

from __future__ import annotations

from typing import Final

from cardledger.actions.term_swipe import TermSwipe
from cardledger.i18n import _
from cardledger.station.acts._base import Act

ACT: Final = Act(
    path=("term-swipe",),
    help=_("Register pupils for the term, card after card; it shows who of a class is missing."),
    command=TermSwipe,
    options=("term",),
)
