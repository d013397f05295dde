"""`readers simulate`: virtual cards for training and demonstrations, without hardware."""

from __future__ import annotations

import os
import subprocess  # nosec B404 # the station is a program of its own
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from cardledger.cli.base import Argument, Command, Option
from cardledger.cli.edge import DIFFERENT, note
from cardledger.cli.settings import settings
from cardledger.cli.speech import say, translate
from cardledger.cli.whole import whole
from cardledger.errors import BadInput, UnreadableFile
from cardledger.i18n import _

if TYPE_CHECKING:
    from cardledger.ledger import Ledger
    from cardledger.station.simulator.playing import Known
    from cardledger.station.simulator.script import Line
    from cardledger.station.simulator.vpcd import VirtualReader

READERS: Final = 2
#: Seconds that a program which was started along gets to reach the readers.
START: Final = 30.0
#: Bytes of a script; one that lays on every card of a large school is shorter.
_LONGEST: Final = 10 << 20
#: Seconds between two looks at what one waits for.
LOOK: Final = 0.05


def _run(
    script: str | None,
    program: tuple[str, ...],
    *,
    example: bool,
    cards: str | None,
    own_cards: bool,
    speed: float,
    readers: int,
    port: int | None,
) -> int | None:
    from cardledger.station.simulator import playing
    from cardledger.station.simulator.example import example as text_of_example
    from cardledger.station.simulator.parsing import parse

    if example:
        click.echo(text_of_example(translate), nl=False)
        return None
    if script is None:
        raise BadInput(
            _("No script was given."),
            hint=_("An example is printed by: cardledger readers simulate --example"),
        )
    if cards and own_cards:
        raise BadInput(_("--cards and --own-cards cannot both be given."))
    acts = parse(_text(script))
    with ExitStack() as stack:
        ledger = stack.enter_context(settings().opened()) if own_cards else None
        deck = playing.Deck(_known(cards, ledger))
        # What is wrong with the script is said before anything is started.
        playing.check(acts, deck, readers, ledger=ledger is not None)
        place, found = stack.enter_context(_readers(readers, port))
        stage = playing.Stage(found, deck, speed, enter=_enter, recorded=_recorded(ledger))
        if not (program and sys.stderr.isatty()):
            # Otherwise the screen belongs to the station.
            stage.tell, stage.missed = _told, _missed
        beside = stack.enter_context(_beside(program, place)) if program else None
        if beside is None and place:
            note(say(_("Start the station in another window, with: {setting}"), setting=place))
            note(say(_("Press Enter when it is ready.")))
            _enter()
        played = playing.play(acts, stage)
        note(say(_("Cards laid on: {laid}. Waits in vain: {missed}."),
                 laid=played.laid, missed=played.missed))  # fmt: skip
        if beside is not None:
            beside.wait()
    return DIFFERENT if played.missed else None


def _text(script: str) -> str:
    try:
        return whole(script, _LONGEST).decode()
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            _("{file} cannot be read: {reason}"),
            hint=_("A script is a text file in UTF-8; see one with --example."),
            file=script,
            reason=error,
        ) from error


def _known(cards: str | None, ledger: Ledger | None) -> list[Known]:
    from cardledger.station.simulator import decks

    if cards:
        return decks.cards_of_file(Path(cards))
    return decks.cards_of_ledger(ledger) if ledger else []


@contextmanager
def _readers(count: int, port: int | None) -> Iterator[tuple[str, list[VirtualReader]]]:
    """Give the readers, and the setting by which others find them; empty where they need none."""
    from cardledger.station.simulator.service import VARIABLE, PrivateService
    from cardledger.station.simulator.vpcd import VirtualReader

    if port is None:
        with PrivateService(count) as service:
            yield f"{VARIABLE}={service.socket}", service.readers
        return
    with ExitStack() as stack:
        yield (
            "",
            [stack.enter_context(VirtualReader.calling(port + slot)) for slot in range(count)],
        )


@contextmanager
def _beside(program: tuple[str, ...], place: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program that finds the readers, and wait until it has reached them."""
    variable, _equals, socket = place.partition("=")
    environment = os.environ | ({variable: socket} if place else {})
    try:
        # Whoever calls us names the program, and could call it without us.
        process = subprocess.Popen(program, env=environment)  # nosec B603 # named by the caller
    except OSError as error:
        raise BadInput(
            _("{program} cannot be started: {reason}"), program=program[0], reason=error
        ) from error
    try:
        end = time.monotonic() + START
        while place and not _reached(socket):
            if process.poll() is not None or time.monotonic() > end:
                raise BadInput(
                    _("{program} did not look for card readers."),
                    hint=_("Give a station there, such as: -- cardledger station term-swipe"),
                    program=program[0],
                )
            time.sleep(LOOK)
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def _reached(socket: str) -> bool:
    """Say whether somebody is connected to the socket: the kernel lists both ends by its name."""
    # Flags, type and state stand before the inode and the name; 03 is connected.
    lines = (line.split() for line in Path("/proc/net/unix").read_text().splitlines()[1:])
    return any(line[5] == "03" and line[7:] == [socket] for line in lines)


def _told(line: Line, card: Known | None) -> None:
    from cardledger.station.simulator.script import Say

    if isinstance(line.act, Say):
        note(line.act.text)
        return
    whose = " ".join((card.card, card.name, card.uid.hex().upper())).split() if card else ()
    click.echo("  ".join((str(line.act), *([" ".join(whose)] if whose else ()))), err=True)


def _missed(line: Line) -> None:
    note(say(_("Line {line}: it did not happen in time."), line=line.number))


def _enter() -> None:
    """Wait for Enter; where nobody can press it, go on."""
    sys.stdin.readline()


def _recorded(ledger: Ledger | None) -> Callable[[float], bool] | None:
    if ledger is None:
        return None
    seen = ledger.head()

    def recorded(limit: float) -> bool:
        nonlocal seen
        end = time.monotonic() + limit
        while (head := ledger.head()) <= seen:
            if time.monotonic() > end:
                return False
            time.sleep(LOOK)
        seen = head
        return True

    return recorded


simulate: Final = Command(
    "simulate",
    params=[
        Argument(
            ["script"],
            metavar=_("SCRIPT"),
            required=False,
            help=_("A text file, one act a line; - is stdin"),
        ),
        Argument(
            ["program"],
            metavar=_("PROGRAM"),
            required=False,
            nargs=-1,
            help=_("After --: the station that is to see these readers; it ends by itself"),
        ),
        Option(["--example"], is_flag=True, help=_("Print a script for training, and end")),
        Option(
            ["--cards"],
            metavar=_("FILE"),
            help=_("The cards: a CSV file with a column uid, as `cardledger cards` writes it"),
        ),
        Option(
            ["--own-cards"],
            is_flag=True,
            help=_("The cards in use of the ledger, in the order of the roster, with names"),
        ),
        Option(
            ["--speed"],
            type=click.FloatRange(0.01, 1000),
            default=1.0,
            metavar=_("FACTOR"),
            help=_("Times of the script pass so many times faster"),
        ),
        Option(
            ["--readers"],
            type=click.IntRange(1, 16),
            default=READERS,
            metavar=_("COUNT"),
            show_default=True,
            help=_("How many readers there are"),
        ),
        Option(
            ["--port"],
            type=click.IntRange(1, 65535),
            metavar=_("PORT"),
            help=_("Use the virtual reader that listens there, of a pcscd that runs already"),
        ),
    ],
    callback=_run,
    help="\n\n".join(
        (
            _("Play virtual cards to the station, for training and demonstrations."),
            _(
                "Without --port a card reader service of its own is started, which nobody else on"
                " the network can reach; for that be root, and install pcscd and vsmartcard-vpcd"
                " (Debian: apt install pcscd vsmartcard-vpcd). All in one command:"
                " cardledger readers simulate SCRIPT -- cardledger station term-swipe"
            ),
            _(
                "With --port 35963 the virtual readers of the machine's own pcscd are used. Mind"
                " that vpcd listens on all interfaces of the network: close the port in the"
                " firewall, or uninstall vsmartcard-vpcd when you are done."
            ),
            _(
                "Acts are: lay CARD [for TIME], pull, swap CARD, wait TIME, wait for"
                " reading|record|enter [within TIME], reader N, fault CARD"
                " no-uid|mute|pulled|slow TIME|swapped CARD|none [at N], card N UID [TYPE],"
                " say TEXT, repeat N … end. CARD is a number from 1, or next; # begins a remark."
            ),
            _("Exit status 4 where something that the script waits for did not happen."),
        )
    ),
)
