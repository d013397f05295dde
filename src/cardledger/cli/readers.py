"""`readers`: which card readers are here, and what lies on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import click

from cardledger.cli.edge import note
from cardledger.cli.output import Output, options
from cardledger.cli.program import Folder
from cardledger.cli.speech import say, translate
from cardledger.exchange.writing.tables_out import Column
from cardledger.i18n import _
from cardledger.station.signs import HINTS, TYPES, WRONG

if TYPE_CHECKING:
    from cardledger.station.readers import ReaderInfo

COLUMNS: Final = (
    Column("reader", _("Card reader")),
    Column("card", _("Card"), "yesno"),
    Column("atr", "ATR", "id", 2),
    Column("type", _("Type")),
    Column("uid", "UID", "id"),
    Column("problem", _("Problem"), "text", 1),
)


class Readers(Folder):
    """A command that lists readers, and the group of commands about them as well."""


def _list(**shape: Any) -> None:
    context = click.get_current_context()
    if context.invoked_subcommand is not None:
        return
    from cardledger.station.readers import listed

    answer = Output.of(**shape)
    found = listed()
    people = answer.format in ("table", "xlsx")
    answer.write((_row(one, people=people) for one in found), COLUMNS, "readers")
    for line in _remarks(found):
        note(line)


def _row(one: ReaderInfo, *, people: bool) -> dict[str, Any]:
    kind: str | None = one.type
    problem: str | None = one.problem
    if people:
        kind = one.model or (translate(TYPES[one.type]) if one.type else None)
        problem = translate(WRONG[one.problem]) if one.problem else None
    return {
        "reader": one.reader,
        "card": one.card,
        "atr": one.atr or None,
        "type": kind,
        "uid": one.uid or None,
        "problem": problem,
    }


def _remarks(found: list[ReaderInfo]) -> Iterator[str]:
    if not found:
        yield say(_("No card reader is plugged in."))
    for one in found:
        if one.problem is not None:
            yield f"{one.reader}: {translate(WRONG[one.problem])} {translate(HINTS[one.problem])}"


readers: Final = Readers(
    "readers",
    invoke_without_command=True,
    subcommand_metavar="COMMAND [ARGS]...",
    params=options(),
    callback=_list,
    help="\n\n".join(
        (
            _("Card readers, and what lies on them."),
            _(
                "A card is only asked for its UID, never changed. Readers are found by the system's"
                " service for smart cards, `pcscd`, and by the extra `reader` of this program."
            ),
        )
    ),
)
