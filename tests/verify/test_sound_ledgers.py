"""A ledger that nobody edited verifies, whatever is in it."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cardledger import init_ledger, open_ledger
from cardledger.ledger import Ledger
from cardledger.log import Entry
from cardledger.verify import verify, verify_place
from cardledger.verify.lines import Lines
from tests.verify.making import (
    SCHOOL,
    append,
    entry_of,
    frontier_of,
    grow,
    leaf,
    make_ledger,
    random_event,
    rows,
    unguarded,
)

FOREIGN = [
    Entry("Dog", b"\x80\xff\x00", ("dog:1", "dog:1", "a b", "狗"), foreign=True),
    Entry("", b"", (), foreign=True),
    Entry("Dog", b"{}", ("", '"'), foreign=True),
]


@pytest.fixture
def ledger(ledger_url: str, tmp_path: Path) -> Iterator[Ledger]:
    with init_ledger(ledger_url, school=SCHOOL, keys=tmp_path / "keys.db") as ledger:
        yield ledger


@pytest.mark.parametrize("size", [2, 3, 255, 256, 257, 511, 512, 513, 700])
def test_a_ledger_of_any_size_verifies(ledger: Ledger, size: int) -> None:
    grow(ledger, size)
    verdict = verify(ledger)
    assert (verdict.ok, verdict.size, verdict.problem) == (True, size, None)
    assert verdict.root == ledger.log.root().hex()
    assert verdict.checkpoint == ledger.log.checkpoint() == ledger.anchor.note()
    assert verdict.unchecked == ()


def test_the_verdict_as_scripts_see_it(ledger: Ledger) -> None:
    assert verify(ledger).as_json() == {
        "ok": True,
        "size": 2,
        "root": ledger.log.root().hex(),
        "checkpoint": ledger.log.checkpoint(),
        "first_bad_position": None,
        "problem": None,
        "unchecked": [],
        "anchored": True,
    }
    with unguarded(ledger) as hand:
        hand("UPDATE line SET data = :d WHERE seq = 2", d=b"{}")
    verdict = verify(ledger).as_json(lambda template: f"»{template}«")
    assert verdict["ok"] is False
    assert verdict["first_bad_position"] == 2
    assert verdict["root"] is None
    assert verdict["problem"] == "»Line 2 was changed: it does not have its hash.«"


@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
@given(seed=st.integers(), batches=st.lists(st.integers(1, 200), max_size=5))
def test_a_ledger_of_random_lines_verifies(ledger: Ledger, seed: int, batches: list[int]) -> None:
    chance = random.Random(seed)
    for count in batches:
        lines = [entry_of(random_event(chance)) for _one in range(count)]
        lines += chance.sample(FOREIGN, chance.randrange(3))
        chance.shuffle(lines)
        append(ledger, *lines)
    verdict = verify(ledger)
    assert verdict.problem is None
    assert verdict.root == ledger.log.root().hex()
    assert verdict.size == ledger.head()


def test_lines_judged_one_by_one_give_the_same(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(ledger, 600)
    fast = verify(ledger)
    monkeypatch.setattr(Lines, "_pass", lambda _self, _rows: False)
    assert verify(ledger) == fast
    assert fast.ok


def test_foreign_lines_are_held_to_their_own_hash_and_tags(ledger: Ledger) -> None:
    append(ledger, *FOREIGN)
    grow(ledger, 300)
    assert verify(ledger).ok
    with unguarded(ledger) as hand:
        hand("UPDATE tag SET tag = 'dog:2' WHERE seq = 3 AND ordinal = 1")
    altered = verify(ledger)
    assert altered.first_bad_position == 3
    with unguarded(ledger) as hand:
        hand("UPDATE tag SET tag = 'dog:1' WHERE seq = 3 AND ordinal = 1")
        hand("UPDATE line SET name = 'Cat' WHERE seq = 5")
    changed = verify(ledger)
    assert changed.first_bad_position == 5
    assert changed.problem is not None
    assert changed.problem.text() == "Line 5 was changed: it does not have its hash."


@pytest.mark.parametrize(
    "tags",
    [
        '["dog:1", "dog:1","a b","狗"]',
        '["dog:1","dog:1","a b","\\u72d7"]',
        '"dog:1"',
        "[1]",
        "not JSON",
        "[" * 100_000,
    ],
)
def test_tags_of_a_foreign_line_are_written_in_one_way(ledger: Ledger, tags: str) -> None:
    append(ledger, *FOREIGN)
    with unguarded(ledger) as hand:
        hand("UPDATE line SET tags = :t WHERE seq = 3", t=tags)
    verdict = verify(ledger)
    assert verdict.first_bad_position == 3
    assert verdict.problem is not None
    assert verdict.problem.text() == "The tags in line 3 were altered."


def test_lines_of_a_later_version_are_kept_and_said_to_be_unchecked(ledger: Ledger) -> None:
    later = Entry("card.blessed/1", b'{"event":"card.blessed/1","card":"C1"}', ("card:C1",))
    append(ledger, later, later)
    grow(ledger, 300)
    verdict = verify(ledger)
    assert verdict.ok
    assert [remark.text() for remark in verdict.unchecked] == [
        "The tags of 2 lines were not checked: this version does not know them."
    ]
    with unguarded(ledger) as hand:
        hand("UPDATE tag SET tag = 'card:C2' WHERE seq = 5 AND ordinal = 0")
    assert verify(ledger).first_bad_position == 5


def test_the_log_of_another_ledger_beside_our_own_is_verified_too(ledger: Ledger) -> None:
    mirrored = [b'{"event":"later/1","n":%d}' % number for number in range(300)]
    leaves = [leaf(data) for data in mirrored]
    with ledger.log.engine.begin() as connection:
        sign = "?" if connection.dialect.name == "sqlite" else "%s"
        frontier = frontier_of(leaves)
        for position, data in enumerate(mirrored, 1):
            values = (position + 2, "school", position, "later/1", data, leaves[position - 1])
            connection.exec_driver_sql(
                "INSERT INTO line (seq, origin, position, name, data, leaf) VALUES"
                f" ({', '.join([sign] * 6)})",
                values,
            )
        connection.exec_driver_sql(
            f"INSERT INTO tile VALUES ('school', 0, 0, {sign}, {sign})",
            (b"".join(leaves[:256]), frontier_of(leaves[:256]).root()),
        )
        connection.exec_driver_sql(
            f"INSERT INTO frontier VALUES ('school', 300, {sign})", (frontier.to_bytes(),)
        )
    verdict = verify(ledger)
    assert verdict.ok
    assert verdict.root == ledger.log.root().hex()
    with unguarded(ledger) as hand:
        hand("UPDATE line SET leaf = :l, data = :d WHERE seq = 50", l=leaf(b"{}"), d=b"{}")
    assert verify(ledger).first_bad_position == 50


@pytest.mark.slow
def test_tiles_of_the_second_level_are_checked(ledger: Ledger) -> None:
    grow(ledger, 66_000)
    assert verify(ledger).ok
    (hashes,) = rows(ledger, "SELECT hashes FROM tile WHERE level = 1")[0]
    with unguarded(ledger) as hand:
        hand("UPDATE tile SET hashes = :h WHERE level = 1", h=hashes[:-1] + bytes([hashes[-1] ^ 1]))
        hand("UPDATE tag SET ordinal = 9 WHERE seq = 65990 AND ordinal = 0")
    verdict = verify(ledger)
    assert verdict.first_bad_position == 255 * 256 + 1
    assert verdict.problem is not None
    assert "Tile 0 of level 1 was altered at its entry 255" in verdict.problem.text()
    with unguarded(ledger) as hand:
        hand("UPDATE tile SET hashes = :h WHERE level = 1", h=hashes)
    assert verify(ledger).first_bad_position == 65990


def test_the_outside_checkpoint_may_lag(ledger: Ledger) -> None:
    grow(ledger, 300)
    behind = ledger.anchor.note()
    assert behind is not None
    grow(ledger, 400)
    ledger.places.checkpoint.write_text(behind)
    assert verify(ledger).ok
    ledger.places.checkpoint.unlink()
    verdict = verify(ledger)
    assert verdict.ok
    assert [remark.text() for remark in verdict.unchecked] == [
        "There is no checkpoint outside the database: that the end was cut off would go unseen."
    ]


def test_progress_rises_to_the_total(ledger: Ledger) -> None:
    grow(ledger, 700)
    told: list[tuple[int, int]] = []
    assert verify(ledger, lambda done, total: told.append((done, total))).ok
    assert {total for _done, total in told} == {1400}
    assert [done for done, _total in told] == sorted(done for done, _total in told)
    assert told[-1][0] == 1400


def test_without_the_key_store_all_but_the_signatures_is_checked(
    ledger: Ledger, ledger_url: str, tmp_path: Path
) -> None:
    grow(ledger, 300)
    with unguarded(ledger) as hand:
        note = ledger.log.checkpoint()
        assert note is not None
        hand("UPDATE checkpoint SET note = :n", n=note.replace("\n\n", "\n\n— nobody AAAAAAA=\n"))
    ledger.close()
    (tmp_path / "keys.db").unlink()
    with open_ledger(ledger_url, keys=tmp_path / "keys.db") as keyless:
        verdict = verify(keyless)
        assert verdict.ok
        assert [remark.text() for remark in verdict.unchecked] == [
            "The key store is away: the signatures of the checkpoints were not checked."
        ]
        with unguarded(keyless) as hand:
            hand("UPDATE line SET data = :d WHERE seq = 200", d=b"{}")
        assert verify(keyless).first_bad_position == 200


def test_a_ledger_that_grows_meanwhile_verifies(
    ledger: Ledger, ledger_url: str, tmp_path: Path
) -> None:
    stop = threading.Event()
    grow(ledger, 300)

    def write() -> None:
        with open_ledger(ledger_url, keys=tmp_path / "keys.db") as other:
            while not stop.is_set():
                grow(other, other.head() + 20)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        verdicts = [verify(ledger) for _round in range(8)]
        # A busy machine may let the writer begin late.
        deadline = time.monotonic() + 60
        while verdicts[-1].size == 300 and time.monotonic() < deadline:
            verdicts.append(verify(ledger))
    finally:
        stop.set()
        writer.join()
    assert {verdict.problem for verdict in verdicts} == {None}
    assert verdicts[-1].size > 300


def test_verification_at_a_place_leaves_the_ledger_as_it_is(
    ledger_url: str, tmp_path: Path
) -> None:
    with make_ledger(ledger_url, tmp_path / "keys.db", 300) as ledger:
        before = (ledger.log.checkpoint(), ledger.head())
        assert verify_place(ledger_url, keys=tmp_path / "keys.db").ok
        assert (ledger.log.checkpoint(), ledger.head()) == before
        grow(ledger, 301)
    assert verify_place(ledger_url, keys=tmp_path / "keys.db").size == 301
