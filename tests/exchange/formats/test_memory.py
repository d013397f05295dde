"""A roster of 200,000 rows is read in less than 300 MiB, whatever its format.

The files are written piece by piece by hand: no program that writes them would be done in time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

import pytest

from cardledger.exchange.formats import xlsx
from cardledger.exchange.reading.columns import letter_of
from scripts.benchmarks.rows.reading import rows
from scripts.district.workbooks import ROSTER_HEAD
from tests.exchange.making import with_texts, workbook
from tests.support import reader

ROWS: Final = 200_000
LIMIT: Final = 300
MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SPREADSHEET: Final = "urn:schemas-microsoft-com:office:spreadsheet"


def table() -> Iterator[list[str]]:
    yield [*ROSTER_HEAD]
    yield from rows(ROWS)


def shared_workbook(path: Path) -> Path:
    """Write a workbook as Excel does: every text once, in a part of its own."""
    places: dict[str, int] = {}

    def sheet() -> Iterator[bytes]:
        yield f'<worksheet xmlns="{MAIN}"><sheetData>'.encode()
        for number, row in enumerate(table(), 1):
            found = [places.setdefault(cell, len(places)) for cell in row]
            cells = "".join(
                f'<c r="{letter_of(column)}{number}" t="s"><v>{place}</v></c>'
                for column, place in enumerate(found)
            )
            yield f'<row r="{number}">{cells}</row>'.encode()
        yield b"</sheetData></worksheet>"

    def texts() -> Iterator[bytes]:
        yield f'<sst xmlns="{MAIN}">'.encode()
        for one in places:
            yield f"<si><t>{escape(one)}</t></si>".encode()
        yield b"</sst>"

    made = workbook(path.with_name("made.xlsx"), [["x"]])
    return with_texts(path, made, sheet(), texts())


def written(path: Path, start: str, row: str, cell: str, end: str) -> Path:
    """Write a text from patterns of its rows and cells."""
    with path.open("w", encoding="utf-8") as file:
        file.write(start)
        for values in table():
            file.write(row.format("".join(cell.format(escape(value)) for value in values)))
        file.write(end)
    return path


def separated(path: Path) -> Path:
    with path.open("w", encoding="gb18030") as file:
        file.writelines(",".join(row) + "\r\n" for row in table())
    return path


def page(path: Path) -> Path:
    return written(path, "<table>", "<tr>{}</tr>\n", "<td>{}</td>", "</table>")


def xml_workbook(path: Path) -> Path:
    start = f'<Workbook xmlns="{SPREADSHEET}" xmlns:ss="{SPREADSHEET}"><Worksheet><Table>'
    cell = '<Cell><Data ss:Type="String">{}</Data></Cell>'
    return written(path, start, "<Row>{}</Row>\n", cell, "</Table></Worksheet></Workbook>")


MAKERS: Final[dict[str, Callable[[Path], Path]]] = {
    "roster.xlsx": shared_workbook,
    "roster.csv": separated,
    "page.xls": page,
    "roster.xml": xml_workbook,
}


@pytest.mark.long
@pytest.mark.parametrize("name", MAKERS)
def test_a_large_roster_is_read_in_little_memory(name: str, tmp_path: Path) -> None:
    (said,) = reader.read([MAKERS[name](tmp_path / name)])
    assert said.get("rows") == ROWS, said
    assert said["peak"] < LIMIT, said


def test_such_a_workbook_is_read_as_it_comes() -> None:
    assert ROWS * len(ROSTER_HEAD) > xlsx.HELD_CELLS
