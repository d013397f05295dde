from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cardledger import Ledger
from cardledger.errors import BadValue, IntegrityBroken, LedgerBusy
from cardledger.events import Codec, Event, stored_name
from cardledger.log import Entry, Log
from cardledger.replay import Replay, keeping, tables
from cardledger.replay.folding import encoded, fold_all, subject_groups
from cardledger.streams import Cut, grouping
from projections import PROJECTIONS
from tests.support.anything import BEGINNING, histories
from tests.support.given import ANNA, BORIS, Row, act, pupil
from tests.support.given import given as begin
from tests.support.ledgers import row_of, tell

Everything = dict[str, list[tuple[str, bytes]]]


def stored(log: Log) -> Everything:
    """Return all rows as they are stored."""
    with log.snapshot() as connection:
        return {name: list(tables.stream(connection, name)) for name in PROJECTIONS}


def refolded(log: Log) -> Everything:
    """Return all rows as the lines give them."""
    every: Everything = {name: [] for name in PROJECTIONS}
    for subject, names in subject_groups(PROJECTIONS).items():
        for key, rows in fold_all(log, subject, names, Cut()):
            for name, row in rows.items():
                if (data := encoded(row)) is not None:
                    every[name].append((key, data))
    return every


def entry(event: Event) -> Entry:
    return Entry(stored_name(type(event)), Codec.encode(event), event.tags())


def set_cursor(log: Log, name: str, **values: object) -> None:
    with log.writing() as connection:
        table = tables.metadata.tables["projection_cursor"]
        connection.execute(table.update().where(table.c.name == name).values(**values))


def drop(log: Log, name: str) -> None:
    with log.writing() as connection:
        tables.metadata.tables[f"row_{name}"].drop(connection)


@pytest.fixture
def told(ledger: Ledger) -> Ledger:
    tell(ledger, *BEGINNING)
    return ledger


def test_rows_follow_what_is_recorded(ledger: Ledger) -> None:
    replay = Replay(ledger)
    assert replay.rows("cards") == []
    tell(ledger, pupil(ANNA), act("register", card="C1", student=ANNA))
    assert row_of(ledger, "cards", {"card": "C1"})["state"] == "live"
    (position,) = tell(ledger, act("lost", card="C1", at="2010-05-01"))
    assert row_of(ledger, "cards", {"card": "C1"})["state"] == "lost"
    tell(ledger, act("void", position=position, reason="it was in the bag"))
    assert row_of(ledger, "cards", {"card": "C1"})["state"] == "live"
    assert stored(ledger.log) == refolded(ledger.log)


def test_a_row_goes_when_all_of_its_lines_are_void(told: Ledger) -> None:
    (position,) = tell(told, act("box-open", box="B9", cohort=2015))
    keeping.catch_up(told.log)
    assert "B9" in dict(stored(told.log)["boxes"])
    tell(told, act("void", position=position, reason="a mistake"))
    keeping.catch_up(told.log)
    assert "B9" not in dict(stored(told.log)["boxes"])


def test_where_nothing_is_new_nothing_is_written(told: Ledger) -> None:
    keeping.catch_up(told.log)
    with told.log.writing():
        # Another writer would have to wait.
        assert keeping.catch_up(told.log) == told.head()


@pytest.mark.parametrize(
    "spoiled", ["version", "ahead", "table", "cursor"], ids=lambda what: f"by its {what}"
)
def test_rows_that_cannot_be_used_are_folded_anew(told: Ledger, spoiled: str) -> None:
    log = told.log
    keeping.catch_up(log)
    with log.writing() as connection:
        roster = tables.metadata.tables["row_roster"]
        connection.execute(roster.update().values(data=b"{}"))
    if spoiled == "version":
        set_cursor(log, "roster", version="of another program")
    elif spoiled == "ahead":
        set_cursor(log, "roster", seq=10_000)
    elif spoiled == "table":
        drop(log, "roster")
    else:
        with log.writing() as connection:
            tables.metadata.tables["projection_cursor"].drop(connection)
    keeping.catch_up(log)
    assert stored(log) == refolded(log)


def test_projections_that_are_behind_by_different_lines_all_catch_up(told: Ledger) -> None:
    keeping.catch_up(told.log)
    set_cursor(told.log, "boxes", seq=told.head() - 1)
    set_cursor(told.log, "roster", seq=told.head() - 2)
    tell(told, act("box-open", box="B9", cohort=2015), pupil("0117001101502990"))
    keeping.catch_up(told.log)
    assert stored(told.log) == refolded(told.log)


def test_a_rebuild_mends_only_what_it_was_asked_to(told: Ledger) -> None:
    keeping.catch_up(told.log)
    right = stored(told.log)
    with told.log.writing() as connection:
        for name in ("cards", "boxes"):
            connection.execute(tables.metadata.tables[f"row_{name}"].update().values(data=b"{}"))
    assert Replay(told).rebuild(["cards"]) == told.head()
    assert stored(told.log)["cards"] == right["cards"]
    assert stored(told.log)["boxes"] != right["boxes"]
    Replay(told).rebuild()
    assert stored(told.log) == right


def test_a_projection_that_is_not_there_is_named(told: Ledger) -> None:
    for ask in (lambda: Replay(told).rebuild(["roaster"]), lambda: Replay(told).rows("roaster")):
        with pytest.raises(BadValue, match="roaster") as raised:
            ask()
        assert "roster" in raised.value.hint


def test_a_row_that_cannot_be_read_is_reported_with_what_to_do(told: Ledger) -> None:
    keeping.catch_up(told.log)
    with told.log.writing() as connection:
        connection.execute(tables.metadata.tables["row_cards"].update().values(data=b"{}"))
    with pytest.raises(IntegrityBroken, match="C1") as raised:
        Replay(told).rows("cards")
    assert "rebuild" in raised.value.hint


def test_rows_whose_pupil_was_deleted_are_shown_without(told: Ledger) -> None:
    tell(told, act("leave-swipe", card="C1", reason="transfer", at="2010-04-10"))
    assert len(Replay(told).rows("leavers")) == 1
    with told.log.writing() as connection:
        connection.execute(tables.metadata.tables["row_roster"].delete())
    assert Replay(told).rows("leavers") == []
    assert {row["student_number"] for row in Replay(told).rows("cards")} == {None}


def test_whoever_never_gets_a_turn_is_told(told: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "advance", lambda *_arguments: False)
    keeping.catch_up(told.log)
    tell(told, act("box-open", box="B9", cohort=2015))
    with pytest.raises(LedgerBusy):
        keeping.catch_up(told.log)


def test_lines_of_a_later_version_are_left_out(told: Ledger) -> None:
    keeping.catch_up(told.log)
    before = stored(told.log)
    told.log.append([Entry("card.eaten/1", b'{"event":"card.eaten/1"}', ("card:C1",))])
    assert keeping.catch_up(told.log) == told.head()
    assert stored(told.log) == before == refolded(told.log)


def test_a_line_that_is_not_what_its_name_says_is_named(told: Ledger) -> None:
    told.log.append([Entry("card.lost/1", b'{"event":"card.lost/1"}', ("card:C1",))])
    with pytest.raises(IntegrityBroken, match=f"Line {told.head()} "):
        keeping.catch_up(told.log)


def test_progress_is_told_up_to_its_end(told: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "STEP", 2)
    monkeypatch.setattr(keeping, "SLICE", 3)
    seen: list[tuple[int, int]] = []
    Replay(told).rebuild(progress=lambda done, total: seen.append((done, total)))
    assert [done for done, _total in seen] == sorted(done for done, _total in seen)
    assert {total for _done, total in seen} == {seen[-1][0]}
    seen.clear()
    tell(told, *(act("sync-sent", at=f"2010-05-{day:02}") for day in range(1, 6)))
    monkeypatch.setattr(keeping, "WORTH_REBUILDING", 0)
    Replay(told).catch_up(lambda done, total: seen.append((done, total)))
    assert seen == [(3, 5), (5, 5)]


@pytest.fixture
def empty_log(sqlite_place: str) -> Iterator[Log]:
    with Log.create(sqlite_place, origin="test") as log:
        yield log


numbers = st.integers(0, 10**9)


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(histories(60), st.lists(st.integers(1, 12), min_size=1, max_size=12), st.data())
def test_catching_up_at_any_points_is_folding_everything(
    tmp_path_factory: pytest.TempPathFactory,
    history: list[tuple[str, Row]],
    steps: list[int],
    data: st.DataObject,
) -> None:
    story = begin(*BEGINNING)
    for clock, row in history:
        story.passes(clock).when(row)
    events = list(story.events())
    patch = pytest.MonkeyPatch()
    place = tmp_path_factory.mktemp("any") / "log.db"
    with patch.context() as patched, Log.create(place, origin="test") as log:
        patched.setattr(keeping, "SLICE", data.draw(st.sampled_from([1, 3, 20_000])))
        patched.setattr(keeping, "WORTH_REBUILDING", data.draw(st.sampled_from([0, 4])))
        patched.setattr(tables, "PAGE", data.draw(st.sampled_from([1, 2, 1000])))
        patched.setattr(grouping, "PAGE", data.draw(st.sampled_from([1, 500])))
        while events:
            step = steps.pop() if steps else len(events)
            log.append(map(entry, events[:step]))
            events = events[step:]
            assert keeping.catch_up(log) == log.head()
        caught_up = stored(log)
        assert caught_up == refolded(log)
        keeping.rebuild(log)
        assert stored(log) == caught_up


def test_a_large_line_is_read_once_for_many_cards(
    sqlite_ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(sqlite_ledger, pupil(ANNA), pupil(BORIS))
    cards = [f"CARD-OF-A-LARGE-SCHOOL-{index:06}" for index in range(300)]
    tell(sqlite_ledger, act("cards-filed", cards=cards, evidence="imported"))
    times = 0
    decode = Codec.decode

    def counting(name: str, data: bytes) -> object:
        nonlocal times
        times += name == "cards.filed/1"
        return decode(name, data)

    monkeypatch.setattr(Codec, "decode", counting)
    Replay(sqlite_ledger).rebuild(["cards"])
    assert times == 1
    rows = Replay(sqlite_ledger).rows("cards")
    assert [row["card"] for row in rows] == cards
    assert {row["state"] for row in rows} == {"unknown"}


def test_rows_do_not_need_the_key_store(told: Ledger, tmp_path: Path) -> None:
    tell(told, pupil("0117001101502990", name="安娜"))
    keeping.catch_up(told.log)
    for _subject, data in stored(told.log)["roster"]:
        assert "安娜".encode() not in data
        sealed = msgspec.json.decode(data)["sealed"]
        assert [name for name, _text in sealed] == ["student.added/1"]
