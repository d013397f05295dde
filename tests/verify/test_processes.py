"""Several processes say of a ledger exactly what one says."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardledger import init_ledger, open_ledger
from cardledger.errors import CardledgerError
from cardledger.ledger import Ledger
from cardledger.log import Entry
from cardledger.verify import crew, helper, verify, verify_place
from cardledger.verify.share import Share, Sound
from tests.verify.making import SCHOOL, SIZE, append, grow, make_ledger, rows, unguarded
from tests.verify.mutations import MUTATIONS, Place

TILE = 256


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let helpers have their share of small ledgers too."""
    monkeypatch.setattr(crew, "START", 0)


@pytest.fixture
def joined(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list of how far the lines go that helpers found sound, one for each time."""
    seen: list[int] = []
    join = crew.Crew.join

    def watched(self: crew.Crew, *arguments: Any) -> None:
        join(self, *arguments)
        seen.append(self.last)

    monkeypatch.setattr(crew.Crew, "join", watched)
    return seen


@pytest.fixture
def ledger(ledger_url: str, tmp_path: Path) -> Iterator[Ledger]:
    with init_ledger(ledger_url, school=SCHOOL, keys=tmp_path / "keys.db") as ledger:
        yield ledger


@given(lines=st.integers(0, 20_000_000), helpers=st.integers(0, 64))
def test_shares_are_whole_tiles_that_end_with_the_last_line(lines: int, helpers: int) -> None:
    parts = crew.shares(lines, helpers)
    assert len(parts) <= helpers
    if lines > TILE and helpers:
        assert parts
    end = parts[0][0] - 1 if parts else lines
    # This process has something to do as well.
    assert end >= min(lines, TILE)
    for first, last in parts:
        assert first == end + 1
        assert end % TILE == 0
        assert last >= first
        end = last
    assert end == lines


def test_a_share_grows_with_the_ledger_and_not_beyond_its_due(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    for lines in (100_000, 1_000_000, 10_000_000):
        ((first, last),) = crew.shares(lines, 1)
        assert 0.1 < (last - first) / lines < 0.5


@pytest.mark.parametrize("size", [257, 512, 513, SIZE])
def test_a_sound_ledger_is_sound_to_any_number(
    ledger: Ledger, joined: list[int], size: int
) -> None:
    grow(ledger, size)
    alone = verify(ledger, jobs=1)
    assert alone.ok
    assert joined == []
    for jobs in (2, 3):
        assert verify(ledger, jobs=jobs) == alone
    assert joined == [size, size]


def test_a_ledger_of_one_tile_needs_no_help(ledger: Ledger, joined: list[int]) -> None:
    grow(ledger, TILE)
    assert verify(ledger, jobs=8).ok
    assert joined == []


def test_checkpoints_within_the_share_of_a_helper_are_compared(
    ledger_url: str, tmp_path: Path, joined: list[int]
) -> None:
    keys = tmp_path / "keys.db"
    kept: list[tuple[int, str]] = []
    with make_ledger(ledger_url, keys, 2) as ledger:
        for size in (300, 512, 600, 1000):
            grow(ledger, size)
            note = ledger.log.checkpoint()
            assert note is not None
            kept.append((size, note))
        # That beside the database lags as well.
        ledger.places.checkpoint.write_text(kept[2][1])
        foreign = ledger.anchor.sign(700, bytes(32))
    for size, note in kept:
        verdict = verify_place(ledger_url, keys=keys, kept=note, kept_place=str(size), jobs=2)
        assert verdict == verify_place(ledger_url, keys=keys, kept=note, jobs=1)
        assert verdict.ok
    assert joined == [1000] * 4
    two = verify_place(ledger_url, keys=keys, kept=foreign, jobs=2)
    assert two == verify_place(ledger_url, keys=keys, kept=foreign, jobs=1)
    assert two.problem is not None
    assert "checkpoint of 700 lines that was given" in two.problem.text()


@pytest.mark.parametrize(
    ("statement", "position"),
    [
        ("UPDATE line SET data = :b WHERE seq = 300", 300),
        ("UPDATE line SET data = :b WHERE seq = 690", 690),
        ("UPDATE line SET data = :b WHERE seq = 3", 3),
        ("UPDATE tag SET tag = 'card:X' WHERE seq = 600 AND ordinal = 0", 600),
        ("UPDATE tag SET tag = 'card:X' WHERE seq = 5 AND ordinal = 0", 5),
        ("UPDATE tag SET seq = 5000 WHERE seq = 600 AND ordinal = 0", 600),
        ("DELETE FROM tag WHERE seq = 600", 600),
        ("DELETE FROM line WHERE seq = 257", 257),
        ("DELETE FROM line WHERE seq = 256", 256),
        ("UPDATE tile SET root = :b WHERE level = 0 AND idx = 1", 257),
        ("UPDATE tile SET root = :b WHERE level = 0 AND idx = 0", 1),
        ("DELETE FROM tile", 1),
    ],
)
def test_what_is_wrong_is_told_as_by_one(ledger: Ledger, statement: str, position: int) -> None:
    grow(ledger, SIZE)
    with unguarded(ledger) as hand:
        hand(statement, **({"b": b"{}"} if ":b" in statement else {}))
    two = verify(ledger, jobs=2)
    assert two == verify(ledger, jobs=1)
    assert two.first_bad_position == position


def test_tags_that_changed_places_between_the_shares_are_found(ledger: Ledger) -> None:
    grow(ledger, SIZE)
    found = rows(ledger, "SELECT seq, tag FROM tag WHERE seq IN (102, 602) AND ordinal = 0")
    (one, first), (other, second) = found
    with unguarded(ledger) as hand:
        hand("UPDATE tag SET tag = :t WHERE seq = :s AND ordinal = 0", t=second, s=one)
        hand("UPDATE tag SET tag = :t WHERE seq = :s AND ordinal = 0", t=first, s=other)
    two = verify(ledger, jobs=2)
    assert two == verify(ledger, jobs=1)
    assert two.first_bad_position == 102


def test_lines_that_a_helper_cannot_judge_are_judged_by_one(
    ledger: Ledger, joined: list[int]
) -> None:
    grow(ledger, 600)
    later = Entry("card.blessed/1", b'{"event":"card.blessed/1","card":"C1"}', ("card:C1",))
    append(ledger, later, Entry("Dog", b"\x80", ("dog:1",), foreign=True))
    two = verify(ledger, jobs=2)
    assert two == verify(ledger, jobs=1)
    assert two.ok
    assert joined == []


@pytest.mark.parametrize("python", ["/bin/false", "/nowhere/python", "/bin/cat"])
def test_a_helper_that_fails_is_done_without(
    ledger: Ledger, joined: list[int], monkeypatch: pytest.MonkeyPatch, python: str
) -> None:
    grow(ledger, SIZE)
    monkeypatch.setattr(sys, "executable", python)
    assert verify(ledger, jobs=2) == verify(ledger, jobs=1)
    assert joined == []


def test_no_helper_outlives_the_verification(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []
    arguments: list[Any] = []
    popen = subprocess.Popen

    def watched(command: Any, **options: Any) -> subprocess.Popen[bytes]:
        process: subprocess.Popen[bytes] = popen(command, **options)
        started.append(process)
        arguments.extend(command)
        return process

    monkeypatch.setattr(subprocess, "Popen", watched)
    grow(ledger, SIZE)

    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verify(ledger, stop, jobs=3)
    assert len(started) == 2
    assert all(process.returncode is not None for process in started)
    # The place of a ledger may hold a password, and a command line can be read by everybody.
    assert not [one for one in arguments if ledger.places.database in str(one)]


def test_progress_rises_to_the_total(ledger: Ledger, joined: list[int]) -> None:
    grow(ledger, SIZE)
    told: list[tuple[int, int]] = []
    assert verify(ledger, lambda done, total: told.append((done, total)), jobs=2).ok
    assert joined
    assert {total for _done, total in told} == {2 * SIZE}
    assert [done for done, _total in told] == sorted(done for done, _total in told)
    assert told[-1][0] == 2 * SIZE


def test_a_ledger_that_grows_meanwhile_is_sound(
    ledger: Ledger, ledger_url: str, tmp_path: Path, joined: list[int]
) -> None:
    stop = threading.Event()
    grow(ledger, 600)

    def write() -> None:
        with open_ledger(ledger_url, keys=tmp_path / "keys.db") as other:
            while not stop.is_set():
                grow(other, other.head() + 20)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        verdicts = [verify(ledger, jobs=2) for _round in range(4)]
    finally:
        stop.set()
        writer.join()
    assert {verdict.problem for verdict in verdicts} == {None}
    assert joined == [verdict.size for verdict in verdicts]


def test_a_helper_says_nothing_but_what_sound_lines_give(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In this process, so that it can be seen."""
    grow(ledger, SIZE)

    def asked(first: int, last: int) -> Sound | None:
        share = Share(
            place=ledger.places.database, origin=ledger.anchor.origin, first=first, last=last
        )
        answer = BytesIO()
        said = BytesIO(msgspec.msgpack.encode(share))
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=said))
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", SimpleNamespace(buffer=answer))
            helper.main()
        return msgspec.msgpack.decode(answer.getvalue(), type=Sound | None)

    found = asked(257, SIZE)
    assert found is not None
    assert found.roots == [rows(ledger, "SELECT root FROM tile WHERE idx = 1")[0][0]]
    assert len(found.leaves) == SIZE - 512
    assert asked(257, SIZE + 1) is None
    with unguarded(ledger) as hand:
        hand("UPDATE tag SET tag = 'card:X' WHERE seq = 600 AND ordinal = 0")
    assert asked(257, SIZE) is None
    assert asked(257, 512) is not None


# Whatever single thing is changed


def said(folder: Path, jobs: int) -> dict[str, Any] | str:
    """Return the verdict in words: errors of a driver that say the same are not equal."""
    try:
        return verify_place(folder / "ledger.db", jobs=jobs).as_json()
    except CardledgerError as error:
        return f"{type(error).__name__}: {error}"


def both(pristine: Path, folder: Path, name: str, seed: int) -> tuple[Any, Any]:
    """Mutate a copy; return what two processes and what one says of it."""
    shutil.copytree(pristine, folder)
    MUTATIONS[name](Place(folder, random.Random(seed)))
    try:
        return said(folder, 2), said(folder, 1)
    finally:
        shutil.rmtree(folder)


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTATIONS)
def test_of_a_mutation_two_processes_say_what_one_says(
    pristine: Path, tmp_path: Path, name: str
) -> None:
    for seed in range(8 if name == "a_byte_of_the_file" else 1):
        two, one = both(pristine, tmp_path / "copy", name, seed)
        assert two == one, seed


@pytest.mark.long
@pytest.mark.parametrize("part", range(4))
def test_of_two_thousand_mutations_two_processes_say_what_one_says(
    pristine: Path, tmp_path: Path, part: int
) -> None:
    chance = random.Random(f"processes {part}")
    wrong, counted = [], Counter[bool]()
    for number in range(part * 500, (part + 1) * 500):
        name = "a_byte_of_the_file" if number % 2 else chance.choice(sorted(MUTATIONS))
        two, one = both(pristine, tmp_path / "copy", name, 20_000 + number)
        counted[isinstance(one, str) or not one["ok"]] += 1
        if two != one:
            wrong.append((name, 20_000 + number, two, one))
    assert wrong == []
    # What hits a part of the file that is not used is nothing to be found.
    assert counted[True] > 400
