"""A real terminal: tmux runs a program in it, types, and reads what is on the screen.

    python -m tests.support.tmux find    exit status 1 where something is missing, which is said

Every terminal is a server of its own, with no configuration of whoever runs the tests.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

from tests.support.needs import answer, do_without

#: Seconds that something may take to appear on a machine that is busy.
PATIENCE = 60
_PROGRAM = "tmux"


def missing() -> str:
    """Return what is missing; empty where all is here."""
    return "" if shutil.which(_PROGRAM) else f"{_PROGRAM} was not found on PATH"


class Terminal:
    """A terminal in which one program runs, and a shell afterwards says its exit status."""

    def __init__(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        folder: Path,
        *,
        columns: int = 80,
        rows: int = 24,
    ) -> None:
        if reason := missing():
            do_without(reason)
        self._tmux = [_PROGRAM, "-L", f"cardledger-{uuid.uuid4().hex}", "-f", "/dev/null"]
        variables = [f"{name}={value}" for name, value in environ.items()]
        # What is in these would stand for the size of the terminal, also when that changes.
        line = shlex.join(["env", "-u", "COLUMNS", "-u", "LINES", *variables, *command])
        # The terminal stays, so that what is left on it can be looked at.
        whole = f"{line}; echo exit status $?; exec sleep 1000"
        self._do("-u", "new-session", "-d", "-x", columns, "-y", rows, "-c", folder, whole)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._do("kill-server")

    def type(self, *keys: str) -> None:
        """Press keys, by tmux's names of them; what is no name is typed letter by letter."""
        self._do("send-keys", *keys)

    def shown(self) -> str:
        """Return what is on the screen."""
        return self._do("capture-pane", "-p")

    def everything(self) -> str:
        """Return what can be seen by whoever scrolls back."""
        return self._do("capture-pane", "-p", "-S", "-")

    def wait(self, condition: Callable[[str], bool]) -> str:
        """Wait until a condition holds for what is on the screen; return that."""
        end = time.monotonic() + PATIENCE
        while not condition(shown := self.shown()):
            assert time.monotonic() < end, f"it never came; there is:\n{shown}"
            time.sleep(0.05)
        return shown

    def wait_for(self, text: str) -> str:
        """Wait until a text is on the screen."""
        return self.wait(lambda shown: text in shown)

    def resize(self, columns: int, rows: int) -> None:
        """Make the terminal larger or smaller."""
        self._do("resize-window", "-x", columns, "-y", rows)

    def signal(self, name: str) -> None:
        """Send a signal to the program in the terminal."""
        shell = self._do("display-message", "-p", "#{pane_pid}").strip()
        subprocess.run(["pkill", f"-{name}", "-P", shell], check=True, timeout=PATIENCE)

    def _do(self, *arguments: object) -> str:
        done = subprocess.run(
            [*self._tmux, *map(str, arguments)],
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE,
        )
        return done.stdout


if __name__ == "__main__":
    sys.exit(answer(missing, __doc__))
