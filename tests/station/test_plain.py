"""Plain mode: one JSON line a swipe, on stdin card numbers, and an end that loses nothing."""

from __future__ import annotations

import io
import json
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from cardledger.i18n import translator
from cardledger.station.plain import LIMIT, run_plain
from cardledger.station.shift import Result, Watch
from cardledger.station.signs import (
    CardGone,
    ReaderCame,
    ReaderGone,
    ReadFailed,
    ServiceCame,
    ServiceGone,
    Sign,
)
from cardledger.station.station import Station
from tests.station.conftest import ANNAS_UID, BORIS_UID, READER, School

KEYS: Final = (
    *("number", "verdict", "action", "card", "uid", "student", "student_number", "name", "school"),
    *("class", "outcome", "code", "message", "hint", "positions", "at", "evidence", "reader"),
    *("waiting", "milliseconds"),
)
PATIENCE: Final = 30


class Lines(io.StringIO):
    """What was answered, which can be waited for."""

    def read_all(self) -> list[dict[str, Any]]:
        """Return the answers so far."""
        return [json.loads(line) for line in self.getvalue().splitlines()]

    def wait(self, condition: Callable[[list[dict[str, Any]]], bool]) -> None:
        """Wait until a condition holds for the answers."""
        end = time.monotonic() + PATIENCE
        while not condition(self.read_all()):
            assert time.monotonic() < end, self.getvalue()
            time.sleep(0.01)


def work(
    station: Station, given: bytes | str, *, watch: Watch | None = None, language: str = "en"
) -> tuple[Result, list[dict[str, Any]]]:
    """Work through an input, to its end."""
    reading, writing = os.pipe()
    content = given.encode() if isinstance(given, str) else given
    feeding = threading.Thread(target=_feed, args=(writing, content))
    feeding.start()
    lines = Lines()
    try:
        result = run_plain(
            station, watch=watch, translate=translator(language), source=reading, stream=lines
        )
    finally:
        os.close(reading)
        feeding.join()
    return result, lines.read_all()


def _feed(writing: int, content: bytes) -> None:
    with os.fdopen(writing, "wb") as pipe:
        pipe.write(content)


def showing(*signs: Sign) -> Watch:
    """Return what watches readers that tell exactly this, and then nothing more."""

    def watch(stop: threading.Event) -> Iterator[Sign]:
        yield from signs
        stop.wait(PATIENCE)

    return watch


def test_each_line_is_answered_by_one_with_stable_keys(primary: School) -> None:
    result, (first, again, unknown) = work(primary.station(), "C1\nC1\nC99\n")
    assert tuple(first) == tuple(again) == tuple(unknown) == KEYS
    assert (first["number"], first["verdict"], first["action"]) == (1, "recorded", "term-swipe")
    assert (first["card"], first["name"], first["class"]) == ("C1", "Anna", "1")
    assert (first["evidence"], first["outcome"], first["waiting"]) == ("typed", "recorded", 0)
    assert len(first["positions"]) == 1
    assert (again["verdict"], again["positions"]) == ("repeated", [])
    assert (unknown["verdict"], unknown["code"]) == ("refused", "unknown-card")
    assert unknown["message"]
    assert unknown["hint"]
    assert result.counts == {"recorded": 1, "repeated": 1, "refused": 1}
    assert (result.waiting, result.unheard) == (0, False)
    assert len(primary.events("term.swiped/1")) == 1


def test_sentences_are_in_the_language_of_the_station(file_school: School) -> None:
    station = file_school.station(translate=translator("zh"))
    _result, (answer,) = work(station, "C99\n", language="zh")
    assert "C99" in answer["message"]
    assert "卡" in answer["message"]


def test_the_last_act_is_undone_by_a_void(primary: School) -> None:
    _result, (done, undone) = work(primary.station(), "C1\nundo\n")
    assert (undone["action"], undone["verdict"], undone["card"]) == ("void", "recorded", "C1")
    (void,) = primary.events("line.voided/1")
    assert getattr(void, "position", None) == done["positions"][0]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r", "\n\n", " \t\n"])
def test_readers_that_type_end_a_line_as_they_like(file_school: School, ending: str) -> None:
    _result, answers = work(file_school.station(), ending.join(["C1", "C2", ""]))
    assert [one["card"] for one in answers] == ["C1", "C2"]


@pytest.mark.parametrize("given", ["C1", "\ufeffC1", "Ｃ１", f"  {ANNAS_UID} ", "04:a1:b2:c3"])
def test_a_card_is_found_however_it_is_typed(file_school: School, given: str) -> None:
    _result, (answer,) = work(file_school.station(), given)
    assert (answer["card"], answer["verdict"]) == ("C1", "recorded")


@pytest.mark.parametrize("given", [b"\xff\xfe\n", b"\x00\n", b"\x1b[2J\n", "卡\n".encode()])
def test_noise_is_refused_and_the_next_card_taken(file_school: School, given: bytes) -> None:
    _result, answers = work(file_school.station(), given + b"C1\n")
    assert [one["verdict"] for one in answers] == ["refused", "recorded"]


@pytest.mark.parametrize("length", [LIMIT + 1, 200_000])
def test_a_line_without_end_is_a_fault_and_takes_no_memory(
    file_school: School, length: int
) -> None:
    _result, (fault, answer) = work(file_school.station(), "7" * length + "\nC1\n")
    assert fault["sign"] == "fault"
    assert str(LIMIT) in fault["message"]
    assert answer["card"] == "C1"


def test_cards_on_the_reader_and_what_readers_tell_are_lines_too(primary: School) -> None:
    signs = (
        ServiceCame(),
        ReaderCame(READER),
        primary.read(ANNAS_UID),
        CardGone(READER),
        ReadFailed(READER, "pulled"),
        primary.read(BORIS_UID),
        ReaderGone(READER),
        ServiceGone(),
    )
    reading, writing = os.pipe()
    lines = Lines()
    with os.fdopen(writing, "wb") as pipe:
        working = threading.Thread(
            target=lambda: lines.wait(lambda answers: len(answers) == len(signs))
        )

        def finish() -> None:
            working.start()
            working.join()
            pipe.close()

        closing_later = threading.Thread(target=finish)
        closing_later.start()
        run_plain(
            primary.station(),
            watch=showing(*signs),
            translate=str,
            source=reading,
            stream=lines,
        )
        closing_later.join()
    os.close(reading)
    answers = lines.read_all()
    assert {one["sign"] for one in answers if "sign" in one} == {
        *("service-came", "reader-came", "card-gone", "reader-gone", "service-gone"),
    }
    swipes = [one for one in answers if "sign" not in one]
    assert [one["verdict"] for one in swipes] == ["recorded", "failed", "recorded"]
    assert [one["uid"] for one in swipes] == [ANNAS_UID, None, BORIS_UID]
    assert swipes[0]["evidence"] == "read"
    assert swipes[0]["milliseconds"] >= 0
    assert swipes[1]["hint"]
    gone = next(one for one in answers if one.get("sign") == "service-gone")
    assert gone["message"]
    assert gone["hint"]


def test_what_cannot_be_written_is_kept_and_written_in_order_later(file_school: School) -> None:
    with closing(sqlite3.connect(file_school.place)) as other:
        other.execute("BEGIN IMMEDIATE")
        result, answers = work(file_school.station(), "C1\nC2\n")
        assert [one["verdict"] for one in answers] == ["queued", "queued"]
        assert [one["waiting"] for one in answers] == [1, 2]
        assert result.waiting == 2
        other.rollback()
    file_school.close()
    result, answers = work(file_school.station(), "")
    assert [(one["verdict"], one["card"]) for one in answers] == [
        ("recorded", "C1"),
        ("recorded", "C2"),
    ]
    assert result.waiting == 0
    assert len(file_school.events("term.swiped/1")) == 2


def test_a_signal_ends_it_once_what_is_in_hand_is_done(file_school: School) -> None:
    reading, writing = os.pipe()
    lines = Lines()
    os.write(writing, b"C1\nC2\n")

    def send() -> None:
        lines.wait(lambda answers: len(answers) >= 1)
        os.kill(os.getpid(), signal.SIGTERM)

    sending = threading.Thread(target=send)
    sending.start()
    before = signal.getsignal(signal.SIGTERM)
    result = run_plain(
        file_school.station(), watch=None, translate=str, source=reading, stream=lines
    )
    sending.join()
    os.close(reading)
    os.close(writing)
    assert signal.getsignal(signal.SIGTERM) is before
    assert [one["verdict"] for one in lines.read_all()] == ["recorded", "recorded"]
    assert result.counts == {"recorded": 2}


def test_it_ends_when_nobody_reads_the_answers_any_more(
    file_school: School, tmp_path: Path
) -> None:
    reading, writing = os.pipe()
    answers, answering = os.pipe()
    os.close(answers)
    os.write(writing, b"C1\n")
    with os.fdopen(answering, "w") as stream:
        result = run_plain(
            file_school.station(), watch=None, translate=str, source=reading, stream=stream
        )
        assert result.unheard
        # What could not be written would be complained of once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), answering)
    os.close(reading)
    os.close(writing)
    assert len(file_school.events("term.swiped/1")) == 1
