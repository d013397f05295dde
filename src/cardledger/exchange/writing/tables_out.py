"""Tables going out: one declaration of columns gives JSON, CSV, a table for people, a workbook.

`json` is an array with one object a line, `jsonl` one object a line; both have exactly the keys of
the columns, in their order. `csv` has the keys as its first line; numbers and identifiers are
written as they are, so that a program reads them back unchanged. People who open it in a
spreadsheet lose leading zeros: the workbook is for them.

A spreadsheet that opens a CSV computes what begins with = + - or @, also behind spaces and in
full width, and a name can be anything. So in a CSV *file* a text of that kind gets an apostrophe in
front, the sign by which people tell a spreadsheet that a text follows; a text that begins with an
apostrophe gets a second one. Our own reader (`reading.cells`) takes one off, so that
what is read is what there was. Numbers, dates and identifiers never begin so and stay as they are.
CSV for another program (on stdout), JSON and JSON lines are never touched.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

import msgspec

from cardledger.i18n import _

Format = Literal["table", "json", "jsonl", "csv", "xlsx"]
FORMATS: Final[tuple[Format, ...]] = ("table", "json", "jsonl", "csv", "xlsx")
Kind = Literal["text", "id", "code", "moment", "day", "count", "percent", "yesno", "list", "long"]
Row = Mapping[str, Any]

#: What a spreadsheet may take for the beginning of a formula, and the sign that says it is none.
#: Before it may stand what nobody sees.
_FORMULA: Final = re.compile("[\\s\u200b\u200c\u200d\u2060\ufeff]*['=+@＝＋＠－-]|[\t\r\n]")

YES: Final = _("yes")
NO: Final = _("no")


class Column(NamedTuple):
    """One column. `key` is its name for programs, `title` the one for people (an English msgid).

    `kind` says how a value is shown; an `id` is never a number, however it looks. Where a table is
    too wide for a terminal, the columns with the highest `rank` are left out first. `room` is the
    least width in a workbook, in characters: of a column that is empty so that people fill it in.
    """

    key: str
    title: str
    kind: Kind = "text"
    rank: int = 0
    room: int = 0


def _objects(rows: Iterable[Row], columns: Sequence[Column]) -> Iterator[str]:
    keys = [column.key for column in columns]
    encode = msgspec.json.Encoder().encode
    for row in rows:
        yield encode({key: row.get(key) for key in keys}).decode()


def json_lines(rows: Iterable[Row], columns: Sequence[Column]) -> Iterator[str]:
    """Yield one JSON object a row, each with a newline."""
    for text in _objects(rows, columns):
        yield text + "\n"


def json_array(rows: Iterable[Row], columns: Sequence[Column]) -> Iterator[str]:
    """Yield the pieces of a JSON array with an object a row."""
    before = "[\n"
    for text in _objects(rows, columns):
        yield before + text
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def csv_lines(
    rows: Iterable[Row],
    columns: Sequence[Column],
    *,
    headings: Mapping[str, str] = MappingProxyType({}),
    defended: bool = False,
) -> Iterator[str]:
    """Yield the lines of a CSV: the keys, then the rows; nothing is an empty cell.

    `headings` stand instead of keys. `defended`: no text can become a formula.
    """
    buffer = io.StringIO()
    # Both ends of a line, else a lone carriage return is not quoted and begins a row of its own.
    writer = csv.writer(buffer, lineterminator="\r\n")
    keys = [column.key for column in columns]
    cell = no_formula if defended else plain

    def line(values: Iterable[Any]) -> str:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow(map(cell, values))
        return buffer.getvalue()[:-2] + "\n"

    yield line(headings.get(key, key) for key in keys)
    for row in rows:
        yield line(row.get(key) for key in keys)


def plain(value: Any) -> str:
    """Return a value as text for programs: the same in every language."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return " ".join(plain(one) for one in value)
    if isinstance(value, (dict, msgspec.Raw)):
        return msgspec.json.encode(value).decode()
    return str(value)


def no_formula(value: Any) -> str:
    """Return a value as text that no spreadsheet computes.

    >>> no_formula("=1+1"), no_formula("'a"), no_formula("王-1"), no_formula(-1)
    ("'=1+1", "''a", '王-1', '-1')
    """
    text = plain(value)
    if isinstance(value, (int, float)) or not text or text[0].isalnum():
        return text
    return f"'{text}" if _FORMULA.match(text) else text


def shown(value: Any, kind: Kind, say: Callable[[str], str]) -> str:
    """Return a value as people read it; empty where there is nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return say(YES) if value else say(NO)
    if kind == "moment":
        return moment_shown(str(value))
    if kind == "percent":
        return f"{value:.1f}%"
    if kind == "list" and not isinstance(value, str):
        return " ".join(str(one) for one in value)
    return plain(value)


def moment_shown(value: str) -> str:
    """Return a moment to the minute; the last moment of a day stands for the day."""
    if value[10:23] == "T23:59:59.999":
        return value[:10]
    return value[:16].replace("T", " ")
