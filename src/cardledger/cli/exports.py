"""`export`: the papers that the office hands on, one command for each module of the exports."""

from __future__ import annotations

import importlib.util
import pkgutil
from typing import Any

import click

from cardledger.cli.base import Command
from cardledger.cli.output import Output, options
from cardledger.cli.settings import settings
from cardledger.cli.speech import first_sentence
from cardledger.cli.tables import filter_options, moment_options


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
    from cardledger.exchange.exports import EXPORTS, Asked

    export = EXPORTS[name]

    def run(as_of: str | None, known: str | None, **values: Any) -> None:
        where = {one: value for one in export.FILTERS if (value := values.pop(one))}
        answer = Output.of(**values)
        with settings().opened() as ledger:
            rows = list(export.rows(ledger, Asked(where=where, as_of=as_of, known=known)))
        answer.write(rows, export.COLUMNS, export.TITLE)

    params: list[click.Parameter] = [
        *moment_options(),
        *filter_options(export.FILTERS),
        *options(),
    ]
    return Command(name, params=params, callback=run, help=first_sentence(export.__doc__ or ""))
