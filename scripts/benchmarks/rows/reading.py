"""Reading a roster, against what the fastest library needs just to hand over its cells."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from python_calamine import CalamineWorkbook

from cardledger.exchange.imports.roster import read_roster
from scripts.benchmarks.figures import Figure, in_turns, seconds_of
from scripts.benchmarks.stand import Stand
from scripts.district.workbooks import ROSTER_HEAD, save

PLACE: Final = 70
LONG: Final = False

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"
_NUMERALS = "一二三四五六"


def rows(count: int) -> Iterator[list[str]]:
    """Make the rows of a roster as the record system exports them, the same at each call."""
    chance = random.Random(count)

    def name() -> str:
        return chance.choice(_SURNAMES) + "".join(chance.choices(_GIVEN, k=chance.randint(1, 2)))

    def telephone() -> str:
        return f"13{chance.randrange(10**9):09}"

    for pupil in range(count):
        year, grade = 1998 + pupil % 6, pupil % 6
        birth = f"{year}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        address = (
            f"北京市平谷区{chance.choice('滨河兴谷')}街道{pupil % 97 + 1}号楼"
            f"{pupil % 6 + 1}单元{chance.randint(101, 1205)}号"
        )
        guest = "是" if chance.random() < 0.1 else "否"
        yield [
            f"01170{pupil // 9801 % 1000:03}0{10 + grade:02}"
            f"{pupil // 99 % 99 + 1:02}{pupil % 99 + 1:02}{pupil % 10}",
            *(name(), chance.choice("男女"), birth),
            f"110226{birth.replace('-', '')}{pupil % 1000:03}{chance.choice('0123456789X')}",
            *(chance.choice(("汉族", "汉族", "满族")), "北京市平谷区", "北京市平谷区滨河派出所"),
            *(address, address, telephone(), f"{2010 + grade}届"),
            *(f"{_NUMERALS[grade]}年级{pupil % 8 + 1}班", f"{_NUMERALS[grade]}年级"),
            *(guest, guest, "否", "", f"{2009 - grade}-09-01", chance.choice("是否")),
            *(name(), "父亲", telephone(), name(), "母亲", telephone(), "01170011"),
        ]


def cells_by_library(file: Path) -> int:
    """Have the library hand over every cell; return the number of rows."""
    sheet = CalamineWorkbook.from_path(file).get_sheet_by_index(0)
    return sum(1 for _row in sheet.iter_rows())


def rows_of_ours(file: Path) -> int:
    """Read every row with its values; return the number of rows."""
    return sum(1 for row in read_roster(file).rows() if row.usable)


def figures(stand: Stand) -> Iterator[Figure]:
    """Measure reading a roster of as many rows: values, faults and all."""
    file, count = stand.folder / "roster.xlsx", stand.lines
    save(file, "学生信息", ROSTER_HEAD, rows(count), "学生基本信息表")
    if rows_of_ours(file) != count or cells_by_library(file) != count + 2:
        raise SystemExit("the roster was not read as a whole")
    ours, peer = in_turns(
        stand.repeats,
        lambda: seconds_of(lambda: rows_of_ours(file)),
        lambda: seconds_of(lambda: cells_by_library(file)),
    )
    yield Figure(
        f"read {count:,} roster rows, against the bare cells of python-calamine",
        f"{ours:.2f} s", f"{peer:.2f} s", ours / peer, 1.5, 1.3, False,
    )  # fmt: skip
