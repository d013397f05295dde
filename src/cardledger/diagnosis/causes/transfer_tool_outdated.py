"""The new school's transfer tool is not the newest.

Ruled out by transfer swipes of other cards with it since its last installation, or by a version at
or above the policy's lowest on the day that no other school of the ledger is ahead of; possible
below that, or where another school has a newer one; unknown where no line says the version.
"""

from __future__ import annotations

from typing import Final

from cardledger.diagnosis.causes._tools import judged
from cardledger.diagnosis.facts import Facts
from cardledger.diagnosis.verdict import Verdict
from cardledger.i18n import _

CAUSE: Final = "transfer-tool-outdated"
TITLE: Final = _("Transfer tool not the newest")
ORDER: Final = 50


def verdict(facts: Facts) -> Verdict:
    return judged(facts, "transfer", newest=True)
