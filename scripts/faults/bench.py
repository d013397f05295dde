"""Where faults are done: a folder with templates, and fresh folders beside them."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from scripts.faults.children import WRITING, Ran, run, run_whole, when_stopped
from scripts.faults.operations import OPERATIONS, Operation, Templates
from scripts.faults.server import Server


class Bench:
    """Runs operations in fresh folders.

    templates: where prepared folders are; workers share those of the process that began them.
    """

    def __init__(self, root: Path, templates: Path | None = None) -> None:
        self._root = root
        root.mkdir(mode=0o711, exist_ok=True)
        self._templates = Templates(templates or root / "templates")
        self._counts: dict[tuple[str, tuple[str, ...]], Counter[str]] = {}
        self._server: Server | None = None

    def prepare(self, operations: list[str]) -> None:
        """Prepare the folders of some operations."""
        for name in operations:
            self._templates.make(OPERATIONS[name])

    def worker(self, index: int) -> Bench:
        """Return a bench of its own for another process, with the same prepared folders."""
        return Bench(self._root / f"worker-{index}", self._root / "templates")

    def has(self, operation: Operation, name: str) -> bool:
        """Whether a file is there before an operation."""
        return (self._templates.make(operation) / name).exists()

    def fresh(self, operation: Operation) -> Path:
        """Return a folder as the operation begins with; the one before is gone."""
        folder = self._root / "work"
        for used in (folder, folder.with_name("work.said")):
            shutil.rmtree(used, ignore_errors=True)
        self._templates.copy(operation, folder)
        return folder

    @property
    def server(self) -> Server:
        """A PostgreSQL server of its own, started when it is first needed."""
        if self._server is None:
            self._server = Server(self._root / "server")
        return self._server

    def close(self) -> None:
        """Stop the server."""
        if self._server is not None:
            self._server.stop()

    def calls(self, name: str, calls: tuple[str, ...] = WRITING) -> Counter[str]:
        """Return how often an operation makes each call, when nobody disturbs it."""
        if (name, calls) not in self._counts:
            operation = OPERATIONS[name]
            folder = self.fresh(operation)
            ran = run(folder, operation.command, strace=("-e", f"trace={','.join(calls)}"))
            if ran.status != 0:
                raise SystemExit(f"{name} fails undisturbed: {ran.err}")
            self._counts[name, calls] = ran.calls
        return self._counts[name, calls]

    def flushes(self, name: str) -> list[str]:
        """Return the calls of an operation that make something durable: `fdatasync:3`."""
        counts = self.calls(name)
        return [
            f"{call}:{number}"
            for call in ("fsync", "fdatasync")
            for number in range(1, counts[call] + 1)
        ]

    def struck(
        self, operation: Operation, call: str, way: str, *, whole: bool = False
    ) -> tuple[Path, Ran]:
        """Run an operation with a call that is tampered with, as strace writes the way.

        whole: in a process that begins by the console script.
        """
        folder = self.fresh(operation)
        options = ("-e", f"trace={call}", "-e", f"inject={call}:{way}")
        if whole and not callable(operation.command):
            return folder, run_whole(folder, operation.command, options)
        return folder, run(folder, operation.command, strace=options)

    def held(
        self,
        operation: Operation,
        at: str,
        deed: Callable[[Path], None],
        prepare: Callable[[Path], Callable[[], None]] | None = None,
        more: tuple[str, ...] = (),
    ) -> tuple[Path, Ran]:
        """Run an operation, and do something to its folder just after a call: `fsync:3`.

        The child stands still meanwhile. `prepare` is given the folder, and returns what the child
        does before the command. more: further options of strace.
        """
        call, number = at.split(":")
        folder = self.fresh(operation)
        options = ("-e", f"trace={call}", "-e", f"inject={call}:signal=STOP:when={number}", *more)
        return folder, run(
            folder,
            operation.command,
            strace=options,
            prepare=prepare(folder) if prepare else None,
            meanwhile=when_stopped(folder, lambda: deed(folder)),
        )
