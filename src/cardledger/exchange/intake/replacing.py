"""Replacing: a corrected file in place of one that was recorded before.

Rows that stand in both files stay. What only the old file says is voided, by the retry key that
found its way into the line; what only the new one says is recorded anew. Of identical rows each
counts: two in the old file and one in the new one leave one. Lines are voided from the last to the
first, so that none is asked for by a later one of the same file.

Of a roster, a pupil who stands in both is never voided, whatever was corrected: that is a change.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec

from cardledger.actions.student_add import StudentAdd, StudentAdded
from cardledger.actions.void import Void
from cardledger.commands import Command
from cardledger.errors import BadInput
from cardledger.i18n import _
from cardledger.retrying import KeyedLine

if TYPE_CHECKING:
    from cardledger.ledger import Ledger

Rows = Sequence[Sequence[Command | BadInput]]
#: Acts that a row of a roster may lead to beside its own command: the ends of their keys.
_ACTS: Final = ("", "-renumber", "-transfer-in", "-resume")


class NothingToReplace(BadInput):
    """Nothing of the file that is to be replaced is in the ledger."""

    default_hint = _(
        "Give the same file and the same options (--action, --school, --at, --handler, --map) as"
        " when it was recorded."
    )


@dataclass(slots=True)
class Replaced:
    """What is to be done in place of an old file.

    `commands`: those of each row of the new file, with their keys. `kept`: which rows of the new
    file stood in the old one. `voids`: lines to be void, from the last to the first, each with its
    row of the old file. `old`: of each row of the old file `kept`, `voided`, `changed`, or empty
    where it never came into the ledger.
    """

    commands: list[tuple[Command | BadInput, ...]] = field(default_factory=list)
    kept: set[int] = field(default_factory=set)
    voids: list[tuple[int, int]] = field(default_factory=list)
    old: list[str] = field(default_factory=list)


def replaced_acts(ledger: Ledger, old: Rows, new: Rows) -> Replaced:
    """Return how a list of acts is replaced by another; raises `NothingToReplace`."""
    before = _flat(old)
    after = _flat(new)
    old_keys = ledger.retry_keys(command for _row, command in before)
    new_keys = ledger.retry_keys(command for _row, command in after)
    lines = ledger.lines_by_key(command for _row, command in (*before, *after))
    if not any(key in lines for key in old_keys):
        raise NothingToReplace()
    was = _named(before, old_keys)
    now = _named(after, new_keys)
    result = Replaced(old=["" for _row in old])
    for name, (row, key) in was.items():
        if name in now:
            result.old[row] = "kept"
        elif key in lines:
            result.old[row] = "voided"
            result.voids += [
                (one.line.position, row) for one in _generations(key, lines) if not one.void
            ]
    result.voids.sort(reverse=True)
    going = {position for position, _row in result.voids}
    commands: list[list[Command | BadInput]] = [[] for _row in new]
    for (row, command), key in zip(after, new_keys, strict=True):
        if isinstance(command, Command):
            name = _name(command, key)
            if name in was:
                result.kept.add(row)
            else:
                key = _free(key, lines, going)
            command = msgspec.structs.replace(command, key=key)
        commands[row].append(command)
    result.commands = [tuple(row) for row in commands]
    return result


def _flat(rows: Rows) -> list[tuple[int, Command | BadInput]]:
    return [(place, command) for place, row in enumerate(rows) for command in row]


def _named(
    rows: Iterable[tuple[int, Command | BadInput]], keys: Iterable[str]
) -> dict[str, tuple[int, str]]:
    """Return rows and keys by what tells an act from every other, identical ones included."""
    return {
        _name(command, key): (row, key)
        for (row, command), key in zip(rows, keys, strict=True)
        if isinstance(command, Command)
    }


def _name(command: Command, key: str) -> str:
    # A key of the caller's own says nothing of what stands in the row.
    return f"{key} {msgspec.json.encode(command).decode()}" if command.key else key


def _free(key: str, lines: Mapping[str, KeyedLine], going: set[int]) -> str:
    """Return the key, or one made of it where a line that is void, or about to be, has it."""
    generations = _generations(key, lines)
    last = generations[-1] if generations else None
    if last is None or not (last.void or last.line.position in going):
        return last.line.event.key if last else key
    return f"{key}~{len(generations) + 1}"


def _generations(key: str, lines: Mapping[str, KeyedLine]) -> list[KeyedLine]:
    """Return the lines that a row became, one after the other: what was void came again."""
    names = itertools.chain([key], (f"{key}~{times}" for times in itertools.count(2)))
    return [lines[name] for name in itertools.takewhile(lambda name: name in lines, names)]


@dataclass(slots=True)
class ReplacedRoster(Replaced):
    """What is to be done in place of an old roster.

    `keys`: retry keys of the rows of the new file. `meant`: pupils whom rows of the new file mean
    for certain. `voided`: pupils whom the old file brought and the new one does not know.
    """

    keys: list[str] = field(default_factory=list)
    meant: dict[int, str] = field(default_factory=dict)
    voided: set[str] = field(default_factory=set)


def replaced_roster(
    ledger: Ledger, old: Sequence[Command | BadInput], new: Sequence[Command | BadInput]
) -> ReplacedRoster:
    """Return how a roster is replaced by another; raises `NothingToReplace`."""
    old_keys = ledger.retry_keys(old, as_one=True)
    new_keys = ledger.retry_keys(new, as_one=True)
    lines = ledger.lines_by_key([*old, *new])
    if not any(key + act in lines for key in old_keys for act in _ACTS):
        raise NothingToReplace()
    was = _places(ledger.retry_keys(old))
    now = _places(ledger.retry_keys(new))
    result = ReplacedRoster(old=["" for _row in old], keys=list(new_keys))
    for name in was.keys() & now.keys():
        result.old[was[name]] = "kept"
        result.kept.add(now[name])
        result.keys[now[name]] = old_keys[was[name]]
    rows = {place: row for place, row in enumerate(new) if isinstance(row, StudentAdd)}
    numbers = {row.number: place for place, row in rows.items() if place not in result.kept}
    persons = {row.identity for row in rows.values() if row.identity}
    for name in was.keys() - now.keys():
        place = was[name]
        row, key = old[place], old_keys[place]
        found = [lines[key + act] for act in _ACTS if key + act in lines]
        counting = [one for one in found if not one.void]
        if isinstance(row, StudentAdd) and row.number in numbers:
            result.old[place] = "changed"
            if counting:
                student = getattr(counting[0].line.event, "student", "")
                result.meant.setdefault(numbers[row.number], student)
        elif isinstance(row, StudentAdd) and row.identity and row.identity in persons:
            result.old[place] = "changed"
        elif found:
            result.old[place] = "voided"
            result.voids += [(one.line.position, place) for one in counting]
            result.voided.update(student for one in counting for student in _brought(one))
    result.voids.sort(reverse=True)
    return result


def _places(names: Iterable[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names) if name}


def _brought(found: KeyedLine) -> set[str]:
    """Return the pupil whom a line brought into the ledger, if it did."""
    event = found.line.event
    return {event.student} if isinstance(event, StudentAdded) else set()


def void_of(position: int, reason: str, handler: str) -> Void:
    """Return the void of a line that a corrected file no longer has."""
    return Void(position=position, reason=reason, handler=handler)
