"""Papers on their way into a workbook: of what ledger and position they are, and who made them."""

from __future__ import annotations

import getpass
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar

from cardledger.cli.output import SHEETS
from cardledger.cli.settings import arguments, settings
from cardledger.cli.speech import translate
from cardledger.errors import BadInput
from cardledger.exchange.writing.tables_out import Column, Row
from cardledger.i18n import _
from cardledger.places import without_secrets

if TYPE_CHECKING:
    from cardledger.exchange.provenance import Made
    from cardledger.ledger import Ledger

Rows = TypeVar("Rows")

#: How often rows are read anew because somebody wrote meanwhile, before they are cut off there.
PATIENCE: Final = 3


@dataclass(frozen=True, kw_only=True)
class Source:
    """What rows are of: an open ledger up to a position; of which moment, if one was asked for."""

    ledger: Ledger
    position: int
    as_of: str | None = None
    known: str | None = None


def read_at_rest(
    ledger: Ledger, read: Callable[[str | None], Rows], as_of: str | None, known: str | None
) -> tuple[Rows, Source]:
    """Return rows, and exactly which lines they are of.

    `read` is given what was asked for as `known`. Where others keep writing while it reads, it is
    asked for what was known up to a position, which takes longer.
    """
    for _again in range(PATIENCE):
        position = ledger.log.size()
        rows = read(known)
        if known is not None or ledger.log.size() == position:
            break
    else:
        rows = read(f"@{position}")
    return rows, Source(ledger=ledger, position=position, as_of=as_of, known=known)


def write_paper(
    rows: Iterable[Row],
    columns: Sequence[Column],
    title: str,
    stream: IO[bytes],
    source: Source | None = None,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Write rows as a workbook. `more` are further fields of the `Paper`.

    Without `source` they are of the ledger as it is now, or of none if there is none.
    """
    if source is None:
        try:
            with settings().opened() as ledger:
                now = Source(ledger=ledger, position=ledger.log.size())
                _write(rows, columns, title, stream, now, more or {})
        except BadInput:
            if stream.tell():
                raise
            _write(rows, columns, title, stream, None, more or {})
    else:
        _write(rows, columns, title, stream, source, more or {})


def _write(
    rows: Iterable[Row],
    columns: Sequence[Column],
    title: str,
    stream: IO[bytes],
    source: Source | None,
    more: Mapping[str, Any],
) -> None:
    from cardledger.exchange.writing.paper import Paper
    from cardledger.exchange.writing.workbook_out import write_workbook

    called = translate(SHEETS.get(title, title)) or "cardledger"
    fields: dict[str, Any] = {
        "title": called[:1].upper() + called[1:],
        "columns": columns,
        "rows": rows,
        "facts": _facts(source),
        "schools": _schools(source.ledger) if source else {},
    }
    write_workbook(Paper(**{**fields, **more}), translate, stream, _made(source))


def _facts(source: Source | None) -> list[tuple[str, str]]:
    """Return of which moment a paper is, for the line below its title."""
    if source is None:
        return []
    facts = [(translate(_("As of")), source.as_of or source.ledger.clock()[:10])]
    return facts + ([(translate(_("As known by")), source.known)] if source.known else [])


def _schools(ledger: Ledger) -> dict[str, str]:
    return {code: one.name for code, one in ledger.reference().schools.items() if one.known}


def _made(source: Source | None) -> Made:
    from cardledger.exchange.provenance import Made

    command = how_called()
    who = settings().handler or login()
    if source is None:
        from cardledger.moments import now

        return Made(command=command, made_by=who, made_at=now())
    return Made.of(
        source.ledger,
        source.position,
        as_of=source.as_of,
        known=source.known,
        command=command,
        made_by=who,
    )


def how_called() -> str:
    """Return how the program was called, without passwords."""
    return shlex.join(["cardledger", *map(without_secrets, arguments())])


def login() -> str:
    """Return who is logged in; nothing where the system does not say."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
