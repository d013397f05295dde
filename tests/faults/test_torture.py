"""The short form of `scripts/torture`: a share of the points of every operation, by every kind.

The whole of it is `scripts/torture`; what it prints can be given to `--replay`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from scripts.faults.kinds import kinds
from scripts.faults.operations import OPERATIONS
from tests.support import postgres, strace
from tests.support.processes import uncounted

TORTURE: Final = Path(__file__).parents[2] / "scripts" / "torture"

if strace.find() is None:
    reason = "strace is not here, or may not watch"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason, allow_module_level=True)


def torture(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `scripts/torture`."""
    return subprocess.run(
        [sys.executable, str(TORTURE), *arguments],
        capture_output=True,
        text=True,
        timeout=280,
        env=uncounted(),
        check=False,
    )


def demand_postgres() -> None:
    """Skip where there is no PostgreSQL; on a build server that is a failure."""
    try:
        postgres.find()
    except postgres.NoPostgres as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))


def is_of_servers(kind: str) -> bool:
    """Whether a kind strikes a server, and needs one."""
    return kind.startswith("server-")


@pytest.mark.slow
def test_nothing_is_lost_half_there_or_there_twice() -> None:
    chosen = [kind for kind in kinds() if not is_of_servers(kind)]
    # All in one run: the folders are prepared once. What is not met by a point is left to chance.
    arguments = [word for kind in chosen for word in ("--kind", kind)]
    ran = torture(*arguments, "--sample", "90", "--faults", "140")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert re.search(r"faults: 140 = 140 held \(.*\) \+ 0 broken", ran.stdout)
    struck = {line.partition("/")[0] for line in ran.stdout.splitlines()}
    assert set(chosen) <= struck


@pytest.mark.slow
@pytest.mark.parametrize("kind", [kind for kind in kinds() if is_of_servers(kind)])
def test_nothing_on_a_server_is_lost_half_there_or_there_twice(kind: str) -> None:
    demand_postgres()
    ran = torture("--kind", kind, "--sample", "90", "--faults", "3", "--jobs", "1")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert re.search(r"faults: \d+ = \d+ held \(.*\) \+ 0 broken", ran.stdout)


@pytest.mark.slow
def test_faults_that_once_broke_something_hold() -> None:
    for fault in (
        # A new key store was put in place without its write-ahead log, which was full of keys.
        "disk-full/restore/pwrite64:37+",
        "disk-full/restore/pwrite64:38+",
    ):
        ran = torture("--replay", fault)
        assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.slow
def test_the_same_seed_gives_the_same_log_however_many_work_on_it() -> None:
    arguments = ("--kind", "killed", "--operation", "checkpoint", "--seed", "7", "--faults", "8")
    first, second = torture(*arguments, "--jobs", "1"), torture(*arguments, "--jobs", "3")
    assert first.stdout == second.stdout
    assert "killed/checkpoint/" in first.stdout


@pytest.mark.slow
def test_the_log_says_that_no_point_was_left_out() -> None:
    ran = torture("--kind", "killed", "--operation", "checkpoint", "--faults", "40")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    hit = re.search(r"checkpoint: (\d+) of (\d+) \(ftruncate \d+, pwrite64 ", ran.stdout)
    assert hit, ran.stdout
    assert hit[1] == hit[2]


@pytest.mark.long
def test_a_ledger_that_is_locked_for_a_minute_is_waited_for_that_long() -> None:
    begun = time.monotonic()
    ran = torture("--replay", "locked/record-one/ledger:whole-minute")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "before" in ran.stdout
    assert time.monotonic() - begun > 60


def test_every_kind_tells_what_it_is() -> None:
    assert {"killed", "disk-full", "disk-broken", "read-only", "vanished"} <= set(kinds())
    assert {"permission-lost", "clock-back", "locked"} <= set(kinds())
    for kind in kinds().values():
        assert (kind.__doc__ or "").strip().endswith((".", ":"))
    assert {"station-locked", "station-away", "station-left"} <= set(OPERATIONS)
    assert {"init", "record-one", "record-batch", "rebuild", "backup", "restore"} <= set(OPERATIONS)
