"""Appending: all or nothing, without gaps, on a condition, and proved by the tree."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cardledger.errors import (
    BadValue,
    Conflict,
    IntegrityBroken,
    LedgerBusy,
    StorageError,
)
from cardledger.log import Entry, Log, Match, appending
from cardledger.tlog import (
    EMPTY_ROOT,
    Frontier,
    leaf_hash,
    subtree_root,
    verify_consistency,
    verify_inclusion,
)
from tests.conftest import NewPlace
from tests.log.samples import ORIGIN, content, entries, entry, everything, expected, rows, seqs


def root_of(written: list[Entry]) -> bytes:
    frontier = Frontier()
    frontier.extend(leaf_hash(content(entry)) for entry in written)
    return frontier.root()


def test_lines_come_back_as_they_were_written(log: Log) -> None:
    assert log.head() == 0
    assert log.append(entries(3)) == range(1, 4)
    assert log.append(entries(2, 4)) == range(4, 6)
    assert log.head() == log.size() == 5
    assert list(log.read()) == expected(entries(5))
    assert log.line(4) == expected(entries(5))[3]
    assert log.line(6) is None


@pytest.mark.parametrize("count", [1, 124, 125, 126, 250, 375, 521])
def test_the_rows_are_the_same_however_many_go_into_one_statement(
    sqlite_place: str, count: int
) -> None:
    written = [Entry("名", b"\x00%d" % number, ("a", f"b{number}")) for number in range(count)]
    with Log.create(sqlite_place, origin=ORIGIN) as log:
        log.append(written)
        alone = f"{sqlite_place}-alone"
        with Log.create(alone, origin=ORIGIN) as other:
            for one in written:
                other.append([one])
            for table in ("line", "tag", "tile", "frontier"):
                statement = f"SELECT * FROM {table} ORDER BY 1, 2"
                with log.snapshot() as ours, other.snapshot() as theirs:
                    found = ours.exec_driver_sql(statement).fetchall()
                    assert found == theirs.exec_driver_sql(statement).fetchall()
                    assert len(found) >= (count if table == "line" else 0)


def test_appending_nothing_changes_nothing(log: Log) -> None:
    log.append(entries(1), sign=lambda size, root: "note")
    assert log.append([], sign=lambda size, root: "another") == range(2, 2)
    assert (log.head(), log.checkpoint()) == (1, "note")


def test_any_bytes_and_any_text_are_kept(log: Log) -> None:
    odd = [
        Entry("", b"", ()),
        Entry("名/1", bytes(range(256)), ("student:张三", "a b,'\"\\%s?:x{}", "")),
        Entry("twice", b"\x00", ("same", "same")),
    ]
    log.append(odd)
    assert list(log.read()) == expected(odd)
    for number, one in enumerate(odd, 1):
        for tag in one.tags:
            assert seqs(log.read(tags=[tag])) == [number]


def test_condition_looks_only_at_its_tags_and_only_after_its_position(log: Log) -> None:
    log.append([entry(1, "card:1", "student:1"), entry(2, "card:2")])
    head = log.head()
    log.append([entry(3, "card:1")], unless=["card:1"], after=head)
    # card:1 came again at 3
    with pytest.raises(Conflict):
        log.append([entry(4, "card:1")], unless=["card:9", "card:1"], after=head)
    log.append([entry(4, "card:1")], unless=["card:1"], after=3)
    log.append([entry(5, "card:2")], unless=["card:2", "student:1", "card:3"], after=head)
    with pytest.raises(Conflict):
        log.append([entry(6, "card:2")], unless=["card:2"])
    assert log.head() == 5


def test_condition_may_describe_lines_by_name_and_tags(log: Log) -> None:
    log.append([entry(1, "a", "b", name="x"), entry(2, "a", name="y")])
    for free in (
        [],
        [Match(("z",))],
        [Match(("y",), ("a", "b"))],
        [Match(("x",), ("c",)), Match(tags=("b", "c"))],
    ):
        log.append([entry(9, name="free")], unless_any=free)
    for taken in (
        [Match()],
        [Match(("z", "y"))],
        [Match(("x",), ("b", "a"))],
        [Match(("z",)), Match(tags=("a",))],
    ):
        with pytest.raises(Conflict):
            log.append([entry(9, name="free")], unless_any=taken)
    log.append([entry(9, name="free")], unless_any=[Match()], after=log.head())


def test_text_that_no_database_can_hold_is_on_no_line(log: Log) -> None:
    log.append([entry(1, "a")])
    log.append([entry(2, "b")], unless=["a\0", "\ud800"])
    assert seqs(log.read(tags=["a\0", "\ud800", "b"])) == [2]
    for match in (Match(("x\0",)), Match(tags=("a", "\ud800"))):
        assert list(log.search([match])) == []


@pytest.mark.parametrize("place", ["first", "last"])
def test_failure_on_the_way_leaves_nothing_behind(
    log: Log, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(appending, "BATCH", 100)
    log.append(entries(3), sign=lambda size, root: "note")
    url = log.engine.url

    def interrupted() -> Iterator[Entry]:
        yield from entries(50 if place == "first" else 450, 4)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        log.append(interrupted(), sign=lambda size, root: "lost")
    with pytest.raises(ZeroDivisionError):
        log.append(entries(300, 4), sign=lambda size, root: str(1 / 0))
    assert (log.head(), log.size(), log.checkpoint()) == (3, 3, "note")
    assert rows(log, "SELECT count(*) FROM tag") == [(6,)]
    assert rows(log, "SELECT count(*) FROM tile") == [(0,)]
    assert log.append(entries(300, 4)) == range(4, 304)
    assert log.root() == root_of(entries(303)), url


def test_text_that_cannot_be_written_is_refused_whole(log: Log) -> None:
    with pytest.raises((StorageError, UnicodeEncodeError)):
        log.append([entry(1, "a"), entry(2, "\ud800")])
    assert log.head() == 0
    assert log.append([entry(1, "a")]) == range(1, 2)


def test_checkpoint_is_signed_over_what_is_then_there(log: Log) -> None:
    assert log.checkpoint() is None
    seen: list[tuple[int, bytes]] = []

    def sign(size: int, root: bytes) -> str:
        seen.append((size, root))
        return f"{size} {root.hex()}"

    for start, count in ((1, 2), (3, 300)):
        log.append(entries(count, start), sign=sign)
        size = start + count - 1
        assert seen[-1] == (size, root_of(entries(size)))
        assert log.checkpoint() == f"{size} {log.root().hex()}"
    assert rows(log, "SELECT count(*) FROM checkpoint") == [(1,)]


@pytest.mark.slow
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 600), max_size=6))
def test_tree_and_tiles_follow_from_the_lines(new_place: NewPlace, counts: list[int]) -> None:
    url = new_place()
    with Log.create(url, origin=ORIGIN) as log:
        for count in counts:
            log.append(entries(count, log.head() + 1))
        written = entries(sum(counts))
        assert log.root() == root_of(written)
        for size in {0, 1, 255, 256, 257, len(written) // 2, len(written)}:
            if size <= len(written):
                assert log.root(size) == root_of(written[:size])
    leaves = b"".join(leaf_hash(content(entry)) for entry in written)
    tables = everything(url)
    assert b"".join(row[-1] for row in tables["line"]) == leaves
    full = [leaves[at : at + 8192] for at in range(0, len(leaves) - 8191, 8192)]
    assert tables["tile"] == [
        (ORIGIN, 0, index, hashes, subtree_root(hashes)) for index, hashes in enumerate(full)
    ]


def test_any_line_is_proved_and_any_growth(log: Log) -> None:
    assert log.root() == log.root(0) == EMPTY_ROOT
    written = entries(700)
    log.append(written)
    for size in (1, 256, 300, 700):
        root = log.root(size)
        for position in {1, size // 2 + 1, size}:
            leaf = leaf_hash(content(written[position - 1]))
            proof = log.prove_line(position, size)
            verify_inclusion(proof, leaf=leaf, index=position - 1, size=size, root=root)
        growth = log.prove_growth(size, 700)
        verify_consistency(growth, old=size, old_root=root, new=700, new_root=log.root())


def test_there_is_no_proof_of_more_than_there_is(log: Log) -> None:
    log.append(entries(5))
    for ask in (
        lambda: log.root(6),
        lambda: log.root(-1),
        lambda: log.prove_line(6, 6),
        lambda: log.prove_line(0, 5),
        lambda: log.prove_line(5, 4),
        lambda: log.prove_growth(6, 5),
        lambda: log.prove_growth(3, 6),
    ):
        with pytest.raises(BadValue):
            ask()


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ("UPDATE frontier SET size = size - 1", "has 4 leaves, but there are 5 lines"),
        ("UPDATE frontier SET hashes = leaf FROM line WHERE seq = 1", "is damaged"),
        ("DELETE FROM frontier", "is missing"),
    ],
)
def test_damaged_tree_stops_the_log(log: Log, damage: str, problem: str) -> None:
    log.append(entries(5))
    with log.engine.begin() as connection:
        connection.exec_driver_sql(damage)
    for use in (log.root, lambda: log.append(entries(1, 6))):
        with pytest.raises(IntegrityBroken, match=problem):
            use()
    assert log.head() == 5


def test_tile_that_was_cut_short_stops_the_proof(sqlite_place: str) -> None:
    with Log.create(sqlite_place, origin=ORIGIN) as log:
        log.append(entries(300))
        with log.engine.begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER tile_no_update")
            connection.exec_driver_sql("UPDATE tile SET hashes = x'00'")
        with pytest.raises(IntegrityBroken, match="not all there"):
            log.prove_line(7, 300)


def test_memory_does_not_grow_with_the_number_of_entries(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(appending, "BATCH", 100)
    alive = most = 0

    class Counted(bytes):
        def __new__(cls, value: bytes) -> Counted:
            nonlocal alive, most
            alive += 1
            most = max(most, alive)
            return super().__new__(cls, value)

        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    made = (Entry("n", Counted(b"%d" % number), ("t",)) for number in range(5000))
    assert log.append(made) == range(1, 5001)
    assert 100 <= most <= 300
    assert rows(log, "SELECT count(*) FROM line") == [(5000,)]


def test_writer_that_waits_too_long_says_that_the_ledger_is_busy(ledger_url: str) -> None:
    Log.create(ledger_url, origin=ORIGIN).close()
    inside, leave = threading.Event(), threading.Event()

    def hold(size: int, root: bytes) -> str:
        inside.set()
        assert leave.wait(30)
        return "note"

    with (
        Log.open(ledger_url) as slow,
        Log.open(ledger_url, timeout=0.2) as other,
        ThreadPoolExecutor(1) as pool,
    ):
        writing = pool.submit(slow.append, entries(1), sign=hold)
        try:
            assert inside.wait(30)
            # Readers do not wait, and see nothing of it.
            assert other.head() == 0
            with pytest.raises(LedgerBusy):
                other.append(entries(1))
        finally:
            leave.set()
        assert writing.result() == range(1, 2)
        assert other.append(entries(1, 2)) == range(2, 3)


def test_threads_may_share_a_log(log: Log) -> None:
    with ThreadPoolExecutor(4) as pool:
        ranges = list(pool.map(lambda number: log.append(entries(5)), range(12)))
    assert sorted(seq for seqs in ranges for seq in seqs) == list(range(1, 61))
    assert all(len(seqs) == 5 for seqs in ranges)
    assert seqs(log.read()) == list(range(1, 61))


def test_watch_wakes_up_for_every_writer(log: Log, ledger_url: str) -> None:
    log.append(entries(1))
    watch = log.watch()
    try:
        assert not watch.wait(0.05)
        log.append(entries(1, 2))
        assert watch.wait(10)
        assert not watch.wait(0.05)
        with Log.open(ledger_url) as other, ThreadPoolExecutor(1) as pool:
            woken = pool.submit(watch.wait, 10)
            other.append(entries(1, 3))
            assert woken.result()
            with pytest.raises(Conflict):
                other.append(entries(1), unless=["card:1"])
        assert not watch.wait(0.05)
    finally:
        watch.close()


def test_watch_that_lost_its_server_says_so(postgres_place: str) -> None:
    with Log.create(postgres_place, origin=ORIGIN) as log:
        watch = log.watch()
        try:
            rows(
                log,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
            with pytest.raises(StorageError):
                watch.wait(10)
        finally:
            watch.close()
