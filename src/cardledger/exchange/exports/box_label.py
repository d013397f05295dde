"""Box labels: what stands on a box, with a QR code that holds it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from cardledger.exchange.exports import Asked
from cardledger.exchange.exports._boxes import boxes_asked
from cardledger.exchange.writing.tables_out import Column, Row
from cardledger.i18n import _
from cardledger.ledger import Ledger
from cardledger.moments import day_of
from cardledger.streams import asked_for

TITLE: Final = _("Box labels")

COLUMNS: Final = (
    Column("box", _("Box"), "id"),
    Column("school", _("School"), "id"),
    Column("cohort", _("Cohort"), "id"),
    Column("state", _("State"), "code"),
    Column("count", _("Count"), "count"),
    Column("sealed_on", _("Sealed on"), "day"),
    Column("handler", _("Handler")),
    Column("checkpoint", _("Checkpoint"), "id"),
    Column("text", _("Text of the QR code"), "long", 1),
)

NAMES: Final = ("box", _("BOX"), _("Boxes; all of them where none is named"))
FILTERS: Final = ("school", "cohort")
TOTALS: Final = ()
#: How the labels are laid out on paper.
PAPERS: Final = ("a4", "label")
PAPERS_HELP: Final = _("Eight labels on a sheet of A4, or one on each label of 100 by 70 mm")


def rows(ledger: Ledger, asked: Asked) -> Iterable[Row]:
    """Return a row for each label; sealed and open boxes, in the order of the boxes.

    Raises `NotFound` for a box that there is not.
    """
    return list(_rows(ledger, asked))


def _rows(ledger: Ledger, asked: Asked) -> Iterator[Row]:
    from cardledger.exchange.labels import label_of

    moment = asked_for(ledger, asked.as_of, asked.known)
    size = ledger.log.size()
    if moment is not None and moment.cut.upto is not None:
        size = moment.cut.upto
    today = day_of(moment.moment if moment else ledger.clock())
    for box in boxes_asked(ledger, asked):
        label = label_of(ledger, box, size, today)
        yield {
            **box,
            "checkpoint": label.checkpoint,
            "text": label.to_text(),
            "label": label,
        }


def page(ledger: Ledger, found: Iterable[Row], asked: Asked) -> str:
    """Return the labels as a page to print."""
    from cardledger.exchange.labels.page import PAPERS, page

    schools = {code: one.name for code, one in ledger.reference().schools.items() if one.known}
    paper = next(one for one in PAPERS if one == (asked.paper or "a4"))
    return page([row["label"] for row in found], schools, asked.language, paper)
