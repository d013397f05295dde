"""The headings that the office uses, one file a kind of file (HANDBOOK 10, 11)."""

from __future__ import annotations

from cardledger.exchange.headings.actions import ACTIONS
from cardledger.exchange.headings.cards import CARDS
from cardledger.exchange.headings.filing import FILING
from cardledger.exchange.headings.numbers import NUMBERS
from cardledger.exchange.headings.roster import MEMBERS, ROSTER

__all__ = ["ACTIONS", "CARDS", "FILING", "MEMBERS", "NUMBERS", "ROSTER"]
