"""How tests start programs of ours as processes of their own."""

from __future__ import annotations

import os


def uncounted(**more: str) -> dict[str, str]:
    """Return the environment for a program in which nothing counts lines.

    Counting takes more time than many a command, and what is killed has counted in vain. What such
    programs run is counted by tests that run it in their own process.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    return kept | more
