"""Rosters beside the ledger: who is new, changed, renumbered, transferred, back, or gone.

    plan = RosterPlan(ledger, rows, places, at="", keys=keys)
    coverage = plan.make()
    plan.planned  # of each row: its kind, its changes, the commands that record it
    plan.gone     # who is in school by the ledger, and on no row

`matching` finds the pupils whom rows mean, `absent` those whom no row means, `plan` puts it
together; `planned` has the words for it.
"""

from __future__ import annotations

from cardledger.exchange.intake.rosters.plan import RosterPlan
from cardledger.exchange.intake.rosters.planned import KINDS, Coverage, Planned

__all__ = ["KINDS", "Coverage", "Planned", "RosterPlan"]
