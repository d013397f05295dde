"""A server with a standby that confirms every commit."""

from __future__ import annotations

from pathlib import Path

from scripts.faults.server import WORK, Server
from tests.support.pair import Pair


class Replicated(Server):
    """The first one of two clusters; a commit is acknowledged when both have it on their disks."""

    def __init__(self, root: Path) -> None:
        self.pair = Pair(root)
        super().__init__(root / "databases", self.pair.first)
        self.cluster.wait_for_standby(True)

    def take_over(self) -> str:
        """Take the standby for the server after a failover; return a URL that still names both."""
        self.cluster = self.pair.second
        return self.pair.place(WORK)

    def renew(self) -> None:
        """Give the server a new standby."""
        self.pair.renew()
        self.cluster.wait_for_standby(True)

    def stop(self) -> None:
        """Stop both."""
        self.pair.stop()
