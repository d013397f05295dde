"""What a file is, by its bytes, and its sheets as rows of cells. Names and endings decide nothing.

Limits: a file of 100 MiB, 512 MiB unpacked, 500 columns, 8 million cells from the first to the last
(300,000 rows of 26 columns). Each is reported when it is reached, before memory is taken. A row's
number is the one that a spreadsheet program shows.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import BinaryIO, Final, Literal, NamedTuple

from cardledger.errors import UnreadableFile
from cardledger.exchange.cells import Cell
from cardledger.exchange.columns import letter_of
from cardledger.i18n import _

FILE_LIMIT: Final = 100 << 20
UNPACKED_LIMIT: Final = 512 << 20
COLUMN_LIMIT: Final = 500
AREA_LIMIT: Final = 8_000_000

NumberedRow = tuple[int, Sequence[Cell]]

_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_CHUNK: Final = 1 << 20
#: References to cells or rows that lie far out: right of column Z, or below row 99,999. The usual
#: form of a near one is passed over first: all other forms of XML are slower to look at.
_FAR: Final = re.compile(rb"""r\s*=(?!"[A-Z]\d{1,5}")\s*["']\s*([A-Za-z]{2,}\d*|[A-Za-z]?\d{6,})""")
_LAST_NEAR_ROW: Final = 99_999
#: Bytes of a piece that are looked at again with the next one; a reference has 20.
_OVERLAP: Final = 64


class RawSheet(NamedTuple):
    """A sheet: its name, its first column from 0, and its rows, anew at each call."""

    name: str
    first: int
    rows: Callable[[], Iterator[NumberedRow]]


class RawFile(NamedTuple):
    """A file that was understood: its name, what it is, its encoding where it is text."""

    name: str
    format: Literal["xlsx", "csv"]
    encoding: str
    sheets: tuple[RawSheet, ...]


def read_bytes(file: Path | BinaryIO, name: str) -> bytes:
    """Return the bytes of a file or stream; raises `UnreadableFile` where there are too many."""
    try:
        if isinstance(file, Path):
            with file.open("rb") as opened:
                data = opened.read(FILE_LIMIT + 1)
        else:
            data = file.read(FILE_LIMIT + 1)
    except OSError as error:
        raise unreadable(name, error) from None
    if len(data) > FILE_LIMIT:
        raise _too_large(name, f"{FILE_LIMIT >> 20} MiB")
    return data


def unreadable(name: str, error: OSError) -> UnreadableFile:
    """Return what the system said of a file as an error of ours."""
    return UnreadableFile(
        _("{file} cannot be read: {reason}"),
        hint=_("Check the path and the permissions."),
        file=name,
        reason=error.strerror or error,
    )


def open_file(data: bytes, name: str) -> RawFile:
    """Tell by its bytes what a file is, and return its sheets; raises `UnreadableFile`."""
    if data.startswith(b"PK\x03\x04"):
        return _open_workbook(data, name)
    if data.startswith(_OLE):
        raise _refused_container(data, name)
    head = data[:1024].lstrip().lower()
    if head.startswith((b"<", b"\xef\xbb\xbf<")):
        raise UnreadableFile(
            _("{file} is a web page or XML, whatever its name says."),
            hint=_("Open it in a spreadsheet program and save it as .xlsx."),
            file=name,
        )
    if not data.strip():
        raise UnreadableFile(_("{file} is empty."), hint=_("Choose another file."), file=name)
    # Imported here: text files and workbooks share what stands above.
    from cardledger.exchange.delimited import open_text

    return open_text(data, name)


def not_a_spreadsheet(name: str) -> UnreadableFile:
    """Return the refusal of a file that is no table at all."""
    return UnreadableFile(
        _("{file} is not a spreadsheet."),
        hint=_("Workbooks (.xlsx) and CSV in UTF-8 or GB18030 can be read."),
        file=name,
    )


def too_wide(name: str, sheet: str, column: int) -> UnreadableFile:
    """Return the refusal of a sheet with too many columns."""
    return UnreadableFile(
        _("{file}: the sheet “{sheet}” reaches to column {column}; {limit} columns can be read."),
        hint=_("Delete the columns to the right of the table, and save the file again."),
        file=name,
        sheet=sheet,
        column=letter_of(column),
        limit=COLUMN_LIMIT,
    )


def _too_large(name: str, limit: str) -> UnreadableFile:
    return UnreadableFile(
        _("{file} is too large: more than {limit}."),
        hint=_("Split it into several files."),
        file=name,
        limit=limit,
    )


def _refused_container(data: bytes, name: str) -> UnreadableFile:
    if _ENCRYPTED in data:
        return UnreadableFile(
            _("{file} is protected by a password."),
            hint=_("Open it in a spreadsheet program, take the password off and save it."),
            file=name,
        )
    return UnreadableFile(
        _("{file} is a file of an old office program (such as .xls)."),
        hint=_("Open it in a spreadsheet program and save it as .xlsx."),
        file=name,
    )


def _damaged(name: str) -> UnreadableFile:
    return UnreadableFile(
        _("{file} is damaged or was cut off."),
        hint=_("Get it again, or open it in a spreadsheet program and save it anew."),
        file=name,
    )


def _open_workbook(data: bytes, name: str) -> RawFile:
    # Imported here: only who reads a workbook pays for it.
    from python_calamine import CalamineError, CalamineWorkbook

    _check_package(data, name)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets, area = [], 0
        for title in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(title)
            if sheet.start is not None and sheet.end is not None:
                area += (sheet.end[0] + 1) * (sheet.end[1] + 1)
                if area > AREA_LIMIT:
                    raise _too_large(name, f"{AREA_LIMIT:,} cells")
                sheets.append(RawSheet(title, sheet.start[1], _numbered(sheet.iter_rows)))
    except CalamineError:
        raise _damaged(name) from None
    return RawFile(name, "xlsx", "", tuple(sheets))


def _numbered(rows: Callable[[], Iterator[Sequence[Cell]]]) -> Callable[[], Iterator[NumberedRow]]:
    return lambda: enumerate(rows(), 1)


def _check_package(data: bytes, name: str) -> None:
    """Look at a zip file before it is unpacked in earnest: whole, of bounded size, a workbook.

    The reader reserves the whole area from the first to the last cell, so that two cells in
    opposite corners would take all memory: the area is measured first.
    """
    try:
        with closing(zipfile.ZipFile(io.BytesIO(data))) as package:
            members = package.infolist()
            if not any(one.filename.lower() == "xl/workbook.xml" for one in members):
                raise not_a_spreadsheet(name)
            if sum(one.file_size for one in members) > UNPACKED_LIMIT:
                raise _too_large(name, f"{UNPACKED_LIMIT >> 20} MiB")
            for member in members:
                with package.open(member) as opened:
                    _check_area(iter(lambda: opened.read(_CHUNK), b""), name, member.filename)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise _damaged(name) from None


def _check_area(chunks: Iterator[bytes], name: str, member: str) -> None:
    """Read a part of a workbook to its end, which checks its sum; measure how far a sheet reaches.

    Columns up to Z are not told apart: a sheet counts as 26 columns wide at least.
    """
    last_row, last_column, rest = _LAST_NEAR_ROW, 25, b""
    for chunk in chunks:
        if "worksheets/" not in member.lower():
            continue
        seen = rest + chunk
        for reference in _FAR.findall(seen):
            letters = reference.rstrip(b"0123456789")
            last_row = max(last_row, int(reference[len(letters) :] or 0))
            last_column = max(last_column, _place_of(letters.upper()))
        rest = seen[-_OVERLAP:]
    if last_column >= COLUMN_LIMIT:
        raise too_wide(name, Path(member).stem, last_column)
    if last_row > _LAST_NEAR_ROW and last_row * (last_column + 1) > AREA_LIMIT:
        raise UnreadableFile(
            _("{file}: the sheet “{sheet}” reaches to cell {cell}: that is too far out."),
            hint=_("Delete the rows below the table and the columns beside it, and save it again."),
            file=name,
            sheet=Path(member).stem,
            cell=f"{letter_of(last_column)}{last_row}",
        )


def _place_of(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - ord("A") + 1
    return place - 1
