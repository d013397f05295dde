"""The environment of the peers that cardledger itself does not need, and of what draws plots."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[3]
FOLDER: Final = ROOT / ".venv-peers"
PINNED: Final = (
    f"eventsourcing[postgres]=={version('eventsourcing')}",
    "umadb==0.7.8",
    "matplotlib==3.10.7",
)


def python() -> Path:
    """Return the Python of that environment, which is made if need be."""
    found = FOLDER / "bin" / "python"
    stamp = FOLDER / "stamp"
    if not stamp.exists() or stamp.read_text() != " ".join(PINNED):
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(FOLDER)], check=True)
        subprocess.run([found, "-m", "pip", "install", "--quiet", *PINNED], check=True)
        stamp.write_text(" ".join(PINNED))
    return found


def program(name: str) -> Path:
    """Return a program of that environment."""
    return python().with_name(name)


def seconds(code: str, *arguments: str, by: Path | None = None) -> float:
    """Run a program there (or by another Python), at the root of the project.

    Returns the seconds that it prints.
    """
    ran = subprocess.run(
        [by or python(), "-c", code, *arguments],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    return float(ran.stdout)
