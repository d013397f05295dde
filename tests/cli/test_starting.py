"""What a command imports: a trace is asked for all day, and starts in a fraction of a second."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.cli.conftest import Run

_PROGRAM = """
import json, sys
from cardledger.cli.program import PROGRAM
try:
    PROGRAM.main(["trace", "C001"])
finally:
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""
#: What others need: other databases, stored rows, workbooks, pages, screens, readers.
_HEAVY = {
    "sqlalchemy.dialects.postgresql",
    *("openpyxl", "python_calamine", "rich", "lxml", "html5lib", "weasyprint", "stdnum"),
    *("textual", "smartcard", "eventsourcing", "multiprocessing"),
    *("cardledger.replay", "cardledger.audit", "cardledger.exchange.reading"),
    *("cardledger.trace.page", "cardledger.trace.picture", "cardledger.station"),
}


def test_a_trace_imports_nothing_that_it_does_not_need(cards: Run, tmp_path: Path) -> None:
    assert cards("trace", "C001").status == 0
    # What counts lines imports more.
    bare = {name: value for name, value in os.environ.items() if "COV" not in name}
    ran = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        env=bare,
    )
    assert "upgraded" in ran.stdout
    imported = set(json.loads(ran.stderr.splitlines()[-1]))
    assert "cardledger.trace" in imported
    assert _HEAVY & imported == set()
