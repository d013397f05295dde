"""The text of a label: what is written is read again, and what is none is refused."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardledger.errors import BadValue
from cardledger.exchange.labels import Label
from cardledger.exchange.labels.text import FORM, LONGEST_NAME, short_name
from tests.support.given import PRIMARY

LABEL = Label(
    box="B2010-1",
    school=PRIMARY,
    cohort=2010,
    cards=16,
    sealed=True,
    day=date(2010, 6, 6),
    handler="张老师",
    size=22,
    root="0f3a5b6c7d8e9f00",
)
TEXT = """\
CARDLEDGER BOX 1
箱号 box: B2010-1
学校 school: 01170011
届别 cohort: 2010
张数 cards: 16
封装 sealed: 2010-06-06
经手人 handler: 张老师
台账 ledger: 22@0f3a5b6c7d8e9f00
"""


def test_the_text_is_that_of_the_documented_form() -> None:
    assert LABEL.to_text() == TEXT


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "\ufeff" + TEXT.replace("\n", "\r\n") + "\n\n",
        TEXT.replace("箱号 ", "").replace("张数 ", "how many "),
        TEXT + "颜色 colour: blue\n",
    ],
)
def test_a_label_is_read_however_a_scanner_gives_it(text: str) -> None:
    assert Label.from_text(text) == LABEL


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "not the text of a box label"),
        ("http://example.org", "not the text of a box label"),
        (TEXT.replace("BOX 1", "BOX 2"), "not the text of a box label"),
        (TEXT.replace("箱号 box: B2010-1\n", ""), "lacks its line “箱号 box”"),
        (TEXT.replace("16\n", "many\n"), "many is not a count"),
        (TEXT.replace("22@0f3a", "22@"), "not the checkpoint of a label"),
        (TEXT.replace("sealed:", "shut:"), "lacks its line “未封 open”"),
        (TEXT.replace("2010-06-06", "soon"), "soon"),
        (TEXT.replace("B2010-1", "B 2010/1"), "not the name of a box"),
    ],
)
def test_what_is_no_label_is_refused_with_what_is_wrong(text: str, wrong: str) -> None:
    with pytest.raises(BadValue) as caught:
        Label.from_text(text)
    assert wrong in caught.value.text(str)


LABELS = st.builds(
    Label,
    box=st.from_regex(r"[0-9A-Z][0-9A-Z-]{0,31}", fullmatch=True),
    school=st.just("") | st.from_regex(r"[0-9]{8}", fullmatch=True),
    cohort=st.just(0) | st.integers(1980, 2120),
    cards=st.integers(0, 10**6),
    sealed=st.just(True),
    day=st.dates(date(1980, 1, 1), date(2120, 1, 1)),
    handler=st.text().map(short_name).filter(lambda name: name != "-" and name.isprintable()),
    size=st.integers(0, 10**9),
    root=st.from_regex(r"[0-9a-f]{16}", fullmatch=True),
)


@given(LABELS)
def test_every_label_is_read_as_it_was_written(label: Label) -> None:
    assert Label.from_text(label.to_text()) == label


@given(st.text() | st.text().map(lambda more: f"{FORM}\n{more}"))
def test_any_other_text_is_bad_input_and_no_error(text: str) -> None:
    with contextlib.suppress(BadValue):
        Label.from_text(text)


def test_a_name_is_cut_where_it_is_longer_than_the_label() -> None:
    assert short_name(" 张\n老师 ") == "张 老师"
    assert len(short_name("王" * 100)) == LONGEST_NAME
