"""`box stocktake`: what was found in a box, as counts, or as a list of all that lay in it.

The action's own command, with one option more: `--from`, for a list that was scanned or typed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import click

from cardledger.actions import ACTIONS
from cardledger.cli import shown
from cardledger.cli.acts import command_of
from cardledger.cli.base import Command, Option
from cardledger.cli.edge import DONE, REFUSED, note
from cardledger.cli.settings import settings
from cardledger.cli.speech import listed, say
from cardledger.cli.whole import whole
from cardledger.errors import BadValue, UnreadableFile
from cardledger.i18n import _

if TYPE_CHECKING:
    from cardledger.ledger import Ledger
    from cardledger.station.stocktaking import Counting

_ACTION: Final = ACTIONS["box-stocktake"]
#: What `--from` finds out by itself.
_COUNTED: Final = ("found", "missing", "unexpected", "elsewhere", "expected", "frozen")
_COMMENT: Final = "#"
#: Bytes; no list of what lies in one box is longer.
_LIMIT: Final = 10 << 20


def _made() -> Command:
    derived = command_of(_ACTION)
    plain = derived.callback
    if plain is None:
        raise TypeError("the command of an action records it")

    def run(list_: str | None, **values: Any) -> Any:
        given = [name for name in _COUNTED if values[name] not in (None, ())]
        if list_ is None:
            if values["found"] is None:
                raise click.UsageError(
                    say(_("Say how many were found, --found N, or give a list, --from FILE."))
                )
            return plain(**values)
        if given:
            flags = listed(f"--{name}" for name in given)
            raise click.UsageError(say(_("--from and {flags} exclude each other."), flags=flags))
        return _from_list(list_, values)

    params = list(derived.params)
    for param in params:
        if param.name == "found":
            param.required = False
    params.append(
        Option(
            ["--from", "list_"],
            metavar=_("FILE"),
            help=_("All that lay in the box: a card number or UID a line; - is stdin"),
        )
    )
    return Command("stocktake", params=params, callback=run, help=_ACTION.command.__doc__)


def _from_list(file: str, values: dict[str, Any]) -> int:
    from cardledger.station.stocktaking import Counting, expected_in

    context = {
        name: value
        for name, value in values.items()
        if name not in (*_COUNTED, "box", "as_json") and value
    }
    context.setdefault("handler", settings().handler)
    with settings().opened() as ledger:
        counting = Counting(expected_in(ledger, values["box"]))
        for row, text in _lines(file):
            _count(ledger, counting, row, text)
        command = counting.command(**context)
        outcome = ledger.record(command)
        shown.show(ledger, command, outcome, as_json=values["as_json"])
        if outcome.outcome != "refused" and not values["as_json"]:
            _tell(counting)
    return REFUSED if outcome.outcome == "refused" else DONE


def _count(ledger: Ledger, counting: Counting, row: int, text: str) -> None:
    from cardledger.commands import CardCommand

    try:
        case = ledger.named(CardCommand(card=text))
        judged = counting.judge(text, case)
    except BadValue as error:
        raise _unreadable(row, error) from None
    if judged is None:
        ambiguous = BadValue(
            _("“{card}” fits more than one card: {candidates}."),
            hint=_("Type the card number."),
            card=text,
            candidates=case.about.get("candidates", ""),
        )
        raise _unreadable(row, ambiguous)
    counting.count(judged)


def _unreadable(row: int, error: BadValue) -> UnreadableFile:
    from cardledger.cli.speech import translate

    return UnreadableFile(
        _("Line {row} of the list: {why}"),
        hint=_("Correct the list and give it again; nothing was recorded."),
        row=row,
        why=error.text(translate),
    )


def _lines(file: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that name a card, with their numbers; a text after # is a remark."""
    # Never a part of it: the rest would be recorded as missing.
    data = whole(file, _LIMIT)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            _("{file}: it cannot be read: {reason}"), file=file, reason=error
        ) from None
    for row, line in enumerate(text.splitlines(), 1):
        card = line.partition(_COMMENT)[0].strip()
        if card:
            yield row, card


def _tell(counting: Counting) -> None:
    """Say what is wrong, and how the manifest is printed."""
    command = counting.command(handler="-")
    strangers = [one.card for one in counting.counted.values() if one.is_stranger]
    known = [card for card in command.unexpected if card not in set(strangers)]
    for text, cards in (
        (_("Not found: {cards}."), command.missing),
        (_("Belong in another box: {cards}."), command.elsewhere),
        (_("In no box of the ledger: {cards}."), known),
        (_("Unknown, no card of the ledger: {cards}."), strangers),
    ):
        if cards:
            click.echo("  " + say(text, cards=listed(cards)))
    note(
        say(
            _("Print the manifest with: cardledger export stocktake {box} --output FILE.pdf"),
            box=command.box,
        )
    )


stocktake: Final = _made()
