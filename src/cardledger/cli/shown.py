"""Outcomes, as people read them: a sign, a word, and a sentence; or as JSON for scripts."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Final

import click

from cardledger.actions import ACTIONS
from cardledger.book import fold
from cardledger.cli.edge import arrow, symbol
from cardledger.cli.speech import first_sentence, listed, say, translate
from cardledger.commands import Command
from cardledger.events import CardEvent, Line
from cardledger.i18n import _
from cardledger.outcomes import Outcome

if TYPE_CHECKING:
    from cardledger.ledger import Ledger

#: The longest list of cards that is named in full.
_NAMED: Final = 3

WORDS: Final[dict[str, str]] = {
    "recorded": _("recorded"),
    "repeated": _("repeated"),
    "refused": _("refused"),
}
#: Of a dry run.
WOULD: Final[dict[str, str]] = {
    "recorded": _("would be recorded"),
    "repeated": _("would be repeated"),
    "refused": _("would be refused"),
}
#: What a card is after the act where somebody has to do something about it.
OUTSTANDING: Final = _(
    "The card was replaced meanwhile: it is outstanding, to be taken back with:"
    " cardledger recycle {card} --reason found"
)
#: Codes that say nothing to people beside the first one.
IMPLIED: Final[dict[str, frozenset[str]]] = {
    code: frozenset({"card-not-live"})
    for code in ("card-recycled", "card-replaced", "card-lost", "wrong-kind", "before-issue")
}
#: Why rows are refused that stand in a batch with a refused one.
ABORTED: Final = "batch-aborted"
_SIGNS: Final = {"recorded": ("✓", "+"), "repeated": ("=", "="), "refused": ("✗", "x")}
_COLOURS: Final = {"recorded": "green", "repeated": "yellow", "refused": "red"}


def outcome_json(outcome: Outcome, **before: object) -> str:
    """Return an outcome as one line of JSON (DESIGN 5)."""
    return json.dumps(before | outcome.as_json(translate), ensure_ascii=False)


def show(ledger: Ledger, command: Command, outcome: Outcome, *, as_json: bool) -> None:
    """Print what became of a command: on stdout, but a refusal for people on stderr."""
    if as_json:
        click.echo(outcome_json(outcome))
    elif outcome.outcome == "refused":
        click.echo(refusal(command, outcome), err=True)
    elif outcome.outcome == "repeated":
        what = _dashed(subject(command.normal()), told(command))
        click.echo(say(_("{word}, nothing written: {what}"), word=badge(outcome), what=what))
    else:
        click.echo(recording(ledger, command.normal(), outcome))


def recording(ledger: Ledger, command: Command, outcome: Outcome) -> str:
    """Return how a recorded act is told: where it stands, about whom, and what breaks a rule."""
    line = next(iter(ledger.lines(after=outcome.positions[0] - 1, upto=outcome.positions[0])))
    about, (name, number) = subject(command), pupil(ledger, line)
    if about == number:
        about = ""
    text = say(
        _("{word} (line {position}): {what}"),
        word=badge(outcome),
        position=outcome.positions[0],
        what=_dashed(listed(filter(None, (about, f"{name} {number}".strip()))), told(command)),
    )
    if outcome.contested:
        codes = listed(outcome.contested)
        message = outcome.message(translate)
        text += "\n  " + say(_("Contested ({codes}): {message}"), codes=codes, message=message)
    event = line.event
    if (
        isinstance(event, CardEvent)
        and fold(ledger.lines((f"card:{event.card}",))).card(event.card).state == "outstanding"
    ):
        text += "\n  " + say(OUTSTANDING, card=event.card)
    return text


def _dashed(*parts: str) -> str:
    return " — ".join(filter(None, parts))


def refusal(command: Command, outcome: Outcome) -> str:
    """Return how a refusal is told: why, what to do, and what else would stand in the way."""
    message = outcome.message(translate)
    if outcome.code == ABORTED:
        # Of several cards that were typed; the others say what is to be done.
        what = _dashed(subject(command), message)
        return say(_("{word}: {what}"), word=badge(outcome, err=True), what=what)
    lines = [
        say(
            _("{word} ({code}): {message}"),
            word=badge(outcome, err=True),
            code=outcome.code,
            message=message,
        )
    ]
    if hint := outcome.hint(translate):
        lines.append(f"  {arrow(sys.stderr)} {hint}")
    implied = IMPLIED.get(outcome.code or "", frozenset())
    if others := [code for code in outcome.codes[1:] if code not in implied]:
        lines.append("  " + say(_("Also: {codes}"), codes=listed(others)))
    if outcome.positions:
        sentence = _("The attempt is kept as evidence: line {position}.")
        lines.append("  " + say(sentence, position=outcome.positions[0]))
    return "\n".join(lines)


def badge(outcome: Outcome, *, err: bool = False) -> str:
    """Return the sign and the word of an outcome, coloured where the terminal has colours."""
    wanted, instead = _SIGNS[outcome.outcome]
    sign = symbol(wanted, instead, sys.stderr if err else sys.stdout)
    return click.style(f"{sign} {word(outcome)}", fg=_COLOURS[outcome.outcome])


def word(outcome: Outcome) -> str:
    """Return the word for an outcome."""
    return translate(WORDS[outcome.outcome])


def would(outcome: Outcome) -> str:
    """Return the word for an outcome that is only foreseen."""
    return translate(WOULD[outcome.outcome])


def pupil(ledger: Ledger, line: Line) -> tuple[str, str]:
    """Return the name and the number of the pupil whom a recorded line is about."""
    key = getattr(line.event, "student", "")
    if not key:
        return "", ""
    student = fold(ledger.lines((f"student:{key}",))).student(key)
    return ledger.opened(student).get("name", ""), student.number


def told(command: Command) -> str:
    """Return what an action records, as a sentence."""
    event = ACTIONS[command.action()].events[0]
    return translate(first_sentence(event.__doc__ or ""))


def subject(command: Command) -> str:
    """Return what a command is about: its arguments."""
    words = []
    for name in command.arguments:
        value = getattr(command, name)
        if isinstance(value, tuple):
            named = listed(value[:_NAMED])
            words.append(f"{named}, … ({len(value)})" if len(value) > _NAMED else named)
        elif not isinstance(value, dict):
            words.append(str(value))
    return " ".join(words)
