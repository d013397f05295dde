"""Scripts of the simulator: what they may say, and what is said of a script that cannot be read."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardledger.i18n import translator
from cardledger.station.simulator.cards import ATRS
from cardledger.station.simulator.example import PARTS, example
from cardledger.station.simulator.parsing import ACTIONS, parse
from cardledger.station.simulator.script import (
    ACTS,
    AWAITED,
    CHARACTERS,
    NEXT,
    Await,
    BadScript,
    Choose,
    Define,
    Lay,
    Line,
    Pull,
    Repeat,
    Say,
    Script,
    Spoil,
    Swap,
    Wait,
)

CARDS = st.integers(1, 100_000)
SECONDS = st.integers(0, 3_600_000).map(lambda milliseconds: milliseconds / 1000)
WORDS = st.text("ab 中文,.", min_size=1).map(lambda text: " ".join(text.split())).filter(bool)
SIMPLE = st.one_of(
    st.builds(Choose, st.integers(1, 16)),
    st.builds(Lay, CARDS | st.just(NEXT), st.none() | SECONDS),
    st.just(Pull()),
    st.builds(Swap, CARDS | st.just(NEXT)),
    st.builds(Wait, SECONDS),
    st.builds(Await, st.sampled_from(["reading", "record"]), SECONDS),
    st.just(Await("enter")),
    st.builds(Spoil, CARDS, st.sampled_from(["no-uid", "mute", "pulled"]), at=st.integers(0, 1000)),
    st.builds(Spoil, CARDS, st.just("slow"), SECONDS, at=st.integers(0, 1000)),
    st.builds(Spoil, CARDS, st.just("swapped"), other=CARDS, at=st.integers(0, 1000)),
    st.builds(Spoil, CARDS, st.just("none")),
    st.builds(
        Define,
        CARDS,
        st.sampled_from([4, 7, 10]).flatmap(lambda size: st.binary(min_size=size, max_size=size)),
        st.sampled_from(sorted(ATRS)),
    ),
    st.builds(Say, WORDS),
)


def _lines(acts: list[object]) -> tuple[Line, ...]:
    return tuple(Line(0, act) for act in acts)  # type: ignore[arg-type]


LINES = st.recursive(
    st.lists(SIMPLE, max_size=4),
    lambda inner: st.lists(
        SIMPLE | st.builds(Repeat, st.integers(1, 9), inner.map(_lines)), max_size=4
    ),
    max_leaves=6,
).map(_lines)


@given(LINES)
def test_what_is_written_is_read_as_it_was(lines: tuple[Line, ...]) -> None:
    script = Script(lines)
    read = parse(str(script))
    assert str(read) == str(script)
    assert [line.act for line in read.acts()] == [line.act for line in script.acts()]
    assert parse(str(script).upper()) is not None


PIECES = [
    *ACTIONS,
    "repeat",
    "end",
    "for",
    "next",
    "at",
    "3",
    "0",
    "400",
    "ms",
    "no-uid",
    "#",
    "中",
]


@given(st.text() | st.lists(st.sampled_from([*PIECES, "\n", " ", "\t"])).map(" ".join))
def test_whatever_is_given_is_read_or_refused_with_its_line(text: str) -> None:
    if error := _refusal(text):
        found = re.match(r"Line (\d+), “", error.text())
        assert found, error.text()
        assert 1 <= int(found[1]) <= text.count("\n") + text.count("\r") + 1
        assert error.hint


def _refusal(text: str) -> BadScript | None:
    try:
        parse(text)
    except BadScript as error:
        return error
    return None


@pytest.mark.parametrize(
    ("text", "said", "possible"),
    [
        ("pull\nlya 3", "Line 2, “lya 3”: “lya” cannot stand there.", "lay, pull, swap"),
        ("lay", "Line 1, “lay”: something is missing at its end.", "number of a card"),
        ("lay 3 for 400", "Line 1, “lay 3 for 400”: something is missing", "ms, s, min"),
        ("lay 0", "“0” cannot stand there", "from 1 to 100000"),
        ("wait 2 h", "“h” cannot stand there", "ms, s, min"),
        ("wait 61 min", "“61” cannot stand there", "at most an hour"),
        ("wait for godot", "“godot” cannot stand there", ", ".join(AWAITED)),
        ("wait for enter within 5 s", "“within” cannot stand there", "Nothing more"),
        ("fault 1 broken", "“broken” cannot stand there", "no-uid, mute, pulled"),
        ("card 1 8A3F11", "“8a3f11” cannot stand there", "4, 7 or 10 bytes"),
        ("reader 17", "“17” cannot stand there", "from 1 to 16"),
        ("say", "something is missing", "what is to be told"),
        ("end", "“end” cannot stand there", "repeat"),
        ("repeat 2\npull\n", "Line 1, “repeat 2”: something is missing", "says end"),
        ("repeat 2\n" * 11, "Line 11", "At most 10"),
    ],
)
def test_an_error_names_the_line_and_what_is_possible(text: str, said: str, possible: str) -> None:
    with pytest.raises(BadScript) as raised:
        parse(text)
    assert said in raised.value.text()
    assert possible in raised.value.hint
    assert raised.value.text(translator("zh")) != raised.value.text()
    assert raised.value.hint_text(translator("zh")) != raised.value.hint


def test_remarks_blank_lines_and_other_editors_line_ends_do_not_matter() -> None:
    assert parse("\ufeff# first\r\n\r\n  LAY 3 # third\rPull\n") == Script(
        (Line(3, Lay(3)), Line(4, Pull()))
    )


def test_what_would_never_end_is_refused() -> None:
    with pytest.raises(BadScript, match="acts"):
        parse(f"repeat {ACTS}\nrepeat 2\nend\nend")
    with pytest.raises(BadScript, match="characters"):
        parse("pull\n" * CHARACTERS)


def test_repetitions_are_done_in_order() -> None:
    script = parse("repeat 2\nlay 1\nrepeat 2\npull\nend\nend\nswap 2")
    assert " ".join(str(line.act).split()[0] for line in script.acts()) == (
        "lay pull pull lay pull pull swap"
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_example_can_be_played_in_either_language(language: str) -> None:
    text = example(translator(language))
    assert len(list(parse(text).acts())) > len(PARTS)
    assert ("A training" in text) == (language == "en")
