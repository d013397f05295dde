"""A PostgreSQL server with prepared databases, each copied for a fault."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scripts.faults.checking import check_after, demand
from scripts.faults.children import Broken, Ran, run
from scripts.faults.operations import OPERATIONS, Operation
from tests.support.cluster import Cluster, wait_until
from tests.support.relay import Do, Plan, Said, relay_to

if TYPE_CHECKING:
    from scripts.faults.pair import Replicated

#: The database that is struck; its checkpoint is called after it.
WORK: Final = "work"
TALKING: Final = ("sendto", "recvfrom")
#: What is done on a server; the others are about files, or take the server away by themselves.
SERVED: Final = (
    *("record-one", "record-batch", "catch-up", "rebuild", "forget"),
    *("checkpoint", "backup"),
)


class Server:
    """A cluster of its own, and the folders that belong to its databases."""

    def __init__(self, root: Path, cluster: Cluster | None = None) -> None:
        self._root = root
        root.mkdir(mode=0o711)
        self.cluster = cluster or Cluster(root / "cluster")
        self._counts: dict[str, Counter[str]] = {}
        self._said: dict[str, list[Said]] = {}
        self._replicated: Replicated | None = None

    def stop(self) -> None:
        """Stop it, and the one that has a standby."""
        if self._replicated is not None:
            self._replicated.stop()
        self.cluster.stop()

    @property
    def replicated(self) -> Replicated:
        """A server beside this one that has a standby, made when it is first needed."""
        if self._replicated is None:
            from scripts.faults.pair import Replicated  # it is a server, too

            self._replicated = Replicated(self._root / "replicated")
        return self._replicated

    @property
    def place(self) -> str:
        """The ledger that is struck."""
        return self.cluster.place(WORK)

    def do(self, *statements: str) -> None:
        """Execute statements beside the ledger's database."""
        for statement in statements:
            self.cluster.ask(statement)

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

    # By a relay that knows what is said

    def said(self, name: str) -> list[Said]:
        """Return what an operation says to the server, when nobody disturbs it."""
        if name not in self._said:
            heard: list[Said] = []

            def note(said: Said) -> Do:
                heard.append(said)
                return Do.PASS

            _folder, ran = self.relayed(OPERATIONS[name], note)
            if ran.status != 0:
                raise SystemExit(f"{name} fails undisturbed: {ran.err}")
            self._said[name] = heard
        return self._said[name]

    def relayed(
        self, operation: Operation, plan: Plan, hosts: tuple[int, ...] = (), **query: str
    ) -> tuple[Path, Ran]:
        """Run an operation whose messages go as planned; return when the server is done with it.

        hosts: ports of more servers that its URL names.
        """
        folder = self.fresh(operation)
        with relay_to("127.0.0.1", self.cluster.port, plan) as relay:
            place = place_of(self.cluster, (relay.port, *hosts), **query)
            ran = run(folder, operation.command, place=place)
        return folder, ran

    def checked(self, folder: Path, operation: Operation, ran: Ran, place: str = "") -> str:
        """Check what a fault left behind; return which state. Raises `Broken`."""
        place = place or self.place
        gone = f"SELECT 1 FROM pg_stat_activity WHERE datname = '{WORK}'"  # nosec B608 # our name
        try:
            wait_until(lambda: not self.cluster.ask(gone), "the server is done with the command")
        except TimeoutError as error:
            raise Broken(str(error)) from error
        demand(ran.status in (0, 1), f"it ends with {ran.status}: {ran.err}")
        return check_after(folder, operation, ran, place)


def place_of(cluster: Cluster, ports: tuple[int, ...], **query: str) -> str:
    """Return the URL of the database that is struck, at each of the ports."""
    return cluster.place(WORK, ports=ports, target_session_attrs="read-write", **query)
