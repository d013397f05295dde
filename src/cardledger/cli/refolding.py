"""`rebuild`, `replay` and `receipt`: the rows are what the lines add up to."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import click

from cardledger.cli.base import Argument, Command, Option
from cardledger.cli.edge import DIFFERENT, DONE, symbol
from cardledger.cli.output import SHEETS, Output, one_object
from cardledger.cli.progress import bar
from cardledger.cli.settings import settings
from cardledger.cli.speech import listed, say
from cardledger.exchange.writing.widths import pad, width
from cardledger.i18n import _

if TYPE_CHECKING:
    from cardledger.replay import Checked, Difference, Receipt

#: How many differences are told in full.
_TOLD: Final = 10
#: How much of a value is shown.
_SHOWN: Final = 60


def _rebuild(names: tuple[str, ...]) -> None:
    from cardledger.replay import Replay
    from projections import PROJECTIONS

    with settings().opened() as ledger, bar(_("Folding")) as progress:
        position = Replay(ledger).rebuild(names, progress=progress)
    click.echo(
        say(
            _("{names}: folded anew, up to line {position}."),
            names=listed(names or PROJECTIONS),
            position=position,
        )
    )


rebuild: Final = Command(
    "rebuild",
    params=[
        Argument(
            ["names"],
            metavar=_("NAME"),
            nargs=-1,
            help=_("Projections such as roster or cards; all of them where none is named"),
        )
    ],
    callback=_rebuild,
    help=_("Fold projections anew from the first line; nobody has to wait meanwhile."),
)


def _replay(check: bool, receipt: bool, without: tuple[str, ...], **shape: Any) -> int:
    from cardledger.replay import Replay

    answer = Output.of(**shape)
    if without:
        if check or receipt:
            sentence = _(
                "--without asks what would follow; it goes with neither {one} nor {other}."
            )
            raise click.UsageError(say(sentence, one="--check", other="--receipt"))
        from cardledger.cli.changes import answer_what_if

        return answer_what_if(answer, without)
    with settings().opened() as ledger:
        if receipt and not check:
            found = Replay(ledger).receipt()
            answer.write_object(found._asdict(), _tell_receipt(found))
            return DONE
        with bar(_("Checking")) as progress:
            checked = Replay(ledger).check(progress=progress)
        told, data = _tell_checked(checked), _checked_json(checked)
        if receipt:
            found = Replay(ledger).receipt()
            told, data = chain(told, _tell_receipt(found)), data | {"receipt": found._asdict()}
        answer.write_object(data, told)
    return DONE if checked.ok else DIFFERENT


def _checked_json(checked: Checked) -> dict[str, Any]:
    return {
        "ok": checked.ok,
        "position": checked.position,
        "rows": checked.rows,
        "found": checked.found,
        "differences": [one._asdict() for one in checked.differences],
    }


def _tell_checked(checked: Checked) -> Iterator[str]:
    if checked.ok:
        sign = click.style(symbol("✓", "+", sys.stdout), fg="green")
        sentence = _("{sign} The same: {rows} rows are what lines 1 to {position} add up to.")
        yield say(sentence, sign=sign, rows=checked.rows, position=checked.position)
        return
    sign = click.style(symbol("✗", "x", sys.stdout), fg="red")
    yield say(_("{sign} Differences: {found}. The first:"), sign=sign, found=checked.found)
    for one in checked.differences[:_TOLD]:
        yield f"  {_difference(one)}"
    yield say(_("Somebody changed the tables. Fold them anew with: cardledger rebuild"))


def _difference(one: Difference) -> str:
    return say(
        _("line {position}: {projection}, {subject}, {field}: stored {stored}, folded {folded}"),
        position=one.position,
        projection=one.projection,
        subject=one.subject,
        field=one.field or say(_("whole row")),
        stored=_value(one.stored),
        folded=_value(one.folded),
    )


def _value(value: Any) -> str:
    text = "-" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _tell_receipt(receipt: Receipt) -> Iterator[str]:
    hashes = [
        (say(SHEETS.get(name, name)), receipt.projections[name]) for name in receipt.projections
    ]
    rows = [
        (say(_("position")), str(receipt.position)),
        (say(_("root")), receipt.root),
        *hashes,
        (say(_("code")), receipt.code),
    ]
    size = max(width(name) for name, _value in rows)
    for name, value in rows:
        yield f"{pad(name, size)}  {value}"


replay: Final = Command(
    "replay",
    params=[
        Option(
            ["--check"],
            is_flag=True,
            help=_("Fold every line again, compare with what is stored (this is the default)"),
        ),
        Option(["--receipt"], is_flag=True, help=_("Print what two auditors compare")),
        Option(
            ["--without"],
            multiple=True,
            metavar=_("POSITIONS"),
            help=_(
                "Write nothing; tell what would follow if these lines were false, such as 12 or"
                " 12,15-18: which rows of roster, cards and boxes, and which later lines"
            ),
        ),
        *one_object(),
    ],
    callback=_replay,
    help="\n\n".join(
        (
            _("Fold every line again and compare the rows with those that are stored."),
            _("Exit status 4 where a row differs; the first line that differs is named."),
            _("With --without, exit status 4 where anything would be different."),
        )
    ),
)


def _receipt(**shape: Any) -> None:
    _replay(check=False, receipt=True, without=(), **shape)


receipt: Final = Command(
    "receipt",
    params=one_object(),
    callback=_receipt,
    help=_("Print what two auditors compare: position, root, a hash of every projection, version."),
)
