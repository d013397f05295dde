"""Outcomes of single acts: sentence, JSON, exit status."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from cardledger.cli.program import PROGRAM
from tests.cli.conftest import OTHER, PUPIL, Run

KEYS = ["outcome", "positions", "code", "codes", "contested", "message", "hint"]


def test_a_recorded_act_is_told_on_stdout_with_its_line_and_the_pupil(school: Run) -> None:
    ran = school("issue", "c001", "--student", PUPIL, "--at", "2009-10-01")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == (
        f"✓ recorded (line 5): C001, 王小明 {PUPIL} — A first card was handed to a pupil.\n"
    )


def test_a_repeated_act_is_no_error(cards: Run) -> None:
    ran = cards("upgrade", "C001", "--at", "2010-03-02")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("= repeated, nothing written: C001")


def test_a_refusal_says_why_and_what_to_do_on_stderr(cards: Run) -> None:
    cards("lost", "C001", "--at", "2010-03-03")
    ran = cards("term-swipe", "C001", "--at", "2010-03-05")
    assert (ran.status, ran.out) == (3, "")
    assert ran.err.splitlines() == [
        "✗ refused (card-lost): Card C001 is reported lost.",
        "  → If it was found, record that first with: cardledger found C001",
        "  The attempt is kept as evidence: line 10.",
    ]


def test_a_refusal_names_all_that_stands_in_the_way(school: Run) -> None:
    school("register", "OLD1", "--student", PUPIL, "--at", "2010-01-05")
    school("recycle", "OLD1", "--handler", "王敏", "--reason", "left", "--at", "2010-02-01")
    ran = school("term-swipe", "OLD1", "--at", "2010-03-05")
    assert "✗ refused (card-recycled)" in ran.err
    assert "Also: not-upgraded" in ran.err


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_outcome_in_json_has_exactly_the_promised_keys(cards: Run, language: str) -> None:
    recorded = cards("--lang", language, "term-swipe", "C001", "--at", "2010-03-05", "--json")
    repeated = cards("--lang", language, "term-swipe", "C001", "--at", "2010-03-06", "--json")
    refused = cards("--lang", language, "term-swipe", "C009", "--at", "2010-03-06", "--json")
    outcomes = [ran.json() for ran in (recorded, repeated, refused)]
    assert [list(one) for one in outcomes] == [KEYS, KEYS, KEYS]
    assert [one["outcome"] for one in outcomes] == ["recorded", "repeated", "refused"]
    assert [recorded.status, repeated.status, refused.status] == [0, 0, 3]
    assert outcomes[0] == dict.fromkeys(KEYS, None) | {
        "outcome": "recorded",
        "positions": [9],
        "codes": [],
        "contested": [],
    }
    assert outcomes[2]["code"] == "unknown-card"
    assert (
        outcomes[2]["message"]
        == {
            "en": "No card goes by “C009”.",
            "zh": "没有卡号或 UID 为“C009”的卡。",
        }[language]
    )


def test_a_contested_fact_is_recorded_and_says_which_rule_it_breaks(cards: Run) -> None:
    ran = cards("issue", "C003", "--student", PUPIL, "--at", "2009-10-02", "--evidence", "imported")
    assert ran.status == 0
    assert "✓ recorded (line 9)" in ran.out
    assert "Contested (student-holds-card): 王小明" in ran.out


def test_many_cards_go_into_a_box_as_one_batch(cards: Run) -> None:
    cards("box", "open", "B1", "--cohort", 2015, "--at", "2010-05-01")
    for card in ("C001", "C002"):
        cards("recycle", card, "--handler", "王敏", "--reason", "left", "--at", "2010-06-01")
    refused = cards("box", "put", "B1", "C001", "C404", "--at", "2010-06-02", "--json")
    assert refused.status == 3
    assert [line for line in refused.out.splitlines() if "batch-aborted" in line]
    put = cards("box", "put", "B1", "C001", "C002", "--at", "2010-06-02")
    assert put.status == 0
    assert put.out.count("✓ recorded") == 2
    sealed = cards("box", "seal", "B1", "--count", 2, "--handler", "王敏", "--at", "2010-06-03")
    assert sealed.status == 0


def test_lists_of_cards_and_numbers_are_taken(cards: Run) -> None:
    filed = cards("cards-filed", "C001", "C002", "--digest", "ab" * 32)
    assert "C001, C002 — Cards were filed." in filed.out
    numbers = cards("numbers-filed", PUPIL, "--rejected", OTHER, "--at", "2010-01-05")
    assert numbers.status == 0
    rows = cards("filings", "--json").json()
    assert [row["kind"] for row in rows] == ["numbers", "cards"]
    assert (rows[0]["accepted"], rows[0]["rejected"]) == ([PUPIL], [OTHER])


def test_yes_or_no_may_be_left_open(school: Run) -> None:
    school("student", "change", PUPIL, "--guest")
    assert school("roster", "--student", PUPIL, "--json").json()[0]["guest"] is True
    school("student", "change", PUPIL, "--class", "2班")
    assert school("roster", "--student", PUPIL, "--json").json()[0]["guest"] is True
    school("student", "change", PUPIL, "--no-guest")
    row = school("roster", "--student", PUPIL, "--json").json()[0]
    assert (row["guest"], row["class"]) == (False, "2班")


def test_a_cohort_may_be_typed_as_people_say_it(school: Run) -> None:
    assert school("box", "open", "B1", "--cohort", "2015届").status == 0
    assert school("boxes", "--json").json()[0]["cohort"] == 2015


def test_the_handler_comes_from_the_command_else_the_program_else_the_environment(
    school: Run,
) -> None:
    school("--handler", "李老师", "issue", "C001", "--student", PUPIL, "--at", "2009-10-01")
    school("lost", "C001", "--handler", "王敏", "--at", "2009-11-01", CARDLEDGER_HANDLER="张伟")
    school("found", "C001", "--at", "2009-11-02", CARDLEDGER_HANDLER="张伟")
    handlers = [row["handler"] for row in school("trace", "C001", "--json").json()]
    assert handlers == ["李老师", "王敏", "张伟"]


def test_what_somebody_typed_a_second_time_is_a_new_act(cards: Run) -> None:
    cards("box", "open", "B1", "--cohort", 2015, "--at", "2010-05-01")
    for card in ("C001", "C002"):
        cards("recycle", card, "--handler", "王敏", "--reason", "left", "--at", "2010-06-01")
    put = ("box", "put", "B1", "C001", "C002", "--at", "2010-06-02")
    assert cards(*put).out.count("recorded") == 2
    position = cards("trace", "C001", "--json").json()[-1]["position"]
    assert cards("void", position, "--reason", "装错了").status == 0
    again = cards(*put)
    assert again.out.count("✓ recorded") == 1
    assert again.out.count("= repeated") == 1


def test_the_handler_is_demanded_where_the_office_demands_one(cards: Run) -> None:
    ran = cards("recycle", "C001", "--reason", "left", "--at", "2010-06-01")
    assert ran.status == 2
    assert "--handler" in ran.err


def test_a_policy_is_adopted_from_a_file_as_it_is_shown(school: Run) -> None:
    Path("policy.json").write_text('{"upgrade_required": false}', encoding="utf-8")
    assert school("policy", "adopt", "policy.json", "--from", "2010-02-01").status == 0
    assert school("policy", "show", "--at", "2010-01-31", "--json").json()["upgrade_required"]
    shown = school("policy", "show", "--at", "2010-02-01", "--json")
    assert shown.json()["upgrade_required"] is False
    into = school("policy", "show", "--at", "2010-02-01", "--output", "whole.json")
    assert into.err == "Written: whole.json\n"
    assert Path("whole.json").read_text(encoding="utf-8") == shown.out
    assert school("policy", "adopt", "whole.json", "--from", "2011-02-01").status == 0


def test_a_retry_key_is_of_one_card_where_many_are_typed(cards: Run) -> None:
    cards("box", "open", "B1", "--cohort", 2015, "--at", "2010-05-01")
    for card in ("C001", "C002"):
        cards("recycle", card, "--handler", "王敏", "--reason", "left", "--at", "2010-06-01")
    put = ("box", "put", "B1", "C001", "C002", "--at", "2010-06-02", "--key", "K")
    assert cards(*put).out.count("✓ recorded") == 2
    assert cards(*put).out.count("= repeated") == 2


def test_signs_have_colours_where_there_are_colours(cards: Run) -> None:
    words = ["upgrade", "C001", "--at", "2010-03-02"]
    coloured = CliRunner().invoke(PROGRAM, words, color=True)
    assert coloured.stdout.startswith("\x1b[33m= repeated\x1b[0m, nothing written")
    plain = CliRunner().invoke(PROGRAM, words, color=True, env={"NO_COLOR": "1"})
    assert "\x1b" not in plain.stdout
    refused = CliRunner().invoke(PROGRAM, ["lost", "C404"], color=True)
    assert refused.stderr.startswith("\x1b[31m✗ refused\x1b[0m (unknown-card)")


@pytest.mark.parametrize("text", ["[]", "{", "", "\xff"])
def test_a_policy_that_is_no_json_object_is_unreadable(school: Run, text: str) -> None:
    Path("policy.json").write_text(text, encoding="latin-1")
    ran = school("policy", "adopt", "policy.json", "--from", "2010-02-01")
    assert ran.status == 2
    assert "policy.json: it " in ran.err


def test_an_argument_that_is_empty_is_missing(school: Run) -> None:
    ran = school("tool", "installed", "", "19")
    assert ran.status == 2
    assert "“name” is missing" in ran.err


def test_who_is_to_be_forgotten_and_is_not_there_is_refused(school: Run) -> None:
    assert school("forget", "0117001101519999", "--yes").status == 3
