"""Outcomes: data for scripts, a sentence for people, in their language."""

from __future__ import annotations

import pytest

from cardledger.decider import PRECEDENCE, ordered
from cardledger.errors import BadValue, CardledgerError, LedgerMissing
from cardledger.i18n import translator
from cardledger.outcomes import Outcome
from cardledger.refusals import REFUSALS


def test_codes_come_in_the_handbooks_order_an_actions_own_last() -> None:
    assert ordered(["student-holds-card", "not-in-school", "unknown-school", "not-in-school"]) == (
        "unknown-school",
        "not-in-school",
        "student-holds-card",
    )
    assert ordered(reversed(PRECEDENCE)) == PRECEDENCE
    assert ordered(["was-here-before", "no-leave-swipe"]) == ("was-here-before", "no-leave-swipe")


def test_the_order_is_that_of_the_handbook() -> None:
    told = [
        "happened-in-future",
        "before-issue",
        "wrong-kind",
        "card-recycled",
        "card-replaced",
        "card-lost",
        "wrong-school",
        "not-in-school",
        "not-upgraded",
    ]
    assert [code for code in PRECEDENCE if code in told] == told
    unknown = [code for code in PRECEDENCE if code.startswith(("unknown", "ambiguous"))]
    assert max(PRECEDENCE.index(code) for code in unknown) < PRECEDENCE.index(told[0])


def test_the_form_that_scripts_rely_on() -> None:
    outcome = Outcome("refused", codes=("card-lost", "not-upgraded"), about={"card": "C1"})
    assert outcome.as_json() == {
        "outcome": "refused",
        "positions": [],
        "code": "card-lost",
        "codes": ["card-lost", "not-upgraded"],
        "contested": [],
        "message": "Card C1 is reported lost.",
        "hint": "If it was found, record that first with: cardledger found C1",
    }
    assert list(outcome.as_json()) == [
        "outcome",
        "positions",
        "code",
        "codes",
        "contested",
        "message",
        "hint",
    ]


def test_what_is_recorded_has_nothing_to_say() -> None:
    recorded = Outcome("recorded").at_position(7).as_json()
    assert recorded == {
        "outcome": "recorded",
        "positions": [7],
        "code": None,
        "codes": [],
        "contested": [],
        "message": None,
        "hint": None,
    }


def test_what_is_contested_says_why_and_gives_no_advice() -> None:
    outcome = Outcome("recorded", (7,), contested=("card-lost",), about={"card": "C1"})
    assert outcome.code is None
    assert outcome.message() == "Card C1 is reported lost."
    assert outcome.hint() == ""


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_every_code_has_a_sentence_in_both_languages(code: str) -> None:
    chinese = translator("zh")
    outcome = Outcome("refused", codes=(code,), about={})
    for text, translated in (
        (outcome.message(), outcome.message(chinese)),
        (outcome.hint(), outcome.hint(chinese)),
    ):
        assert text
        assert translated
        assert any("一" <= letter <= "鿿" for letter in translated), translated


def test_a_value_that_nobody_knows_is_a_question_mark() -> None:
    assert Outcome("refused", codes=("card-lost",)).message() == "Card ? is reported lost."
    blank = Outcome("refused", codes=("card-lost",), about={"card": ""})
    assert blank.message() == "Card ? is reported lost."


def test_values_are_never_templates() -> None:
    outcome = Outcome("refused", codes=("card-lost",), about={"card": "{present}", "present": "x"})
    assert outcome.message() == "Card {present} is reported lost."
    error = BadValue("“{value}” is not a time.", hint="Try {value}.", value="{0}")
    outcome = Outcome("refused", codes=("bad-input",), about={"why": error})
    assert outcome.message() == "The row cannot be read: “{0}” is not a time. Try {0}."


def test_a_reason_that_is_a_template_of_ours_is_filled_in() -> None:
    about: dict[str, object] = {"position": 5, "why": "See line {later}.", "later": 7}
    outcome = Outcome("refused", codes=("not-voidable",), about=about)
    assert outcome.message() == "Line 5 cannot be void. See line 7."


@pytest.mark.parametrize(
    ("student", "hint"),
    [
        ("117001101501010", "leading zero"),
        ("11700110150101X", "16 digits"),
        ("0117", "16 digits"),
    ],
)
def test_a_lost_zero_is_told(student: str, hint: str) -> None:
    outcome = Outcome("refused", codes=("bad-student-number",), about={"student": student})
    assert hint in outcome.hint()


def test_an_error_says_what_is_wrong_and_what_to_do_in_either_language() -> None:
    error = LedgerMissing(place="x.db")
    assert str(error) == "There is no ledger at x.db."
    assert "init" in error.hint
    assert error.text(translator("zh")) != str(error)
    assert "x.db" in error.text(translator("zh"))
    assert str(CardledgerError()) == "Something went wrong."
    assert CardledgerError().hint == ""


def test_english_needs_no_catalogue_and_nothing_is_not_translated() -> None:
    assert translator("en")("Kind of card") == "Kind of card"
    assert translator("zh")("") == ""
    assert translator("zh")("no such sentence") == "no such sentence"
