"""The same table in every format that can be read, made without the code that reads it."""

from __future__ import annotations

import csv
import html
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

import xlwt
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from cardledger.exchange.reading.cells import Cell
from tests.exchange.formats import biff5

Rows = Sequence[Sequence[Cell]]

_SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_ERRORS: Final = frozenset({"#N/A", "#REF!", "#DIV/0!"})


def written(cell: Cell) -> str:
    """Return what a spreadsheet shows of a cell."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() and cell < 1e15 else f"{cell:.5E}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def xlsx(path: Path, rows: Rows, *, since_1904: bool = False) -> Path:
    """Write a workbook by openpyxl."""
    book = Workbook()
    if since_1904:
        book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    sheet.title = "名册"
    for number, row in enumerate(rows, 1):
        for place, cell in enumerate(row, 1):
            if cell is not None:
                one = sheet.cell(number, place, cell)
                one.data_type = "e" if cell in _ERRORS else one.data_type
    book.save(path)
    return path


def xls(path: Path, rows: Rows, *, since_1904: bool = False) -> Path:
    """Write a binary workbook by xlwt."""
    book = xlwt.Workbook()
    book.dates_1904 = since_1904
    sheet = book.add_sheet("名册")
    day = xlwt.XFStyle()
    day.num_format_str = "yyyy-mm-dd"
    moment = xlwt.XFStyle()
    moment.num_format_str = "yyyy-mm-dd hh:mm:ss"
    codes = {"#DIV/0!": 7, "#REF!": 23, "#N/A": 42}
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if isinstance(cell, str) and cell in codes:
                sheet.row(number).set_cell_error(place, codes[cell])
            elif isinstance(cell, date):
                sheet.write(number, place, cell, moment if isinstance(cell, datetime) else day)
            elif cell is not None:
                sheet.write(number, place, cell)
    book.save(str(path))
    return path


def ods(path: Path, rows: Rows, *, since_1904: bool = False) -> Path:
    """Write an OpenDocument spreadsheet."""
    null = f'<table:null-date table:date-value="{1904 if since_1904 else 1899}-01-01"/>'
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content'
        f' xmlns:office="{_OASIS}:office:1.0" xmlns:table="{_OASIS}:table:1.0"'
        f' xmlns:text="{_OASIS}:text:1.0"><office:body><office:spreadsheet>'
        f"<table:calculation-settings>{null}</table:calculation-settings>"
        f'<table:table table:name="名册">{"".join(map(_ods_row, rows))}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", _ODS_TYPE)
        package.writestr("content.xml", content, zipfile.ZIP_DEFLATED)
        package.writestr("META-INF/manifest.xml", "<manifest/>", zipfile.ZIP_DEFLATED)
    return path


def _ods_row(row: Sequence[Cell]) -> str:
    return f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>"


def _ods_cell(cell: Cell) -> str:
    if cell is None:
        return "<table:table-cell/>"
    kinds: dict[type, tuple[str, str]] = {
        bool: ("boolean", f'boolean-value="{str(cell).lower()}"'),
        float: ("float", f'value="{cell!r}"'),
        date: ("date", f'date-value="{cell}"'),
        datetime: ("date", f'date-value="{written(cell)}"'),
    }
    kind, value = kinds.get(type(cell), ("string", ""))
    return (
        f'<table:table-cell office:value-type="{kind}"'
        f"{f' office:{value}' if value else ''}><text:p>{escape(written(cell))}</text:p>"
        "</table:table-cell>"
    )


def xml2003(path: Path, rows: Rows, *, since_1904: bool = False) -> Path:
    """Write an XML Spreadsheet 2003; cells after an empty one say where they are."""
    epoch = "<x:Date1904/>" if since_1904 else ""
    content = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        f'<Workbook xmlns="{_SPREADSHEET}" xmlns:ss="{_SPREADSHEET}"'
        ' xmlns:x="urn:schemas-microsoft-com:office:excel">'
        f'<x:ExcelWorkbook>{epoch}</x:ExcelWorkbook><Worksheet ss:Name="名册"><Table>'
        f"{''.join(map(_xml_row, rows))}</Table></Worksheet></Workbook>"
    )
    path.write_text(content, "utf-8")
    return path


def _xml_row(row: Sequence[Cell]) -> str:
    cells, skipped = [], False
    for place, cell in enumerate(row, 1):
        if cell is None:
            skipped = True
            continue
        kinds: dict[type, tuple[str, str]] = {
            bool: ("Boolean", str(int(bool(cell)))),
            float: ("Number", repr(cell)),
            date: ("DateTime", f"{cell}T00:00:00.000"),
            datetime: ("DateTime", f"{written(cell)}.000"),
        }
        kind, value = kinds.get(type(cell), ("String", escape(str(cell))))
        kind = "Error" if cell in _ERRORS else kind
        index = f' ss:Index="{place}"' if skipped else ""
        cells.append(f'<Cell{index}><Data ss:Type="{kind}">{value}</Data></Cell>')
        skipped = False
    return f"<Row>{''.join(cells)}</Row>"


def page(path: Path, rows: Rows, encoding: str = "gb2312") -> Path:
    """Write an HTML table as the office's programs export it: under the name .xls."""
    lines = "\r\n".join(
        "<tr>"
        + "".join(
            "<td style='mso-number-format:\"\\@\"'>" + html.escape(written(cell)) + "</td>"
            for cell in row
        )
        + "</tr>"
        for row in rows
    )
    content = (
        f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={encoding}">'
        "<style>td { border: 1px }</style></head>"
        f"<body><table border=1>{lines}</table></body></html>"
    )
    path.write_bytes(content.encode(encoding))
    return path


def separated(path: Path, rows: Rows, delimiter: str, encoding: str) -> Path:
    """Write a text table."""
    kept = StringIO(newline="")
    csv.writer(kept, delimiter=delimiter).writerows([*map(written, row)] for row in rows)
    path.write_bytes(kept.getvalue().encode(encoding))
    return path


def _text(delimiter: str, encoding: str) -> Callable[[Path, Rows], Path]:
    return lambda path, rows: separated(path, rows, delimiter, encoding)


#: Formats that keep what a cell is (text, number, day), by name, with the name of the file.
TYPED: Final[dict[str, tuple[str, Callable[..., Path]]]] = {
    "xlsx": ("a.xlsx", xlsx),
    "xls-biff8": ("a.xls", xls),
    "xls-biff5": ("a.xls", biff5.workbook),
    "ods": ("a.ods", ods),
    "xml2003": ("a.xls", xml2003),
}
#: Formats in which every cell is text.
TEXTUAL: Final[dict[str, tuple[str, Callable[[Path, Rows], Path]]]] = {
    "html": ("a.xls", page),
    "csv-utf8": ("a.csv", _text(",", "utf-8")),
    "csv-mark": ("a.csv", _text(",", "utf-8-sig")),
    "csv-gb18030": ("a.csv", _text(",", "gb18030")),
    "tsv-utf16": ("a.xls", _text("\t", "utf-16")),
    "tsv-utf16-bare": ("a.xls", _text("\t", "utf-16-le")),
    "semicolons-utf16-bare": ("a.csv", _text(";", "utf-16-be")),
}
ALL: Final = {**TYPED, **TEXTUAL}


def make(kind: str, folder: Path, rows: Rows) -> Path:
    """Write a table in one of the formats."""
    name, maker = ALL[kind]
    folder.mkdir(parents=True, exist_ok=True)
    return maker(folder / name, rows)
