"""Helpers: processes that each examine a share of the lines while this one examines the rest."""

from __future__ import annotations

import subprocess  # nosec B404 # of this Python, by fixed words
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

import msgspec

from cardledger.processes import cores
from cardledger.verify.lines import Lines
from cardledger.verify.share import Share, Sound
from cardledger.verify.source import Damaged, Source
from cardledger.verify.tree import WIDTH, Tree

#: With fewer lines another process takes longer to start than it saves.
WORTH_PROCESSES: Final = 100_000
#: How many lines this process examines while a helper starts.
START: Final = 60_000
#: What looking through all tags costs beside the lines: without adding them up, and reading only
#: those of a share.
_LOOK: Final = 0.12
_SELECT: Final = 0.08

_LEAVES: Final = "SELECT leaf FROM line WHERE seq >= ? AND seq <= ? ORDER BY seq"
_decode: Final = msgspec.msgpack.Decoder(Sound | None).decode


class Unsound(Exception):
    """Something is wrong somewhere: one process has to go through all the lines to say what."""


def processes_for(lines: int, jobs: int) -> int:
    """Return how many processes examine so many lines; `jobs` is how many may, 0 as is best."""
    if jobs:
        return jobs
    return cores() if lines > WORTH_PROCESSES else 1


def shares(lines: int, helpers: int) -> list[tuple[int, int]]:
    """Return the first and the last line of the share of each helper; they end at the last line.

    This process takes what is before them, never less than a tile: it looks at the order of all
    tags as well, but need not start.
    """
    tiles = -(-lines // WIDTH)
    helpers = min(helpers, tiles - 1)
    if helpers < 1:
        return []
    part = (1 - _SELECT - START / lines) / (1 + (1 - _LOOK) * helpers)
    each = min(max(int(tiles * part), 1), (tiles - 1) // helpers)
    begins = [tiles - each * number for number in range(helpers, 0, -1)]
    return [(at * WIDTH + 1, min((at + each) * WIDTH, lines)) for at in begins]


class Crew:
    """Helpers that have been started."""

    def __init__(self, parts: list[tuple[int, int]]) -> None:
        #: The first and the last line that they examine.
        self.first, self.last = parts[0][0], parts[-1][1]
        self._parts = parts
        self._helpers: list[subprocess.Popen[bytes]] = []

    def start(self, place: str, origin: str) -> bool:
        """Start a process for each share; False where the system gives none."""
        for first, last in self._parts:
            share = Share(place=place, origin=origin, first=first, last=last)
            try:
                self._helpers.append(_started(share))
            except OSError:
                return False
        return True

    def join(self, source: Source, lines: Lines, tree: Tree) -> None:
        """Wait for the helpers; put what they found behind the lines that were gone through here.

        Raises `Unsound` where one of them did not find everything as it was written.
        """
        for (first, _last), process in zip(self._parts, self._helpers, strict=True):
            # Not to be waited for where this process has found something already.
            if lines.problem is not None or tree.faults or tree.size != first - 1:
                raise Unsound
            output, _nothing = process.communicate()
            found = _decode(output) if process.returncode == 0 and output else None
            if found is None:
                raise Unsound
            for root in found.roots:
                _add(source, tree, root)
            tree.add(found.leaves)
            lines.good, lines.tags = tree.size, lines.tags + found.tags
        if tree.faults or tree.size != self.last:
            raise Unsound

    def dismiss(self) -> None:
        """End the helpers; nobody waits for them any longer."""
        for process in self._helpers:
            with suppress(OSError):
                process.kill()
            with process:
                pass


def _add(source: Source, tree: Tree, root: bytes) -> None:
    first, last = tree.size + 1, tree.size + WIDTH
    if not tree.marked(first, last):
        tree.add_tile(root)
        return
    try:
        tree.add([leaf for (leaf,) in source.all(_LEAVES, [first, last])])
    except Damaged:
        raise Unsound from None


def _started(share: Share) -> subprocess.Popen[bytes]:
    # The place may hold a password: not an argument, which everybody on the machine can read.
    process = subprocess.Popen(  # nosec B603 # fixed words
        [sys.executable, "-P", "-m", "cardledger.verify.helper"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin is not None  # nosec B101 # for the type checker
    with suppress(OSError), process.stdin as stdin:
        stdin.write(msgspec.msgpack.encode(share))
    process.stdin = None
    return process


@contextmanager
def crew(place: str, origin: str, lines: int, jobs: int) -> Iterator[Crew | None]:
    """Give the helpers that examine a part of so many lines; none where one process does it all."""
    count = processes_for(lines, jobs) if place and sys.executable else 1
    parts = shares(lines, count - 1)
    if not parts:
        yield None
        return
    helpers = Crew(parts)
    try:
        yield helpers if helpers.start(place, origin) else None
    finally:
        helpers.dismiss()
