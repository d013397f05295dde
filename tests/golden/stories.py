"""The stories: rows as a batch gives them, with comments, and what became of them.

A line of `story.jsonl` is a row, a comment (`#`), or the clock of those who type from there on
(`@ 2010-03-20T10:00`), or what is asked about a card or a pupil as of a day
(`? diagnose C001 2010-03-16`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from cardledger import Ledger, Outcome
from cardledger.batch import command_of_row
from cardledger.book import fold
from cardledger.diagnosis import diagnose
from cardledger.events import stored_name
from tests.support.given import PRESENT, Row, moment

FOLDER: Final = Path(__file__).parent
STORIES: Final = sorted(file.parent.name for file in FOLDER.glob("*/story.jsonl"))

#: What is shown beside the stored name and the subjects of a line, or depends on the keys.
_ASIDE: Final = {"event", "at", "recorded", "sealed", "person", "key", "tool"}


def steps_of(story: str) -> Iterator[str | Row]:
    """Return the steps of a story: a row, a comment, or a moment after `@`."""
    for line in (FOLDER / story / "story.jsonl").read_text(encoding="utf-8").splitlines():
        if line.startswith(("#", "@", "?")):
            yield line
        elif line.strip():
            yield json.loads(line)


def rows_of(story: str) -> list[Row]:
    """Return the rows of a story."""
    return [step for step in steps_of(story) if not isinstance(step, str)]


def tell(story: str, ledger: Ledger) -> str:
    """Let a story happen in a new ledger, row by row; returns what is expected of it."""
    present = moment(PRESENT)
    ledger.clock = lambda: present
    told = ["What became of each row", ""]
    for step in steps_of(story):
        if isinstance(step, str):
            if step.startswith("@"):
                present = moment(step[1:].strip())
            told.append(step)
            if step.startswith("?"):
                told += _diagnosis(ledger, step)
        else:
            (outcome,) = ledger.record_many([command_of_row(step)], atomic=False)
            told += _outcome(step, outcome)
    told += ["", "What is in the ledger", "", *_history(ledger)]
    told += ["", "What that adds up to", "", *_state(ledger)]
    return _Names().given_to("\n".join(told)) + "\n"


def _outcome(row: Row, outcome: Outcome) -> Iterator[str]:
    where = "".join(f" @{position}" for position in outcome.positions)
    codes = ", ".join(outcome.codes or outcome.contested)
    what = f"{row['action']} {row.get('card', '')}".strip()
    word = "contested" if outcome.contested else outcome.outcome
    yield f"{word:9} {what}{where}{': ' if codes else ''}{codes}"
    for text in (outcome.message(), outcome.hint()):
        if text:
            yield f"          {text}"


def _diagnosis(ledger: Ledger, question: str) -> Iterator[str]:
    _sign, _diagnose, what, at = question.split()
    found = diagnose(ledger, what, at=at)
    yield f"          at school {found.school}"
    for one in found.causes:
        lines = "".join(f" @{position}" for position in one.found.positions)
        yield f"          {one.found.verdict:9} {one.cause}{lines}: {one.found.message()}"
        if one.found.verdict == "possible":
            yield f"                    {one.found.todo()}"


def _history(ledger: Ledger) -> Iterator[str]:
    for line in ledger.lines():
        event = line.event
        facts = {
            name: value
            for name in event.__struct_fields__
            if name not in _ASIDE
            and (value := getattr(event, name)) not in ("", (), None, False, 0)
        }
        late = "" if event.recorded[:10] == event.at[:10] else f" (recorded {event.recorded[:10]})"
        sealed = " sealed" if event.sealed else ""
        yield f"{line.position:>3} {event.at[:16]} {stored_name(type(event))}{sealed}{late}"
        yield f"    {_plain(facts)}"


def _plain(facts: dict[str, Any]) -> str:
    return ", ".join(f"{name.rstrip('_')}={_value(value)}" for name, value in facts.items())


def _value(value: Any) -> str:
    if isinstance(value, tuple):
        return "[" + " ".join(map(str, value)) + "]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


def _state(ledger: Ledger) -> Iterator[str]:
    book = fold(ledger.lines())
    for school in book.schools.values():
        tools = " ".join(f"{name} {version}" for name, version in sorted(school.tools.items()))
        syncs = ", ".join(f"{step} by {by} {at[:16]}" for at, step, by in school.syncs)
        filed = len(school.filings) + len(school.number_filings)
        acts = [
            f"tools {tools}" if tools else "",
            f"sync {syncs}" if syncs else "",
            f"{filed} filings" if filed else "",
        ]
        if any(acts):
            yield f"{school.code}: " + "; ".join(one for one in acts if one)
    for student in book.students.values():
        name = ledger.opened(student).get("name", "(no name)")
        numbers = " ".join(student.numbers)
        place = f"{student.school} class {student.class_ or '-'} cohort {student.cohort}"
        terms = " ".join(sorted(student.swipes)) or "none"
        yield f"{student.id} {name}: {student.status}, {place}, {numbers}, terms: {terms}"
    for card in book.cards.values():
        held = f"held by {card.student or 'nobody'}"
        more = [
            f"replaced by {card.replaced_by}" if card.replaced_by else "",
            f"taken back by {card.recycled_by}" if card.recycled_by else "",
            f"in box {card.box}" if card.box else "",
        ]
        facts = ", ".join(one for one in (card.kind, card.state or "unknown", held, *more) if one)
        yield f"{card.number}: {facts}"
    for box in book.boxes.values():
        cards = " ".join(sorted(box.cards)) or "nothing"
        last = box.stocktake
        counted = f", counted {last.total} by {last.handler} @{last.position}" if last else ""
        told = f"{box.state}, cohort {box.cohort}, count {box.count}, holds {cards}"
        yield f"{box.id}: {told}{counted}"


class _Names:
    """Gives ids that are drawn at random the names by which they can be compared."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def given_to(self, text: str) -> str:
        text = re.sub(r"\bP[0-9A-HJKMNP-TV-Z]{10}\b", self._pupil, text)
        return re.sub(r"ledger=L\w{10}", "ledger=L", _today(text))

    def _pupil(self, found: re.Match[str]) -> str:
        return self._known.setdefault(found[0], f"pupil-{len(self._known) + 1}")


def _today(text: str) -> str:
    """Leave out when the ledger itself was made: that is today."""
    return re.sub(r"  ([12]) \d{4}-\d\d-\d\dT\d\d:\d\d", r"  \1 (today)         ", text)
