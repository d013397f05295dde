"""A connection that was lost is told once, as our error: the pool's own log is for nobody."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_LOST = """
import sys
from cardledger.log.sqlite import SqliteDatabase
from pathlib import Path

path = Path(sys.argv[1])
path.touch()
connection = SqliteDatabase(path, str(path), 1.0).engine.connect()
connection.connection.dbapi_connection.close()
connection.close()
print("given back")
"""


def test_a_lost_connection_that_is_given_back_prints_no_traceback(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _LOST, str(tmp_path / "ledger.db")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout == "given back\n", ran.stderr
    assert ran.stderr == ""
