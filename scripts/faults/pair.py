"""A server and its standby, which takes its place when it fails; then there is a new standby."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from scripts.faults.server import Server, place_of
from tests.support.cluster import Cluster


class Pair:
    """Two clusters; a commit is acknowledged when both have it on their disks."""

    def __init__(self, root: Path) -> None:
        root.mkdir(mode=0o711)
        self._root: Final = root
        self._number = 1
        self.server = Server(root / "server", Cluster(root / "cluster-1"))
        self.standby = self._followed()

    def fail_over(self) -> None:
        """Kill all of the server at once, and let its standby take its place."""
        self.server.cluster.crash()
        self.standby.promote()

    def take_over(self) -> str:
        """Take the standby for the server from now on; return a URL that still names both."""
        failed, self.server.cluster = self.server.cluster, self.standby
        return place_of(self.standby, (failed.port, self.standby.port))

    def renew(self) -> None:
        """Give the server a new standby."""
        for folder in self._root.glob("cluster-*"):
            if folder != self.server.cluster.folder:
                shutil.rmtree(folder)
        self.standby = self._followed()

    def stop(self) -> None:
        """Stop both."""
        self.standby.stop()
        self.server.stop()

    def _followed(self) -> Cluster:
        self._number += 1
        standby = self.server.cluster.standby(self._root / f"cluster-{self._number}")
        self.server.cluster.wait_for_standby(True)
        return standby
