"""The papers that the office hands on: one file each, and the file's presence registers it.

Every module of this package whose name does not begin with an underscore is one export and offers
the names of `Export`; `cardledger export NAME` follows from them. To add an export, add a file.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, cast

from cardledger.exchange.writing.tables_out import Column, Row
from cardledger.i18n import Language, Translator
from cardledger.ledger import Ledger

__all__ = ["EXPORTS", "Asked", "Export", "Noted"]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What an export was asked for.

    `where`: what its rows must have, by the names of `Export.FILTERS`. `as_of`, `known`: of which
    moment, as `Replay.rows` reads them; none is now. `say`: turns English texts into those of the
    reader, for rows that hold sentences. `names`: what is named one by one, where an export has
    `NAMES`. `paper`, `language`: those of its page, where it has one.
    """

    where: Mapping[str, str] = field(default_factory=dict)
    as_of: str | None = None
    known: str | None = None
    say: Translator = str
    names: tuple[str, ...] = ()
    paper: str = ""
    language: Language = "en"


class Noted(list[Row]):
    """Rows, with what is to be said beside them: English templates, each with its values."""

    def __init__(
        self, rows: Iterable[Row], notes: Iterable[tuple[str, Mapping[str, object]]] = ()
    ) -> None:
        super().__init__(rows)
        self.notes = tuple(notes)


class Export(Protocol):
    """What every module of this package offers.

    TITLE: what stands above the table (an English msgid). COLUMNS: the columns, declared once for
    every format. FILTERS: by which options rows are chosen. TOTALS: the columns whose sum stands
    below the table of a workbook. The module's docstring is the help of the command.

    A module may also have, for its workbook (see `cardledger.exchange.writing.paper`):

    PAPER: other columns, where people need others than programs do. SHEETS: rows go to sheets of
    their own by the first of these columns in which they differ; sheet(row, say): what the sheet
    of a row is called. totals(sums): completes the row of totals. facts(rows, asked): what stands
    below the title, labels as English msgids. And for its CSV: CSV_LANGUAGE, where its headings
    are for people. Its rows may be `Noted`.

    NAMES: what may be named as arguments: the field, what stands for it, its help. page(ledger,
    rows, asked): the rows as a page to print, for FILE.html and FILE.pdf; PAPERS, PAPERS_HELP: for
    which papers, the first where nothing is said.
    """

    @property
    def TITLE(self) -> str: ...

    @property
    def COLUMNS(self) -> tuple[Column, ...]: ...

    @property
    def FILTERS(self) -> tuple[str, ...]: ...

    @property
    def TOTALS(self) -> tuple[str, ...]: ...

    def rows(self, ledger: Ledger, asked: Asked) -> Iterable[Row]:
        """Return the rows, with the keys of the columns, in the order in which people read them."""


def _discover() -> dict[str, Export]:
    names = sorted(info.name for info in pkgutil.iter_modules(__path__))
    return {
        name.replace("_", "-"): cast(Export, importlib.import_module(f"{__name__}.{name}"))
        for name in names
        if not name.startswith("_")
    }


#: All exports by name, such as "roster".
EXPORTS: Final[Mapping[str, Any]] = _discover()
