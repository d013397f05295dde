"""`diff`: what changed between two moments; and what would change if some lines were false."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import click

from cardledger.cli.base import Argument, Command, Option
from cardledger.cli.edge import DIFFERENT, DONE, note
from cardledger.cli.output import Output, options
from cardledger.cli.papers import read_at_rest
from cardledger.cli.progress import bar
from cardledger.cli.settings import settings
from cardledger.cli.speech import listed, say, translate
from cardledger.cli.tables import filter_options
from cardledger.errors import BadValue
from cardledger.exchange.writing.tables_out import Column
from cardledger.i18n import _
from cardledger.ids import plain

if TYPE_CHECKING:
    from cardledger.changes import Change, WhatIf
    from cardledger.changes.without import Anew

#: What happened to a row.
WORDS: Final = {
    "added": _("added"),
    "removed": _("removed"),
    "changed": _("changed"),
}
#: How a line is decided.
DECISIONS: Final = {
    "recorded": _("recorded"),
    "contested": _("contested"),
    "repeated": _("repeated"),
    "refused": _("refused"),
}
#: Later lines, decided anew.
LATER: Final = (
    Column("position", _("Line"), "count"),
    Column("story", _("What happened"), "long"),
    Column("was", _("Now")),
    Column("would_be", _("Would be")),
    Column("codes", _("Codes"), "list"),
)
#: Of a whole row so many facts are told.
_FACTS: Final = 6
_RANGE: Final = re.compile(r"@?(\d{1,18})(?:\s*[-–]\s*@?(\d{1,18}))?")
#: So many positions may be named at once.
_MOST: Final = 1000


def _columns() -> list[Column]:
    from cardledger.changes import COLUMNS

    return [Column(*column) for column in COLUMNS]


def _diff(
    tables: tuple[str, ...],
    from_: str | None,
    to: str | None,
    known_from: str | None,
    known_to: str | None,
    school: str | None,
    cohort: str | None,
    **values: Any,
) -> int:
    from cardledger.changes import TABLES, Moment, diff

    class_ = values.pop("class")
    answer = Output.of(**values)
    if not from_ and not known_from:
        raise click.UsageError(say(_("Say from which moment on: --from, or --known-from.")))
    where = {"school": school, "class": class_, "cohort": cohort}
    chosen = {name: value for name, value in where.items() if value}
    with settings().opened() as ledger:

        def read(until: str | None) -> list[Change]:
            with bar(_("Comparing")) as progress:
                found = diff(
                    ledger,
                    Moment(from_, known_from),
                    Moment(to, until),
                    tables=tables or TABLES,
                    where=chosen,
                    progress=progress,
                )
                return list(found)

        found, source = read_at_rest(ledger, read, to, known_to)
        rows: Iterable[dict[str, Any]] = (change.as_row() for change in found)
        if answer.format in ("table", "xlsx"):
            rows = _for_people(found)
        if found or answer.format != "table":
            answer.write(rows, _columns(), "diff", source=source)
    _tell(found)
    return DIFFERENT if found else DONE


def _tell(found: Iterable[Change]) -> None:
    """Say how many rows were added, removed and changed, of each table."""
    counts: dict[tuple[str, str], set[str]] = {}
    for change in found:
        counts.setdefault((change.table, change.change), set()).add(change.subject)
    if not counts:
        note(say(_("No difference.")))
    for table in dict.fromkeys(table for table, _change in counts):
        told = [
            f"{translate(word)} {len(counts[table, change])}"
            for change, word in WORDS.items()
            if (table, change) in counts
        ]
        note(say(_("{table}: {counts}"), table=translate(_titles()[table]), counts=listed(told)))


def _titles() -> Mapping[str, str]:
    return {"roster": _("roster"), "cards": _("cards"), "boxes": _("boxes")}


def _for_people(found: Iterable[Change]) -> Iterator[dict[str, Any]]:
    for change in found:
        titles = _fields(change.table)
        row = change.as_row()
        row["table"] = translate(_titles()[change.table])
        row["change"] = translate(WORDS[change.change])
        row["field"] = translate(titles.get(change.field, change.field))
        for side in ("old", "new"):
            row[side] = _value(change, row[side], titles)
        yield row


def _fields(table: str) -> dict[str, str]:
    from projections import PROJECTIONS

    return {column.key: column.title for column in PROJECTIONS[table].COLUMNS}


def _value(change: Change, value: Any, titles: Mapping[str, str]) -> str | None:
    """Return a value as people read it; of a whole row its first facts."""
    if isinstance(value, dict):
        about: tuple[Any, ...] = (None, "", [], False, change.subject, change.name)
        facts = [
            f"{translate(titles[name])} {_shown(fact)}"
            for name, fact in value.items()
            if fact not in about
        ]
        return translate(_("; ")).join(facts[:_FACTS]) + (" …" if len(facts) > _FACTS else "")
    return _shown(value)


def _shown(value: Any) -> str | None:
    from cardledger.exchange.writing.tables_out import moment_shown, shown

    if value is None:
        return None
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:", value):
        return moment_shown(value)
    return shown(value, "list" if isinstance(value, list) else "text", translate)


def positions_of(texts: Iterable[str]) -> list[int]:
    """Read positions such as `12`, `12,15` or `12,15-18`.

    Raises `BadValue` for what is none, and where there are more than `_MOST`.
    """
    found: set[int] = set()
    for text in texts:
        for part in re.split(r"[,，、;；\s]+(?![-–])", plain(text)):
            match = _RANGE.fullmatch(part)
            if match is None:
                raise BadValue(
                    _("“{value}” is no position of a line."),
                    hint=_("Write positions such as 12, or 12,15-18."),
                    value=part or text,
                )
            first, last = int(match[1]), int(match[2] or match[1])
            if last < first or last - first >= _MOST or len(found) + last - first >= _MOST:
                raise BadValue(
                    _("“{value}” names too many lines, or none."),
                    hint=_("At most {most} lines can be left out at once."),
                    value=part,
                    most=_MOST,
                )
            found.update(range(first, last + 1))
    return sorted(found)


def answer_what_if(answer: Output, without: Iterable[str]) -> int:
    """Answer what would follow if some lines were false."""
    from cardledger.changes import LIMIT, what_if

    positions = positions_of(without)
    with settings().opened() as ledger:
        with bar(_("Comparing")) as progress:
            found = what_if(ledger, positions, progress=progress)
        if answer.format in ("json", "jsonl"):
            answer.write_object(_as_json(found), ())
        else:
            _write(answer, found)
    if not found.all_decided:
        sentence = _("Only the first {limit} later lines of their subjects were decided anew.")
        note(say(sentence, limit=LIMIT))
    return DONE if found.same else DIFFERENT


def _as_json(found: WhatIf) -> dict[str, Any]:
    return {
        "positions": found.positions,
        "same": found.same,
        "changes": [change.as_row() for change in found.changes],
        "lines": [line._asdict() for line in found.lines],
        "all_decided": found.all_decided,
    }


def _write(answer: Output, found: WhatIf) -> None:
    """Write what would follow for people: the rows, then the later lines."""
    from cardledger.exchange.writing.text_table import render

    what = listed(found.positions)
    pieces: list[str] = []
    if found.same:
        pieces.append(say(_("Without {positions}, everything would be as it is."), positions=what))
        pieces.append("\n")
    look = answer.look()
    if found.changes:
        pieces.append(say(_("Rows that would be different without {positions}:"), positions=what))
        pieces += ["\n", *render(_for_people(found.changes), _columns(), translate, look)]
    if found.lines:
        title = _("Later lines that would be decided otherwise:")
        pieces += ["\n" if found.changes else "", say(title), "\n"]
        pieces += render(_later(found.lines), LATER, translate, look)
    answer.write_text("".join(pieces).removesuffix("\n"))


def _later(lines: Iterable[Anew]) -> Iterator[dict[str, Any]]:
    from cardledger.trace.telling import sentence_of

    for line in lines:
        about = [
            tag.partition(":")[2] for tag in line.subjects if tag.startswith(("card:", "box:"))
        ]
        yield {
            "position": line.position,
            "story": " ".join([sentence_of(line.name, translate), *about]),
            "was": translate(DECISIONS[line.was]),
            "would_be": translate(DECISIONS[line.would_be]),
            "codes": line.codes or line.was_codes,
        }


diff: Final = Command(
    "diff",
    params=[
        Argument(
            ["tables"],
            metavar=_("TABLE"),
            nargs=-1,
            help=_("What is compared: roster, cards, boxes; all of them where none is named"),
        ),
        Option(
            ["--from", "from_"],
            metavar=_("WHEN"),
            help=_("The earlier moment, what had happened by then: a date, a time, or @POSITION"),
        ),
        Option(
            ["--to"],
            metavar=_("WHEN"),
            help=_("The later moment, read alike; else now"),
        ),
        Option(
            ["--known-from"],
            metavar=_("WHEN"),
            help=_("At the earlier moment, only what was written by then"),
        ),
        Option(
            ["--known-to"],
            metavar=_("WHEN"),
            help=_("At the later moment, only what was written by then"),
        ),
        *filter_options(("school", "class", "cohort")),
        *options(),
    ],
    callback=_diff,
    help="\n\n".join(
        (
            _("What changed between two moments on the roster, the cards and the boxes."),
            _(
                "Each row that was added or removed and each field that changed is told with the"
                " lines because of which. A filter keeps what fits it before or after."
            ),
            _("Exit status 4 where something changed; 0 where nothing did."),
        )
    ),
)
