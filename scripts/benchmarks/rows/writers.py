"""Sixteen writers on one PostgreSQL: throughput and the slowest hundredth, alone and beside a fold.

Each writer is a process that records acts one by one, about cards of its own. The floor is as many
processes that insert as many rows, one durable commit an act, without order or hashes.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from cardledger.opening import init_ledger
from scripts.benchmarks import servers, workload
from scripts.benchmarks.figures import Figure, milliseconds, rate
from scripts.benchmarks.stand import Stand

PLACE: Final = 22
LONG: Final = False

WRITERS: Final = 16
ACTS: Final = 40

#: URL, key store, number of the writer; waits for a line on stdin, prints the times of its acts.
_WRITER: Final = """
import json, sys, time
from cardledger.actions.found import Found
from cardledger.actions.lost import Lost
from cardledger.opening import open_ledger
url, keys, writer, acts = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
with open_ledger(url, keys=keys) as ledger:
    print("ready", flush=True)
    sys.stdin.readline()
    times = []
    for turn in range(acts):
        card = f"C{5 * (1 + writer * 40 + turn // 2) + 2:07d}"
        act = (Found if turn % 2 else Lost)(card=card, handler="王敏")
        start = time.perf_counter()
        outcome = ledger.record(act)
        times.append(time.perf_counter() - start)
        assert outcome.outcome == "recorded", outcome
print(json.dumps(times))
"""
_RAW: Final = """
import json, sys, time
import psycopg
url, keys, writer, acts = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as database:
    print("ready", flush=True)
    sys.stdin.readline()
    times = []
    for turn in range(acts):
        start = time.perf_counter()
        with database.transaction():
            seq = database.execute(
                "INSERT INTO line (data) VALUES (%s) RETURNING seq", [b"x" * 200]).fetchone()[0]
            database.cursor().executemany(
                "INSERT INTO tag VALUES (%s, %s)",
                [(f"{kind}:{writer}-{turn}", seq) for kind in ("card", "student", "uid")])
        times.append(time.perf_counter() - start)
print(json.dumps(times))
"""
#: A projection that follows: URL, key store; until its stdin ends.
_FOLLOWER: Final = """
import select, sys
from cardledger.opening import open_ledger
from cardledger.replay import Replay
with open_ledger(sys.argv[1], keys=sys.argv[2]) as ledger:
    replay = Replay(ledger)
    replay.rebuild()
    print("ready", flush=True)
    sys.stdin.readline()
    while not select.select([sys.stdin], [], [], 0.02)[0]:
        replay.catch_up()
    print("[]")
"""


class Run(NamedTuple):
    """Acts a second of all writers together, and the seconds of single acts."""

    throughput: float
    times: list[float]

    @property
    def slowest(self) -> float:
        """The seconds within which 99 of 100 acts are done."""
        return statistics.quantiles(self.times, n=100)[98]


def figures(stand: Stand) -> Iterator[Figure]:
    """Run the writers three times: raw, ours, ours beside a projection that catches up."""
    try:
        with servers.postgres() as server:
            keys = stand.folder / "writers.keys.db"
            ours, floor = servers.database(server), servers.database(server)
            _prepare(ours, floor, keys)
            raw = _run(_RAW, floor, keys)
            alone = _run(_WRITER, ours, keys)
            beside = _run(_WRITER, ours, keys, follower=True)
    except servers.Missing as missing:
        servers.say(missing)
        return
    what = f"{WRITERS} writers on PostgreSQL"
    for run, when in ((alone, ""), (beside, ", beside a projection that catches up")):
        yield Figure(f"{what}{when}: acts a second, against raw commits",
                     rate(run.throughput), rate(raw.throughput),
                     run.throughput / raw.throughput, None, None, True)  # fmt: skip
        yield Figure(f"{what}{when}: 99 of 100 acts are done within, against raw commits",
                     milliseconds(run.slowest), milliseconds(raw.slowest),
                     run.slowest / raw.slowest, None, None, False)  # fmt: skip


def _prepare(ours: str, floor: str, keys: Path) -> None:
    import psycopg

    with init_ledger(ours, school=workload.SCHOOL, keys=keys) as ledger:
        pupils = 5 * (WRITERS + 1) * 40
        acts = [act for pupil in range(pupils) if pupil % 5 == 2 for act in workload.acts_of(pupil)]
        ledger.record_many(workload.commands(acts))
    with psycopg.connect(floor.replace("+psycopg", "")) as database:
        database.execute("CREATE TABLE line (seq bigserial PRIMARY KEY, data bytea NOT NULL)")
        database.execute("CREATE TABLE tag (tag text, seq bigint, PRIMARY KEY (tag, seq))")


def _run(program: str, url: str, keys: Path, *, follower: bool = False) -> Run:
    def started(code: str, *more: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", code, url, str(keys), *more],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    writers = [started(program, str(number), str(ACTS)) for number in range(WRITERS)]
    others = [started(_FOLLOWER)] if follower else []
    for process in (*writers, *others):
        _told(process)
    for process in (*others, *writers):
        _go(process)
    times: list[list[float]] = [json.loads(_told(process)) for process in writers]
    for process in others:
        _go(process)
    for process in (*writers, *others):
        process.communicate()
        if process.returncode:
            raise SystemExit("a writer failed")
    # All begin at once and none waits: the longest of them took as long as the whole.
    return Run(WRITERS * ACTS / max(map(sum, times)), [one for some in times for one in some])


def _told(process: subprocess.Popen[str]) -> str:
    if process.stdout is None or not (line := process.stdout.readline()):
        raise SystemExit("a writer failed")
    return line


def _go(process: subprocess.Popen[str]) -> None:
    if process.stdin is not None:
        process.stdin.write("go\n")
        process.stdin.flush()
