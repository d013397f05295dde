"""Damaged files of every format: no crash, no hang, no row unaccounted for.

A file is a table in one of the formats, with some of its cells or bytes changed. The seed is the
number of the file, so each can be made again: `damaged_file(seed)`.
"""

from __future__ import annotations

import random
import time
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from cardledger.errors import UnreadableFile
from cardledger.exchange.headings import ACTIONS, ROSTER
from cardledger.exchange.imports.actions import ActionList
from cardledger.exchange.imports.roster import Roster
from cardledger.exchange.reading.cells import Cell, is_empty
from cardledger.exchange.reading.files import open_file
from cardledger.exchange.reading.source import SourceRow
from cardledger.exchange.reading.table import Table, table_of
from tests.exchange.formats import damage, samples
from tests.support.reader import patience

SHORT: Final = 300
FULL: Final = 5_000
PATIENCE: Final = 10.0
NUMBER: Final = "0117001101010110"


class Damaged(NamedTuple):
    """A file, and how it was made."""

    kind: str
    data: bytes
    rows: int
    of_bytes: bool


def table_with_odd_cells(chance: random.Random) -> list[list[Cell]]:
    """Make a roster, or a list of actions, some of whose cells are odd."""
    rows: list[list[Cell]] = [
        ["名册"],
        [],
        ["学籍号", "姓名", "性别", "出生日期", "身份证号", "班级"],
    ]
    usual: list[Cell] = [NUMBER, "张三", "男", date(2003, 4, 5), "110226200304050017", 3.0]
    if chance.random() < 0.3:
        rows = [["操作", "卡号", "学籍号", "时间", "经手人", "备注"]]
        usual = ["学期刷卡注册", "C0001", NUMBER, "2010-03-05", "周老师", None]
    for _row in range(chance.randint(0, 25)):
        rows.append(damage.with_odd_cells(usual, chance))
    return rows


def damaged_file(seed: int, folder: Path) -> Damaged:
    """Make the file of a seed."""
    chance = random.Random(seed)
    kind = chance.choice([*samples.ALL])
    rows = table_with_odd_cells(chance)
    made = damage.written(kind, rows, folder)
    if made is None:
        return damaged_file(seed + 10**6, folder)
    of_bytes = chance.random() < 0.7
    data = damage.with_damage(made, chance) if of_bytes else made
    return Damaged(kind, data, len(rows), of_bytes)


def accounted(table: Table, rows: list[SourceRow]) -> None:
    """See that each row of the file that is not blank is one row of what was read."""
    expected = [
        (raw.name, number)
        for sheet in table.sheets
        for raw in (sheet._raw,)
        for number, cells in raw.rows()
        if number > sheet.header and not all(map(is_empty, cells))
    ]
    assert [(row.sheet, row.row) for row in rows] == expected
    for row in rows:
        kinds = {fault.kind for fault in row.faults}
        assert row.usable != bool(kinds & {"row", "ignored"})
        assert all(fault.text() and fault.row == row.row for fault in row.faults)


def read_all(data: bytes) -> str:
    """Read a file as a roster and as a list of actions; return what became of it."""
    outcomes = []
    for vocabulary in (ROSTER, ACTIONS):
        try:
            table = table_of(open_file(data, "fuzz"), vocabulary)
            rows = Roster(table) if vocabulary is ROSTER else ActionList(table, "term-swipe")
            accounted(table, [*rows.rows()])
        except UnreadableFile as refused:
            outcomes.append("refused" if refused.text() and refused.hint else "left unexplained")
        else:
            outcomes.append("read")
    assert {*outcomes} <= {"read", "refused"}
    return "read" if "read" in outcomes else "refused"


def fuzz(seeds: range, folder: Path) -> dict[str, int]:
    """Read the files of all seeds; return how many were read and refused, by format."""
    figures: dict[str, int] = {}
    for seed in seeds:
        made = damaged_file(seed, folder)
        start = time.process_time()
        try:
            outcome = read_all(made.data)
        except BaseException as error:
            error.add_note(f"damaged_file({seed}): {made.kind}")
            raise
        spent = time.process_time() - start
        assert spent < patience(PATIENCE), f"damaged_file({seed}): {made.kind} took {spent:.1f} s"
        what = f"{made.kind}, {'bytes' if made.of_bytes else 'cells'}: {outcome}"
        figures[what] = figures.get(what, 0) + 1
    return figures


def test_damaged_files_are_read_or_refused_and_no_row_is_lost(tmp_path: Path) -> None:
    figures = fuzz(range(SHORT), tmp_path)
    assert sum(figures.values()) == SHORT
    for kind in samples.ALL:
        assert figures[f"{kind}, cells: read"] > 0
    assert sum(count for what, count in figures.items() if what.endswith("refused")) > SHORT // 10


@pytest.mark.long
@pytest.mark.parametrize("part", range(10))
def test_thousands_of_damaged_files_are_read_or_refused(part: int, tmp_path: Path) -> None:
    size = FULL // 10
    figures = fuzz(range(SHORT + part * size, SHORT + (part + 1) * size), tmp_path)
    assert sum(figures.values()) == size
