"""cardledger: an event-sourced ledger of pupils' smart cards.

    from cardledger import Issue, init_ledger, open_ledger

    with open_ledger("cardledger.db") as ledger:
        outcome = ledger.record(Issue(card="C0001", student="0117001101610101"))

Every action is a class of this package (`Issue`, `TermSwipe`, `StudentAdd`, ...); what became of
it is an `Outcome`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cardledger.version import __version__

if TYPE_CHECKING:
    from cardledger.errors import CardledgerError
    from cardledger.ledger import Ledger
    from cardledger.opening import init_ledger, open_ledger
    from cardledger.outcomes import Outcome

__all__ = [
    "CardledgerError",
    "Ledger",
    "Outcome",
    "__version__",
    "init_ledger",
    "open_ledger",
]

#: Where each public name lives: loaded when it is used, because start-up matters.
_LIVES_IN = {
    "CardledgerError": "cardledger.errors",
    "Ledger": "cardledger.ledger",
    "Outcome": "cardledger.outcomes",
    "init_ledger": "cardledger.opening",
    "open_ledger": "cardledger.opening",
}


def __getattr__(name: str) -> Any:
    import importlib

    if name in _LIVES_IN:
        return getattr(importlib.import_module(_LIVES_IN[name]), name)
    if name[:1].isupper():
        from cardledger.actions import ACTIONS

        for action in ACTIONS.values():
            if action.command.__name__ == name:
                return action.command
    raise AttributeError(f"module 'cardledger' has no attribute {name!r}")
