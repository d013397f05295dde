"""A ledger that is open twice in one process, while another process opens and closes it.

SQLite's locks belong to the process, and end with the first file of that name that it closes. Had
the second opening looked into the file by itself, the other process would remove the write-ahead
logs that this one goes on writing to, and with them what is acknowledged afterwards.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from cardledger import init_ledger, open_ledger
from cardledger.actions.student_add import StudentAdd
from cardledger.ledger import Ledger

SCHOOL = "01170001"


def elsewhere(place: Path) -> int:
    """Return how many lines another process sees, which opens the ledger and closes it."""
    program = (
        "import sys\n"
        "from cardledger import open_ledger\n"
        "with open_ledger(sys.argv[1]) as ledger:\n"
        "    ledger.keys.secret('person')\n"
        "    print(ledger.head())\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, str(place)], check=True, capture_output=True, text=True
    )
    return int(ran.stdout)


def add(ledger: Ledger, number: str) -> None:
    outcome = ledger.record(
        StudentAdd(number=number, name="王小明", school=SCHOOL, class_="1", cohort=2016)
    )
    assert outcome.outcome == "recorded", outcome


def test_what_is_acknowledged_after_another_process_looked_in_stays(tmp_path: Path) -> None:
    place = tmp_path / "ledger.db"
    with init_ledger(place, school=SCHOOL) as ledger:
        add(ledger, "0117000101610101")
        for _turn in range(2):
            # A second one, as of a thread that opens its own.
            with open_ledger(place) as second:
                assert second.head() == ledger.head()
            logs = [tmp_path / "ledger.db-wal", tmp_path / "ledger.keys.db-wal"]
            before = [log.stat().st_ino for log in logs]
            assert elsewhere(place) == ledger.head()
            assert [log.stat().st_ino for log in logs] == before
        add(ledger, "0117000101610102")
        head = ledger.head()
        assert elsewhere(place) == head
    assert elsewhere(place) == head
    with open_ledger(place) as ledger:
        rows = [event for event in ledger.lines() if hasattr(event.event, "number")]
        assert len(rows) == 2
        for line in rows:
            owner, sealed = line.event.owner, line.event.sealed
            assert ledger.unseal("student.added/1", owner, sealed)["name"] == "王小明"
