"""`export`: the papers that the office hands on, one command for each module of the exports."""

from __future__ import annotations

import importlib.util
import pkgutil
from dataclasses import replace
from hashlib import file_digest
from typing import TYPE_CHECKING, Any

import click

from cardledger.cli.base import Argument, Command, Option
from cardledger.cli.edge import note
from cardledger.cli.output import SECTION, Output, options
from cardledger.cli.pages import is_pdf, page_bytes, printing
from cardledger.cli.papers import read_at_rest
from cardledger.cli.settings import settings
from cardledger.cli.speech import first_sentence, language, say, translate
from cardledger.cli.tables import filter_options, moment_options
from cardledger.i18n import _, translator

if TYPE_CHECKING:
    from cardledger.exchange.exports import Asked, Noted


def names() -> list[str]:
    """Return the names of the exports: one file each."""
    # Found without loading them: who asks for help need not wait for all that they use.
    package = importlib.util.find_spec("cardledger.exchange.exports")
    places = package.submodule_search_locations if package else None
    return [
        info.name.replace("_", "-") for info in pkgutil.iter_modules(places) if info.name[0] != "_"
    ]


def command_of_export(name: str) -> Command:
    """Return the command that writes an export."""
    from cardledger.exchange.exports import EXPORTS

    export = EXPORTS[name]

    def run(**values: Any) -> None:
        write(export, **values)

    return Command(
        name, params=params_of(export), callback=run, help=first_sentence(export.__doc__ or "")
    )


def params_of(export: Any) -> list[click.Parameter]:
    """Return the options of an export."""
    params: list[click.Parameter] = []
    if (names := getattr(export, "NAMES", None)) is not None:
        _field, metavar, told = names
        params.append(Argument(["names"], metavar=metavar, nargs=-1, required=False, help=told))
    params += [*moment_options(), *filter_options(export.FILTERS), *options()]
    if (papers := getattr(export, "PAPERS", None)) is not None:
        params.append(
            Option(
                ["--paper"],
                type=click.Choice(papers),
                default=papers[0],
                show_default=True,
                section=SECTION,
                help=export.PAPERS_HELP,
            )
        )
    return params


def write(
    export: Any,
    as_of: str | None,
    known: str | None,
    names: tuple[str, ...] = (),
    paper: str = "",
    **values: Any,
) -> Noted:
    """Write an export to where the options say, tell what its rows have noted, and return them."""
    from cardledger.exchange.exports import Asked, Noted

    where = {one: value for one in export.FILTERS if (value := values.pop(one))}
    printed = hasattr(export, "page") and printing(**values)
    answer = Output.into(values["output"]) if printed else Output.of(**values)
    if printed and is_pdf(values["output"]):
        from cardledger.report import ready

        # Before the rows, which may take long.
        ready()
    asked = Asked(
        where=where,
        as_of=as_of,
        known=known,
        say=translate,
        names=names,
        paper=paper,
        language=language(),
    )

    def read(until: str | None) -> Noted:
        rows = export.rows(ledger, replace(asked, known=until))
        return rows if isinstance(rows, Noted) else Noted(rows)

    sheets = answer.format == "xlsx" and not answer.names
    columns = getattr(export, "PAPER", export.COLUMNS) if sheets else export.COLUMNS
    with settings().opened() as ledger:
        kept, source = read_at_rest(ledger, read, as_of, known)
        if printed:
            page = export.page(ledger, kept, asked)
            answer.write_bytes(page_bytes(page, pdf=is_pdf(values["output"])))
        else:
            answer.write(
                kept,
                columns,
                export.TITLE,
                source=source,
                paper=_paper(export, asked),
                headings=_headings(export),
            )
    if answer.file is not None:
        with answer.file.open("rb") as file:
            note(say(_("SHA-256: {digest}"), digest=file_digest(file, "sha256").hexdigest()))
    for text, told in kept.notes:
        note(say(text, **told))
    return kept


def _paper(export: Any, asked: Asked) -> dict[str, Any]:
    """Return what an export says of its paper, as fields of a `Paper`."""
    fields: dict[str, Any] = {
        "apart": getattr(export, "SHEETS", ()),
        "totals": export.TOTALS,
    }
    if (sheet := getattr(export, "sheet", None)) is not None:
        fields["sheet_of"] = lambda row: sheet(row, translate)
    if (totals := getattr(export, "totals", None)) is not None:
        fields["totals_of"] = totals
    if (facts := getattr(export, "facts", None)) is not None:
        fields["facts_of"] = lambda rows: [
            (translate(label), value) for label, value in facts(rows, asked)
        ]
    return fields


def _headings(export: Any) -> dict[str, str]:
    """Return the headings of the CSV by the names of the columns, where they are for people."""
    language = getattr(export, "CSV_LANGUAGE", None)
    if language is None:
        return {}
    said = translator(language)
    return {column.key: said(column.title) for column in export.COLUMNS}
