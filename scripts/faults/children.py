"""Commands in processes of their own, watched and struck by strace.

Forked from this one, because a Python that has loaded everything begins in a hundredth of a second;
a share is begun afresh, by the console script. strace holds the child at the nth call of a kind,
and kills it there before the call is made, or lets the call fail with an error: so every state
that a file can be left in is met, by its number. It counts from when it watches, and each thread
by itself.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
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
    *("rename", "unlink", "unlinkat", "link", "mkdir", "rmdir", "sendfile", "copy_file_range"),
)
#: Seconds after which a child that says nothing is taken for hung.
LIMIT: Final = 120
_CALL: Final = re.compile(r"(\d+) +(\w+)\(")
#: What strace writes where it let the child stop.
_STOPPED: Final = b"stopped by SIGSTOP"

#: What is run: the words of a command line, or what a child does; it returns its exit status.
Command = tuple[str, ...] | Callable[[], int]


class Broken(Exception):
    """Something does not hold that must."""


class Ran(NamedTuple):
    """What became of a command: its exit status, negative where a signal ended it; what it said.

    calls: how often it made each call, in the thread that made it most.
    """

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
    command: Command,
    *,
    place: str = "",
    strace: tuple[str, ...] = (),
    prepare: Callable[[], None] | None = None,
    meanwhile: Callable[[int], None] | None = None,
) -> Ran:
    """Run a command of cardledger in a folder.

    place: the URL of its ledger; else it is in the folder. strace: its options. `prepare` is
    called in the child before the command; `meanwhile` here, with the child's number, once it is
    let go.
    """
    said = _said(folder)
    gate, opener = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(opener)
        _become(folder, command, said, gate, place, prepare)
    os.close(gate)
    tracer = _attach(child, said, strace) if strace else None
    os.write(opener, b"!")
    os.close(opener)
    if meanwhile is not None:
        meanwhile(child)
    status = _wait(child)
    if tracer is not None:
        tracer.wait(LIMIT)
    return _ran(status, said)


def run_whole(folder: Path, command: tuple[str, ...], strace: tuple[str, ...]) -> Ran:
    """Run a command as people do: the console script in a fresh process, its start included."""
    said = _said(folder)
    script = Path(sys.executable).with_name("cardledger")
    settings = os.environ | _settings(folder, "") | {"PYTHONDONTWRITEBYTECODE": "1"}
    with (said / "out").open("wb") as out, (said / "err").open("wb") as err:
        child = subprocess.Popen(
            ("strace", "-f", "-o", str(said / "trace"), *strace, str(script), *command),
            cwd=folder,
            env=settings,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
        # strace ends as its child did, also by its signal.
        return _ran(child.wait(LIMIT), said)


def when_stopped(folder: Path, deed: Callable[[], None]) -> Callable[[int], None]:
    """Return what waits until strace let a child stop, does something, and lets it go on.

    A child that ends before it comes to that is let alone.
    """

    def meanwhile(child: int) -> None:
        trace, deadline = _said_folder(folder) / "trace", time.monotonic() + LIMIT
        with contextlib.closing(_Watched(child)) as watched:
            while not watched.ends_within(0.001) and time.monotonic() < deadline:
                if _STOPPED in trace.read_bytes():
                    deed()
                    os.kill(child, signal.SIGCONT)
                    return

    return meanwhile


def _said_folder(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.said")


def _said(folder: Path) -> Path:
    """Return the folder for what a child says, with nothing said yet."""
    said = _said_folder(folder)
    said.mkdir(exist_ok=True)
    for name in ("out", "err", "trace"):
        # A child may be killed before it makes them.
        (said / name).write_bytes(b"")
    return said


def _ran(status: int, said: Path) -> Ran:
    trace = (said / "trace").read_text(errors="replace")
    made: dict[str, Counter[str]] = {}
    for line in trace.splitlines():
        if found := _CALL.match(line):
            made.setdefault(found[1], Counter())[found[2]] += 1
    calls: Counter[str] = Counter()
    for one in made.values():
        calls |= one
    out, err = ((said / name).read_text(errors="replace") for name in ("out", "err"))
    return Ran(status, out, err, calls)


def _settings(folder: Path, place: str) -> dict[str, str]:
    """Return the settings with which a command runs."""
    return {
        "CARDLEDGER_LANG": "en",
        "CARDLEDGER_HANDLER": "王敏",
        "CARDLEDGER_LEDGER": place or "ledger.db",
        "CARDLEDGER_KEYS": str(folder / "ledger.keys.db"),
    }


def _become(
    folder: Path,
    command: Command,
    said: Path,
    gate: int,
    place: str,
    prepare: Callable[[], None] | None,
) -> None:
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
        os.environ |= _settings(folder, place)
        if prepare is not None:
            prepare()
        os.read(gate, 1)
        if callable(command):
            status = command()
        else:
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
    program = ("strace", "-f", "-p", str(child), "-o", str(said / "trace"), *options)
    tracer = subprocess.Popen(program, stderr=subprocess.PIPE)
    assert tracer.stderr is not None
    first = tracer.stderr.readline()
    if b"attached" not in first:
        os.kill(child, signal.SIGKILL)
        raise SystemExit(f"strace cannot attach to a process here: {first.decode()}")
    return tracer


def _wait(child: int) -> int:
    with contextlib.closing(_Watched(child)) as watched:
        if not watched.ends_within(LIMIT):
            os.kill(child, signal.SIGKILL)
        _child, status = os.waitpid(child, 0)
        if watched.is_late:
            raise Broken(f"the command did not end within {LIMIT} seconds")
        return os.waitstatus_to_exitcode(status)


class _Watched:
    """A child of which is told when it ends."""

    def __init__(self, child: int) -> None:
        self._descriptor = os.pidfd_open(child)
        self.is_late = False

    def ends_within(self, seconds: float) -> bool:
        self.is_late = not select.select([self._descriptor], [], [], seconds)[0]
        return not self.is_late

    def close(self) -> None:
        os.close(self._descriptor)
