"""Loading the program once, so that processes that are forked begin with all of it."""

from __future__ import annotations

import gc
import importlib
import pkgutil

#: What commands load when they are used. The rest of the command line is loaded with them.
_USED = (
    *("cardledger.cli.program", "cardledger.cli.acts", "cardledger.cli.keeping"),
    *("cardledger.cli.record", "cardledger.cli.batches", "cardledger.cli.tables"),
    *("cardledger.cli.refolding", "cardledger.cli.proofs", "cardledger.cli.evidence"),
    *("cardledger.cli.output", "cardledger.cli.shown", "cardledger.cli.progress"),
    *("cardledger.station.station", "cardledger.station.classes"),
    *("sqlalchemy.dialects.sqlite", "rich.table", "rich.progress", "rich.console"),
)
_WHOLE = (
    "cardledger.actions",
    "cardledger.log",
    "cardledger.keys",
    "cardledger.backup",
    "projections",
)


def load() -> None:
    """Load what the operations need; what is loaded is left out of the collector's rounds.

    So a child does not copy the pages on which nothing changes but the collector's own marks.
    """
    for name in _USED:
        importlib.import_module(name)
    for name in _WHOLE:
        package = importlib.import_module(name)
        for info in pkgutil.iter_modules(package.__path__, f"{name}."):
            importlib.import_module(info.name)
    gc.collect()
    gc.freeze()
