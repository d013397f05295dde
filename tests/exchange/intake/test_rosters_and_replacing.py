"""Rosters beside the ledger, and files in place of others, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cardledger import Ledger, init_ledger
from cardledger.batch import command_of_row
from cardledger.commands import Command
from cardledger.errors import BadInput, BadValue
from cardledger.exchange.intake.replacing import NothingToReplace, replaced_acts, void_of
from cardledger.exchange.intake.rosters import RosterPlan

SCHOOL = "01170011"
ELSEWHERE = "01170022"


@pytest.fixture
def ledger(ledger_url: str, tmp_path: Path) -> Iterator[Ledger]:
    """Return a ledger of two schools."""
    with init_ledger(ledger_url, school=SCHOOL, keys=tmp_path / "keys") as ledger:
        assert record(ledger, {"action": "school-add", "code": ELSEWHERE}) == ["recorded"]
        yield ledger


def commands(*rows: dict[str, Any]) -> list[Command | BadInput]:
    return [command_of_row(row) for row in rows]


def record(ledger: Ledger, *rows: dict[str, Any]) -> list[str]:
    return [one.outcome for one in ledger.record_many(commands(*rows))]


def pupil(place: int, **more: Any) -> dict[str, Any]:
    """Return a row of a roster."""
    facts = {
        "action": "student-add",
        "number": f"{SCHOOL}01501{place:02}0",
        "name": f"学生{place}",
        "identity": f"1102272003090100{place:02}",
        "birth": "2003-09-01",
        "evidence": "imported",
    }
    return facts | more


def plan_of(ledger: Ledger, *rows: dict[str, Any], at: str = "") -> RosterPlan:
    found = commands(*rows)
    keys = ledger.retry_keys(found, as_one=True)
    plan = RosterPlan(ledger, found, [str(one) for one in range(len(rows))], at=at, keys=keys)
    plan.make()
    return plan


def carry_out(ledger: Ledger, plan: RosterPlan) -> list[str]:
    acts = [command for one in plan.planned for command in one.commands]
    return [one.outcome for one in ledger.record_many(acts)]


def test_a_pupil_is_followed_by_identity_from_number_to_number_and_school_to_school(
    ledger: Ledger,
) -> None:
    record(ledger, pupil(1), {"action": "student-transfer-out", "student": pupil(1)["number"]})
    moved = pupil(1, number=f"{ELSEWHERE}01501990", school=ELSEWHERE, name="学生壹")
    plan = plan_of(ledger, moved)
    (one,) = plan.planned
    assert one.kind == "renumbered"
    assert [command.action() for command in one.commands if isinstance(command, Command)] == [
        "student-renumber",
        "student-transfer-in",
        "student-add",
    ]
    assert carry_out(ledger, plan) == ["recorded"] * 3
    again = plan_of(ledger, moved)
    assert [one.kind for one in again.planned] == ["same"]
    assert carry_out(ledger, again) == ["repeated"]
    # Home again, by the old number, which is the pupil's still: was here before, so back.
    back = plan_of(ledger, pupil(1))
    assert [one.kind for one in back.planned] == ["returned"]
    assert carry_out(ledger, back) == ["recorded", "recorded"]


def test_one_identity_number_at_two_schools_at_once_is_two_records(ledger: Ledger) -> None:
    record(ledger, pupil(1))
    other = pupil(1, number=f"{ELSEWHERE}01501990", school=ELSEWHERE, name="学生壹")
    plan = plan_of(ledger, other)
    (one,) = plan.planned
    assert one.kind == "new"
    assert [(name, str(doubt)) for name, doubt in one.doubts] == [
        ("identity", f"The pupil {pupil(1)['number']} has this identity number too; both are kept.")
    ]
    assert carry_out(ledger, plan) == ["recorded"]
    assert [one.kind for one in plan_of(ledger, other).planned] == ["same"]
    assert [one.kind for one in plan_of(ledger, pupil(1)).planned] == ["same"]


def test_numbers_that_are_handed_on_within_a_class_follow_the_pupils(ledger: Ledger) -> None:
    record(ledger, pupil(1), pupil(2), pupil(3))
    number = {place: pupil(place)["number"] for place in (2, 3, 4)}
    plan = plan_of(ledger, *(pupil(place, number=number[place + 1]) for place in (1, 2, 3)))
    assert [one.kind for one in plan.planned] == ["renumbered"] * 3
    assert set(carry_out(ledger, plan)) <= {"recorded", "repeated"}
    again = plan_of(ledger, *(pupil(place, number=number[place + 1]) for place in (1, 2, 3)))
    assert [one.kind for one in again.planned] == ["same"] * 3


def test_two_pupils_of_one_identity_number_are_not_guessed_between(ledger: Ledger) -> None:
    same = pupil(1)["identity"]
    record(ledger, pupil(1), pupil(2, identity=same))
    (one,) = plan_of(ledger, pupil(3, identity=same)).planned
    assert one.kind == "probably"
    (problem,) = one.commands
    assert isinstance(problem, BadInput)
    assert "several pupils have this identity number" in str(problem)


def test_a_forgotten_pupil_is_found_by_number_alone(ledger: Ledger) -> None:
    record(ledger, pupil(1))
    row = {"action": "student-forget", "student": pupil(1)["number"]}
    assert record(ledger, row) == ["recorded"]
    plan = plan_of(ledger, pupil(1, name="谁"))
    assert [(one.kind, one.changes) for one in plan.planned] == [("same", {})]
    assert carry_out(ledger, plan) == ["repeated"]


def test_rows_that_are_none_stay_in_their_place(ledger: Ledger) -> None:
    problem = BadValue("no row")
    rows = [command_of_row(pupil(1)), problem, command_of_row(pupil(2))]
    plan = RosterPlan(ledger, rows, ["1", "2", "3"], at="", keys=ledger.retry_keys(rows))
    assert plan.make().unread == 1
    assert [one.kind for one in plan.planned] == ["new", "", "new"]
    assert plan.planned[1].commands == (problem,)


# Retry keys, and the lines that they lead to


def test_keys_lead_to_the_lines_that_rows_became(ledger: Ledger) -> None:
    rows = commands(
        pupil(1),
        {"action": "register", "card": "K1", "student": pupil(1)["number"], "uid": "04A1B2C3"},
        # By its UID, in another form; the line has it too.
        {"action": "lost", "card": "uid:04 a1 b2 c3", "at": "2010-03-02"},
        {"action": "sync-sent", "by": "disk", "at": "2010-03-02"},
        {"action": "student-suspend", "student": pupil(1)["number"], "at": "2010-03-03"},
    )
    written = ledger.record_many(rows)
    assert [one.outcome for one in written] == ["recorded"] * 5
    lines = ledger.lines_by_key(rows)
    keys = ledger.retry_keys(rows)
    assert [lines[key].line.position for key in keys] == [one.positions[0] for one in written]
    assert not any(lines[key].void for key in keys)
    ledger.record_many([void_of(written[-1].positions[0], "x", "")])
    assert [one.void for one in map(ledger.lines_by_key(rows).__getitem__, keys)] == [
        *[False] * 4,
        True,
    ]


def test_keys_tell_identical_rows_apart_and_lists_as_a_whole(ledger: Ledger) -> None:
    rows = commands(pupil(1), pupil(1), pupil(2))
    apart = ledger.retry_keys(rows)
    assert len(set(apart)) == 3
    assert ledger.retry_keys(rows) == apart
    whole = ledger.retry_keys(rows, as_one=True)
    assert ledger.retry_keys(rows, as_one=True) == whole
    assert not set(whole) & set(ledger.retry_keys(rows[:2], as_one=True))
    assert ledger.retry_keys([BadValue("no row"), rows[0]])[0] == ""


def test_what_replaces_is_recorded_in_one_batch(ledger: Ledger) -> None:
    record(ledger, pupil(1), {"action": "register", "card": "K1", "student": pupil(1)["number"]})
    old = [commands({"action": "lost", "card": "K1", "at": f"2010-03-0{day}"}) for day in (2, 3)]
    new = [commands({"action": "lost", "card": "K1", "at": "2010-03-01"})]
    with pytest.raises(NothingToReplace):
        replaced_acts(ledger, old, new)
    assert [one.outcome for one in ledger.record_many([row for (row,) in old])] == [
        "recorded",
        "repeated",
    ]
    found = replaced_acts(ledger, old, new)
    assert found.old == ["voided", ""]
    ((position, row),) = found.voids
    assert (row, found.kept) == (0, set())
    acts = [void_of(position, "x", ""), *(command for one in found.commands for command in one)]
    assert [one.outcome for one in ledger.record_many(acts)] == ["recorded", "recorded"]
