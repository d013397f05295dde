"""`box check-label`: whether what the QR code on a box says is still so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from cardledger.cli.base import Argument, Command
from cardledger.cli.edge import DIFFERENT, DONE
from cardledger.cli.output import Output, one_object
from cardledger.cli.settings import settings
from cardledger.cli.speech import say, translate
from cardledger.cli.tables import moment_options
from cardledger.cli.whole import STDIN, whole
from cardledger.i18n import _

if TYPE_CHECKING:
    from cardledger.exchange.labels import Difference, Label

#: What scanners send in place of the end of a line.
_LINE_ENDS: Final = (("\\n", "\n"), ("\r\n", "\n"), ("\r", "\n"))
#: Bytes; no label is longer.
_LIMIT: Final = 10_000


def _check(text: str, as_of: str | None, known: str | None, **values: Any) -> int:
    from cardledger.exchange.labels import Label, check

    answer = Output.of(**values)
    given = whole(STDIN, _LIMIT).decode(errors="replace") if text == STDIN else text
    for end, line in _LINE_ENDS:
        given = given.replace(end, line)
    label = Label.from_text(given)
    with settings().opened() as ledger:
        found = check(ledger, label, as_of=as_of, known=known)
    answer.write_object(_object(label, found), _told(label, found))
    return DIFFERENT if found else DONE


def _object(label: Label, found: Sequence[Difference]) -> dict[str, object]:
    return {
        "ok": not found,
        "box": label.box,
        "differences": [one._asdict() for one in found],
    }


def _told(label: Label, found: Sequence[Difference]) -> Iterator[str]:
    from cardledger.exchange.labels.checking import TITLES

    if not found:
        yield say(_("The label of box {box} says what the ledger says."), box=label.box)
    for one in found:
        if one.field == "box":
            yield say(_("There is no box {box}."), box=label.box)
        else:
            yield say(
                _("{what}: the label says {label}, the ledger {ledger}."),
                what=translate(TITLES[one.field]),
                label=one.label or "-",
                ledger=one.ledger or "-",
            )


check_label: Final = Command(
    "check-label",
    params=[
        Argument(
            ["text"],
            metavar=_("TEXT"),
            help=_("What the QR code on the box says; - is stdin"),
        ),
        *moment_options(),
        *one_object(),
    ],
    callback=_check,
    help="\n\n".join(
        (
            _("Compare the label on a box with the ledger."),
            _("Exit status 4 where they differ."),
        )
    ),
)
