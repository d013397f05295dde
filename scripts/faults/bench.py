"""Where faults are done: a folder with templates, and fresh folders beside them."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

from scripts.faults.children import WRITING, Ran, run
from scripts.faults.operations import OPERATIONS, Operation, Templates
from scripts.faults.server import Server


class Bench:
    """Runs operations in fresh folders."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._templates = Templates(root / "templates")
        self._counts: dict[tuple[str, tuple[str, ...]], Counter[str]] = {}
        self._server: Server | None = None

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

    def struck(self, operation: Operation, call: str, way: str) -> tuple[Path, Ran]:
        """Run an operation with a call that is tampered with, as strace writes the way."""
        folder = self.fresh(operation)
        options = ("-e", f"trace={call}", "-e", f"inject={call}:{way}")
        return folder, run(folder, operation.command, strace=options)
