"""Every command has help, in both languages, and Chinese help is Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from cardledger.actions import ACTIONS
from cardledger.cli.base import Argument, Option
from cardledger.cli.program import GROUPS, OWN, PROGRAM, SECTIONS
from cardledger.cli.speech import first_sentence, language_of
from projections import PROJECTIONS
from tests.cli.conftest import Run


def _walk(group: click.Group, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, f"{name} is listed and not there"
        yield (*words, name)
        if isinstance(command, click.Group):
            yield from _walk(command, (*words, name))


COMMANDS = [(), *_walk(PROGRAM, ())]


def command_at(words: tuple[str, ...]) -> click.Command:
    """Return a command by its words."""
    command: click.Command = PROGRAM
    for word in words:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), word)
        assert found is not None
        command = found
    return command


def test_every_action_and_every_projection_is_a_command() -> None:
    assert {action.command.path for action in ACTIONS.values()} <= set(COMMANDS)
    assert {(name,) for name in PROJECTIONS} <= set(COMMANDS)
    assert set(OWN) <= set(COMMANDS)
    assert {(name,) for name in GROUPS} <= set(COMMANDS)


def test_the_help_names_every_command_once(run: Run) -> None:
    lines = re.findall(r"^  (\S+)  ", run("--help").out, re.MULTILINE)
    for words in COMMANDS:
        if len(words) == 1:
            assert lines.count(words[0]) == 1, words
    assert {name for names in SECTIONS.values() for name in names} <= {
        words[0] for words in COMMANDS if words
    }


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_and_every_parameter_says_what_it_is(words: tuple[str, ...]) -> None:
    command = command_at(words)
    assert command.help
    for param in command.params:
        assert isinstance(param, Option | Argument)
        assert param.help, param.name


def technical(words: tuple[str, ...]) -> set[str]:
    """Return the words that are the same in every language: codes, names of options, of fields."""
    command = command_at(words)
    found = set(re.findall(r"[A-Za-z]+", " ".join(" ".join(one) for one in COMMANDS)))
    found |= set(ACTIONS) | {"cardledger"}
    for param in command.params:
        found |= set(re.findall(r"[A-Za-z]+", " ".join((*param.opts, *param.secondary_opts))))
        if isinstance(param.type, click.Choice):
            found |= set(re.findall(r"[A-Za-z]+", " ".join(map(str, param.type.choices))))
    return found


#: Names of things that have no other name, and codes in examples.
PROPER = set(
    re.findall(
        r"\w+",
        "JSON CSV UID CMIS M SHA UTF URL T en zh help db CARDLEDGER LEDGER KEYS LANG HANDLER"
        " POSITION FILE abort skip all typed record m spring autumn xlsx csv x live recycled in"
        " school cmis card manager term swipe transfer action at box dry run json continues roster"
        " cards lost left outstanding replaced boxed empty open sealed ledger restore"
        " allocated filed rejected given Python c sp org tlog tiles two name HTML html pdf PDF A"
        # programs of the simulator of cards, and the words of its scripts
        " root pcscd vsmartcard vpcd Debian apt install CARD TIME TEXT TYPE N SCRIPT FILE lay for"
        " pull swap wait reading enter within reader fault no uid mute pulled slow swapped none say"
        " repeat end next station",
    )
)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_chinese_help_has_no_english_in_it(run: Run, words: tuple[str, ...]) -> None:
    text = run("--lang", "zh", *words, "--help").out
    assert re.search(r"[\u4e00-\u9fff]", text)
    allowed = technical(words) | PROPER
    left = [word for word in re.findall(r"[A-Za-z]+", text) if word not in allowed]
    assert left == []


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_help_is_no_wider_than_a_terminal(run: Run, words: tuple[str, ...]) -> None:
    from cardledger.exchange.writing.widths import width

    for language in ("en", "zh"):
        for line in run("--lang", language, *words, "--help").out.splitlines():
            assert width(line) <= 80, line


@pytest.mark.parametrize(
    ("arguments", "environ", "expected"),
    [
        ([], {}, "en"),
        (["--lang", "zh", "issue"], {"CARDLEDGER_LANG": "en"}, "zh"),
        (["--lang=zh"], {}, "zh"),
        (["issue", "--help"], {"CARDLEDGER_LANG": "zh", "LANG": "en_US.UTF-8"}, "zh"),
        ([], {"LANG": "zh_CN.UTF-8"}, "zh"),
        ([], {"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ([], {"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "C"}, "en"),
        ([], {"LANG": "de_DE.UTF-8"}, "en"),
        (["--lang"], {}, "en"),
    ],
)
def test_the_language_is_that_of_the_option_the_environment_or_the_locale(
    arguments: list[str], environ: dict[str, str], expected: str
) -> None:
    assert language_of(arguments, environ) == expected


def test_help_is_in_the_language_of_the_environment(run: Run) -> None:
    assert "给学生发首张卡" in run("issue", "--help", CARDLEDGER_LANG="zh").out
    assert "给学生发首张卡" in run("issue", "--help", LANG="zh_CN.UTF-8").out
    assert "Issue a first card" in run("issue", "--help", LANG="zh_CN.UTF-8", LC_ALL="C").out


def test_a_run_in_chinese_leaves_the_process_as_it_was(run: Run) -> None:
    before = run("nonsense").err
    assert "没有命令" in run("--lang", "zh", "nonsense").err
    assert run("nonsense").err == before


def test_complaints_of_click_are_in_chinese_too(run: Run) -> None:
    assert "缺少参数 “新卡号”" in run("--lang", "zh", "issue").err
    assert "缺少选项 “--student”" in run("--lang", "zh", "issue", "C1").err
    assert "没有选项 “--kin”" in run("--lang", "zh", "issue", "C1", "--kin", "x").err
    wrong = run("--lang", "zh", "issue", "C1", "--student", "1", "--kind", "x").err
    assert "不在可选范围内：“record”、“identity”" in wrong
    assert re.search(r"[\u4e00-\u9fff]", run("--lang", "zh", "box", "nonsense").err)


def test_what_is_required_is_demanded(run: Run) -> None:
    for words in (("leave-swipe", "C1"), ("reissue", "C1", "--student", "1")):
        ran = run(*words)
        assert (ran.status, "Missing option '--reason'" in ran.err) == (2, True)


def test_a_command_that_is_misspelt_is_met_with_those_that_are_meant(run: Run) -> None:
    assert "'issue'" in run("isue").err
    assert "'repeat-year'" in run("student", "repeat").err


def test_the_first_sentence_ends_at_its_full_stop() -> None:
    assert first_sentence("A card. `x`: it.\n\nMore.") == "A card."
    assert first_sentence("Two lines\n    of one sentence.") == "Two lines of one sentence."
