"""`diagnose`: why a card is not recognised at a transfer swipe, cause by cause."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from cardledger.cli.base import Argument, Command, Option
from cardledger.cli.edge import note
from cardledger.cli.output import Output, options
from cardledger.cli.papers import read_at_rest
from cardledger.cli.settings import settings
from cardledger.cli.speech import say, translate
from cardledger.cli.tables import moment_options
from cardledger.exchange.writing.tables_out import Column, moment_shown
from cardledger.i18n import _

if TYPE_CHECKING:
    from cardledger.diagnosis import Diagnosis

COLUMNS: Final = (
    Column("cause", _("Cause"), "code"),
    Column("verdict", _("Verdict"), "code"),
    Column("positions", _("Lines"), "list"),
    Column("message", _("What the ledger says"), "long"),
    Column("todo", _("What to do"), "long"),
)
#: For a terminal, where five columns have no room.
TOLD: Final = (*COLUMNS[:3], Column("story", _("What the ledger says, and what to do"), "long"))


def _run(
    what: str,
    school: str | None,
    at: str | None,
    as_of: str | None,
    known: str | None,
    **shape: Any,
) -> None:
    from cardledger.diagnosis import diagnose as diagnosed

    answer = Output.of(**shape)
    with settings().opened() as ledger:
        found, source = read_at_rest(
            ledger,
            lambda until: diagnosed(ledger, what, school=school, at=at, as_of=as_of, known=until),
            as_of or at,
            known,
        )
        people = answer.format in ("table", "xlsx") and not answer.names
        rows = _told(found) if people else (one.as_row(translate) for one in found.causes)
        columns = TOLD if people and answer.format == "table" else COLUMNS
        answer.write(rows, columns, "diagnose", source=source)
    note(
        say(
            _("Card {card}, pupil {number}, at school {school}, as of {moment}."),
            card=found.card or "-",
            number=found.number or found.student or "-",
            school=found.school,
            moment=moment_shown(found.moment),
        )
    )


def _told(found: Diagnosis) -> Iterator[dict[str, Any]]:
    """Yield the causes with the words by which people call them."""
    from cardledger.diagnosis import VERDICTS

    between = " " if translate(_(", ")).isascii() else ""
    for one in found.causes:
        words = {"cause": translate(one.title), "verdict": translate(VERDICTS[one.found.verdict])}
        row = one.as_row(translate)
        story = between.join(filter(None, (row["message"], row["todo"])))
        yield row | words | {"story": story}


diagnose: Final = Command(
    "diagnose",
    params=[
        Argument(
            ["what"],
            metavar=_("CARD"),
            help=_("Card number or UID; or the pupil's number or id, for the present record card"),
        ),
        Option(
            ["--school"],
            metavar=_("CODE"),
            help=_(
                "School where the card is swiped in; else that of the refused transfer swipe, else"
                " where the pupil goes"
            ),
        ),
        Option(
            ["--at"],
            metavar=_("WHEN"),
            help=_("When the card is swiped: this date or time; else now, or --as-of"),
        ),
        *moment_options(),
        *options(),
    ],
    callback=_run,
    help="\n\n".join(
        (
            _("Why a card gives no information at a transfer swipe, cause by cause."),
            _(
                "The causes stand in the order in which the office rules them out, each ruled out,"
                " possible or unknown by the lines of the ledger, with what to do next. The exit"
                " status is 0."
            ),
        )
    ),
)
