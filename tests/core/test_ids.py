"""Identifiers: what people type, and the one form in which it is kept."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardledger import ids
from cardledger.errors import BadStudentNumber, BadValue


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("C0001", "C0001"),
        ("c0001", "C0001"),
        (" 0012-a ", "0012-A"),
        ("Ｃ０００１", "C0001"),
        ("7", "7"),
        ("A" * 32, "A" * 32),
    ],
)
def test_card_numbers_and_boxes(typed: str, kept: str) -> None:
    assert ids.parse_card_number(typed) == kept
    assert ids.parse_box_id(typed) == kept


@pytest.mark.parametrize("typed", ["", " ", "-1", "A B", "A/B", "A" * 33, "卡1", "ß", "ı1", "A\n1"])
def test_what_is_no_card_number_or_box(typed: str) -> None:
    for parse in (ids.parse_card_number, ids.parse_box_id):
        with pytest.raises(BadValue) as error:
            parse(typed)
        assert typed in str(error.value)
        assert "32" in error.value.hint


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("04A1B2C3", "04A1B2C3"),
        ("04a1b2c3", "04A1B2C3"),
        ("04:A1:B2:C3", "04A1B2C3"),
        ("04 a1 b2 c3", "04A1B2C3"),
        ("0x04A1B2C3", "04A1B2C3"),
        ("uid: 04-a1-b2-c3", "04A1B2C3"),
        ("04A1B2C3D4E5F6", "04A1B2C3D4E5F6"),
        ("00112233445566778899", "00112233445566778899"),
    ],
)
def test_uids(typed: str, kept: str) -> None:
    assert ids.parse_uid(typed) == kept


@pytest.mark.parametrize("typed", ["", "04A1B2", "04A1B2C3D4", "xyz", "04A1B2CG", "77705923"[:-1]])
def test_what_is_no_uid(typed: str) -> None:
    with pytest.raises(BadValue):
        ids.parse_uid(typed)


@given(st.sampled_from([4, 7, 10]).flatmap(lambda size: st.binary(min_size=size, max_size=size)))
def test_a_uid_is_found_in_every_form_in_which_readers_show_it(raw: bytes) -> None:
    kept = ids.parse_uid(raw.hex())
    for shown in (
        raw.hex(),
        raw.hex(":").upper(),
        raw[::-1].hex(),
        raw[::-1].hex("-"),
        str(int.from_bytes(raw, "big")),
        str(int.from_bytes(raw, "little")),
        f"uid:{raw.hex()}",
    ):
        assert kept in ids.uid_readings(shown)


@pytest.mark.parametrize("typed", ["", "C0001", "卡", "9" * 26, "uid:"])
def test_what_can_be_no_uid_has_no_readings(typed: str) -> None:
    assert ids.uid_readings(typed) == []


def test_a_number_too_large_for_four_bytes_is_read_as_seven() -> None:
    assert {len(uid) for uid in ids.uid_readings(str(1 << 40))} == {14, 20}


@pytest.mark.parametrize("typed", ["0117001101501010", " ０１１７００１１０１５０１０１０ "])
def test_student_numbers(typed: str) -> None:
    assert ids.parse_student_number(typed) == "0117001101501010"


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("117001101501010", "leading zero"),
        ("1.1700110150101E+14", "16 digits"),
        ("", "16 digits"),
        ("01170011015010101", "16 digits"),
        ("011700110150101X", "16 digits"),
        ("٠١١٧٠٠١١٠١٥٠١٠١٠", "16 digits"),
    ],
)
def test_what_is_no_student_number(typed: str, advice: str) -> None:
    with pytest.raises(BadStudentNumber) as error:
        ids.parse_student_number(typed)
    assert advice in error.value.hint


def test_ids_of_pupils_are_drawn_and_read_again() -> None:
    drawn = {ids.new_student_id() for _one in range(200)}
    assert len(drawn) == 200
    for one in drawn:
        assert re.fullmatch(r"P[0-9A-Z]{10}", one)
        assert ids.parse_student_id(f" {one.lower()} ") == one


@pytest.mark.parametrize("typed", ["", "P123", "Q0123456789", "P012345678I", "P0123456789A"])
def test_what_is_no_id_of_a_pupil(typed: str) -> None:
    with pytest.raises(BadValue):
        ids.parse_student_id(typed)


def test_school_codes_and_cohorts() -> None:
    assert ids.parse_school_code("０１１７００１１") == "01170011"
    assert ids.parse_cohort("2010") == 2010
    assert ids.parse_cohort(" 2010届 ") == 2010
    assert ids.parse_cohort(2010) == 2010


@pytest.mark.parametrize("typed", ["", "1170011", "011700111", "0117001A"])
def test_what_is_no_school_code(typed: str) -> None:
    with pytest.raises(BadValue):
        ids.parse_school_code(typed)


@pytest.mark.parametrize("typed", ["", "10", "1979", "2121", "20100", "zwei", 20.5])
def test_what_is_no_cohort(typed: str | int) -> None:
    with pytest.raises(BadValue):
        ids.parse_cohort(typed)


def test_what_begins_with_0x_is_no_decimal_number() -> None:
    assert ids.uid_readings("0x12345678") == ["12345678", "78563412"]
    assert ids.uid_readings("uid:0X12345678") == ["12345678", "78563412"]
    assert len(ids.uid_readings("12345678")) > 2
