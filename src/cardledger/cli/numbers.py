"""`number check`: explain student numbers digit by digit, and put check digits to the test."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from cardledger.cli.base import Argument, Command, Option
from cardledger.cli.edge import DIFFERENT, DONE, note
from cardledger.cli.output import Output, options
from cardledger.cli.settings import settings
from cardledger.cli.speech import listed, say, translate
from cardledger.cli.tables import known_option
from cardledger.errors import BadStudentNumber
from cardledger.exchange.writing.tables_out import Column
from cardledger.i18n import _
from cardledger.ids import parse_student_number

if TYPE_CHECKING:
    from cardledger.cli.looked_up import Known
    from cardledger.numbers import Candidate, Reading

#: A number for programs.
KEYS: Final = tuple(
    Column(key, key)
    for key in (
        *("number", "valid", "school", "province", "district", "school_type", "school_code"),
        *("category", "level", "kind", "cohort", "class_number", "in_class", "check_digit"),
        *("check", "state", "reason", "faults", "pupils"),
    )
)
#: A number for people: one row a part.
PARTS: Final = (
    Column("number", _("Student number"), "id"),
    Column("positions", _("Digits"), "id"),
    Column("part", _("What they are")),
    Column("value", _("Value"), "id"),
    Column("meaning", _("Meaning"), "long"),
    Column("fault", _("What is wrong"), "long"),
)
CANDIDATES: Final = (
    Column("algorithm", _("Algorithm"), "id"),
    Column("fits", _("Fits"), "yesno"),
    Column("numbers", _("Numbers"), "count"),
    Column("agreed", _("Agree"), "count"),
    Column("fails_on", _("First that does not"), "id"),
    Column("expected", _("Its last digit should be"), "id"),
)
#: Fewer numbers than that agree by chance once in a thousand times.
_ENOUGH: Final = 3
_STATES: Final[dict[str, str]] = {
    "allocated": _("pre-allocated, not filed yet"),
    "filed": _("filed and accepted"),
    "rejected": _("filed and rejected: {reason}"),
}
_STATUSES: Final[dict[str, str]] = {
    "in-school": _("in school"),
    "suspended": _("suspended"),
    "left": _("left"),
    "graduated": _("graduated"),
}


def _check(
    numbers: tuple[str, ...],
    at: str | None,
    known: str | None,
    known_right: str | None,
    **shape: Any,
) -> int:
    answer = Output.of(**shape)
    if known_right is not None:
        return _put_to_the_test(numbers, known_right, answer)
    if not numbers:
        raise click.UsageError(say(_("Give a number, or numbers known to be right.")))
    from cardledger.cli.looked_up import looked_up

    found = looked_up(numbers, at, known)
    if not found.ledger:
        place = settings().places.shown
        sentence = _("There is no ledger at {place}: numbers are read by the built-in policy.")
        note(say(sentence, place=place))
    if answer.format in ("json", "jsonl"):
        answer.write([_for_programs(*one) for one in found.numbers], KEYS)
    else:
        several = len(numbers) > 1 or answer.format != "table"
        rows = [row for one in found.numbers for row in _for_people(*one)]
        answer.write(rows, PARTS if several else PARTS[1:], "numbers")
    wrong = [reading.number for reading, _known in found.numbers if reading.wrong]
    if wrong:
        note(say(_("Numbers at fault: {numbers}."), numbers=listed(wrong)))
    return DIFFERENT if wrong else DONE


def _for_programs(reading: Reading, known: Known) -> dict[str, Any]:
    row: dict[str, Any] = {part.name: part.digits for part in reading.parts}
    return row | {
        "number": reading.number,
        "valid": not reading.wrong,
        "school": reading.school or None,
        "level": reading.level or None,
        "kind": reading.kind,
        "cohort": reading.cohort,
        "class_number": reading.class_number,
        "in_class": reading.in_class,
        "check": reading.check or None,
        "state": known.state or None,
        "reason": known.reason or None,
        "faults": [
            {
                "code": fault.code,
                "finding": fault.finding or None,
                "first": fault.first,
                "last": fault.last,
                "message": fault.text(translate),
            }
            for fault in reading.faults
        ],
        "pupils": [
            {name.rstrip("_"): value for name, value in pupil._asdict().items()}
            for pupil in known.pupils
        ],
    }


def _for_people(reading: Reading, known: Known) -> Iterator[dict[str, Any]]:
    row: dict[str, Any] = {"number": reading.number}
    faults = {(one.first, one.last): one.text(translate) for one in reading.faults}
    for part in reading.parts:
        place = (part.first, part.last)
        yield row | {
            "positions": "-".join(map(str, dict.fromkeys(place))),
            "part": translate(part.title),
            "value": part.digits,
            "meaning": part.text(translate),
            "fault": faults.get(place),
        }
    if not reading.parts:
        yield row | {"positions": "1-16", "value": reading.number, "fault": faults[1, 16]}
    if known.state:
        meaning = say(_STATES[known.state], reason=known.reason or "-")
        yield row | {"part": translate(_("State")), "meaning": meaning}
    for pupil in known.pupils:
        whose = _("{name}, class {class_}, cohort {cohort}, {status}")
        once = _("{name}, class {class_}, cohort {cohort}, {status}; has another number now")
        yield row | {
            "part": translate(_("Pupil")),
            "value": pupil.student,
            "meaning": say(
                whose if pupil.current else once,
                name=pupil.name or "?",
                class_=pupil.class_ or "-",
                cohort=pupil.cohort or "-",
                status=translate(_STATUSES.get(pupil.status, pupil.status)),
            ),
        }


# Numbers known to be right


def _put_to_the_test(numbers: Sequence[str], given: str, answer: Output) -> int:
    """Say which candidates for the check digit fit numbers that are known to be right."""
    from cardledger.numbers import candidates
    from cardledger.numbers.checks import only_fitting

    right, wrong = _known_right(numbers, given)
    for place, text in wrong:
        note(say(_("{place}: “{value}” is not a student number."), place=place, value=text))
    found = candidates(right)
    answer.write([_candidate(one, len(set(right))) for one in found], CANDIDATES, "numbers")
    note(_verdict(found, only_fitting(found), len(set(right))))
    return DIFFERENT if wrong else DONE


def _candidate(one: Candidate, numbers: int) -> dict[str, Any]:
    return {
        "algorithm": one.algorithm,
        "fits": one.fits,
        "numbers": numbers,
        "agreed": one.agreed,
        "fails_on": one.fails_on or None,
        "expected": one.expected or None,
    }


def _verdict(found: Sequence[Candidate], only: str | None, count: int) -> str:
    from cardledger.numbers.checks import nearly_fitting

    fitting = [one.algorithm for one in found if one.fits and one.algorithm != "none"]
    nearly = nearly_fitting(found, count)
    if nearly is not None:
        sentence = _(
            "None fits all; {algorithm} fits {agreed} of {count}. Look at those that it does not"
            " fit, such as {number}."
        )
        return say(
            sentence,
            algorithm=nearly.algorithm,
            agreed=nearly.agreed,
            count=count,
            number=nearly.fails_on,
        )
    if not fitting:
        return say(_("None of the algorithms fits: the last digit is computed in another way."))
    if only is None:
        return say(_("Several fit: {names}. More numbers tell."), names=listed(fitting))
    told = say(
        _(
            "Only {algorithm} fits. To adopt it, write {rule} into a file, then:"
            " cardledger policy adopt FILE --from DATE"
        ),
        algorithm=only,
        rule=json.dumps({"check_digit": only}),
    )
    if count < _ENOUGH:
        told += " " + say(_("One number in ten agrees by chance: try some more."))
    return told


def _known_right(numbers: Sequence[str], given: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the numbers that are known to be right, and what is none, with its place.

    They are the arguments, what is in a file, or both: an option without a value, or with a
    number, means the arguments.
    """
    from cardledger.exchange.imports.known_numbers import read_known

    right: list[str] = []
    wrong: list[tuple[str, str]] = []
    arguments = list(numbers)
    if given and given != "-" and not Path(given).exists() and _number(given):
        arguments.insert(0, given)
    elif given:
        for one in read_known(sys.stdin.buffer if given == "-" else Path(given)):
            if one.number:
                right.append(one.number)
            else:
                wrong.append((one.place, one.text))
    for place, text in enumerate(arguments, 1):
        if number := _number(text):
            right.append(number)
        else:
            wrong.append((say(_("argument {place}"), place=place), text))
    if not right and not wrong:
        raise click.UsageError(say(_("Give a number, or numbers known to be right.")))
    return right, wrong


def _number(text: str) -> str:
    try:
        return parse_student_number(text)
    except BadStudentNumber:
        return ""


check: Final = Command(
    "check",
    params=[
        Argument(
            ["numbers"], metavar=_("NUMBER"), nargs=-1, help=_("Student numbers"), required=False
        ),
        Option(
            ["--at", "--as-of", "at"],
            metavar=_("WHEN"),
            help=_("Read them by the policy in force on that day; else today's"),
        ),
        known_option(),
        Option(
            ["--known-right"],
            metavar=_("FILE"),
            is_flag=False,
            flag_value="",
            help=_(
                "These numbers are known to be right, those in FILE too (a list or a spreadsheet;"
                " - is stdin): say which check-digit algorithms fit"
            ),
        ),
        *options(),
    ],
    callback=_check,
    help="\n\n".join(
        (
            _("Explain student numbers digit by digit, with their pupils and what is wrong."),
            _(
                "Exit status 4 where a number is at fault. Without a ledger it is read by the"
                " built-in policy."
            ),
        )
    ),
)
