"""The projections as commands: `roster`, `cards`, and whatever else lies in `projections/`.

Their columns give the filters; `--as-of` and `--known` are the same for all.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import click

from cardledger.cli.base import Command, Option
from cardledger.cli.output import Output, options
from cardledger.cli.papers import read_at_rest
from cardledger.cli.progress import bar
from cardledger.cli.settings import settings
from cardledger.cli.speech import first_sentence
from cardledger.exchange.writing.tables_out import Column
from cardledger.i18n import _

if TYPE_CHECKING:
    from projections import Shown

_METAVARS: Final = {
    "student": _("STUDENT"),
    "school": _("CODE"),
    "class": _("CLASS"),
    "cohort": _("YEAR"),
    "card": _("CARD"),
    "box": _("BOX"),
    "term": _("TERM"),
    "field": _("FIELD"),
}
_HELP: Final = {
    "student": _("Only this pupil: any student number, or the id"),
    "school": _("Only this school"),
    "class": _("Only this class"),
    "cohort": _("Only this cohort"),
    "card": _("Only this card: its number, or its UID"),
    "box": _("Only this box"),
    "term": _("Only this term"),
    "field": _("Only this field: its name, or what it is called"),
}
#: Columns by whose codes rows may be chosen, with an option of the same name.
_CODES: Final = {
    "state": _("Only this state"),
    "status": _("Only this status, such as in-school"),
    "kind": _("Only this kind"),
}
#: Which codes there are, where that differs from table to table.
_STATES: Final = {
    "boxes": _("Only this state: empty, open or sealed"),
    "numbers": _("Only this state: allocated, filed, rejected or given"),
    "cards": _("Only this state: live, lost, left, outstanding, replaced-lost, recycled or boxed"),
}
#: What a table needs to have said about it.
_MORE: Final = {
    "terms": _(
        "Counted are the pupils who are in school when the window of the term closes; a swipe of"
        " the term registers, also one after the window."
    ),
}
_FILTERS: Final = _("Filters")


def columns_of(name: str) -> tuple[Column, ...]:
    """Return the columns of a projection for the formats that go out."""
    from projections import PROJECTIONS

    return tuple(Column(*column) for column in PROJECTIONS[name].COLUMNS)


def command_of_projection(name: str) -> Command:
    """Return the command that shows a projection."""
    from cardledger.replay import FILTERS, Replay
    from projections import PROJECTIONS

    keys = {column.key for column in PROJECTIONS[name].COLUMNS}
    filters = [one for one, having in FILTERS.items() if keys.intersection(having)]
    codes = [one for one in _CODES if one in keys]

    def run(as_of: str | None, known: str | None, **values: Any) -> None:
        where = {one: value for one in filters if (value := values.pop(one))}
        wanted = {one: value for one in codes if (value := values.pop(one))}
        answer = Output.of(**values)
        with settings().opened() as ledger:

            def read(until: str | None) -> list[Shown]:
                with bar(_("Reading new lines")) as progress:
                    return Replay(ledger).rows(
                        name, as_of=as_of, known=until, where=where, progress=progress
                    )

            rows, source = read_at_rest(ledger, read, as_of, known)
            rows = [row for row in rows if all(row[one] == wanted[one] for one in wanted)]
            answer.write(rows, columns_of(name), name, source=source)

    return Command(name, params=_params(name, filters, codes), callback=run, help=help_of(name))


def _params(name: str, filters: list[str], codes: list[str]) -> list[click.Parameter]:
    params = [*moment_options(), *filter_options(filters)]
    params += [
        Option(
            [f"--{one}"],
            metavar=_("CODE"),
            section=_FILTERS,
            help=_STATES.get(name, _CODES[one]) if one == "state" else _CODES[one],
        )
        for one in codes
    ]
    return [*params, *options()]


def moment_options() -> list[click.Parameter]:
    """Return the options that say of which moment a table is."""
    return [
        Option(
            ["--as-of"],
            metavar=_("WHEN"),
            help=_("Only what had happened by then: a date, a time, or @POSITION"),
        ),
        known_option(),
    ]


def known_option() -> click.Parameter:
    """Return the option that says what was written by when."""
    return Option(
        ["--known"],
        metavar=_("WHEN"),
        help=_("Only what was written by then: a date, a time, or @POSITION"),
    )


def filter_options(filters: Iterable[str]) -> list[click.Parameter]:
    """Return the options by which rows are chosen."""
    return [
        Option([f"--{one}"], metavar=_METAVARS[one], section=_FILTERS, help=_HELP[one])
        for one in filters
    ]


def help_of(name: str) -> str:
    """Return what a projection is, from the docstring of its module, without its name."""
    from projections import PROJECTIONS

    module: Any = PROJECTIONS[name]
    about = first_sentence(module.__doc__ or "")
    return "\n\n".join(filter(None, (about, _MORE.get(name))))
