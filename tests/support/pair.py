"""Two PostgreSQL clusters: one is written to, the other follows it and takes its place."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from tests.support.cluster import Cluster


class Pair:
    """`first` is written to, `second` is its standby; whether it is waited for is told to `first`.

    After a failover they are what they were until `renew`.
    """

    def __init__(self, root: Path) -> None:
        root.mkdir(mode=0o711)
        self._root: Final = root
        self._number = 1
        self._failed = False
        self.first = Cluster(root / "cluster-1")
        self.second = self._followed()

    def place(self, database: str, **query: str) -> str:
        """Return the URL of a database that names both, and takes the one that is written to."""
        ports = (self.first.port, self.second.port)
        return self.first.place(database, ports=ports, target_session_attrs="read-write", **query)

    def crash(self) -> None:
        """Let the first one fail, as if its machine had lost its power."""
        self._failed = True
        self.first.crash()

    def fail_over(self) -> None:
        """Let the first one fail and the second take its place."""
        self.crash()
        self.second.promote()

    def renew(self) -> None:
        """Take the second one for the first after a failover, and give it a new standby."""
        if self._failed:
            shutil.rmtree(self.first.folder)
            self.first, self._failed = self.second, False
            self.second = self._followed()

    def stop(self) -> None:
        """Stop both; what they hold is not needed any more."""
        self.second.stop("immediate")
        if not self._failed:
            self.first.stop("immediate")

    def _followed(self) -> Cluster:
        self._number += 1
        return self.first.standby(self._root / f"cluster-{self._number}")
