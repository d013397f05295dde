"""The table of limits says what the code says."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

TABLE = Path(__file__).parents[2] / "docs" / "limits.md"
_ROW = re.compile(r"\| [^|]+ \| ([0-9,]+)[^|]* \| [^|]+ \| `([a-z_0-9.]+)\.([A-Z_]+)` \|")


def test_the_table_of_limits_is_that_of_the_code() -> None:
    rows = _ROW.findall(TABLE.read_text("utf-8"))
    assert len(rows) > 15
    for number, module, name in rows:
        value = getattr(importlib.import_module(module), name)
        assert int(number.replace(",", "")) == value, (module, name)
