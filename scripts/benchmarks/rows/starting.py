"""The start of the program, against a Python that imports click."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Final

from scripts.benchmarks.figures import Figure, in_turns, milliseconds, seconds_of
from scripts.benchmarks.stand import Stand

PLACE: Final = 60
LONG: Final = False

TURNS: Final = 15


def figures(stand: Stand) -> Iterator[Figure]:
    """Start both by turns."""

    def started(*arguments: str) -> float:
        return seconds_of(
            lambda: subprocess.run(
                [sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL
            )
        )

    ours, peer = in_turns(
        TURNS,
        lambda: started("-m", "cardledger", "--version"),
        lambda: started("-c", "import click"),
    )
    yield Figure("cardledger --version, against python -c 'import click'",
                 milliseconds(ours), milliseconds(peer), ours / peer, 2, 1.5, False)  # fmt: skip
