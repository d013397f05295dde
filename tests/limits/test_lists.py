"""Numbers, lists and rules at their limits, and beyond them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cardledger.actions.finding_accept import FindingAccept
from cardledger.actions.numbers_filed import NumbersFiled
from cardledger.errors import BadValue
from cardledger.evidence import check, prove
from cardledger.forms import COUNT_LIMIT, LIST_LIMIT, RULES_LIMIT, SUBJECT_LIMIT, TEXT_LIMIT
from cardledger.ledger import EVENT_LIMIT
from cardledger.replay import Replay
from cardledger.trace import history, trace
from tests.cli.conftest import Run
from tests.ledger.conftest import Office
from tests.ledger.conftest import office as office
from tests.limits.texts import filled
from tests.support.given import ANNA, PRIMARY, act, number, pupil


def numbered(count: int) -> list[str]:
    return [f"C{place:08}" for place in range(count)]


def test_the_largest_number_goes_through_and_one_more_does_not(office: Office) -> None:
    office.given(
        act("box-open", box="B1", cohort=2015, at="2010-01-01"),
        act("box-stocktake", box="B1", found=COUNT_LIMIT, handler="W", at="2010-01-02"),
    )
    (row,) = Replay(office.ledger).rows("boxes")
    assert row["found"] == COUNT_LIMIT
    sealed = act("box-seal", box="B1", count=COUNT_LIMIT, handler="W", at="2010-01-03")
    office.given(sealed | {"evidence": "imported"})
    (row,) = Replay(office.ledger).rows("boxes")
    assert row["count"] == COUNT_LIMIT
    (told,) = [one for one in trace(office.ledger, "B1") if one["name"] == "box.sealed/1"]
    assert json.loads(json.dumps(told["data"]))["count"] == COUNT_LIMIT
    assert Replay(office.ledger).check().ok
    for count in (COUNT_LIMIT + 1, 1 << 63, 1 << 64, 10**400, 10**6000):
        with pytest.raises(BadValue, match="too large"):
            office.record(act("box-stocktake", box="B1", found=count, handler="W"))


@pytest.mark.parametrize("digits", [16, 17, 19, 40, 400, 5000])
def test_a_number_of_many_digits_in_a_line_is_refused(run: Run, digits: int) -> None:
    assert run("init", "--school", PRIMARY).status == 0
    before = run("history", "--raw").out
    for fields in (
        '"action": "box-seal", "box": "B1", "handler": "W", "count": %s',
        '"action": "void", "reason": "r", "position": %s',
        '"action": "box-open", "box": "B1", "cohort": %s',
        '"action": "policy-adopt", "from": "2010-01-01", "changes": {"lowest_tools": {"cmis": %s}}',
    ):
        ran = run("record", "-", "--json", input="{" + fields.replace("%s", "9" * digits) + "}")
        assert ran.status == 3, ran.out
        assert len(ran.out) < 2000, ran.out
        assert run("history", "--raw").out == before


@pytest.mark.long
def test_the_longest_list_is_one_line_that_everything_bears(office: Office) -> None:
    """A filing of so many cards: refused as a whole where one is not known, else one line."""
    cards = numbered(LIST_LIMIT)
    command = act("cards-filed", cards=cards, evidence="imported", at="2010-02-01")
    office.given(command)
    head = office.ledger.head()
    (row,) = Replay(office.ledger).rows("filings")
    assert (row["count"], row["accepted"][-1]) == (LIST_LIMIT, cards[-1])
    assert [one["position"] for one in trace(office.ledger, cards[-1])] == [head]
    assert Replay(office.ledger).check().ok
    bundle = prove(office.ledger, f"@{head}")
    assert [position for position, _line in check(bundle.to_bytes()).lines] == [head]
    office.given(act("void", position=head, reason="twice"))
    assert Replay(office.ledger).rows("filings") == []
    (again,) = [one for one in history(office.ledger) if one["position"] == head]
    assert again["voided_by"] == head + 1


@pytest.mark.parametrize(
    ("action", "field", "more", "entry"),
    [
        ("cards-filed", "cards", {}, "C{}"),
        ("numbers-filed", "accepted", {}, "01170001013{:05}"),
        ("box-stocktake", "missing", {"box": "B1", "found": 0, "handler": "W"}, "C{}"),
        ("box-stocktake", "unexpected", {"box": "B1", "found": 0, "handler": "W"}, "C{}"),
        ("box-stocktake", "elsewhere", {"box": "B1", "found": 0, "handler": "W"}, "C{}@B2"),
        (
            "finding-accept",
            "subjects",
            {"finding": "F0123456789AB", "reason": "r"},
            "card:C{}",
        ),
    ],
)
def test_a_list_with_one_entry_more_is_refused(
    office: Office, action: str, field: str, more: dict[str, Any], entry: str
) -> None:
    entries = [entry.format(place) for place in range(LIST_LIMIT + 1)]
    head = office.ledger.head()
    (refused,) = office.batch(act(action, **{field: entries}, **more))
    assert (refused.outcome, refused.code) == ("refused", "bad-input")
    assert f"A list of {LIST_LIMIT + 1} entries is too long." in refused.message()
    assert office.ledger.head() == head


def test_the_longest_subject_of_a_finding_is_found_again(office: Office) -> None:
    subject = "card:" + filled("four bytes", SUBJECT_LIMIT - len("card:"))
    accept = {"finding": "F0123456789AB", "reason": "seen", "subjects": [subject]}
    office.given(act("finding-accept", **accept))
    assert len(list(office.ledger.lines((subject,)))) == 1
    (refused,) = office.batch(
        act("finding-accept", **accept | {"finding": "F0123456789AC", "subjects": [subject + "x"]})
    )
    assert refused.code == "bad-input"


def test_the_largest_policy_holds_and_a_larger_one_is_refused(run: Run) -> None:
    assert run("init", "--school", PRIMARY).status == 0

    def adopt(length: int, day: str) -> int:
        rules = {"guests": ""}
        rules["guests"] = "4" * (length - len(json.dumps(rules, separators=(",", ":"))))
        with Path("rules.json").open("w", encoding="utf-8") as file:
            json.dump(rules, file)
        return run("policy", "adopt", "rules.json", "--from", day).status

    assert adopt(RULES_LIMIT, "2010-01-01") == 0
    before = run("history", "--raw").out
    assert adopt(RULES_LIMIT + 1, "2010-01-02") == 2
    assert run("history", "--raw").out == before
    assert run("student", "add", number(1), "--name", "Anna").status == 0
    assert run("verify").status == 0


def test_an_event_that_is_too_long_is_written_by_no_way(office: Office) -> None:
    """Lists of long texts: each is allowed, and all of them together are too much."""
    count = EVENT_LIMIT // TEXT_LIMIT + 10
    numbers = tuple(f"{PRIMARY}0{place:07}" for place in range(count))
    command = NumbersFiled(
        rejected=numbers, reasons=tuple(filled("plain", TEXT_LIMIT) for _one in numbers)
    )
    head = office.ledger.head()
    with pytest.raises(BadValue, match="bytes is too long"):
        office.ledger.record(command)
    with pytest.raises(BadValue, match="bytes is too long"):
        office.ledger.record_many([command_of(ANNA), command])
    assert office.ledger.head() == head
    # The ledger goes on as if nothing had been.
    office.given(pupil(ANNA))


def command_of(student: str) -> Any:
    from cardledger.batch import command_of_row

    return command_of_row(pupil(student))


def test_a_finding_that_names_no_subject_of_ours_is_accepted_all_the_same(office: Office) -> None:
    office.ledger.record(
        FindingAccept(finding="F0123456789AB", reason="seen", subjects=("tool:cmis", "card:C1"))
    )
    (line,) = office.ledger.lines(("card:C1",))
    assert line.event.tags() == ("finding:F0123456789AB", "card:C1")
