"""Audit: the rules of HANDBOOK 9 over every subject of a ledger.

    for one in audit(ledger, ["two-live-cards"], as_of="2010-08-31"):
        print(one.finding.id, one.message())

A finding is data: its rule, its subjects, the positions that prove it, a sentence for a head
teacher, what is to be done, and a stable id.
"""

from __future__ import annotations

from cardledger.audit.auditing import audit, known_rules
from cardledger.audit.by_id import found
from cardledger.audit.finding import SEVERITIES, Finding
from cardledger.audit.rules import RULES, text_of
from cardledger.audit.showing import Reported, Wanted

__all__ = [
    "RULES",
    "SEVERITIES",
    "Finding",
    "Reported",
    "Wanted",
    "audit",
    "found",
    "known_rules",
    "text_of",
]
