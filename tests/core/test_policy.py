"""Policies: the built-in default, and what circulars change of it (HANDBOOK 6, 8)."""

from __future__ import annotations

from datetime import date

import pytest

from cardledger.policy import DEFAULT, Adopted, Policy, amended, in_force, wrong_rules


def test_the_default_is_spring_2010() -> None:
    assert DEFAULT.window("2010-spring") == (date(2010, 3, 1), date(2010, 3, 20))
    assert DEFAULT.window_end("2010-spring") == "2010-03-20T23:59:59.999+08:00"
    assert DEFAULT.upgrade_required
    assert DEFAULT.lowest_tools == {
        "cmis": 96,
        "card-manager": 54,
        "term-swipe": 19,
        "transfer": 12,
    }
    assert DEFAULT.check_digit == "unknown"
    assert "senior" in DEFAULT.collect_from


@pytest.mark.parametrize(
    ("digit", "level"),
    [
        ("0", "primary"),
        ("4", "primary"),
        ("7", "primary"),
        ("1", "junior"),
        ("5", "junior"),
        ("8", "junior"),
        ("2", "senior"),
        ("6", "senior"),
        ("9", "senior"),
        ("3", "vocational"),
    ],
)
def test_digit_nine_shows_the_level(digit: str, level: str) -> None:
    assert DEFAULT.level(f"01170011{digit}1501010") == level


def test_no_number_shows_no_level() -> None:
    assert DEFAULT.level("") == ""


def adopted(day: str, position: int, **changes: object) -> Adopted:
    return Adopted(day, position, changes)


def test_the_policy_of_a_day_is_the_last_one_in_force() -> None:
    circulars = [
        adopted("2010-09-01", 9, check_digit="luhn"),
        adopted("2010-03-01", 5, check_digit="mod-11-2", guests="45"),
    ]
    days = [date(2010, 2, 28), date(2010, 3, 1), date(2010, 8, 31), date(2010, 9, 1)]
    policies = [in_force(circulars, day) for day in days]
    assert [policy.check_digit for policy in policies] == [
        "unknown",
        "mod-11-2",
        "mod-11-2",
        "luhn",
    ]
    assert [policy.guests for policy in policies] == ["456", "45", "45", "45"]


def test_without_circulars_the_default_holds() -> None:
    assert in_force([], date(2010, 3, 1)) is DEFAULT
    assert in_force([adopted("2011-01-01", 5, guests="4")], date(2010, 3, 1)) == DEFAULT


def test_of_one_day_the_later_line_holds() -> None:
    circulars = [
        adopted("2010-03-01", 8, upgrade_required=True),
        adopted("2010-03-01", 5, upgrade_required=False),
    ]
    assert in_force(circulars, date(2010, 3, 1)).upgrade_required


def test_parts_of_a_rule_that_are_not_named_stay() -> None:
    policy = amended([{"windows": {"spring": ["03-02", "03-21"]}}, {"levels": {"primary": "0"}}])
    assert policy.windows["autumn"] == DEFAULT.windows["autumn"]
    assert policy.windows["spring"] == ("03-02", "03-21")
    assert policy.level("0117001141501010") == ""
    assert policy.level("0117001151501010") == "junior"
    assert DEFAULT.windows["spring"] == ("03-01", "03-20")


def test_wrong_rules_are_named() -> None:
    assert wrong_rules({"guests": "45"}) == []
    assert wrong_rules({"gests": "45", "a": 1}) == ["a", "gests"]
    assert wrong_rules({"windows": {"winter": ["01-01", "01-20"]}}) == ["winter"]
    assert wrong_rules({"windows": {"spring": ["03-20", "02-30"]}}) == ["spring", "02-30"]


def test_a_policy_is_a_value() -> None:
    assert Policy() == DEFAULT
    assert Policy(guests="4") != DEFAULT
