"""The result of filing student numbers (预分配学籍号导出结果文件), as one filing a file.

Each row says of one number whether it was accepted, and why it was not. A file is one fact: its
rows become one `numbers-filed`, known again by the file's digest.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from cardledger.errors import BadValue
from cardledger.exchange.headings import NUMBERS
from cardledger.exchange.imports.roster import student_number_of
from cardledger.exchange.reading import cells
from cardledger.exchange.reading.cells import Cell
from cardledger.exchange.reading.columns import Vocabulary
from cardledger.exchange.reading.files import open_file, read_bytes
from cardledger.exchange.reading.source import RowReader, SourceRow
from cardledger.exchange.reading.table import STDIN, Row, Sheet, Table, table_of
from cardledger.i18n import _

ACCEPTED: Final = "accepted"
REJECTED: Final = "rejected"

_ACCEPTED: Final = frozenset(
    {
        *("通过", "已通过", "审核通过", "审批通过", "成功", "备案成功", "立案成功", "导入成功"),
        *("上报成功", "已备案", "合格", "有效", "同意", "接受", "是", "√", "✓", "正常"),
        *("accepted", "accept", "ok", "yes", "y", "pass", "passed", "success", "filed", "true"),
    }
)
_REJECTED: Final = frozenset(
    {
        *("未通过", "不通过", "没通过", "审核未通过", "审核不通过", "审批不通过", "失败"),
        *("备案失败", "立案失败", "导入失败", "上报失败", "未成功", "不成功", "退回", "已退回"),
        *("驳回", "已驳回", "不合格", "无效", "不同意", "拒绝", "否", "×", "✗", "错误"),
        *("rejected", "reject", "no", "n", "fail", "failed", "failure", "false", "error"),
    }
)
#: An identity number of 18 characters, or an old one of 15 digits, that stands in a text.
_IDENTITY: Final = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|\d{15})(?!\d)")
#: Its first digits name a county, the others a child.
_COUNTY: Final = 6


def _result(cell: Cell) -> str:
    written = cells.text(cell)
    word = unicodedata.normalize("NFKC", written).strip(" 。.!！").casefold()
    if word in _ACCEPTED or written in _ACCEPTED:
        return ACCEPTED
    if word in _REJECTED or written in _REJECTED:
        return REJECTED
    raise BadValue(
        _("“{value}” does not say whether the number was accepted."),
        hint=_("Write 通过 or 未通过, accepted or rejected."),
        value=written,
    )


def _reason(cell: Cell) -> str:
    """Read why a number was rejected. What is not sealed names nobody's identity number."""
    return _IDENTITY.sub(_masked, cells.text(cell))


def _masked(found: re.Match[str]) -> str:
    digits = found[0]
    return digits[:_COUNTY] + "*" * (len(digits) - _COUNTY)


@dataclass(frozen=True, slots=True)
class NumberResults:
    """A result file: the columns that were found, its rows, and the digest of its bytes."""

    table: Table
    digest: str

    def rows(self) -> Iterator[SourceRow]:
        """Read the rows; each row of the file is accounted for by one.

        Two rows that say different things of one number are both of no use.
        """
        read = [_source_row(row, sheet) for sheet in self.table.sheets for row in sheet.rows()]
        said: dict[str, set[str]] = {}
        for one, _reader in read:
            if one.usable:
                said.setdefault(one.values["number"], set()).add(one.values["result"])
        for one, reader in read:
            if one.usable and len(said[one.values["number"]]) > 1:
                problem = BadValue(
                    _("The file says both that {number} was accepted and that it was not."),
                    hint=_("Find out which is right, and leave the other row out."),
                    number=one.values["number"],
                )
                reader.add("row", problem, "result")
                one = reader.result({})
            yield one


def read_numbers(
    file: Path | BinaryIO, *, name: str = "", vocabulary: Vocabulary = NUMBERS
) -> NumberResults:
    """Open a result file; raises `UnreadableFile` before any row is read where it cannot be."""
    called = name or (file.name if isinstance(file, Path) else STDIN)
    data = read_bytes(file, called)
    table = table_of(open_file(data, called), vocabulary)
    return NumberResults(table, hashlib.sha256(data).hexdigest())


def _source_row(row: Row, sheet: Sheet) -> tuple[SourceRow, RowReader]:
    reader = RowReader(row, sheet)
    if reader.is_no_data("number"):
        return reader.result({}), reader
    values: dict[str, Any] = {"number": student_number_of(reader)}
    values["result"] = reader.read("result", _result, "row")
    if not reader.has("result"):
        reader.add("row", BadValue(_("The result is missing.")))
    reason = reader.read("reason", _reason)
    if reason and values["result"] == REJECTED:
        values["reason"] = reason
    return reader.result(values), reader


def filed(rows: Iterable[SourceRow], digest: str) -> dict[str, Any]:
    """Return the rows of one file as one row of a batch; a number that is twice there counts once.

    Empty where no row is of use.
    """
    accepted: dict[str, None] = {}
    rejected: dict[str, str] = {}
    for row in rows:
        if row.usable and row.values["result"] == ACCEPTED:
            accepted[row.values["number"]] = None
        elif row.usable:
            number = row.values["number"]
            rejected[number] = rejected.get(number) or row.values.get("reason", "")
    if not accepted and not rejected:
        return {}
    values = {
        "action": "numbers-filed",
        "evidence": "imported",
        "digest": digest,
        "accepted": list(accepted),
        "rejected": list(rejected),
        "reasons": list(rejected.values()) if any(rejected.values()) else [],
    }
    return {name: value for name, value in values.items() if value}
