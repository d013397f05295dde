"""Every command that reads the ledger answers as of a moment, and as it was known."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest

from cardledger.cli.acts import paths
from cardledger.cli.program import PROGRAM
from tests.cli.conftest import PUPIL, Run

_LOG = "is about the log as it lies there, byte for byte"
_NOW = "writes, and decides on the ledger as it is now"
#: Commands that answer of no other moment, and why. Commands of actions write and are found by
#: themselves; whatever else the program has must know moments, unless it is named here.
OTHERS = {
    "init": "makes a ledger",
    "record": _NOW,
    "import roster": _NOW,
    "import actions": _NOW,
    "import filing": _NOW,
    "import data-check": _NOW,
    "import numbers": _NOW,
    "rebuild": "writes the rows of all lines",
    "replay": "compares the stored rows, which are those of all lines",
    "receipt": "hashes the stored rows, which are those of all lines",
    "verify": _LOG,
    "checkpoint": _LOG,
    "prove": _LOG,
    "verify-proof": "reads a file, and no ledger",
    "export tiles": _LOG,
    "export verifier": "writes a program",
    "backup": _LOG,
    "restore": "makes a ledger of a file",
    "readers": "tells of the card readers that are plugged in now",
    "readers simulate": "plays virtual cards",
}
#: Folders of commands that answer of no other moment.
FOLDERS = {"station": "is about the cards that are laid on a reader now"}
#: Names of the two moments where there are two.
SPECIAL = {"diff": {"--from", "--known-from", "--to", "--known-to"}}
#: Actions whose command looks something up first.
LOOKING = ("audit accept",)


def every_command() -> dict[str, set[str]]:
    """Return all commands of the program by their words, with their options."""
    context, found = click.Context(PROGRAM), {}

    def walk(group: click.Group, before: tuple[str, ...]) -> None:
        for name in group.list_commands(context):
            command, words = group.get_command(context, name), (*before, name)
            assert command is not None
            if isinstance(command, click.Group):
                walk(command, words)
            if not isinstance(command, click.Group) or command.invoke_without_command:
                found[" ".join(words)] = {one for param in command.params for one in param.opts}

    walk(PROGRAM, ())
    return found


EVERY = every_command()
ACTIONS = {" ".join(path) for path in paths()} - set(LOOKING)
READING = [
    name
    for name in EVERY
    if name not in OTHERS and name not in ACTIONS and name.split()[0] not in FOLDERS
]


@pytest.mark.parametrize("name", READING)
def test_every_command_that_reads_knows_moments(name: str) -> None:
    assert SPECIAL.get(name, {"--as-of", "--known"}) <= EVERY[name]


def test_there_are_such_commands() -> None:
    known = {"trace", "history", "roster", "export filing", "school list", "reconcile", "agenda"}
    assert known | {"diagnose", "audit", "audit report", "audit accept"} <= set(READING)


def test_what_is_excepted_has_no_such_options() -> None:
    excepted = {name for name in EVERY if name in OTHERS or name in ACTIONS}
    assert not [name for name in excepted if {"--as-of", "--known"} & EVERY[name]]


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


def test_an_agenda_as_it_was_known(cards: Run) -> None:
    """The swipe of 18 March was written after line 8: by then it was still to be done."""
    for card in ("C001", "C002"):
        swiped = cards("term-swipe", card, "--term", "2010-spring", "--at", "2010-03-18")
        assert swiped.status == 0, swiped.err

    def state(*words: str) -> str:
        rows = cards("agenda", *words, "--json").json()
        (found,) = [row["state"] for row in rows if row["item"] == "term-swipe"]
        return str(found)

    assert state("--at", "2010-03-19") == state("--as-of", "2010-03-19") == "done"
    assert state("--as-of", "2010-03-17") == "due"
    assert state("--as-of", "2010-03-19", "--known", "@8") == "due"
    assert state("--at", "2010-03-25", "--as-of", "2010-03-17") == "overdue"
    ran = cards("agenda", "--as-of", "2010-03-17")
    assert "on 2010-03-17:" in ran.err
    assert cards("agenda", "--as-of", "@99").status == 2


def test_what_was_made_void_since_is_on_the_agenda_as_it_was_known(cards: Run) -> None:
    """A pupil whom a void took away was at the school as long as nobody knew of the void."""
    added = cards(
        *("student", "add", "0117001101510103", "--name", "张三", "--class", "1班"),
        *("--cohort", 2015, "--entered", "2009-09-01"),
    )
    assert added.status == 0, added.err
    assert cards("void", 9, "--reason", "twice").status == 0

    def pupils(*words: str) -> int:
        rows = cards("agenda", "--at", "2010-03-25", *words, "--json").json()
        (found,) = [row["count"] for row in rows if row["item"] == "term-swipe"]
        return int(found)

    assert pupils() == 2
    assert pupils("--known", "@9") == 3


def test_a_diagnosis_as_it_was_known(cards: Run) -> None:
    new = "01170012"
    for words in (
        ("school", "add", new, "--name", "平谷二小", "--at", "2010-03-01"),
        ("tool", "installed", "transfer", "11", "--school", new, "--at", "2010-02-20"),
        ("leave-swipe", "C001", "--reason", "transfer", "--at", "2010-03-15"),
        ("tool", "installed", "transfer", "12", "--school", new, "--at", "2010-03-17"),
    ):
        ran = cards(*words)
        assert ran.status == 0, ran.err

    def verdict(cause: str, *words: str) -> str:
        rows = cards("diagnose", "C001", "--school", new, *words, "--json").json()
        (found,) = [row["verdict"] for row in rows if row["cause"] == cause]
        return str(found)

    assert verdict("transfer-tool-outdated") == "ruled-out"
    assert verdict("transfer-tool-outdated", "--as-of", "2010-03-16") == "possible"
    assert verdict("transfer-tool-outdated", "--known", "@11") == "possible"
    assert verdict("no-leave-swipe", "--known", "@11") == "ruled-out"
    assert verdict("no-leave-swipe", "--known", "@10") != "ruled-out"
    assert verdict("no-leave-swipe", "--as-of", "2010-03-14") != "ruled-out"
    assert cards("diagnose", "C001", "--school", new, "--known", "@8").status == 2


def test_a_finding_of_what_was_known_then_is_accepted(cards: Run) -> None:
    """The box came later: who looks at the audit of then accepts what that audit says."""
    taken = cards("recycle", "C001", "--handler", "王老师", "--at", "2010-05-01")
    assert taken.status == 0, taken.err
    assert cards("box", "open", "B1", "--cohort", 2015, "--at", "2010-05-02").status == 0
    assert cards("box", "put", "B1", "C001", "--at", "2010-05-02").status == 0
    assert cards("audit", "recycled-not-boxed", "--json").json() == []
    (one,) = cards("audit", "recycled-not-boxed", "--known", "@9", "--json").json()
    assert cards("audit", "accept", one["id"], "--reason", "seen").status == 2
    seen = cards("audit", "accept", one["id"], "--reason", "seen", "--known", "@9")
    assert seen.status == 0, seen.err
