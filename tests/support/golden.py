"""Goldens: expected output in files, read in review, written anew by one flag.

CARDLEDGER_GOLDEN=write scripts/test -k golden
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parents[1] / "golden"
VARIABLE: Final = "CARDLEDGER_GOLDEN"


def expected(name: str, actual: str) -> str:
    """Return the golden of this name; where it is to be written, `actual` becomes it."""
    file = FOLDER / name
    if os.environ.get(VARIABLE) == "write":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(actual, encoding="utf-8")
    return file.read_text(encoding="utf-8")
