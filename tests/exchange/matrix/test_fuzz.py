"""Damaged files through every import: no crash, no hang, no row unaccounted for.

A file is the table of an import in one of the formats, with some of its cells or bytes changed,
now and then given to another import. Its seed is its number: `damaged_file(seed)` makes it again.
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from cardledger.exchange.headings import ACTIONS, FILING, NUMBERS, ROSTER
from cardledger.exchange.imports.data_check import VOCABULARY as DATA_CHECK
from cardledger.exchange.reading.cells import is_empty
from cardledger.exchange.reading.columns import Vocabulary
from cardledger.exchange.reading.files import open_file
from cardledger.exchange.reading.rows import JsonLines, read_rows
from cardledger.exchange.reading.table import table_of
from tests.exchange.formats import damage, samples
from tests.exchange.matrix import ledgers
from tests.exchange.matrix.tables import IMPORTS, Rows
from tests.support.reader import patience

SHORT: Final = 200
FULL: Final = 5_000
PARTS: Final = 10
PATIENCE: Final = 10.0
JSON_LINES: Final = "jsonl"
HEADINGS: Final[dict[str, Vocabulary]] = {
    **dict.fromkeys(IMPORTS, ACTIONS),
    "roster": ROSTER,
    "filing": FILING,
    "numbers": NUMBERS,
    "data-check": DATA_CHECK,
}
#: How the answer is wanted a second time: each form is made by other code.
FURTHER: Final = (
    ("en", "--all"),
    ("zh", "--all"),
    ("zh", "--format", "csv"),
    ("zh", "--all", "--output", "report.xlsx"),
    ("en", "--on-refusal", "abort"),
    ("zh", "--format", "jsonl"),
)


class Damaged(NamedTuple):
    """A file and the import that it is given to. `rows`: how many are not blank, where known.

    `readable`: only cells are odd, and all of their signs may stand in a text.
    """

    name: str
    kind: str
    data: bytes
    rows: int | None
    readable: bool = False


def damaged_file(seed: int, folder: Path) -> Damaged:
    """Make the file of a seed."""
    chance = random.Random(seed)
    made = chance.choice([*IMPORTS])
    kind = chance.choice([*samples.ALL, *([JSON_LINES] if made == "record" else [])])
    table = IMPORTS[made]
    data: Rows = [
        damage.with_odd_cells(_wide(chance.choice(table.data), len(table.head)), chance)
        for _row in range(chance.randint(0, 25))
    ]
    written = (
        _json_lines(data, [*map(str, table.head)])
        if kind == JSON_LINES
        else damage.written(kind, [["平谷区青松小学"], [], table.head, *data], folder)
    )
    if written is None:
        return damaged_file(seed + 10**6, folder)
    rows: int | None = sum(not all(map(is_empty, row)) for row in data)
    if kind == JSON_LINES:
        rows = len(data)
    name = chance.choice([*IMPORTS]) if chance.random() < 0.1 else made
    if chance.random() < 0.7:
        return Damaged(name, kind, damage.with_damage(written, chance), None)
    if name != made:
        return Damaged(name, kind, written, None)
    # JSON lines without a row are an empty file.
    readable = bool(written) and not any("\0" in row for row in data)
    return Damaged(name, kind, written, rows, readable)


def _wide(row: list[Any], width: int) -> list[Any]:
    return [*row, *[None] * (width - len(row))]


def _json_lines(rows: Rows, head: list[str]) -> bytes:
    lines = (
        json.dumps(
            {name: cell for name, cell in zip(head, row, strict=False) if cell is not None},
            ensure_ascii=False,
            default=str,
        )
        for row in rows
    )
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")


def rows_of(made: Damaged, file: Path) -> Iterator[tuple[str, int]]:
    """Yield sheet and number of every row that is not blank, as the file has them."""
    if made.name == "record" and isinstance(read_rows(file, default_action="lost"), JsonLines):
        mark = b"\xef\xbb\xbf"
        for number, line in enumerate(made.data.removeprefix(mark).split(b"\n"), 1):
            if line.strip():
                yield "", number
        return
    raw = open_file(made.data, "fuzz")
    headers = {one.name: one.header for one in table_of(raw, HEADINGS[made.name]).sheets}
    for sheet in raw.sheets:
        for number, cells in sheet.rows():
            below = sheet.name in headers and number > headers[sheet.name]
            if below and not all(map(is_empty, cells)):
                yield sheet.name, number


def check(made: Damaged, base: Path, file: Path) -> str:
    """Take a file in without writing anything; return what became of it."""
    file.write_bytes(made.data)
    table = IMPORTS[made.name]
    command = (*table.command, file, *table.options, "--dry-run")
    status, out, said = ledgers.run(base, *command, "--json")
    assert status in (0, 2, 3), (status, said, ledgers.run(base, "--debug", *command)[2])
    if status == 2:
        assert not out
        assert not made.readable, said
        assert said.count("Error: ") >= 1, said
        assert "→" in said or "->" in said, said
        return "unreadable"
    report = json.loads(out)
    mine = [row for row in report if row["row"] is not None and row.get("kind") != "gone"]
    outcomes = Counter(row["outcome"] for row in mine)
    assert outcomes == +ledgers.sums(said), said
    accounted_for(made, mine, [*rows_of(made, file)], said)
    return "read"


def accounted_for(
    made: Damaged, report: list[dict[str, Any]], rows: list[tuple[str, int]], said: str
) -> None:
    """See that each row of the file is told of once."""
    if made.rows is not None:
        assert len(rows) == made.rows
    told = [(row.get("sheet", ""), row["row"]) for row in report]
    if made.name == "record":
        assert [row for _sheet, row in told] == [row for _sheet, row in rows]
    elif made.name == "data-check":
        # The rows of a pupil are one change; those without a correct value ask for nothing.
        further = sum(int(line.rpartition(":")[2].strip(" .")) for line in _left_over(said))
        assert len(told) + further == len(rows), said
    else:
        assert told == rows
    for row in report:
        assert row["outcome"] in ("recorded", "repeated", "refused", "ignored")
        assert row["message"] or row["outcome"] != "refused"


def _left_over(said: str) -> list[str]:
    beginnings = ("Rows without a correct value", "Rows that went with another row")
    return [line for line in said.splitlines() if line.startswith(beginnings)]


def check_further(made: Damaged, base: Path, file: Path, seed: int) -> None:
    """Ask for the answer in another form and language: it must be one, whatever stands in it."""
    lang, *options = FURTHER[seed % len(FURTHER)]
    table = IMPORTS[made.name]
    if "report.xlsx" in options:
        options[-1] = str(file.with_name(options[-1]))
    command = (*table.command, file, *table.options, *options, "--dry-run")
    status, _out, said = ledgers.run(base, *command, lang=lang)
    assert status in (0, 2, 3), (said, ledgers.run(base, "--debug", *command, lang=lang)[2])


def fuzz(seeds: range, base: Path, folder: Path) -> Counter[str]:
    """Take in the files of all seeds; return what became of them, by import and by format."""
    figures: Counter[str] = Counter()
    with ledgers.opened(base) as ledger:
        head = ledger.head()
    for seed in seeds:
        made = damaged_file(seed, folder / "made")
        start = time.process_time()
        try:
            outcome = check(made, base, folder / "fuzz.xls")
            check_further(made, base, folder / "fuzz.xls", seed)
        except BaseException as error:
            error.add_note(f"damaged_file({seed}): {made.kind} for {made.name}")
            raise
        spent = time.process_time() - start
        assert spent < patience(PATIENCE), f"damaged_file({seed}): {made.kind} took {spent:.1f} s"
        figures.update((outcome, f"{made.name}: {outcome}", f"{made.kind}: {outcome}"))
        figures["slowest, ms"] = max(figures["slowest, ms"], round(spent * 1000))
    with ledgers.opened(base) as ledger:
        assert ledger.head() == head
    return figures


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger that the files are held against."""
    return ledgers.make_base(tmp_path_factory.mktemp("base"))


@pytest.mark.slow
def test_damaged_files_of_every_import_are_accounted_for(base: Path, tmp_path: Path) -> None:
    figures = fuzz(range(SHORT), base, tmp_path)
    assert figures["read"] + figures["unreadable"] == SHORT
    assert figures["unreadable"] > SHORT // 20
    for one in (*IMPORTS, *samples.ALL):
        assert figures[f"{one}: read"], one


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_thousands_of_damaged_files_of_every_import_are_accounted_for(
    part: int, base: Path, tmp_path: Path
) -> None:
    size = FULL // PARTS
    figures = fuzz(range(SHORT + part * size, SHORT + (part + 1) * size), base, tmp_path)
    assert figures["read"] + figures["unreadable"] == size
