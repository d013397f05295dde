"""Headings: found in either language and any dress; ambiguity and lack are reported."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardledger.actions import ACTIONS as ALL_ACTIONS
from cardledger.errors import UnreadableFile
from cardledger.exchange import headings
from cardledger.exchange.reading.columns import Field, Vocabulary, letter_of
from cardledger.exchange.reading.mapping import index_of


def fields(vocabulary: Vocabulary, *cells: object) -> list[str | None]:
    return [column.field for column in vocabulary.columns(cells)]  # type: ignore[arg-type]


@pytest.mark.parametrize("vocabulary", [headings.ROSTER, headings.ACTIONS])
def test_every_heading_of_a_vocabulary_is_its_field(vocabulary: Vocabulary) -> None:
    for one in vocabulary.fields:
        for heading in (*one.headings, *one.weak):
            assert fields(vocabulary, heading) == [one.name], heading


@pytest.mark.parametrize("vocabulary", [headings.ROSTER, headings.ACTIONS])
def test_every_field_has_a_heading_in_either_language(vocabulary: Vocabulary) -> None:
    for one in vocabulary.fields:
        chinese = [text for text in one.headings if re.search(r"[一-鿿]", text)]
        english = [text for text in one.headings if re.fullmatch(r"[a-z0-9 ]+", text)]
        assert chinese, one.name
        assert english, one.name


def test_every_column_of_every_command_has_a_heading_in_either_language() -> None:
    known = {one.name for one in headings.ACTIONS.fields}
    for action in ALL_ACTIONS.values():
        assert {field.column for field in action.command.describe()} <= known, action.name


def test_what_the_handbook_wants_of_a_pupil_is_in_the_roster() -> None:
    known = {one.name for one in headings.ROSTER.fields}
    wanted = {field.column for field in ALL_ACTIONS["student-add"].command.describe()}
    # What everything has in common is said for a whole file, and needs no column.
    assert wanted - known == {"at", "handler", "evidence", "tool", "key"}


@pytest.mark.parametrize(
    "dress", ["{}", " {} ", "*{}", "{}：", "{}(必填)", "{}（18位）", "{}\n【文本】"]
)
def test_spaces_signs_and_remarks_do_not_matter(dress: str) -> None:
    row = [dress.format(heading) for heading in ("学 籍 号", "姓　名", "身份证号", "出生日期")]
    assert fields(headings.ROSTER, *row) == ["number", "name", "identity", "birth"]


def test_english_headings_are_found_in_any_case_and_joint() -> None:
    row = ("Student Number", "NAME", "date_of_birth", "Ethnic-Group", "from_outside_city")
    expected = ["number", "name", "birth", "ethnic_group", "from_outside_city"]
    assert fields(headings.ROSTER, *row) == expected


def test_every_column_of_every_command_is_found_under_its_own_name() -> None:
    for action in ALL_ACTIONS.values():
        for field in action.command.describe():
            assert fields(headings.ACTIONS, field.column) == [field.column], action.name


def test_a_weak_heading_counts_only_where_no_better_one_is() -> None:
    assert fields(headings.ROSTER, "学号", "姓名") == ["number", "name"]
    assert fields(headings.ROSTER, "学号", "学籍号") == [None, "number"]
    assert fields(headings.ROSTER, "学籍号", "学号") == ["number", None]


def test_cells_without_a_heading_are_no_columns_and_unknown_ones_are_kept() -> None:
    columns = headings.ROSTER.columns(["", "学籍号", None, "宿舍", 2010.0], first=2)
    assert [(one.letter, one.heading, one.field) for one in columns] == [
        ("D", "学籍号", "number"),
        ("F", "宿舍", None),
        ("G", "2010", None),
    ]


def test_two_columns_of_one_field_are_refused_with_their_places() -> None:
    columns = headings.ROSTER.columns(["学籍号", "姓名", "学生姓名"])
    with pytest.raises(UnreadableFile, match=r"B “姓名”, C “学生姓名”") as refused:
        headings.ROSTER.check(columns, "a.xlsx")
    assert refused.value.hint


def test_several_telephones_are_no_ambiguity() -> None:
    columns = headings.ROSTER.columns(["学籍号", "姓名", "家庭电话", "手机"])
    headings.ROSTER.check(columns, "a.xlsx")


@pytest.mark.parametrize(("row", "missing"), [(["姓名", "性别"], "学籍号"), (["学籍号"], "姓名")])
def test_a_needed_column_that_is_missing_is_named_with_its_headings(
    row: list[str], missing: str
) -> None:
    with pytest.raises(UnreadableFile) as refused:
        headings.ROSTER.check(headings.ROSTER.columns(row), "a.xlsx")
    assert missing in refused.value.hint


def test_one_heading_for_two_fields_is_a_mistake_in_the_vocabulary() -> None:
    with pytest.raises(ValueError, match="two fields"):
        Vocabulary((Field("a", ("卡号",)), Field("b", ("卡 号",))))


@given(index=st.integers(min_value=0, max_value=20_000))
def test_letters_count_columns_as_spreadsheets_do(index: int) -> None:
    letters = letter_of(index)
    assert index_of(letters.lower()) == index
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    assert number - 1 == index
    assert letters.isalpha()
