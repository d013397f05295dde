"""What stands on the agenda: given what happened / on a day / then an item, its state and count."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

import pytest

from cardledger import init_ledger
from cardledger.agenda import ITEMS, STATES, Due, agenda
from cardledger.batch import command_of_row
from cardledger.commands import Command
from cardledger.errors import BadValue, NotFound
from cardledger.ledger import Ledger
from tests.support.given import (
    ANNA,
    BORIS,
    COMBINED,
    NEIGHBOUR,
    PRIMARY,
    Row,
    act,
    moment,
    number,
    pupil,
    school,
)

#: Told long after everything happened.
PRESENT = "2012-01-10T10:00:00+08:00"
#: At a school of type 2, of the last year; the second one's digits say senior.
JUNIOR = number(1, school=COMBINED, category=1, cohort=2010)
SENIOR = number(2, school=COMBINED, category=2, cohort=2010)
#: The school's first line.
BEGIN = act("sync-confirmed", at="2010-01-30")
PUPILS = tuple(pupil(one, class_="1", at="2010-02-20") for one in (ANNA, BORIS))
CARDS = (
    *PUPILS,
    act("issue", card="C1", student=ANNA, at="2010-02-21"),
    act("issue", card="C2", student=BORIS, at="2010-02-21"),
)
UPGRADED = (act("upgrade", card="C1", at="2010-03-02"), act("upgrade", card="C2", at="2010-03-02"))
LEAVES = act("leave-swipe", card="C1", reason="transfer", at="2010-03-10")


def tool(name: str, version: str, at: str = "2010-02-20") -> Row:
    return act("tool-installed", name=name, version=version, at=at)


TOOLS = (tool("card-manager", "54"), tool("term-swipe", "19"), tool("transfer", "12"))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with init_ledger(tmp_path / "a.db", school=PRIMARY, keys=tmp_path / "keys") as made:
        happen(made, school(NEIGHBOUR), school(COMBINED))
        yield made


def happen(ledger: Ledger, *rows: Row) -> None:
    """Let rows happen, each written at the end of its day; they must be recorded."""
    for row in rows:
        written = f"{row['at'][:10]}T23:59:59" if "at" in row else PRESENT
        ledger.clock = functools.partial(moment, written)
        command = command_of_row(row)
        assert isinstance(command, Command), (row, command)
        outcome = ledger.record(command)
        assert outcome.outcome == "recorded", (row, outcome.codes)
    ledger.clock = lambda: moment(PRESENT)


def on(ledger: Ledger, day: str, item: str, code: str = PRIMARY) -> list[Due]:
    return [one for one in agenda(ledger, schools=[code], at=day) if one.item == item]


def state(ledger: Ledger, day: str, item: str, code: str = PRIMARY) -> tuple[str, int]:
    """Return state and count of the one entry of an item."""
    (one,) = on(ledger, day, item, code)
    assert one.entry.count == len(one.entry.subjects)
    return one.entry.state, one.entry.count


@pytest.mark.parametrize("item", ITEMS)
def test_every_item_says_when_it_is_due(item: str) -> None:
    assert ITEMS[item].__doc__
    assert ITEMS[item].TITLE


def test_an_empty_school_has_an_agenda_too_in_the_order_of_the_days(ledger: Ledger) -> None:
    found = list(agenda(ledger, at="2010-03-10"))
    assert {one.school for one in found} == {PRIMARY}
    assert {one.entry.state for one in found} <= set(STATES)
    assert all(one.entry.detail() for one in found)
    assert not [one.item for one in found if one.entry.state == "done" and one.entry.todo()]
    days = [one.entry.due for one in found if one.entry.due]
    assert days == sorted(days)


def test_tools_are_there_below_or_unsaid(ledger: Ledger) -> None:
    assert state(ledger, "2010-02-10", "tools") == ("unknown", 3)
    happen(ledger, *TOOLS[:2], tool("transfer", "11"))
    assert state(ledger, "2010-02-25", "tools") == ("due", 1)
    assert state(ledger, "2010-03-01", "tools") == ("overdue", 1)
    happen(ledger, tool("transfer", "12", "2010-03-02"))
    assert state(ledger, "2010-03-02", "tools") == ("done", 0)
    assert state(ledger, "2010-03-01", "tools") == ("overdue", 1)
    (one,) = on(ledger, "2010-03-02", "tools")
    assert len(one.entry.positions) == 3
    # A primary school may keep its CMIS, a senior school may not.
    happen(ledger, school("01175001"))
    (one,) = on(ledger, "2010-03-02", "tools", "01175001")
    assert "tool:cmis" in one.entry.subjects


def test_nobody_knows_whether_a_backup_was_made(ledger: Ledger) -> None:
    happen(ledger, *TOOLS)
    assert state(ledger, "2010-02-25", "backup") == ("unknown", 0)


def test_cards_are_upgraded_and_pupils_swiped_in_the_window(ledger: Ledger) -> None:
    happen(ledger, *CARDS)
    assert state(ledger, "2010-02-25", "upgrade-cards") == ("upcoming", 2)
    assert state(ledger, "2010-03-01", "term-swipe") == ("due", 2)
    happen(ledger, *UPGRADED, act("term-swipe", card="C1", at="2010-03-03"))
    assert state(ledger, "2010-03-02", "upgrade-cards") == ("done", 0)
    assert state(ledger, "2010-03-20", "term-swipe") == ("due", 1)
    assert state(ledger, "2010-03-21", "term-swipe") == ("overdue", 1)
    (one,) = on(ledger, "2010-03-21", "term-swipe")
    assert "1 of 2" in one.entry.detail()
    assert "by class: 1 1" in one.entry.detail()
    happen(ledger, act("term-swipe", card="C2", at="2010-03-22"))
    assert state(ledger, "2010-03-23", "term-swipe") == ("done", 0)


def test_the_window_is_that_of_the_policy_and_so_is_the_upgrade(ledger: Ledger) -> None:
    rules = {"windows": {"spring": ["03-05", "03-25"]}, "upgrade_required": False}
    happen(ledger, *CARDS, act("policy-adopt", changes=rules, from_="2010-03-01", at="2010-02-22"))
    assert state(ledger, "2010-03-24", "term-swipe") == ("due", 2)
    assert on(ledger, "2010-03-24", "upgrade-cards") == []
    assert len(on(ledger, "2010-02-28", "upgrade-cards")) == 1


def test_transfers_are_open_until_the_card_was_swiped(ledger: Ledger) -> None:
    assert state(ledger, "2010-03-10", "transfers") == ("upcoming", 0)
    assert state(ledger, "2010-03-17", "transfers") == ("done", 0)
    happen(
        ledger,
        *(*CARDS, *UPGRADED, LEAVES),
        act("student-transfer-in", student=ANNA, school=NEIGHBOUR, at="2010-03-11"),
        act("student-transfer-out", student=BORIS, to_school=NEIGHBOUR, at="2010-03-12"),
    )
    assert state(ledger, "2010-03-16", "transfers", NEIGHBOUR) == ("due", 1)
    assert state(ledger, "2010-03-16", "transfers") == ("due", 1)
    happen(ledger, act("transfer-swipe", card="C1", school=NEIGHBOUR, at="2010-03-20"))
    assert state(ledger, "2010-03-17", "transfers", NEIGHBOUR) == ("overdue", 1)
    assert state(ledger, "2010-03-20", "transfers", NEIGHBOUR) == ("done", 0)
    assert on(ledger, "2010-10-20", "transfers") == []


def test_only_what_is_confirmed_is_synchronised(ledger: Ledger) -> None:
    happen(ledger, BEGIN)
    assert state(ledger, "2010-03-21", "sync-term") == ("overdue", 0)
    happen(ledger, act("sync-sent", at="2010-03-20T17:00"))
    assert state(ledger, "2010-03-20", "sync-term") == ("due", 0)
    happen(ledger, act("sync-confirmed", at="2010-03-21T08:00"))
    assert state(ledger, "2010-03-21", "sync-term") == ("done", 0)


def test_each_month_end_needs_a_synchronisation(ledger: Ledger) -> None:
    happen(ledger, BEGIN, act("sync-sent", at="2010-04-30T17:00"))
    march, april = on(ledger, "2010-04-30", "sync-month")
    assert (march.entry.state, april.entry.state) == ("overdue", "due")
    assert "2010-04-30 23:00" in april.entry.todo()
    happen(ledger, act("sync-confirmed", at="2010-04-30T23:30"))
    april, may = on(ledger, "2010-05-02", "sync-month")
    assert (april.entry.state, may.entry.state) == ("done", "upcoming")


def test_what_was_changed_after_it_was_sent_is_not_with_the_centre(ledger: Ledger) -> None:
    assert on(ledger, "2010-05-06", "sync-change") == []
    happen(ledger, BEGIN, pupil(ANNA, at="2010-05-06T09:00"))
    assert state(ledger, "2010-05-06", "sync-change") == ("due", 1)
    assert state(ledger, "2010-05-07", "sync-change") == ("overdue", 1)
    happen(
        ledger,
        act("sync-sent", at="2010-05-07T09:00"),
        pupil(BORIS, at="2010-05-07T10:00"),
        act("sync-confirmed", at="2010-05-07T16:00"),
    )
    assert state(ledger, "2010-05-07", "sync-change") == ("due", 1)
    happen(ledger, act("sync-confirmed", at="2010-05-08T16:00"))
    assert state(ledger, "2010-05-08", "sync-change") == ("done", 0)


def test_within_six_hours_nobody_can_know(ledger: Ledger) -> None:
    happen(ledger, BEGIN, pupil(ANNA, at="2012-01-09"), act("sync-sent", at="2012-01-10T08:00"))
    assert state(ledger, "2012-01-10", "sync-change") == ("due", 1)
    ledger.clock = lambda: moment("2012-01-10T14:01")
    assert state(ledger, "2012-01-10", "sync-change") == ("overdue", 1)


def test_the_data_check_counts_faults(ledger: Ledger) -> None:
    happen(ledger, *PUPILS)
    assert state(ledger, "2010-02-25", "data-check") == ("upcoming", 2)
    assert state(ledger, "2010-03-10", "data-check") == ("due", 2)
    assert state(ledger, "2010-06-01", "data-check") == ("overdue", 2)
    assert on(ledger, "2010-10-01", "data-check") == []


def test_without_keys_nobody_knows_the_data(ledger: Ledger, tmp_path: Path) -> None:
    from cardledger import open_ledger

    happen(ledger, *PUPILS)
    ledger.close()
    (tmp_path / "keys").unlink()
    with open_ledger(tmp_path / "a.db", keys=tmp_path / "keys") as closed:
        assert state(closed, "2010-03-10", "data-check") == ("unknown", 0)


def test_cards_are_filed_when_all_are_handed_out(ledger: Ledger) -> None:
    happen(ledger, *CARDS[:3])
    assert state(ledger, "2010-02-22", "file-cards") == ("upcoming", 1)
    happen(ledger, CARDS[3])
    assert state(ledger, "2010-02-22", "file-cards") == ("due", 2)
    happen(ledger, act("cards-filed", cards=["C1", "C2"], at="2010-02-25"))
    assert state(ledger, "2010-02-25", "file-cards") == ("done", 0)


def test_numbers_are_due_until_they_are_filed(ledger: Ledger) -> None:
    assert on(ledger, "2010-02-20", "file-numbers") == []
    happen(
        ledger,
        act("number-allocate", number=ANNA, at="2010-02-20"),
        act("number-allocate", number=BORIS, at="2010-02-20"),
        act("numbers-filed", accepted=[ANNA], rejected=[BORIS], at="2010-02-24"),
    )
    assert state(ledger, "2010-02-21", "file-numbers") == ("due", 2)
    assert state(ledger, "2010-02-25", "file-numbers") == ("due", 1)
    happen(ledger, act("numbers-filed", accepted=[BORIS], at="2010-02-26"))
    assert state(ledger, "2010-02-26", "file-numbers") == ("done", 0)


def test_who_must_hand_the_card_in_is_said_by_the_policy(ledger: Ledger) -> None:
    assert state(ledger, "2010-06-10", "collect-cards") == ("done", 0)
    here = {"school": COMBINED}
    for card, student in (("C8", JUNIOR), ("C9", SENIOR)):
        happen(
            ledger,
            pupil(student, cohort=2010, at="2010-02-20"),
            act("register", card=card, student=student, upgraded=True, at="2010-02-21", **here),
        )
    # Juniors count once it is said that they do not go on.
    assert state(ledger, "2010-05-10", "collect-cards", COMBINED) == ("upcoming", 1)
    assert state(ledger, "2010-06-10", "collect-cards", COMBINED) == ("due", 1)
    (one,) = on(ledger, "2010-06-10", "collect-cards", COMBINED)
    assert "go on: 1." in one.entry.detail()
    back = act("recycle", card="C9", reason="graduation", handler="Liu", at="2010-07-01", **here)
    leaves = act("student-graduate", student=JUNIOR, goes_on="no", at="2010-07-01", **here)
    happen(ledger, back, leaves)
    (one,) = on(ledger, "2010-07-02", "collect-cards", COMBINED)
    assert (one.entry.state, one.entry.subjects) == ("overdue", ("card:C8",))
    happen(ledger, back | {"card": "C8", "at": "2010-07-03"})
    assert state(ledger, "2010-07-03", "collect-cards", COMBINED) == ("done", 0)


def test_cards_go_into_boxes_and_boxes_are_sealed(ledger: Ledger) -> None:
    assert state(ledger, "2010-06-10", "box-cards") == ("done", 0)
    assert on(ledger, "2010-06-10", "seal-boxes") == []
    happen(
        ledger,
        *CARDS,
        act("recycle", card="C1", reason="left", handler="Liu", at="2010-06-05"),
        act("box-open", box="B1", cohort=2015, at="2010-06-06"),
    )
    assert state(ledger, "2010-06-10", "box-cards") == ("upcoming", 1)
    assert state(ledger, "2015-06-10", "box-cards") == ("due", 1)
    assert state(ledger, "2015-09-01", "box-cards") == ("overdue", 1)
    assert state(ledger, "2010-06-10", "seal-boxes") == ("done", 0)
    happen(ledger, act("box-put", box="B1", card="C1", at="2010-06-11"))
    assert state(ledger, "2010-06-12", "box-cards") == ("done", 0)
    assert state(ledger, "2015-09-01", "seal-boxes") == ("overdue", 1)
    happen(ledger, act("box-seal", box="B1", count=1, handler="Liu", at="2010-06-13"))
    assert state(ledger, "2015-09-01", "seal-boxes") == ("done", 0)


def test_nobody_knows_whether_the_list_of_leavers_was_made(ledger: Ledger) -> None:
    happen(ledger, *CARDS, *UPGRADED, LEAVES)
    (one,) = on(ledger, "2010-06-01", "leavers-list")
    assert one.entry.state == "unknown"
    assert one.entry.detail().startswith("Left this school year: 1 ")
    assert state(ledger, "2010-05-31", "leavers-list")[0] == "upcoming"


def test_old_cards_have_thirty_days(ledger: Ledger) -> None:
    assert on(ledger, "2010-05-01", "outstanding-cards") == []
    again = act("reissue", card="C3", student=ANNA, reason="damaged", at="2010-05-01")
    happen(ledger, *CARDS, again | {"old_outstanding": "at home"})
    assert state(ledger, "2010-05-31", "outstanding-cards") == ("due", 1)
    assert state(ledger, "2010-06-01", "outstanding-cards") == ("overdue", 1)
    happen(ledger, act("recycle", card="C1", reason="replaced", handler="Liu", at="2010-06-02"))
    assert on(ledger, "2010-06-02", "outstanding-cards") == []


def test_a_pupil_who_moved_since_still_counts_for_a_day_before(ledger: Ledger) -> None:
    arrives = act("transfer-swipe", card="C1", school=NEIGHBOUR, at="2010-03-11")
    happen(ledger, *CARDS, *UPGRADED, LEAVES, arrives)
    assert state(ledger, "2010-03-09", "term-swipe") == ("due", 2)
    assert state(ledger, "2010-03-11", "term-swipe") == ("due", 1)
    assert state(ledger, "2010-03-11", "term-swipe", NEIGHBOUR) == ("due", 1)


def test_all_schools_and_wrong_ones(ledger: Ledger) -> None:
    every = {one.school for one in agenda(ledger, every=True, at="2010-03-10")}
    assert every == {PRIMARY, NEIGHBOUR, COMBINED}
    with pytest.raises(NotFound):
        list(agenda(ledger, schools=["01179999"]))
    with pytest.raises(BadValue):
        list(agenda(ledger, at="soon"))
