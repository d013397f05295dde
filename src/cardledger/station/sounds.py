"""Sounds that tell a verdict without looking: short tones, else so many rings of the bell.

The tones are made here and played by a program that the system has for it; whoever sits at
another machine hears only the bell of the terminal. A sound never holds up the station: what
comes while another one is heard takes its place.
"""

from __future__ import annotations

import io
import math
import os
import queue
import shutil
import struct
import subprocess  # nosec B404 # players, by their own names
import tempfile
import threading
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal, NamedTuple, Self

from cardledger.station.swipe import Verdict

Wish = Literal["on", "bell", "off"]

RATE: Final = 22_050
#: Seconds between two rings, so that two are heard as two.
GAP: Final = 0.18
#: Seconds that a tone may take before its player is given up.
PATIENCE: Final = 3.0
#: Programs that play a file, the most usual first, with what they are given before its name.
PLAYERS: Final = (("pw-play",), ("paplay",), ("aplay", "-q"))
#: Variables that say that the terminal is at another machine than the loudspeaker.
ELSEWHERE: Final = ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT")


class Note(NamedTuple):
    """A tone: its pitch in hertz (0 is silence), its seconds, and whether it sounds harsh."""

    hertz: float
    seconds: float
    harsh: bool = False


#: Rising is well, level is nothing new, falling and harsh is no.
TUNES: Final[dict[Verdict, tuple[Note, ...]]] = {
    "recorded": (Note(523, 0.09), Note(784, 0.16)),
    "repeated": (Note(523, 0.07), Note(0, 0.05), Note(523, 0.07)),
    "refused": (Note(233, 0.18, harsh=True), Note(156, 0.34, harsh=True)),
    "queued": (Note(659, 0.07), Note(0, 0.04), Note(659, 0.07), Note(0, 0.04), Note(494, 0.14)),
    "shown": (Note(880, 0.08),),
    "failed": (Note(185, 0.10, harsh=True), Note(0, 0.06), Note(185, 0.10, harsh=True)),
}
#: Rings of the bell, where there is nothing else.
RINGS: Final[dict[Verdict, int]] = {
    "recorded": 1,
    "shown": 1,
    "repeated": 2,
    "queued": 2,
    "refused": 3,
    "failed": 3,
}


def tone(verdict: Verdict) -> bytes:
    """Return the tune of a verdict as a WAV file: mono, 16 bits."""
    samples: list[int] = []
    for note in TUNES[verdict]:
        samples += _samples(note)
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return file.getvalue()


def _samples(note: Note) -> list[int]:
    count = int(note.seconds * RATE)
    # A tone that starts or stops at full strength clicks.
    edge = min(RATE // 200, count // 2)
    found = []
    for place in range(count):
        swing = math.sin(2 * math.pi * note.hertz * place / RATE)
        if note.harsh:
            swing = math.copysign(0.5, swing) if note.hertz else 0
        loud = min(1.0, place / edge, (count - place) / edge)
        found.append(round(12_000 * swing * loud))
    return found


def players() -> list[tuple[str, ...]]:
    """Return the programs that can play a tone where the person is; none over a network."""
    if any(os.environ.get(name) for name in ELSEWHERE):
        return []
    return [player for player in PLAYERS if shutil.which(player[0])]


class Sounds:
    """Sounds of a station, made in a thread of their own. Use it with `with`."""

    def __init__(self, wish: Wish, ring: Callable[[], None]) -> None:
        self.wish: Wish = wish
        self._ring = ring
        self._players = players() if wish == "on" else []
        self._wanted: queue.Queue[Verdict | None] = queue.Queue(maxsize=1)
        self._stop = threading.Event()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._thread = threading.Thread(target=self._run, name="sounds", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._put(None)
        self._thread.join(timeout=PATIENCE)

    def play(self, verdict: Verdict) -> None:
        """Sound a verdict, instead of one that waits to be sounded."""
        if self.wish != "off":
            self._put(verdict)

    def _put(self, verdict: Verdict | None) -> None:
        while True:
            try:
                self._wanted.put_nowait(verdict)
            except queue.Full:
                try:
                    self._wanted.get_nowait()
                except queue.Empty:
                    continue
            else:
                return

    def _run(self) -> None:
        try:
            while (verdict := self._wanted.get()) is not None and not self._stop.is_set():
                if self.wish == "bell" or not self._played(verdict):
                    self._rung(verdict)
        finally:
            if self._folder:
                self._folder.cleanup()

    def _rung(self, verdict: Verdict) -> None:
        for time in range(RINGS[verdict]):
            if time and self._stop.wait(GAP):
                return
            self._ring()

    def _played(self, verdict: Verdict) -> bool:
        """Play a tune by the first program that can; one that cannot is not asked again."""
        while self._players:
            try:
                subprocess.run(  # nosec B603 # no shell, and no word of anybody's
                    [*self._players[0], self._file(verdict)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    timeout=PATIENCE,
                    check=True,
                )
            except (OSError, subprocess.SubprocessError):
                self._players.pop(0)
            else:
                return True
        return False

    def _file(self, verdict: Verdict) -> str:
        # Not every player reads from a pipe.
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="cardledger-sounds-")
        file = Path(self._folder.name) / f"{verdict}.wav"
        if not file.exists():
            file.write_bytes(tone(verdict))
        return str(file)
