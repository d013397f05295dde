"""Whatever is shown, on whatever terminal: lines fit, and nothing in them is obeyed by it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.text import Text

from cardledger.exchange.writing.widths import width
from cardledger.i18n import LANGUAGES, Translator, translator
from cardledger.moments import Moment
from cardledger.station.faces import FACES, UNDONE
from cardledger.station.screen import drawing, texts
from cardledger.station.screen.drawing import Row
from cardledger.station.swipe import ClassProgress, Missing, Progress, Swipe, Verdict

TEXTS = st.text(max_size=25) | st.text("张小明平谷一小，。（） ab", max_size=60)
SWIPES = st.builds(
    Swipe,
    number=st.integers(1, 2000),
    verdict=st.sampled_from(get_args(Verdict)),
    card=TEXTS,
    uid=TEXTS,
    student=TEXTS,
    student_number=TEXTS,
    name=st.none() | TEXTS,
    class_=TEXTS,
    message=TEXTS,
    hint=TEXTS,
    at=st.just(Moment("2010-03-05T09:15:00.000+08:00")),
)
MISSING = st.builds(Missing, student=TEXTS, student_number=TEXTS, name=st.none() | TEXTS)
CLASSES = st.builds(
    ClassProgress,
    school=TEXTS,
    class_=TEXTS,
    pupils=st.integers(0, 2000),
    registered=st.integers(0, 2000),
    missing=st.lists(MISSING, max_size=12).map(tuple),
)
PROGRESS = st.builds(
    Progress,
    counts=st.dictionaries(st.sampled_from(get_args(Verdict)), st.integers(0, 99_999)),
    waiting=st.integers(0, 9),
    classes=st.lists(CLASSES, max_size=3).map(tuple),
)
COLUMNS = st.integers(40, 250)
TONGUES = st.sampled_from([translator(language) for language in LANGUAGES])

LONG: Final = Swipe(
    number=1,
    verdict="refused",
    card="20100001",
    student="S1",
    student_number="0117001101501010",
    name="张小明",
    class_="一(1)班",
    message="张小明（0117001101501010）：学生已不在校，不能刷卡注册，请换卡！" * 8,
    hint="登记复学。" * 80,
    at=Moment("2010-03-05T09:15:00.000+08:00"),
)


def fits(text: Text, columns: int) -> None:
    """No line is wider than the terminal, and none holds what it would obey."""
    for line in text.plain.split("\n"):
        assert width(line) <= columns, line
        assert line.isprintable(), line


@settings(max_examples=40)
@given(SWIPES, COLUMNS, TONGUES, st.booleans())
def test_the_large_field_fits(swipe: Swipe, columns: int, say: Translator, undone: bool) -> None:
    text = drawing.draw_card(drawing.card_of(swipe, say, undone=undone), columns)
    fits(text, columns)
    lines = text.plain.split("\n")
    assert drawing.LEAST + 2 <= len(lines) <= drawing.MOST + 2
    # The colour reaches from edge to edge.
    assert {width(line) for line in lines} == {columns}


@settings(max_examples=40)
@given(st.lists(SWIPES, max_size=10), COLUMNS, TONGUES)
def test_the_last_swipes_fit(swipes: list[Swipe], columns: int, say: Translator) -> None:
    rows = [Row(swipe, undone=place % 3 == 0) for place, swipe in enumerate(swipes)]
    text = drawing.draw_rows(rows, columns, say)
    fits(text, columns)
    assert len(text.plain.split("\n")) == len(rows) + 1


@settings(max_examples=40)
@given(PROGRESS, st.none() | CLASSES, st.integers(20, 40), st.integers(1, 60), TONGUES)
def test_the_counts_and_the_missing_fit(
    progress: Progress,
    shown: ClassProgress | None,
    columns: int,
    rows: int,
    say: Translator,
) -> None:
    text = drawing.draw_side(progress, shown, columns, rows, say)
    fits(text, columns)
    counts = len(FACES) + 2
    assert len(text.plain.split("\n")) <= max(rows, counts + 3)


def test_an_act_that_only_looks_counts_nothing_that_it_never_does() -> None:
    """Recorded 0 says nothing where nothing is ever recorded."""
    looked = drawing.draw_side(Progress(), None, 24, 20, str, drawing.LOOKING).plain
    assert [line.split()[1:] for line in looked.split("\n")] == [["Refused", "0"], ["Found", "0"]]
    said = drawing.draw_side(Progress(counts={"repeated": 2}), None, 24, 20, str).plain
    assert [line.split()[-1] for line in said.split("\n")] == ["0", "2", "0"]
    counted = Progress(counts={"repeated": 2})
    there = drawing.draw_side(counted, None, 24, 20, str, drawing.LOOKING).plain
    assert [line.split()[-1] for line in there.split("\n")] == ["2", "0", "0"]


@settings(max_examples=40)
@given(PROGRESS, COLUMNS, TONGUES)
def test_every_missing_pupil_is_in_the_long_list(
    progress: Progress, columns: int, say: Translator
) -> None:
    text = drawing.draw_classes(progress, columns, say)
    fits(text, columns)
    shown = "".join(text.plain.split())
    for one in progress.classes:
        for missing in one.missing:
            assert "".join(drawing.clean(drawing.named(missing)).split()) in shown


@settings(max_examples=40)
@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=4), COLUMNS)
def test_faults_fit(faults: list[tuple[str, str]], columns: int) -> None:
    text = drawing.draw_faults(faults, columns)
    assert (text is None) == (not faults)
    if text is not None:
        fits(text, columns)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("columns", [40, 76, 120])
def test_the_help_names_every_key_and_every_sign(language: str, columns: int) -> None:
    say = translator(language)
    text = drawing.draw_help(columns, say)
    fits(text, columns)
    for key in texts.KEYS:
        assert key.name in text.plain
    for face in FACES.values():
        assert f" {face.sign} " in text.plain


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_keys_fit_on_a_terminal_of_80_columns(language: str) -> None:
    text = drawing.draw_keys(80, translator(language))
    fits(text, 80)
    for key in texts.KEYS:
        assert translator(language)(key.word) in text.plain


def test_sentences_that_are_too_long_end_with_an_ellipsis() -> None:
    lines = drawing.draw_card(drawing.card_of(LONG, str), 80).plain.split("\n")
    assert len(lines) == drawing.MOST + 2
    assert lines[-2].strip() == "…"


def test_what_was_undone_looks_different_from_what_was_recorded() -> None:
    done = Swipe(number=2, verdict="recorded", card="C1", at=LONG.at)
    assert drawing.card_of(done, str, undone=True).face == UNDONE
    assert drawing.card_of(done, str).face == FACES["recorded"]
    # An undoing that was refused has undone nothing.
    assert drawing.card_of(LONG, str, undone=True).face == FACES["refused"]


def test_a_name_that_cannot_be_read_is_said_to_be_so() -> None:
    swipe = Swipe(number=1, verdict="recorded", card="C1", student="S1", at=LONG.at)
    assert texts.UNREADABLE in drawing.draw_card(drawing.card_of(swipe, str), 80).plain
    # Where no pupil is known there is no name to be read.
    unknown = Swipe(number=1, verdict="refused", card="C9", at=LONG.at)
    assert texts.UNREADABLE not in drawing.draw_card(drawing.card_of(unknown, str), 80).plain


def test_a_class_is_named_in_full_where_there_is_room() -> None:
    # The list on a terminal of 80 columns, with card numbers as the office gives them.
    row = Row(replace(LONG, card="10007511700000079", class_="初2010届1班"))
    shown = drawing.draw_rows([row], 80 - 26, translator("zh")).plain
    assert "初2010届1班 10007511700000079" in shown
    narrow = drawing.draw_rows([row], 40, translator("zh"))
    fits(narrow, 40)
    assert "10007" in narrow.plain


def test_a_row_about_no_card_says_what_happened() -> None:
    failed = Swipe(number=1, verdict="failed", message="没有 UID。", at=LONG.at)
    assert "没读到卡：没有 UID。" in drawing.draw_rows([Row(failed)], 54, translator("zh")).plain
    english = drawing.draw_rows([Row(replace(failed, message=""))], 54, translator("en")).plain
    assert "09:15:00 Not read" in english
    assert "Not read:" not in english
