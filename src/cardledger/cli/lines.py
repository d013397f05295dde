"""`trace` and `history`: the lines themselves, as data for programs and as a story for people."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from cardledger.cli.base import Argument, Command, Option, Whole
from cardledger.cli.output import Output, options
from cardledger.cli.papers import Source, read_at_rest
from cardledger.cli.settings import settings
from cardledger.cli.speech import first_sentence, listed, say, translate
from cardledger.exchange.tables_out import Column, Row, shown
from cardledger.i18n import _
from cardledger.ids import plain

#: What facts of an event are called in tables; others go by their own name.
FACTS: Final[dict[str, str]] = {
    "accepted": _("Accepted"),
    "action": _("Action"),
    "after": _("Lines kept"),
    "address": _("Home address"),
    "before": _("Lines before"),
    "birth": _("Date of birth"),
    "boarding": _("Boarding"),
    "box": _("Box"),
    "by": _("By"),
    "card": _("Card"),
    "cards": _("Cards"),
    "checkpoint": _("Checkpoint"),
    "class": _("Class"),
    "code": _("Code"),
    "codes": _("Codes"),
    "cohort": _("Cohort"),
    "confirmed_no_other_school": _("No other school has the pupil"),
    "contested": _("Contested"),
    "continues": _("Continues here"),
    "count": _("Count"),
    "digest": _("Digest"),
    "entered": _("Entered"),
    "ethnic_group": _("Ethnic group"),
    "family": _("Members of the family"),
    "format": _("Format"),
    "from_day": _("First day"),
    "from_outside_city": _("From outside the city"),
    "from_school": _("From school"),
    "goes_on": _("Goes on"),
    "grade": _("Grade"),
    "guest": _("Guest"),
    "household": _("Household"),
    "identity": _("Identity number"),
    "kind": _("Kind"),
    "ledger": _("Ledger"),
    "leave_swiped": _("Swiped out"),
    "migrant": _("Child of migrants"),
    "name": _("Name"),
    "native_place": _("Native place"),
    "note": _("Note"),
    "number": _("Student number"),
    "old": _("Old card"),
    "old_outstanding": _("Old card not handed in"),
    "outstanding": _("Old card outstanding"),
    "position": _("Line"),
    "present_address": _("Present address"),
    "program": _("Program"),
    "reason": _("Reason"),
    "reasons": _("Reasons"),
    "rejected": _("Rejected"),
    "sealed_for": _("Sealed for"),
    "sex": _("Sex"),
    "swiped_out": _("Swiped out"),
    "telephone": _("Telephone"),
    "term": _("Term"),
    "to_school": _("To school"),
    "treated_as_local": _("Treated as a local"),
    "uid": _("UID"),
    "upgraded": _("Upgraded"),
    "version": _("Version"),
    "voids": _("Voided event"),
}
#: What a name is, where it is not that of a person.
_NAMES: Final[dict[str, str]] = {
    "school.added/1": _("Name of the school"),
    "tool.installed/1": _("Program"),
}
#: Facts that say nothing to people who look at one subject.
_ASIDE: Final = frozenset(
    {"student", "person", "others", "tool", "school", "opening", "subjects", "changes"}
)
#: Of a SHA-256 so many digits are told.
_DIGEST: Final = 12
_DIGEST_FORM: Final = re.compile(r"[0-9a-f]{64}")
#: So many parts of a list are told.
_PARTS: Final = 3

#: Lines as people read them on a terminal.
STORY: Final = (
    Column("position", _("Line"), "count"),
    Column("at", _("When"), "moment"),
    Column("story", _("What happened"), "long"),
    Column("handler", _("Handler")),
    Column("evidence", _("Evidence"), "code", 1),
    Column("recorded", _("Recorded"), "moment", 2),
)


@functools.cache
def _told() -> dict[str, str]:
    """Return how events are told, by their stored names."""
    from cardledger.events import Codec, stored_name

    return {stored_name(one): first_sentence(one.__doc__ or "") for one in Codec.classes()}


def as_story(rows: Iterable[Row], aside: str = "") -> Iterator[dict[str, Any]]:
    """Yield lines with what happened as a sentence, and the facts as words.

    `aside` is what all lines are about: it need not be said again.
    """
    for row in rows:
        name = str(row["name"])
        sentence = translate(_told().get(name, name))
        facts = _facts(name, row["data"], aside)
        void = _("(Void by line {position}.)")
        by = row["voided_by"]
        parts = filter(None, (sentence, facts, say(void, position=by) if by else ""))
        story = (" " if sentence.isascii() else "").join(parts)
        yield dict(row) | {"name": sentence, "data": facts, "story": story}


def _facts(event: str, data: Mapping[str, Any], aside: str) -> str:
    facts = []
    for name, value in data.items():
        said = name in _ASIDE or value in (None, "", [], {}, aside)
        if not said:
            title = _NAMES.get(event) if name == "name" else None
            facts.append(f"{translate(title or FACTS.get(name, name))} {_value(value, aside)}")
    return translate(_("; ")).join(facts)


def _value(value: Any, wanted: str = "") -> str:
    """Return a value as a word. Of a long list what is looked for comes first."""
    if isinstance(value, (list, tuple)):
        told = listed(sorted(value, key=lambda part: part != wanted)[:_PARTS])
        return f"{told} … ({len(value)})" if len(value) > _PARTS else told
    text = shown(value, "text", translate)
    return f"{text[:_DIGEST]}…" if _DIGEST_FORM.fullmatch(text) else text


def _write(
    answer: Output, rows: Iterable[Row], title: str, source: Source, aside: str = ""
) -> None:
    from cardledger.trace import COLUMNS

    columns = [Column(*column) for column in COLUMNS]
    if answer.format == "table" and not answer.names:
        answer.write(as_story(rows, aside), STORY)
    elif answer.format in ("table", "xlsx"):
        people = [_for_people(one) for one in columns]
        answer.write(as_story(rows), people, title, source=source)
    else:
        answer.write(rows, columns, title)


def _for_people(column: Column) -> Column:
    return column._replace(kind="long") if column.key in ("name", "data") else column


def _trace(what: str, **output: Any) -> None:
    from cardledger.trace import trace as lines_about

    answer = Output.of(**output)
    with settings().opened() as ledger:
        rows, source = read_at_rest(ledger, lambda _all: lines_about(ledger, what), None, None)
        _write(answer, rows, "trace", source, plain(what).upper())


trace: Final = Command(
    "trace",
    params=[
        Argument(
            ["what"],
            metavar=_("WHAT"),
            help=_("Card number, UID, student number, pupil's id or box; card:…, box:… force one"),
        ),
        *options(),
    ],
    callback=_trace,
    help=_("Everything that ever happened to a card, a pupil or a box, in the order of events."),
)


def _history(
    after: int,
    upto: int | None,
    event: tuple[str, ...],
    about: str | None,
    raw: bool,
    **output: Any,
) -> None:
    from cardledger.naming import find_subject
    from cardledger.trace import exported
    from cardledger.trace import history as lines_of

    answer = Output.of(**output)
    with settings().opened() as ledger:
        tags = (find_subject(ledger, about),) if about else None
        if raw:
            answer.write_bytes(exported(ledger, after=after, upto=upto, names=event, tags=tags))
        else:
            size = ledger.log.size()
            end = size if upto is None else min(upto, size)
            rows = lines_of(ledger, after=after, upto=end, names=event, tags=tags)
            _write(answer, rows, "history", Source(ledger=ledger, position=size))


history: Final = Command(
    "history",
    params=[
        Option(
            ["--after"],
            type=Whole(),
            default=0,
            metavar=_("POSITION"),
            help=_("Only lines after this position"),
        ),
        Option(
            ["--upto"],
            type=Whole(),
            metavar=_("POSITION"),
            help=_("Only lines up to this position"),
        ),
        Option(
            ["--event"],
            multiple=True,
            metavar=_("NAME"),
            help=_("Only these events, by their stored names, such as card.recycled/1"),
        ),
        Option(
            ["--about"],
            metavar=_("WHAT"),
            help=_("Only lines about this card, pupil or box"),
        ),
        Option(
            ["--raw"],
            is_flag=True,
            help=_("The lines byte for byte as they were recorded and hashed, one JSON each"),
        ),
        *options(),
    ],
    callback=_history,
    help=_("The lines of the ledger, in the order in which they were written."),
)
