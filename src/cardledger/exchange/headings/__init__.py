"""The headings that the office uses: of a roster, and of a list of actions (HANDBOOK 10, 11)."""

from __future__ import annotations

from cardledger.exchange.headings.actions import ACTIONS
from cardledger.exchange.headings.numbers import NUMBERS
from cardledger.exchange.headings.roster import MEMBERS, ROSTER

__all__ = ["ACTIONS", "MEMBERS", "NUMBERS", "ROSTER"]
