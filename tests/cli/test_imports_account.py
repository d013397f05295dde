"""Whatever stands in a file: rows in = rows accounted for, in every form of the report."""

from __future__ import annotations

import io
import json
import re
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from cardledger.cli.program import PROGRAM
from tests.cli.conftest import OTHER, PUPIL, Run

#: What cells of each column may be: right, spoilt, of another kind, empty.
ODD: Final = (None, "", "合计", "x", "+1+1", 1.10227e17, True, "备注：无", "  ", "昨天")
CELLS: Final[dict[str, dict[str, tuple[Any, ...]]]] = {
    "roster": {
        "学籍号": (PUPIL, OTHER, 117001101510103, "0117001101510104", "0117", "学籍号"),
        "姓名": ("王小明", "李红", "张三丰", "姓名"),
        "身份证号": ("110227200309010028", "11022720030901001X", "110227"),
        "出生日期": ("2003-09-01", "2003年13月1日"),
        "班级": ("1班", "一年级2班"),
        "学校代码": ("01170011", "01179999", "平谷一小"),
        "宿舍": ("3号",),
    },
    "actions": {
        "操作": ("学期刷卡注册", "发卡", "挂失", "回收", "转入", "跳舞", "操作"),
        "卡号": ("C001", "C002", "C003", "卡号"),
        "学籍号": (PUPIL, OTHER, "0117001101519999", "0117"),
        "时间": ("2010-03-08", "2010-03-09 08:00", "2099-01-01", "8点"),
        "结果": ("成功", "失败", "不详"),
        "卡状态": ("正常", "挂失", "冻结"),
        "经手人": ("王敏",),
    },
    "filing": {
        "卡号": ("C001", "C002", "C777", "卡号"),
        "学籍号": (PUPIL, OTHER, "0117"),
        "学校代码": ("01170011", "01179999", "平谷一小"),
        "芯片号": ("04A1B2C3", "无"),
    },
}


def rows_of(kind: str) -> st.SearchStrategy[list[tuple[Any, ...]]]:
    columns = CELLS[kind].values()
    cells = (st.sampled_from((*one, *one, *one, *ODD)) for one in columns)
    return st.lists(st.tuples(*cells), max_size=8)


def counted(sums: str) -> Counter[str]:
    """Read the sum of a report: `rows: 8 = 2 recorded + 1 repeated + 3 refused + 2 ignored`."""
    (line,) = re.findall(r"^rows: .*$", sums, re.MULTILINE)
    found = re.fullmatch(
        r"rows: (\d+) = (\d+) (?:would be )?recorded \+ (\d+) repeated \+ (\d+) refused"
        r"(?: \+ (\d+) ignored)?",
        line,
    )
    assert found, line
    rows, *parts = (int(one or 0) for one in found.groups())
    assert sum(parts) == rows
    return +Counter(dict(zip(("recorded", "repeated", "refused", "ignored"), parts, strict=True)))


@pytest.mark.parametrize("kind", CELLS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_row_is_accounted_for(cards: Run, kind: str, data: st.DataObject) -> None:
    rows = data.draw(rows_of(kind))
    book = Workbook()
    sheet: Any = book.active
    sheet.append([f"{kind} 名单"])
    sheet.append(list(CELLS[kind]))
    for row in rows:
        sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    # Sheets keep rows that have something to see; where they stand is known from here.
    numbers = [
        place for place, row in enumerate(rows, 3) if any(str(cell or "").strip() for cell in row)
    ]
    how = data.draw(st.sampled_from([("--dry-run",), ("--on-refusal", "skip"), ()]))
    with tempfile.TemporaryDirectory() as folder:
        _import(kind, buffer.getvalue(), how, numbers, Path(folder))


def _import(kind: str, content: bytes, how: tuple[str, ...], rows: list[int], folder: Path) -> None:
    (folder / "a.xlsx").write_bytes(content)
    base = ["import", kind, str(folder / "a.xlsx"), "--dry-run"]
    table = CliRunner().invoke(PROGRAM, [*base, "--all", "--output", str(folder / "b.xlsx")])
    ran = CliRunner().invoke(PROGRAM, [*base[:3], *how, "--json"])
    assert ran.exit_code in (0, 3), ran.stderr
    report = [row for row in json.loads(ran.stdout) if row["row"] is not None]
    assert [row["row"] for row in report] == rows
    assert Counter(row["outcome"] for row in report) == counted(ran.stderr)
    for row in report:
        for fault in row["faults"]:
            assert fault["row"] == row["row"]
            assert fault["sheet"] == row["sheet"] == "Sheet"
            assert fault["message"]
            assert (fault["column"] is None) == (fault["place"] == f"Sheet!{row['row']}")
    # The same in a workbook: a row that is refused says why, and where.
    sheet: Any = load_workbook(folder / "b.xlsx").worksheets[0]
    listed = [cell for (cell,) in sheet.iter_rows(max_col=1, values_only=True)]
    assert [cell for cell in listed if isinstance(cell, int)] == rows, table.stderr
