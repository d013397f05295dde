"""The rules: one file each, and the file's presence registers it.

Every module of this package whose name does not begin with an underscore is one rule of HANDBOOK 9
and offers the names of `Rule`. To add a rule, add a file.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import Final, cast

from cardledger.audit.finding import SEVERITIES
from cardledger.audit.rule import Rule

#: The order of the handbook; what it does not name comes last.
_HANDBOOK: Final = (
    *("two-live-cards", "old-card-outstanding", "uid-on-two-cards", "card-on-two-students"),
    *("one-person-two-records", "one-number-two-students", "swipe-after-retirement"),
    *("swiped-at-two-schools", "left-not-collected", "recycled-without-leave-swipe"),
    *("recycled-not-boxed", "wrong-cohort-in-box", "box-not-sealed", "box-reopened"),
    *("box-count-off", "not-registered", "not-upgraded", "outdated-tool", "outside-window"),
    *("not-filed", "made-before-filing", "number-malformed", "number-category-mismatch"),
    *("number-check-digit", "ineligible-new-card", "recorded-late", "impossible-order"),
    "sync-overdue",
)
_PLACE: Final = {code: place for place, code in enumerate(_HANDBOOK)}


def _discover() -> dict[str, Rule]:
    names = [info.name for info in pkgutil.iter_modules(__path__) if info.name[0] != "_"]
    found = [cast(Rule, importlib.import_module(f"{__name__}.{name}")) for name in names]
    found.sort(key=lambda rule: _PLACE.get(rule.RULE, len(_PLACE)))
    return {rule.RULE: rule for rule in found}


#: All rules by code, in the order of the handbook.
RULES: Final[dict[str, Rule]] = _discover()


def by_gravity(codes: list[str]) -> list[str]:
    """Return codes of rules, the gravest first, else in the order of the handbook."""
    return sorted(codes, key=lambda code: SEVERITIES.index(RULES[code].SEVERITY))


def text_of(rule: Rule) -> str:
    """Return the text of a rule: its docstring, paragraph by paragraph."""
    return inspect.getdoc(rule) or ""
