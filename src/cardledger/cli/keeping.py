"""Making a ledger, copying it and putting a copy back."""

from __future__ import annotations

from typing import Final

import click

from cardledger.cli.base import Argument, Command, Option
from cardledger.cli.edge import note
from cardledger.cli.progress import bar
from cardledger.cli.settings import settings
from cardledger.cli.speech import say
from cardledger.i18n import _
from cardledger.ids import parse_school_code


def _init(school: str, name: str, roles: bool, role_prefix: str) -> None:
    if school or not roles:
        _make(school, name, may_exist=roles)
    if roles:
        _set_roles(role_prefix)


def _make(school: str, name: str, *, may_exist: bool) -> None:
    """Make a ledger; one of the same school that is there may be meant."""
    from cardledger.errors import LedgerExists
    from cardledger.opening import open_ledger

    if not school:
        context = click.get_current_context()
        needed = next(one for one in context.command.params if one.name == "school")
        raise click.MissingParameter(ctx=context, param=needed)
    chosen = settings()
    try:
        _make_new(school, name)
    except LedgerExists:
        if not may_exist:
            raise
        with open_ledger(chosen.ledger, keys=chosen.keys, check=False) as ledger:
            if ledger.default_school != parse_school_code(school):
                raise


def _set_roles(prefix: str) -> None:
    """Make the roles of the ledger, and tell what each is for."""
    from cardledger.roles import set_roles

    chosen = settings()
    roles = set_roles(chosen.ledger, keys=chosen.places.keys, prefix=prefix)
    click.echo(say(_("Roles of {place}:"), place=chosen.places.shown))
    rows = (
        (roles.owner, _("owns the tables; nobody logs in as it")),
        (roles.writer, _("records; can neither change nor take away what is written")),
        (roles.auditor, _("reads")),
        (roles.keys, _("has the keys: with it a writer records names, and an auditor sees them")),
    )
    for role, what in rows:
        if role:
            click.echo(f"  {role}  ({say(what)})")
    click.echo(say(_("Let people in with: GRANT {role} TO name"), role=roles.writer))


def _make_new(school: str, name: str) -> None:
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
                places.keys_shown,
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
            default="",
            metavar=_("CODE"),
            help=_(
                "Code of the default school, positions 1-8 of its pupils' numbers; needed to make a"
                " ledger"
            ),
        ),
        Option(["--name"], default="", metavar=_("NAME"), help=_("Name of the school")),
        Option(
            ["--roles"],
            is_flag=True,
            help=_("On a server: make its owner, writer and auditor, also where the ledger is"),
        ),
        Option(
            ["--role-prefix"],
            default="cardledger",
            show_default=True,
            metavar=_("NAME"),
            help=_("What the names of the roles begin with"),
        ),
    ],
    callback=_init,
    help="\n\n".join(
        (
            _("Make a ledger; one that is there is never touched."),
            _(
                "With --roles the database keeps people to what they are there for: a writer"
                " appends, an auditor reads, and names need the keys as well. It can be given"
                " again, and is after an update of the program."
            ),
        )
    ),
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
