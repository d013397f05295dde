"""`agenda`: what is due or overdue in the office year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from cardledger.cli.base import Command, Option
from cardledger.cli.edge import note
from cardledger.cli.output import Output, options
from cardledger.cli.papers import read_at_rest
from cardledger.cli.progress import bar
from cardledger.cli.settings import settings
from cardledger.cli.speech import listed, say, translate
from cardledger.cli.tables import moment_options
from cardledger.exchange.writing.tables_out import Column
from cardledger.i18n import _

if TYPE_CHECKING:
    from cardledger.agenda import Due

COLUMNS: Final = (
    Column("school", _("School"), "id"),
    Column("due", _("Due"), "day"),
    Column("state", _("State"), "code"),
    Column("item", _("Item"), "code"),
    Column("detail", _("How it stands"), "long"),
    Column("todo", _("What to do"), "long"),
    Column("count", _("Count"), "count", 2),
    Column("subjects", _("Subjects"), "list", 4),
    Column("positions", _("Lines"), "list", 3),
)
#: For a terminal, where so many columns have no room.
TOLD: Final = (*COLUMNS[:4], Column("story", _("How it stands, and what to do"), "long"))


def _run(
    school: str | None,
    at: str | None,
    as_of: str | None,
    known: str | None,
    all_schools: bool,
    **shape: Any,
) -> None:
    from cardledger.agenda import agenda as due
    from cardledger.streams import asked_for

    answer = Output.of(**shape)
    with settings().opened() as ledger, bar(_("Reading schools")) as progress:

        def read(until: str | None) -> list[Due]:
            schools = [school] if school and not all_schools else []
            which: dict[str, Any] = {"schools": schools, "every": all_schools, "at": at}
            return list(due(ledger, **which, as_of=as_of, known=until, progress=progress))

        found, source = read_at_rest(ledger, read, as_of or at, known)
        people = answer.format in ("table", "xlsx") and not answer.names
        rows = _told(found) if people else (one.as_row(translate) for one in found)
        columns: tuple[Column, ...] = COLUMNS
        if people and answer.format == "table":
            # The message below names the school where there is only one.
            columns = TOLD if all_schools else TOLD[1:]
        answer.write(rows, columns, "agenda", source=source)
        asked = asked_for(ledger, as_of, known)
        day = at or (asked.moment if asked else ledger.clock())[:10]
    _summarise(found, day)


def _told(found: Iterable[Due]) -> Iterator[dict[str, Any]]:
    """Yield entries with the words by which people call them."""
    from cardledger.agenda import STATES

    between = " " if translate(_(", ")).isascii() else ""
    for one in found:
        row = one.as_row(translate)
        story = between.join(filter(None, (row["detail"], row["todo"])))
        words = {"item": translate(one.title), "state": translate(STATES[one.entry.state])}
        yield row | words | {"story": story}


def _summarise(found: list[Due], day: str) -> None:
    from cardledger.agenda import STATES

    schools = list(dict.fromkeys(one.school for one in found))
    named = schools[0] if len(schools) == 1 else len(schools)
    counts = Counter(one.entry.state for one in found)
    parts = [
        f"{translate(word)} {counts[state]}" for state, word in STATES.items() if counts[state]
    ]
    about = _("Agenda of school {school} on {day}: {parts}.")
    if len(schools) != 1:
        about = _("Agendas of {school} schools on {day}: {parts}.")
    note(say(about, school=named, day=day, parts=listed(parts)))


agenda: Final = Command(
    "agenda",
    params=[
        Option(
            ["--school"], metavar=_("CODE"), help=_("Agenda of this school; else the default one")
        ),
        Option(["--all-schools"], is_flag=True, help=_("Agendas of all schools of the ledger")),
        Option(
            ["--at"],
            metavar=_("DATE"),
            help=_("Agenda of this day: a past one as it was then; else today, or --as-of"),
        ),
        *moment_options(),
        *options(),
    ],
    callback=_run,
    help="\n\n".join(
        (
            _("What is due or overdue in the office year."),
            _(
                "Each item is done, due, overdue, upcoming, or unknown where no line tells. The"
                " exit status is 0, also where something is overdue: `cardledger audit` judges."
            ),
        )
    ),
)
