"""Making a ledger, copying it and putting a copy back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from cardledger.cli.base import Argument, Command, Option
from cardledger.cli.edge import note
from cardledger.cli.progress import bar
from cardledger.cli.settings import settings
from cardledger.cli.speech import say
from cardledger.i18n import _

if TYPE_CHECKING:
    from cardledger.keys import KeyStore


def _keys_shown(place: str, keys: KeyStore | None) -> str:
    """Return where the keys are: a path as it was given, a URL without its password."""
    return keys.place if keys is not None and "://" in place else place


def _init(school: str, name: str) -> None:
    from cardledger.opening import init_ledger

    chosen = settings()
    with init_ledger(
        chosen.ledger, school=school, name=name, keys=chosen.keys, handler=chosen.handler
    ) as ledger:
        places = ledger.places
        click.echo(
            say(
                _("Made ledger {ledger} for school {school}."),
                ledger=ledger.id,
                school=ledger.default_school,
            )
        )
        rows = (
            (_("lines"), places.shown),
            (
                _("keys of the pupils, without which no name can be read"),
                _keys_shown(ledger.places.keys, ledger.keys),
            ),
            (_("latest checkpoint"), places.checkpoint),
        )
        for what, place in rows:
            click.echo(f"  {place}  ({say(what)})")


init: Final = Command(
    "init",
    params=[
        Option(
            ["--school"],
            required=True,
            metavar=_("CODE"),
            help=_("Code of the default school, positions 1-8 of its pupils' numbers"),
        ),
        Option(["--name"], default="", metavar=_("NAME"), help=_("Name of the school")),
    ],
    callback=_init,
    help=_("Make a ledger; one that is there is never touched."),
)


def _backup(file: str) -> None:
    from cardledger.backup import backup as copy

    with settings().opened() as ledger, bar(_("Verifying")) as progress:
        manifest = copy(ledger, file, progress)
    click.echo(say(_("Backed up into {file}: {size} lines."), file=file, size=manifest.lines))
    note(say(_("It opens every name in the ledger: keep it as safe as the key store.")))


backup: Final = Command(
    "backup",
    params=[Argument(["file"], metavar=_("FILE"), help=_("A file that is not there yet"))],
    callback=_backup,
    help=_("Copy ledger, key store and checkpoint into one file, and verify the copy."),
)


def _restore(file: str, accept_rollback: bool) -> None:
    from cardledger.backup import restore as put_back

    chosen = settings()
    with (
        bar(_("Verifying")) as progress,
        put_back(
            file,
            chosen.ledger,
            keys=chosen.keys,
            accept_rollback=accept_rollback,
            handler=chosen.handler,
            progress=progress,
        ) as ledger,
    ):
        place, size = ledger.places.shown, ledger.head()
    click.echo(say(_("Restored into {place}: {size} lines."), place=place, size=size))


restore: Final = Command(
    "restore",
    params=[
        Argument(["file"], metavar=_("FILE"), help=_("What `cardledger backup` made")),
        Option(
            ["--accept-rollback"],
            is_flag=True,
            help=_("Take an older state on purpose; a line will say so"),
        ),
    ],
    callback=_restore,
    help="\n\n".join(
        (
            _("Make a ledger of a backup, verified, where there is none."),
            _("Whoever was forgotten meanwhile is forgotten again."),
            _(
                "A ledger that is there is never replaced: move it away, or name another place"
                " with: cardledger --ledger NEW restore FILE"
            ),
        )
    ),
)
