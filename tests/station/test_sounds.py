"""Sounds: a tune for each verdict, by what can play it; the station never waits for one."""

from __future__ import annotations

import io
import itertools
import stat
import threading
import time
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Final, get_args

import pytest

from cardledger.station.sounds import ELSEWHERE, RINGS, Sounds, tone
from cardledger.station.swipe import Verdict

VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)
#: Seconds that a condition may take to come true on a machine that is busy.
PATIENCE: Final = 30


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.01)


def player(folder: Path, does: str) -> None:
    """Put a program called aplay, which does something with the file `$2`, on an empty path."""
    program = folder / "aplay"
    program.write_text(f"#!/bin/sh\n{does}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that is the only one with programs, at a machine where somebody sits."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}")
    for name in ELSEWHERE:
        monkeypatch.delenv(name, raising=False)
    return folder


def test_tones_are_wav_files_that_differ_in_length_or_pitch() -> None:
    tones = {verdict: tone(verdict) for verdict in VERDICTS}
    for one, other in itertools.combinations(tones.values(), 2):
        assert one != other
    for content in tones.values():
        with wave.open(io.BytesIO(content)) as sound:
            assert (sound.getnchannels(), sound.getsampwidth()) == (1, 2)
            seconds = sound.getnframes() / sound.getframerate()
            frames = sound.readframes(sound.getnframes())
        assert 0.05 < seconds < 0.7
        # It can be heard, and neither starts nor ends with a click.
        samples = memoryview(frames).cast("h")
        assert max(samples) > 4_000
        assert abs(samples[0]) < 200
        assert abs(samples[-1]) < 500


def test_a_program_plays_the_tune_of_the_verdict(path: Path, tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    player(path, f'/bin/cp "$2" {heard}')
    with Sounds("on", ring=lambda: pytest.fail("the bell was rung")) as sounds:
        sounds.play("refused")
        wait_for(heard.exists)
        wait_for(lambda: heard.read_bytes() == tone("refused"))


@pytest.mark.parametrize("does", ["exit 1", "kill -9 $$"])
def test_the_bell_is_rung_where_the_program_cannot_play(path: Path, does: str) -> None:
    player(path, does)
    rung: list[float] = []
    with Sounds("on", ring=lambda: rung.append(time.monotonic())) as sounds:
        sounds.play("refused")
        wait_for(lambda: len(rung) == RINGS["refused"])
    # Rings that follow at once are heard as one.
    assert all(after - before > 0.1 for before, after in itertools.pairwise(rung))


def test_who_sits_at_another_machine_hears_the_bell_of_the_terminal(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    player(path, f"echo played > {tmp_path / 'heard'}")
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22")
    rung = threading.Event()
    with Sounds("on", ring=rung.set) as sounds:
        sounds.play("recorded")
        assert rung.wait(PATIENCE)
    assert not (tmp_path / "heard").exists()


def test_nothing_is_heard_where_nothing_is_wanted(path: Path, tmp_path: Path) -> None:
    player(path, f"echo played > {tmp_path / 'heard'}")
    with Sounds("off", ring=lambda: pytest.fail("the bell was rung")) as sounds:
        for verdict in VERDICTS:
            sounds.play(verdict)
    assert not (tmp_path / "heard").exists()


def test_a_sound_that_takes_long_holds_up_nobody_and_the_newest_waits(path: Path) -> None:
    rung: list[str] = []
    go_on = threading.Event()

    def ring() -> None:
        rung.append("ring")
        assert go_on.wait(PATIENCE)

    with Sounds("bell", ring=ring) as sounds:
        sounds.play("recorded")
        wait_for(lambda: bool(rung))
        for _time in range(1000):
            sounds.play("refused")
        sounds.play("shown")
        go_on.set()
        wait_for(lambda: len(rung) == RINGS["recorded"] + RINGS["shown"])
