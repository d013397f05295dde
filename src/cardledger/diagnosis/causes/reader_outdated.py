"""The new school's reader software is not upgraded.

The card manager is what reads cards at a school; where schools record a program `reader`, or the
policy names one, that is looked at too. Ruled out by transfer swipes of other cards since its last
installation, or by a version at or above the policy's lowest on the day; possible below that;
unknown where no line says the version.
"""

from __future__ import annotations

from typing import Final

from cardledger.diagnosis.causes._tools import judged
from cardledger.diagnosis.facts import Facts
from cardledger.diagnosis.verdict import Verdict
from cardledger.i18n import _

CAUSE: Final = "reader-outdated"
TITLE: Final = _("Reader software outdated")
ORDER: Final = 40

_OWN: Final = "reader"
_GRAVITY: Final = ("possible", "unknown", "ruled-out")


def verdict(facts: Facts) -> Verdict:
    programs = ["card-manager"]
    if _OWN in facts.policy.lowest_tools or facts.installed(_OWN):
        programs.insert(0, _OWN)
    verdicts = [judged(facts, program, newest=False) for program in programs]
    # One program that may be the cause is enough.
    return min(verdicts, key=lambda one: _GRAVITY.index(one.verdict))
