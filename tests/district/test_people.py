"""People and numbers look real, and nobody exists."""

from __future__ import annotations

from collections import Counter
from typing import Final

from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn, numdb
from stdnum.cn import ric
from stdnum.iso7064 import mod_11_2, mod_11_10

from scripts.district import numbers
from tests.district.reading import District, Fields

PREFIXES: Final = ("161", "164", "169")


def _pupils(district: District) -> list[Fields]:
    return [line.fields for line in district.lines if line.fields["action"] == "student-add"]


def _planted(district: District, *kinds: str) -> set[str]:
    return {
        subject.removeprefix("number:")
        for entry in district.truth["planted"]
        if entry["kind"] in kinds
        for subject in entry["subjects"]
    }


@given(st.text("0123456789", min_size=1, max_size=20))
def test_check_digits_are_those_of_the_standard(digits: str) -> None:
    assert numbers.mod_11_10(digits) == mod_11_10.calc_check_digit(digits)
    assert numbers.mod_11_2(digits) == mod_11_2.calc_check_digit(digits)


def test_student_numbers_are_well_formed_except_the_planted_ones(three_schools: District) -> None:
    given_numbers: set[str] = {
        line.fields["number"] for line in three_schools.lines if "number" in line.fields
    }
    faulty = _planted(
        three_schools, "number-malformed", "number-check-digit", "number-category-mismatch"
    )
    refused = {number for number in given_numbers if not (number.isdigit() and len(number) == 16)}
    assert len(faulty) == 3
    assert len(refused) == 1
    for number in given_numbers - faulty - refused:
        assert number[:2] == "01"
        assert number[11:13] != "00"
        assert number[13:15] != "00"
        assert mod_11_10.is_valid(number)
        level = int(number[8]) % 10 if number[8] < "4" else (int(number[8]) - 4) % 3
        assert level in {0: (0,), 1: (1,), 3: (0, 1, 2), 5: (2,)}[int(number[4])]


def test_only_one_check_digit_algorithm_fits_all_numbers(three_schools: District) -> None:
    faulty = _planted(three_schools, "number-check-digit")
    right = [
        pupil["number"]
        for pupil in _pupils(three_schools)
        if pupil["number"] not in faulty
        and pupil["number"].isdigit()
        and len(pupil["number"]) == 16
    ]
    assert all(mod_11_10.is_valid(number) for number in right)
    assert not all(mod_11_2.is_valid(number) for number in right)
    assert not all(luhn.is_valid(number) for number in right)


def test_identity_numbers_fit_birth_date_and_sex_and_belong_to_nobody(
    three_schools: District,
) -> None:
    places = numdb.get("cn/loc")
    for pupil in _pupils(three_schools):
        number = pupil["identity"]
        assert ric.calc_check_digit(number) == number[-1]
        assert ric.get_birth_date(number).isoformat() == pupil["birth"]
        assert (int(number[16]) % 2 == 1) == (pupil["sex"] == "男")
        known = {name for _part, facts in places.info(number[:6]) for name in facts}
        assert known == {"province"}
        assert pupil["telephone"][:3] in PREFIXES
        assert len(pupil["telephone"]) == 11


def test_an_identity_number_is_one_pupils_unless_planted(three_schools: District) -> None:
    pupils = _pupils(three_schools)
    times = Counter(pupil["identity"] for pupil in pupils)
    twice = {pupil["number"] for pupil in pupils if times[pupil["identity"]] > 1}
    assert twice == _planted(three_schools, "one-person-two-records")


def test_pupils_have_the_age_of_their_grade(three_schools: District) -> None:
    for line in three_schools.lines:
        pupil = line.fields
        if pupil["action"] == "student-add":
            year = line.at.year - (line.at.month < 9)
            assert year - int(pupil["birth"][:4]) - pupil["grade"] in (5, 6)
            assert 1 <= pupil["grade"] <= 12
            assert pupil["migrant"] == ("yes" if pupil["guest"] else "no")


def test_guests_have_a_household_elsewhere_and_a_category_of_their_own(
    three_schools: District,
) -> None:
    pupils = _pupils(three_schools)
    planted = _planted(three_schools, "number-category-mismatch")
    guests = [pupil for pupil in pupils if pupil["guest"]]
    assert 0.06 < len(guests) / len(pupils) < 0.2
    for pupil in guests:
        assert not pupil["household"].startswith("北京")
        if pupil["number"] not in planted and pupil["number"][4:5].isdigit():
            digits = "789" if pupil["treated_as_local"] else "456"
            own = pupil["number"].startswith("0117")
            assert pupil["number"][8] in digits or not own


def test_card_numbers_and_serials_are_each_made_once(three_schools: District) -> None:
    cards: dict[str, str] = {}
    for line in three_schools.lines:
        row = line.fields
        if row["action"] in ("register", "issue", "reissue") and "card" in row:
            assert cards.setdefault(row["card"], row["uid"]) == row["uid"]
            assert len(row["uid"]) in (8, 14)
            assert row["card"].isdigit() == (row["kind"] == "record")
    uids = Counter(cards.values())
    shared = [uid for uid, times in uids.items() if times > 1]
    entries = [one for one in three_schools.truth["planted"] if one["kind"] == "uid-on-two-cards"]
    assert shared == [entries[0]["subjects"][0].removeprefix("uid:")]
