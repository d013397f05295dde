"""Writing what waits in the queue, in order, each once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from cardledger.actions import ACTIONS
from cardledger.actions.void import Void
from cardledger.commands import Command
from cardledger.errors import BadInput, CardledgerError
from cardledger.i18n import _
from cardledger.moments import Moment
from cardledger.outcomes import Outcome
from cardledger.retrying import KeyedLine
from cardledger.station.books import Away, Books
from cardledger.station.queue import Queue, Waiting
from cardledger.station.touch import Touch
from cardledger.station.undoing import void_of

#: Commands that are written in one transaction.
CHUNK: Final = 200


class QueuedUnreadable(CardledgerError):
    """A swipe in the queue cannot be read by this version: {reason}"""

    default_hint = _("It was put into {aside}. Look there which card it names, and swipe it.")


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one command that waited."""

    waiting: Waiting | None
    command: Command
    outcome: Outcome
    #: The position of the line that it made void; 0 where it was no undoing.
    voids: int = 0

    def touch(self) -> Touch:
        """Return the touch from which the command was built."""
        command: Any = self.command
        return Touch(
            card=getattr(command, "card", ""),
            at=Moment(command.at),
            evidence="read" if command.evidence == "read" else "typed",
            key=command.key,
            reading=command.reading,
        )


def write_waiting(
    books: Books, queue: Queue, clock: Callable[[], Moment]
) -> Iterator[Written | CardledgerError | Away]:
    """Write what waits; yield what became of each, and at the end why not all could be written."""
    while chunk := queue.first(CHUNK):
        ready: list[tuple[Waiting, Command]] = []
        for waiting in chunk:
            command = _command_of(waiting)
            if isinstance(command, CardledgerError):
                yield _set_aside(queue, waiting, command)
            else:
                ready.append((waiting, command))
        try:
            yield from _write(books, queue, ready, clock)
        except Away as away:
            yield away
            return


def _write(
    books: Books, queue: Queue, ready: list[tuple[Waiting, Command]], clock: Callable[[], Moment]
) -> Iterator[Written]:
    """Write commands in order; those that undo one by one, the others together."""
    together: list[tuple[Waiting, Command]] = []
    for waiting, command in ready:
        if not waiting.put.undo:
            together.append((waiting, command))
            continue
        yield from _write_together(books, queue, together)
        together = []
        found = books.lines_by_key([command]).get(command.key)
        outcome = Outcome("repeated")
        if found is not None and not found.void:
            outcome = books.record([void_of(found.line.position, command, clock()).normal()])[0]
        queue.done(waiting)
        if outcome.outcome != "repeated":
            yield Written(waiting, command, outcome, found.line.position if found else 0)
    yield from _write_together(books, queue, together)


def _write_together(
    books: Books, queue: Queue, ready: list[tuple[Waiting, Command]]
) -> Iterator[Written]:
    if not ready:
        return
    outcomes = books.record([command for _waiting, command in ready])
    again = [
        command
        for (_waiting, command), outcome in zip(ready, outcomes, strict=True)
        if outcome.outcome == "repeated"
    ]
    there = books.lines_by_key(again) if again else {}
    for (waiting, command), outcome in zip(ready, outcomes, strict=True):
        queue.done(waiting)
        voids = command.position if isinstance(command, Void) else 0
        yield Written(waiting, command, _known(outcome, command.key, there), voids)


def _known(outcome: Outcome, key: str, there: dict[str, KeyedLine]) -> Outcome:
    """Return the outcome; what an earlier try had written after all is recorded, not repeated."""
    if outcome.outcome == "repeated" and key in there:
        return Outcome("recorded", (there[key].line.position,))
    return outcome


def _command_of(waiting: Waiting) -> Command | CardledgerError:
    facts = waiting.put.command
    action = ACTIONS.get(str(facts.get("action", "")))
    if action is None:
        return BadInput(_("There is no action “{value}”."), value=facts.get("action"))
    try:
        return msgspec.convert(facts, action.command).normal()
    except BadInput as error:
        return error
    except msgspec.ValidationError as error:
        return BadInput(
            _("The row does not fit the action {action}: {reason}"),
            action=action.name,
            reason=error,
        )


def _set_aside(queue: Queue, waiting: Waiting, why: CardledgerError) -> CardledgerError:
    return QueuedUnreadable(reason=why, aside=queue.set_aside(waiting))
