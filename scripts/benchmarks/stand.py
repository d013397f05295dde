"""The stand: a folder, a ledger in it, and how much is measured how often."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from scripts.benchmarks import workload
from scripts.benchmarks.copies import make_ledger

#: For a program that is run alone: the most memory that it ever had, in MiB. Not `ru_maxrss`,
#: which begins with what the process had that started it, and so with the peers measured there.
PEAK = """
def peak():
    with open("/proc/self/status", encoding="ascii") as status:
        line = next(line for line in status if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024
"""


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a size is measured.

    `lines`: acts that are recorded, and lines of the ledger. `repeats`: turns whose median counts.
    """

    folder: Path
    lines: int
    repeats: int

    @property
    def ledger(self) -> Path:
        """The ledger of this size; made where it is not there yet."""
        place = self.folder / "ours.db"
        if not place.exists():
            make_ledger(place, self.lines)
        return place

    @property
    def acts(self) -> list[workload.Row]:
        """The acts of this size."""
        return workload.rows(self.lines)


def run_alone(program: str, *arguments: str) -> list[float]:
    """Run a program in a process of its own, so that its memory is its own; return its numbers."""
    with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
        file.write(program)
        file.flush()
        ran = subprocess.run(
            [sys.executable, file.name, *arguments], check=True, capture_output=True, text=True
        )
    return [float(word) for word in ran.stdout.split()]
