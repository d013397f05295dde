from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, Table

from cardledger import Ledger
from cardledger.replay import Replay, checking, tables
from tests.support.given import ANNA, BORIS, act, pupil
from tests.support.ledgers import student_id, tell


@pytest.fixture
def told(ledger: Ledger) -> tuple[Ledger, list[int]]:
    """Return a ledger whose tables are up to date, and the positions of its lines."""
    positions = tell(
        ledger,
        pupil(ANNA),
        pupil(BORIS),
        act("issue", card="C1", student=ANNA, at="2010-03-01"),
        act("register", card="C2", student=BORIS),
        act("lost", card="C1", at="2010-03-02"),
        act("found", card="C1", at="2010-03-03"),
        act("upgrade", card="C1", at="2010-03-04"),
        act("recycle", card="C1", handler="Wang", at="2010-05-01"),
        act("box-open", box="B1", cohort=2015, at="2010-05-01"),
        act("box-put", box="B1", card="C1", at="2010-05-02"),
    )
    Replay(ledger).catch_up()
    return ledger, positions


def table(name: str) -> Table:
    return tables.metadata.tables[f"row_{name}"]


def tamper(ledger: Ledger, change: Callable[[Connection], object]) -> None:
    with ledger.log.writing() as connection:
        change(connection)


def set_field(ledger: Ledger, name: str, subject: str, **values: object) -> None:
    """Change fields of a row, and nothing else."""

    def change(connection: Connection) -> None:
        row = msgspec.json.decode(tables.find(connection, name, [subject])[subject])
        tables.put(connection, name, [(subject, msgspec.json.encode(row | values))])

    tamper(ledger, change)


def test_tables_that_follow_from_the_lines_are_in_order(told: tuple[Ledger, list[int]]) -> None:
    ledger, positions = told
    checked = Replay(ledger).check()
    assert checked.ok
    assert (checked.position, checked.found, checked.differences) == (positions[-1], 0, [])
    # Two pupils in two tables, one of them in the leavers' too; two cards, one box.
    assert checked.rows == 2 + 2 + 1 + 2 + 1 + 2


@pytest.mark.parametrize(
    ("field", "value", "right", "line"),
    [
        ("state", "live", "recycled", 7),
        ("upgraded", False, True, 6),
        ("recycled_by", "Li", "Wang", 7),
        ("issued_at", "", "2010-03-01T23:59:59.999+08:00", 2),
        ("box", "B2", "B1", 9),
        ("student", "P0000000000", None, 2),
    ],
)
def test_a_changed_field_is_named_with_the_line_that_gave_it(
    told: tuple[Ledger, list[int]], field: str, value: object, right: object, line: int
) -> None:
    ledger, positions = told
    set_field(ledger, "cards", "C1", **{field: value})
    checked = Replay(ledger).check()
    assert checked.found == 1
    (difference,) = checked.differences
    right = right if right is not None else student_id(ledger, ANNA)
    assert difference == (positions[line], "cards", "C1", field, value, right)


def test_every_changed_field_is_named_and_the_earliest_line_comes_first(
    told: tuple[Ledger, list[int]],
) -> None:
    ledger, positions = told
    set_field(ledger, "boxes", "B1", cohort=2016)
    set_field(ledger, "cards", "C1", upgraded=False, box="", kind="identity")
    set_field(ledger, "roster", student_id(ledger, BORIS), guest=True)
    found = [(one.position, one.field) for one in Replay(ledger).check().differences]
    assert found == [
        (positions[1], "guest"),
        (positions[2], "kind"),
        (positions[6], "upgraded"),
        (positions[8], "cohort"),
        (positions[9], "box"),
    ]


def test_a_missing_row_is_named_with_the_line_that_made_it(told: tuple[Ledger, list[int]]) -> None:
    ledger, positions = told
    tamper(ledger, lambda connection: tables.put(connection, "cards", [("C2", None)]))
    (difference,) = Replay(ledger).check().differences
    assert difference[:5] == (positions[3], "cards", "C2", "", None)
    assert difference.folded["student"] == student_id(ledger, BORIS)


@pytest.mark.parametrize("subject", ["C0", "C15", "C9"])
def test_a_row_of_no_line_is_named(told: tuple[Ledger, list[int]], subject: str) -> None:
    ledger, _positions = told
    tamper(ledger, lambda connection: tables.put(connection, "cards", [(subject, b'{"a":1}')]))
    (difference,) = Replay(ledger).check().differences
    assert difference == (0, "cards", subject, "", {"a": 1}, None)


def test_a_row_that_a_void_took_away_is_named_with_the_void(
    told: tuple[Ledger, list[int]],
) -> None:
    ledger, _positions = told
    (opened,) = tell(ledger, act("box-open", box="B2", cohort=2016))
    (void,) = tell(ledger, act("void", position=opened, reason="a mistake"))
    Replay(ledger).catch_up()
    tamper(ledger, lambda connection: tables.put(connection, "boxes", [("B2", b"{}")]))
    (difference,) = Replay(ledger).check().differences
    assert difference == (void, "boxes", "B2", "", {}, None)


@pytest.mark.parametrize(
    ("data", "shown"), [(b"\xffnothing", "�nothing"), (b"[]", []), (b"null", None)]
)
def test_a_row_that_is_no_object_differs_as_a_whole(
    told: tuple[Ledger, list[int]], data: bytes, shown: Any
) -> None:
    ledger, positions = told
    tamper(ledger, lambda connection: tables.put(connection, "boxes", [("B1", data)]))
    (difference,) = Replay(ledger).check().differences
    assert difference[:5] == (positions[9], "boxes", "B1", "", shown)


def test_the_same_values_in_another_spelling_differ(told: tuple[Ledger, list[int]]) -> None:
    ledger, positions = told

    def respell(connection: Connection) -> None:
        data = tables.find(connection, "boxes", ["B1"])["B1"]
        tables.put(connection, "boxes", [("B1", data.replace(b":", b": ", 1))])

    tamper(ledger, respell)
    (difference,) = Replay(ledger).check().differences
    assert difference[:4] == (positions[9], "boxes", "B1", "")
    assert difference.stored == difference.folded


def test_an_added_field_is_named(told: tuple[Ledger, list[int]]) -> None:
    ledger, _positions = told
    set_field(ledger, "boxes", "B1", owner="Li")
    (difference,) = Replay(ledger).check().differences
    assert difference[1:] == ("boxes", "B1", "owner", "Li", None)


def test_rows_that_were_swapped_are_found(told: tuple[Ledger, list[int]]) -> None:
    ledger, _positions = told

    def swap(connection: Connection) -> None:
        rows = tables.find(connection, "cards", ["C1", "C2"])
        tables.put(connection, "cards", [("C1", rows["C2"]), ("C2", rows["C1"])])

    tamper(ledger, swap)
    assert {one.subject for one in Replay(ledger).check().differences} == {"C1", "C2"}


def test_a_cursor_that_skips_lines_is_found_out(told: tuple[Ledger, list[int]]) -> None:
    ledger, _positions = told
    (position,) = tell(ledger, act("lost", card="C2", at="2010-06-01"))

    def skip(connection: Connection) -> None:
        connection.execute(
            tables.metadata.tables["projection_cursor"].update().values(seq=position)
        )

    tamper(ledger, skip)
    first = Replay(ledger).check().differences[0]
    assert first == (position, "cards", "C2", "state", "live", "lost")


def test_of_many_differences_those_of_the_first_lines_are_kept(
    told: tuple[Ledger, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, positions = told
    monkeypatch.setattr(checking, "LIMIT", 2)
    tamper(ledger, lambda connection: connection.execute(table("cards").delete()))
    tamper(ledger, lambda connection: connection.execute(table("roster").delete()))
    checked = Replay(ledger).check()
    assert checked.found == 4
    assert [one.position for one in checked.differences] == positions[:2]


def test_a_rebuild_mends_what_a_check_found(told: tuple[Ledger, list[int]]) -> None:
    ledger, _positions = told
    set_field(ledger, "cards", "C1", state="live")
    replay = Replay(ledger)
    assert not replay.check().ok
    replay.rebuild(["cards"])
    assert replay.check().ok


def test_a_check_tells_its_progress(told: tuple[Ledger, list[int]]) -> None:
    ledger, _positions = told
    seen: list[tuple[int, int]] = []
    Replay(ledger).check(progress=lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1]
