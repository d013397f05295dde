"""Runs a command in a process of its own, and says how much memory it took at most.

    python -m tests.limits.measured PEAK ARGUMENT…

The peak, in KiB, goes into the file PEAK; all else is as the command itself would do it. Memory
that a process shares with the one that started it is not counted (see tests/support/reader.py).
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

PATIENCE: Final = 900


class Measured(NamedTuple):
    """What a command gave: exit status, what it said on stderr, its peak in KiB; stdout's file."""

    status: int
    err: str
    peak: int
    out: Path


def measured(
    folder: Path, *arguments: object, feed: Iterable[bytes] | None = None, **env: str
) -> Measured:
    """Run `cardledger` with arguments in a folder; `feed` is what stdin gives, perhaps for ever."""
    # Measured without coverage, which keeps an account of every line that ran.
    bare = {name: value for name, value in os.environ.items() if "COV" not in name}
    peak, out, err = folder / "peak", folder / "out", folder / "err"
    root = Path(__file__).parents[2]
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.limits.measured", peak, *map(str, arguments)],
            stdin=subprocess.DEVNULL if feed is None else subprocess.PIPE,
            stdout=stdout,
            stderr=stderr,
            cwd=folder,
            env=bare | {"PYTHONPATH": str(root), "CARDLEDGER_HANDLER": "Wang"} | env,
        )
        feeder = threading.Thread(target=_feed, args=(process, feed or ()), daemon=True)
        feeder.start()
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()
            process.wait()
        feeder.join(10)
    text = err.read_text("utf-8", "replace")
    return Measured(process.returncode, text, int(peak.read_text()), out)


def _feed(process: subprocess.Popen[bytes], pieces: Iterable[bytes]) -> None:
    if process.stdin is None:
        return
    with contextlib.suppress(BrokenPipeError), process.stdin as stream:
        for piece in pieces:
            stream.write(piece)


def without_end(piece: bytes, begin: bytes = b"") -> Iterator[bytes]:
    """Yield a piece again and again, until nobody takes it any more."""
    yield begin
    many = piece * max(1, 65_536 // len(piece))
    while True:
        yield many


def main(arguments: list[str]) -> None:
    """Run the command, which ends this process, and write down the peak."""
    from cardledger.cli import main as run

    peak, *words = arguments
    sys.argv = ["cardledger", *words]
    try:
        run()
    finally:
        status = Path("/proc/self/status").read_text()
        Path(peak).write_text(status.partition("VmHWM:")[2].split()[0])


if __name__ == "__main__":
    main(sys.argv[1:])
