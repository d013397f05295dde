"""Commands in processes that are forked from this one, watched and struck by strace.

Forked, because a Python that has loaded everything begins in a hundredth of a second. strace holds
the child at the nth call of a kind, and kills it there before the call is made, or lets the call
fail with an error: so every state that a file can be left in is met, by its number.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

#: Calls that change what is on the disk, or make it durable.
WRITING: Final = (
    *("pwrite64", "write", "fsync", "fdatasync", "ftruncate", "fchmod"),
    *("rename", "unlink", "link", "mkdir", "rmdir"),
)
#: Seconds after which a child that says nothing is taken for hung.
LIMIT: Final = 120
_CALL: Final = re.compile(r"(\w+)\(")


class Broken(Exception):
    """Something does not hold that must."""


class Ran(NamedTuple):
    """What became of a command: its exit status, negative where a signal ended it; what it said."""

    status: int
    out: str
    err: str
    calls: Counter[str]

    @property
    def was_killed(self) -> bool:
        """Whether it came to the point where it was to be killed."""
        return self.status == -signal.SIGKILL


def run(
    folder: Path,
    command: tuple[str, ...],
    *,
    place: str = "",
    strace: tuple[str, ...] = (),
    meanwhile: Callable[[int], None] | None = None,
) -> Ran:
    """Run a command of cardledger in a folder.

    place: the URL of its ledger; else it is in the folder. strace: its options. `meanwhile` is
    called with the child's number once it is let go.
    """
    said = folder.with_name(f"{folder.name}.said")
    said.mkdir(exist_ok=True)
    for name in ("out", "err"):
        # A child may be killed before it makes them.
        (said / name).write_bytes(b"")
    gate, opener = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(opener)
        _become(folder, command, said, gate, place)
    os.close(gate)
    tracer = _attach(child, said, strace) if strace else None
    os.write(opener, b"!")
    os.close(opener)
    if meanwhile is not None:
        meanwhile(child)
    status = _wait(child)
    if tracer is not None:
        tracer.wait(LIMIT)
    trace = (said / "trace").read_text(errors="replace") if strace else ""
    return Ran(
        status,
        (said / "out").read_text(errors="replace"),
        (said / "err").read_text(errors="replace"),
        Counter(found[1] for line in trace.splitlines() if (found := _CALL.match(line))),
    )


def _become(folder: Path, command: tuple[str, ...], said: Path, gate: int, place: str) -> None:
    """Turn this process into the command; never returns."""
    status = 1
    try:
        os.chdir(folder)
        for number, name in ((1, "out"), (2, "err")):
            file = os.open(said / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(file, number)
            os.close(file)
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
        os.environ |= {"CARDLEDGER_LANG": "en", "CARDLEDGER_HANDLER": "王敏"}
        os.environ |= {"CARDLEDGER_LEDGER": place or "ledger.db"}
        os.environ |= {"CARDLEDGER_KEYS": str(folder / "ledger.keys.db")}
        os.read(gate, 1)
        sys.argv = ["cardledger", *command]
        from cardledger.cli import main

        main()
        status = 0
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 1
    except BaseException as error:
        os.write(2, f"TRACEBACK {error!r}".encode())
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except OSError:
            status = status or 1
        os._exit(status)


def _attach(child: int, said: Path, options: tuple[str, ...]) -> subprocess.Popen[bytes]:
    program = ("strace", "-p", str(child), "-o", str(said / "trace"), *options)
    tracer = subprocess.Popen(program, stderr=subprocess.PIPE)
    assert tracer.stderr is not None
    first = tracer.stderr.readline()
    if b"attached" not in first:
        os.kill(child, signal.SIGKILL)
        raise SystemExit(f"strace cannot attach to a process here: {first.decode()}")
    return tracer


def _wait(child: int) -> int:
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    raise Broken(f"the command did not end within {LIMIT} seconds")
