"""The queue on disk: in order, durable, for one process at a time, and never silently less."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from cardledger.station.queue import (
    Queue,
    QueueDamaged,
    QueueElsewhere,
    QueueFull,
    QueueUnknown,
    QueueUnwritable,
    Waiting,
    default_folder,
)
from cardledger.station.queue import file as file_module
from cardledger.station.queue.records import Done, Header, Put, line_of

LEDGER = "L0123456789"


def swipe(card: str, second: int = 0) -> dict[str, Any]:
    """Return a command that waits."""
    at = f"2010-03-05T09:00:{second:02}.000+08:00"
    return {"action": "term-swipe", "card": card, "at": at, "key": f"key of {card}"}


def cards(waiting: list[Waiting]) -> list[str]:
    """Return the cards of what waits."""
    return [one.put.command["card"] for one in waiting]


def left_by_a_station(folder: Path, *cards: str, second: int = 0) -> Path:
    """Leave a file as a station leaves it that was killed."""
    queue = Queue(folder, LEDGER)
    for place, card in enumerate(cards):
        queue.put(swipe(card, second + place))
    (path,) = {one.file.path for one in queue.first(9)}
    for file in queue._files():
        file.leave()
    return path


def test_what_is_put_waits_in_order_until_it_is_done(tmp_path: Path) -> None:
    with Queue(tmp_path, LEDGER) as queue:
        for card in ("C1", "C2", "C3"):
            queue.put(swipe(card))
        assert cards(queue.first(2)) == ["C1", "C2"]
        queue.done(queue.first(1)[0])
        assert (cards(queue.first(9)), len(queue)) == (["C2", "C3"], 2)
        second = queue.first(9)[1]
        queue.done(second, durable=True)
        assert (queue.waits(second), cards(queue.first(9))) == (False, ["C2"])


def test_it_is_there_for_the_next_station(tmp_path: Path) -> None:
    with Queue(tmp_path, LEDGER) as queue:
        for card in ("C1", "C2"):
            queue.put(swipe(card))
        queue.done(queue.first(1)[0])
    with Queue(tmp_path, LEDGER) as queue:
        assert cards(queue.first(9)) == ["C2"]
        queue.put(swipe("C3", 1))
        assert cards(queue.first(9)) == ["C2", "C3"]


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with Queue(tmp_path / "state" / "queue", LEDGER) as queue:
            queue.put(swipe("C1"))
            (path,) = (tmp_path / "state" / "queue").iterdir()
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    finally:
        os.umask(before)


def test_an_empty_queue_leaves_nothing_behind(tmp_path: Path) -> None:
    with Queue(tmp_path, LEDGER) as queue:
        queue.put(swipe("C1"))
        queue.done(queue.first(1)[0])
        (path,) = tmp_path.iterdir()
        assert path.read_bytes() == line_of(Header("cardledger-queue/1", LEDGER))
    assert not list(tmp_path.iterdir())


def test_two_stations_at_once_keep_apart_and_the_left_one_is_taken_over(tmp_path: Path) -> None:
    with Queue(tmp_path, LEDGER) as first:
        first.put(swipe("C1"))
        with Queue(tmp_path, LEDGER) as second:
            second.put(swipe("C2", 1))
            assert (cards(first.first(9)), cards(second.first(9))) == (["C1"], ["C2"])
            first.take_over()
            assert cards(first.first(9)) == ["C1"]
        first.take_over()
        assert cards(first.first(9)) == ["C1", "C2"]


def test_of_several_left_queues_what_happened_first_goes_first(tmp_path: Path) -> None:
    one = Queue(tmp_path, LEDGER)
    two = Queue(tmp_path, LEDGER)
    for second, (queue, card) in enumerate([(one, "C1"), (two, "C2"), (one, "C3"), (two, "C4")]):
        queue.put(swipe(card, second))
    one.close()
    two.close()
    with Queue(tmp_path, LEDGER) as queue:
        assert cards(queue.first(3)) == ["C1", "C2", "C3"]
        for waiting in queue.first(9):
            queue.done(waiting)
        queue.take_over()
        assert len(list(tmp_path.iterdir())) == 1


def test_half_a_line_at_the_end_is_dropped(tmp_path: Path) -> None:
    path = left_by_a_station(tmp_path, "C1")
    with path.open("ab") as stream:
        stream.write(line_of(Put(2, swipe("C2")))[:-20])
    with Queue(tmp_path, LEDGER) as queue:
        assert (cards(queue.first(9)), queue.problems) == (["C1"], [])
        queue.put(swipe("C3", 5))
        assert cards(queue.first(9)) == ["C1", "C3"]


def test_anything_else_that_is_damaged_is_named_and_set_aside(tmp_path: Path) -> None:
    path = left_by_a_station(tmp_path, "C1", "C2", "C3")
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"C2"', b'"C7"'))
    with Queue(tmp_path, LEDGER) as queue:
        assert cards(queue.first(9)) == ["C1", "C3"]
        (problem,) = queue.problems
        assert isinstance(problem, QueueDamaged)
        aside = problem.values["aside"]
        assert isinstance(aside, Path)
        assert b'"C7"' in aside.read_bytes()
        assert str(aside) in problem.hint
        assert stat.S_IMODE(aside.stat().st_mode) == 0o600
        for waiting in queue.first(9):
            queue.done(waiting)
    assert [one.suffix for one in tmp_path.iterdir()] == [".damaged"]


def test_a_first_line_that_is_damaged_costs_no_swipe(tmp_path: Path) -> None:
    path = left_by_a_station(tmp_path, "C1")
    path.write_bytes(b"!" + path.read_bytes())
    with Queue(tmp_path, LEDGER) as queue:
        assert cards(queue.first(9)) == ["C1"]
        assert len(queue.problems) == 1


def test_what_waits_for_another_ledger_stays_and_is_told_once(tmp_path: Path) -> None:
    path = left_by_a_station(tmp_path, "C1", "C2")
    with Queue(tmp_path, "L9999999999") as queue:
        queue.take_over()
        (problem,) = queue.problems
        assert isinstance(problem, QueueElsewhere)
        assert problem.values["count"] == 2
        assert len(queue) == 0
    assert path.exists()
    with Queue(tmp_path, LEDGER) as queue:
        assert len(queue) == 2


def test_a_queue_of_another_version_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / f"{LEDGER}-1.queue"
    content = line_of(Header("cardledger-queue/9", LEDGER)) + line_of(Put(1, swipe("C1")))
    path.write_bytes(content)
    with Queue(tmp_path, LEDGER) as queue:
        assert isinstance(queue.problems[0], QueueUnknown)
        assert len(queue) == 0
    assert path.read_bytes() == content


def test_a_full_queue_says_so_and_keeps_what_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_module, "LIMIT", 800)
    with Queue(tmp_path, LEDGER) as queue:
        for card in ("C1", "C2", "C3", "C4"):
            queue.put(swipe(card))
        with pytest.raises(QueueFull, match="800"):
            queue.put(swipe("C5"))
        assert cards(queue.first(99)) == ["C1", "C2", "C3", "C4"]
        for waiting in queue.first(99):
            queue.done(waiting)
        queue.put(swipe("C100"))


@pytest.mark.parametrize("step", ["pwrite", "fsync"])
def test_a_disk_that_is_full_keeps_nothing_of_a_swipe_that_was_not_acknowledged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    with Queue(tmp_path, LEDGER) as queue:
        queue.put(swipe("C1"))

        def full(*_given: object) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with monkeypatch.context() as patched:
            patched.setattr(os, step, full)
            with pytest.raises(QueueUnwritable, match="No space left"):
                queue.put(swipe("C2"))
        queue.put(swipe("C3"))
        assert cards(queue.first(9)) == ["C1", "C3"]
    with Queue(tmp_path, LEDGER) as queue:
        assert cards(queue.first(9)) == ["C1", "C3"]


def test_a_folder_that_cannot_be_used_is_said_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(QueueUnwritable, match="file"):
        Queue(tmp_path / "file", LEDGER)
    with pytest.raises(QueueUnwritable, match="Not a directory"):
        Queue(tmp_path / "file" / "queue", LEDGER)


def test_a_mark_that_was_lost_costs_another_try_and_no_swipe(tmp_path: Path) -> None:
    path = left_by_a_station(tmp_path, "C1", "C2")
    with path.open("ab") as stream:
        stream.write(line_of(Done(1)))
        stream.write(line_of(Done(77)))
    with Queue(tmp_path, LEDGER) as queue:
        assert cards(queue.first(9)) == ["C2"]


def test_it_lies_in_the_state_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert default_folder() == tmp_path / "cardledger" / "queue"
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for not_absolute in ("", "state"):
        monkeypatch.setenv("XDG_STATE_HOME", not_absolute)
        assert default_folder() == tmp_path / "home/.local/state/cardledger/queue"
