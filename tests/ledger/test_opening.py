"""Making, opening, reopening: nothing is made by opening, nothing is lost by a crash."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import text

from cardledger import init_ledger, open_ledger
from cardledger.batch import command_of_row
from cardledger.errors import (
    BadInput,
    BadValue,
    IntegrityBroken,
    LedgerExists,
    LedgerMissing,
    NotALedger,
    RollbackFound,
)
from cardledger.log import Log
from tests.ledger.conftest import Office
from tests.support.given import ANNA, BORIS, OUTSIDE, PRIMARY, number, pupil
from tests.tlog import naive

ROWS: Final = 600
CRASHING: Final = """
import sys
from cardledger import open_ledger
from cardledger.batch import command_of_row
from tests.ledger.test_opening import roster
ledger = open_ledger(sys.argv[1], keys=sys.argv[2])
for start in range(0, len(roster()), 20):
    ledger.record_many([command_of_row(row) for row in roster()[start:start + 20]])
    print(start, flush=True)
"""


def roster() -> list[dict[str, object]]:
    """Return a long roster, as a file would give it."""
    return [
        pupil(number(index % 99 + 1, class_=index // 99 + 1), name=f"Pupil {index}")
        for index in range(ROWS)
    ]


def test_a_ledger_is_made_once(office: Office) -> None:
    with pytest.raises(LedgerExists):
        init_ledger(office.place, school=PRIMARY, keys=office.keys)
    assert office.ledger.head() == 4


def test_a_ledger_that_is_not_there_is_not_made_by_opening(ledger_url: str, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    with pytest.raises(LedgerMissing) as error:
        open_ledger(ledger_url, keys=tmp_path / "keys.db")
    assert "init" in error.value.hint
    assert sorted(tmp_path.iterdir()) == before


def test_a_ledger_begins_with_its_id_and_its_school(office: Office) -> None:
    first, second = list(office.ledger.lines())[:2]
    assert first.event.__struct_config__.tag == "ledger.created/1"
    assert second.event.__struct_config__.tag == "school.added/1"
    assert office.ledger.default_school == PRIMARY
    assert office.ledger.reference().school(PRIMARY).known


def test_a_school_code_that_is_none_makes_no_ledger(ledger_url: str, tmp_path: Path) -> None:
    with pytest.raises(BadValue):
        init_ledger(ledger_url, school="117", keys=tmp_path / "keys.db")
    with pytest.raises(LedgerMissing):
        open_ledger(ledger_url, keys=tmp_path / "keys.db")


def test_a_log_of_something_else_is_no_ledger(ledger_url: str, tmp_path: Path) -> None:
    Log.create(ledger_url, origin="something/else").close()
    with pytest.raises(NotALedger):
        open_ledger(ledger_url, keys=tmp_path / "keys.db")


def test_another_ledgers_keys_are_not_taken(office: Office, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    init_ledger(other / "ledger.db", school=OUTSIDE).close()
    with pytest.raises(BadInput, match="belongs to another ledger"):
        open_ledger(office.place, keys=other / "ledger.keys.db")


def test_two_ledgers_of_a_district_recognise_one_person(office: Office, tmp_path: Path) -> None:
    identity = "110226200309010010"
    with init_ledger(tmp_path / "other.db", school=OUTSIDE, matches=office.keys) as other:
        keys, others = office.ledger.key_store(), other.key_store()
        assert keys.person_hash(identity) == others.person_hash(identity)
        assert keys.secret("signing") != others.secret("signing")


def test_an_older_copy_is_found_by_the_newer_checkpoint(office: Office, tmp_path: Path) -> None:
    office.given(pupil(ANNA))
    older = office.ledger.head()
    copy = tmp_path / "copy.db"
    if office.place.startswith("sqlite"):
        office.close()
        shutil.copy(office.ledger.places.database, copy)
        office = Office(office.place, office.keys, open_ledger(office.place, keys=office.keys))
    office.given(pupil(BORIS))
    office.close()
    if copy.exists():
        shutil.copy(copy, office.ledger.places.database)
    else:
        _cut(office, older)
    with pytest.raises(RollbackFound) as error:
        open_ledger(office.place, keys=office.keys)
    assert str(older) in str(error.value)
    assert str(older + 1) in str(error.value)
    assert error.value.exit_status == 5
    with open_ledger(office.place, keys=office.keys, check=False) as ledger:
        assert ledger.head() == older


def _cut(office: Office, size: int) -> None:
    """Cut off the end, as only the owner of the server can: without its triggers."""
    with Log.open(office.place) as log, log.engine.connect() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text("DELETE FROM tag WHERE seq > :size"), {"size": size})
        connection.execute(text("DELETE FROM line WHERE seq > :size"), {"size": size})
        connection.commit()


def test_the_checkpoint_outside_is_of_the_last_line(office: Office) -> None:
    office.given(pupil(ANNA), pupil(BORIS))
    kept = office.ledger.anchor.kept()
    assert kept is not None
    assert kept.size == office.ledger.head()
    assert kept.root == naive.root([line.data for line in office.ledger.raw_lines()])
    assert office.ledger.log.checkpoint() == office.ledger.anchor.note()


def test_a_checkpoint_never_goes_back(office: Office) -> None:
    """Of two processes the slower one may come to write its checkpoint last."""
    office.given(pupil(ANNA))
    slow = office.another()
    slow.given(pupil(BORIS))
    late = slow.ledger.anchor.note()
    office.ledger.anchor.keep()
    assert office.ledger.anchor.note() == late


@pytest.mark.parametrize("content", ["", "nonsense", "cardledger/LXXXXXXXXXX\n3\nAAAA\n\n"])
def test_a_checkpoint_that_was_tampered_with_is_told(office: Office, content: str) -> None:
    office.ledger.places.checkpoint.write_text(content)
    with pytest.raises(IntegrityBroken):
        open_ledger(office.place, keys=office.keys)
    office.given(pupil(ANNA))
    kept = office.ledger.anchor.kept()
    assert kept is not None
    assert kept.size == office.ledger.head()


def test_a_checkpoint_that_was_never_written_is_no_alarm(office: Office) -> None:
    office.ledger.places.checkpoint.unlink()
    assert office.another().ledger.anchor.kept() is None


def test_a_ledger_without_its_keys_still_compares_its_checkpoint(office: Office) -> None:
    office.close()
    nowhere = office.keys.with_name("nowhere.db")
    with open_ledger(office.place, keys=nowhere) as ledger:
        assert ledger.anchor.verifier is None
        kept = ledger.anchor.kept()
        assert kept is not None
        assert kept.size == ledger.head()


@pytest.mark.slow
def test_a_process_that_is_killed_leaves_a_ledger_that_goes_on(office: Office) -> None:
    office.close()
    child = subprocess.Popen(
        [sys.executable, "-c", CRASHING, office.place, str(office.keys)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert child.stdout is not None
    for _line in range(5):
        child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    with open_ledger(office.place, keys=office.keys) as ledger:
        there = ledger.head() - 4
        assert 100 <= there < ROWS
        assert there % 20 == 0
        outcomes = ledger.record_many([command_of_row(row) for row in roster()])
        words = [one.outcome for one in outcomes]
        assert words == ["repeated"] * there + ["recorded"] * (ROWS - there)
        data = [line.data for line in ledger.raw_lines()]
        assert len(data) == ROWS + 4
        assert ledger.log.root() == naive.root(data)


def test_an_interrupted_making_is_finished(ledger_url: str, tmp_path: Path) -> None:
    keys = tmp_path / "keys.db"
    Log.create(ledger_url, origin="cardledger/L0123456789").close()
    with init_ledger(ledger_url, school=PRIMARY, keys=keys) as ledger:
        assert ledger.id == "L0123456789"
        assert ledger.head() == 2
    with open_ledger(ledger_url, keys=keys) as ledger:
        assert ledger.head() == 2
