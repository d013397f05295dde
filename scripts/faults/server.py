"""A PostgreSQL server with prepared databases, each copied for a fault."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any, Final

from scripts.faults.children import Ran, run
from scripts.faults.operations import Operation
from tests.support import postgres

#: The database that is struck; its checkpoint is called after it.
WORK: Final = "work"
TALKING: Final = ("sendto", "recvfrom")


class Server:
    """A cluster of its own, and the folders that belong to its databases."""

    def __init__(self, root: Path) -> None:
        self._root = root
        root.mkdir(mode=0o711)
        self._cluster = root / "cluster"
        self._url = postgres.start(self._cluster)
        self._counts: dict[str, Counter[str]] = {}

    def stop(self) -> None:
        """Stop it."""
        postgres.stop(self._cluster)

    @property
    def place(self) -> str:
        """The ledger that is struck."""
        return self._url.rpartition("/")[0] + f"/{WORK}"

    def do(self, *statements: str) -> None:
        """Execute statements beside the ledger's database."""
        import psycopg

        url = self._url.replace("+psycopg", "", 1)
        connection: psycopg.Connection[Any]
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def fresh(self, operation: Operation) -> Path:
        """Return a folder as the operation begins with; the database is as it was then, too."""
        name = operation.name.replace("-", "_")
        template, folder = self._root / name, self._root / "work"
        self.do(f"DROP DATABASE IF EXISTS {WORK} WITH (FORCE)")
        if not template.exists():
            template.mkdir()
            self.do(f"CREATE DATABASE {WORK}")
            operation.make(template, self.place)
            self.do(f"ALTER DATABASE {WORK} RENAME TO {name}")
        self.do(f"CREATE DATABASE {WORK} TEMPLATE {name}")
        for used in (folder, folder.with_name("work.said")):
            shutil.rmtree(used, ignore_errors=True)
        shutil.copytree(template, folder)
        return folder

    def calls(self, operation: Operation) -> Counter[str]:
        """Return how often an operation talks to the server, when nobody disturbs it."""
        if operation.name not in self._counts:
            folder = self.fresh(operation)
            traced = ("-e", f"trace={','.join(TALKING)}")
            ran = run(folder, operation.command, place=self.place, strace=traced)
            if ran.status != 0:
                raise SystemExit(f"{operation.name} fails undisturbed: {ran.err}")
            self._counts[operation.name] = ran.calls
        return self._counts[operation.name]

    def struck(self, operation: Operation, call: str, way: str) -> tuple[Path, Ran]:
        """Run an operation with a call to the server that is tampered with."""
        folder = self.fresh(operation)
        options = ("-e", f"trace={call}", "-e", f"inject={call}:{way}")
        return folder, run(folder, operation.command, place=self.place, strace=options)
