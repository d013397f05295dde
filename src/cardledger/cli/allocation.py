"""`number allocate`: set the next free student numbers of a class aside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from cardledger.cli.base import Command, Option, Whole, Year
from cardledger.cli.edge import DONE, REFUSED
from cardledger.cli.settings import settings
from cardledger.cli.speech import say
from cardledger.i18n import _

if TYPE_CHECKING:
    from cardledger.allocating import Allocation
    from cardledger.ledger import Ledger


def _allocate(
    count: int, dry_run: bool, as_json: bool, note: str | None, at: str | None, **given: Any
) -> int:
    from cardledger.allocating import Wanted, allocate

    context: dict[str, Any] = {"handler": settings().handler, "at": at, "note": note}
    wanted = Wanted(
        context={name: value for name, value in context.items() if value},
        **{name: value for name, value in given.items() if value},
    )
    with settings().opened() as ledger:
        found = allocate(ledger, wanted, count=count, dry_run=dry_run)
        for one in found:
            _show(ledger, one, dry_run=dry_run, as_json=as_json)
    return REFUSED if any(one.outcome.outcome == "refused" for one in found) else DONE


def _show(ledger: Ledger, one: Allocation, *, dry_run: bool, as_json: bool) -> None:
    from cardledger.actions.number_allocate import NumberAllocate
    from cardledger.cli.shown import badge, outcome_json, recording, refusal, would

    number, outcome = one
    command = NumberAllocate(number=number)
    if as_json:
        click.echo(outcome_json(outcome, number=number or None))
    elif outcome.outcome == "refused":
        click.echo(refusal(command, outcome), err=True)
    elif outcome.outcome == "repeated":
        sentence = _("{word}, nothing written: {number} is set aside for this pupil already")
        click.echo(say(sentence, word=badge(outcome), number=number))
    elif dry_run:
        click.echo(f"{would(outcome)}: {number}")
    else:
        click.echo(recording(ledger, command, outcome))


_CLASS: Final = _("Class")
_PUPIL: Final = _("For whom")


def _choice(name: str, choices: Sequence[str], text: str, section: str) -> Option:
    return Option([name], type=click.Choice(choices), section=section, help=text)


allocate: Final = Command(
    "allocate",
    params=[
        Option(
            ["--class", "class_"],
            metavar=_("CLASS"),
            section=_CLASS,
            help=_("Name of the class; else that of the pupil"),
        ),
        Option(
            ["--class-number"],
            type=Whole(),
            metavar=_("N"),
            section=_CLASS,
            help=_("Digits 12-13; else as its pupils have them, or as the name of the class ends"),
        ),
        Option(
            ["--cohort"],
            type=Year(),
            metavar=_("YEAR"),
            section=_CLASS,
            help=_("Year of graduation of the class; else as its name or its pupils have it"),
        ),
        Option(
            ["--school"],
            metavar=_("CODE"),
            section=_CLASS,
            help=_("School of the class; else that of the pupil, else the ledger's default"),
        ),
        Option(
            ["--student"],
            metavar=_("STUDENT"),
            section=_PUPIL,
            help=_("For whom the number is: any student number, or the id"),
        ),
        _choice(
            "--reason",
            ("new", "repeated-year", "resumed", "wrong-category"),
            _("Why the pupil gets a number"),
            _PUPIL,
        ),
        _choice(
            "--level",
            ("primary", "junior", "senior", "vocational"),
            _("Level, where school, class and pupil do not tell"),
            _PUPIL,
        ),
        Option(["--guest"], is_flag=True, section=_PUPIL, help=_("For a guest pupil")),
        Option(
            ["--treated-as-local"],
            is_flag=True,
            section=_PUPIL,
            help=_("For a guest who is treated as a local"),
        ),
        Option(
            ["--category"],
            metavar=_("DIGIT"),
            section=_PUPIL,
            help=_("Digit 9 itself, instead of level and guest status"),
        ),
        Option(
            ["--check-digit"],
            metavar=_("DIGIT"),
            help=_("The last digit, where the policy does not know how it is computed"),
        ),
        Option(
            ["--count"],
            type=Whole(),
            default=1,
            show_default=True,
            metavar=_("N"),
            help=_("So many numbers at once, all of them or none"),
        ),
        Option(["--at"], metavar=_("TIME"), help=_("When it happened; else now")),
        Option(["--note"], metavar=_("TEXT"), help=_("A note; it is sealed")),
        Option(["--dry-run"], is_flag=True, help=_("Only propose; write nothing")),
        Option(["--json", "as_json"], is_flag=True, help=_("Print the outcome as JSON")),
    ],
    callback=_allocate,
    help="\n\n".join(
        (
            _("Set the next free student number of a class aside until it is filed."),
            _(
                "A number that was ever given, allocated, filed or rejected is never handed out"
                " again. File what is set aside with: cardledger export numbers"
            ),
        )
    ),
)
