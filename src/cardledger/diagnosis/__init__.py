"""Diagnosis: why a card is not recognised at a transfer swipe (HANDBOOK 7.1, 7.2, 7.8).

    for one in diagnose(ledger, "C001").causes:
        print(one.cause, one.verdict, one.positions)

The causes are gone through in the order in which the office rules them out, one module each.
"""

from __future__ import annotations

from cardledger.diagnosis.causes import CAUSES
from cardledger.diagnosis.facts import Facts, facts_of
from cardledger.diagnosis.running import Diagnosed, Diagnosis, diagnose, judged
from cardledger.diagnosis.verdict import VERDICTS, Verdict

__all__ = [
    "CAUSES",
    "VERDICTS",
    "Diagnosed",
    "Diagnosis",
    "Facts",
    "Verdict",
    "diagnose",
    "facts_of",
    "judged",
]
