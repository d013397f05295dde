"""Every command that reads the ledger answers as of a moment, and as it was known."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest

from cardledger.cli.program import PROGRAM
from tests.cli.conftest import PUPIL, Run

#: What is about the log as it lies there, or writes, or asks of what is to be done now.
OTHERS = {
    *("replay", "receipt", "verify", "checkpoint", "verify-proof", "record"),
    *("import roster", "import actions", "import filing", "import data-check", "import numbers"),
    *("issue", "register", "reissue", "agenda", "diagnose"),
}
#: Names of the two moments where there are two; and where a day is asked for by another name.
SPECIAL = {
    "diff": {"--from", "--known-from", "--to", "--known-to"},
    "number check": {"--at", "--known"},
}


def reading() -> list[tuple[str, set[str]]]:
    """Return the commands that answer in a form of choice, with their options."""
    context, found = click.Context(PROGRAM), []

    def walk(group: click.Group, before: tuple[str, ...]) -> None:
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            assert command is not None
            if isinstance(command, click.Group):
                walk(command, (*before, name))
            options = {one for param in command.params for one in param.opts}
            if "--format" in options:
                found.append((" ".join((*before, name)), options))

    walk(PROGRAM, ())
    return found


READING = [(name, options) for name, options in reading() if name not in OTHERS]


@pytest.mark.parametrize(("name", "options"), READING, ids=[name for name, _options in READING])
def test_every_reading_command_knows_moments(name: str, options: set[str]) -> None:
    assert SPECIAL.get(name, {"--as-of", "--known"}) <= options


def test_there_are_such_commands() -> None:
    names = {name for name, _options in READING}
    assert {"trace", "history", "roster", "export filing", "school list", "reconcile"} <= names


def test_schools_of_a_moment(cards: Run) -> None:
    cards("school", "add", "01170012", "--name", "平谷二小", "--at", "2010-04-01")

    def schools(*words: str) -> list[str]:
        return [row["school"] for row in cards("school", "list", *words, "--json").json()]

    both = ["01170011", "01170012"]
    assert schools() == both
    assert schools("--known", "@8") == schools("--as-of", "@8") == both[:1]
    assert schools("--known", "@9") == both


def test_a_policy_as_it_was_known(cards: Run) -> None:
    Path("circular.json").write_text(json.dumps({"upgrade_required": False}))
    assert cards("policy", "adopt", "circular.json", "--from", "2010-01-01").status == 0

    def required(*words: str) -> bool:
        answer: bool = cards("policy", "show", *words, "--json").json()["upgrade_required"]
        return answer

    assert not required()
    assert not required("--at", "2010-03-01")
    assert required("--as-of", "2009-12-31")
    assert required("--as-of", "2010-03-01", "--known", "@8")
    assert cards("policy", "show", "--known", "@99").status == 2


def test_a_number_as_it_was_known(cards: Run) -> None:
    new = "0117001101510188"
    assert cards("student", "renumber", PUPIL, new, "--at", "2010-04-01").status == 0

    def pupils(*words: str) -> int:
        return len(cards("number", "check", new, *words, "--json").json()[0]["pupils"])

    assert pupils() == 1
    assert pupils("--known", "@8") == 0
    assert pupils("--known", "@9") == 1


def test_a_list_is_compared_with_what_was_known(cards: Run) -> None:
    cards("lost", "C001", "--at", "2010-04-01")
    Path("cards.csv").write_text(f"卡号,学籍号,状态\nC001,{PUPIL},在用\n", encoding="utf-8")

    def different(*words: str) -> list[str]:
        found = cards("reconcile", "--cards", "cards.csv", *words, "--json").json()
        return [one["subject"] for one in found if one["kind"] == "different"]

    assert different() != []
    assert different("--known", "@8") == []
