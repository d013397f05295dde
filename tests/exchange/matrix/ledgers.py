"""One ledger, and what becomes of a copy of it when a file is taken in."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
from click.testing import CliRunner

from cardledger import Ledger, open_ledger
from cardledger.cli.program import PROGRAM
from cardledger.ledger import event_of
from tests.exchange.matrix.tables import ALLOCATED, IDENTITY, OTHER_IDENTITY, Import
from tests.support import ledgers
from tests.support.given import ANNA, BORIS, CLARA, DAVID, NEIGHBOUR, act, number, pupil

_LEDGER: Final = "ledger.db"
_SUMS: Final = re.compile(
    r"rows: (\d+) = (\d+) (?:would be )?recorded \+ (\d+) repeated \+ (\d+) refused"
    r"(?: \+ (\d+) ignored)?"
)


def make_base(folder: Path) -> Path:
    """Make the ledger of the office before any file; return its folder."""
    with ledgers.made(f"sqlite:///{folder / _LEDGER}", folder) as ledger:
        first = {"class": "1班", "cohort": 2015, "entered": "2009-09-01"}
        ledgers.tell(
            ledger,
            pupil(ANNA, **{**first, "name": "安娜"}),
            pupil(BORIS, **{**first, "name": "鲍里斯", "identity": OTHER_IDENTITY}),
            pupil(CLARA, cohort=2010, name="克拉拉", identity=IDENTITY[:-1] + "9"),
            pupil(DAVID, **{**first, "name": "大卫", "school": NEIGHBOUR}),
            pupil(number(9), **first),
            *(act("number-allocate", number=one, at="2010-03-01") for one in ALLOCATED),
        )
        for card, student in (("C0001", ANNA), ("C0002", BORIS), ("10003", CLARA)):
            ledgers.tell(
                ledger,
                act("register", card=card, student=student, at="2009-10-01"),
                act("upgrade", card=card, at="2010-03-01"),
            )
    return folder


class Taken(NamedTuple):
    """What came of a file: exit status, the lines that were written, the report row by row."""

    status: int
    events: list[dict[str, Any]]
    report: list[tuple[Any, ...]]
    sums: Counter[str]
    said: str


def take(base: Path, folder: Path, one: Import, *files: Path) -> Taken:
    """Take files in, in a copy of the base ledger."""
    folder.mkdir(parents=True, exist_ok=True)
    for kept in base.iterdir():
        shutil.copy(kept, folder / kept.name)
    before = _head(folder)
    status, out, said = run(folder, *one.command, *files, *one.options, "--json")
    assert status in (0, 3), said
    return Taken(status, told(folder, before, files), shown(json.loads(out)), sums(said), said)


def run(folder: Path, *arguments: object, lang: str = "en") -> tuple[int, str, str]:
    """Run the program on the ledger of a folder, in this process."""
    place = ("--ledger", str(folder / _LEDGER), "--keys", str(folder / "keys.db"), "--lang", lang)
    ran = CliRunner().invoke(PROGRAM, [*place, *map(str, arguments)])
    return ran.exit_code, ran.stdout, ran.stderr


def opened(folder: Path) -> Ledger:
    """Open the ledger of a folder."""
    return open_ledger(f"sqlite:///{folder / _LEDGER}", keys=folder / "keys.db")


def _head(folder: Path) -> int:
    with opened(folder) as ledger:
        return ledger.head()


def told(folder: Path, after: int, files: Sequence[Path]) -> list[dict[str, Any]]:
    """Return the lines after a position, as they must be equal whatever the file was.

    Left out is when they were written; in place of sealed bytes stands what they hold, in place of
    a pupil's id the pupil's first number, and in place of the digest of a file its name.
    """
    digests = {sha256(file.read_bytes()).hexdigest(): "digest" for file in files}
    with opened(folder) as ledger:
        names: dict[str, str] = {}
        lines: list[dict[str, Any]] = []
        for raw in ledger.raw_lines():
            data: dict[str, Any] = msgspec.json.decode(raw.data)
            if data["event"] == "student.added/1":
                names.setdefault(data["student"], f"pupil {data['number']}")
            if raw.position <= after:
                continue
            event: Any = event_of(raw)
            if data.pop("sealed", None):
                data["opened"] = ledger.unseal(data["event"], event.owner, event.sealed)
                assert data["opened"]
            del data["recorded"]
            lines.append(_replaced(data, {**names, **digests}))
    # A filing is known by its digest, so its retry key is made of it.
    for line in lines:
        if "digest" in line:
            assert line["digest"] == "digest"
            line.pop("key", None)
    return lines


def _replaced(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, list):
        return [_replaced(one, names) for one in value]
    if isinstance(value, dict):
        return {name: _replaced(one, names) for name, one in value.items()}
    return value


def shown(report: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Return what a report says row by row, but for how a cell was written."""
    return [
        (
            row["row"],
            row["outcome"],
            row["codes"],
            row["contested"],
            row.get("kind"),
            [fault["column"] for fault in row.get("faults") or ()],
            row.get("unused"),
        )
        for row in report
    ]


def sums(said: str) -> Counter[str]:
    """Read the sums of a report, and see that they add up."""
    (found,) = _SUMS.findall(said)
    rows, *parts = (int(part or 0) for part in found)
    assert sum(parts) == rows, said
    return Counter(dict(zip(("recorded", "repeated", "refused", "ignored"), parts, strict=True)))
