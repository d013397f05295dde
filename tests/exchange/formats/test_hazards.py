"""Files made to do harm: each is refused within seconds and with little memory, and says why.

All are read by one process that has little memory to give (see `tests.support.reader`).
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
import xlwt

from cardledger.errors import UnreadableFile
from cardledger.exchange.reading.files import open_file
from tests.exchange.formats import biff5, samples
from tests.support import reader

MIB: Final = 1 << 20
MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SPREADSHEET: Final = "urn:schemas-microsoft-com:office:spreadsheet"
OASIS: Final = "urn:oasis:names:tc:opendocument:xmlns"
BOMB: Final = (
    '<!DOCTYPE bomb [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
HEAD: Final = ["学籍号", "姓名"]
ROW: Final = ["0117001101010110", "张三"]

Maker = Callable[[Path], object]


def sheet(path: Path, xml: str, *more: bytes) -> Path:
    """Write a workbook whose first sheet is what is given; `more` comes after it, MiB by MiB."""
    made = samples.xlsx(path.with_suffix(".made"), [HEAD, ROW])
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(path, "w", 8) as new:
        for one in old.namelist():
            if one != "xl/worksheets/sheet1.xml":
                new.writestr(one, old.read(one))
        with new.open("xl/worksheets/sheet1.xml", "w") as written:
            written.write(xml.encode())
            for piece in more:
                written.write(piece)
    return path


def rows(content: str) -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{content}</sheetData></worksheet>'


def ods(path: Path, content: str | bytes) -> Path:
    with zipfile.ZipFile(path, "w", 8) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", 0)
        package.writestr("content.xml", content)
    return path


def table(content: str, before: str = "") -> str:
    return (
        f'{before}<o:document-content xmlns:o="{OASIS}:office:1.0" xmlns:t="{OASIS}:table:1.0"'
        f' xmlns:x="{OASIS}:text:1.0"><t:table>{content}</t:table></o:document-content>'
    )


def book(content: str, before: str = "") -> str:
    return (
        f'<?xml version="1.0"?>{before}<Workbook xmlns="{SPREADSHEET}" xmlns:ss="{SPREADSHEET}">'
        f"<Worksheet><Table>{content}</Table></Worksheet></Workbook>"
    )


def text(content: str | bytes) -> Maker:
    data = content.encode() if isinstance(content, str) else content
    return lambda path: path.write_bytes(data)


def member(name: str, size: int, packed: bytes, place: int, crc: int) -> tuple[bytes, bytes]:
    """Return the two records by which a package names a member: they can say what they like."""
    fields = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, crc, len(packed), size, len(name), 0)
    local = b"PK\3\4" + fields + name.encode() + packed
    central = b"PK\1\2" + struct.pack("<H", 20) + fields + struct.pack("<HHHII", 0, 0, 0, 0, place)
    return local, central + name.encode()


def overlapping(path: Path) -> object:
    """Many members that share the same packed bytes: a few bytes unpack to a lot."""
    plain = rows(" " * MIB).encode()
    packing = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packing.compress(plain) + packing.flush()
    names = ["xl/workbook.xml", *(f"xl/worksheets/sheet{n}.xml" for n in range(400))]
    records = [member(name, len(plain), packed, 0, zlib.crc32(plain)) for name in names]
    directory = b"".join(central for _local, central in records)
    count, start = len(names), len(records[0][0])
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), start, 0)
    return path.write_bytes(records[0][0] + directory + b"PK\5\6" + end)


def more_than_it_says(path: Path) -> object:
    """A sheet that says it has 200 bytes, and unpacks to 300 MiB."""
    sheet(path, rows(""), *[b" " * MIB] * 300)
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as package:
        size = package.getinfo("xl/worksheets/sheet1.xml").file_size
    told = size.to_bytes(4, "little")
    for _turn in range(data.count(told)):
        place = data.index(told)
        data[place : place + 4] = (200).to_bytes(4, "little")
    return path.write_bytes(data)


def nested(path: Path) -> object:
    """A package in a package: it is nobody's workbook."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", 8) as package:
        package.writestr("xl/workbook.xml", b" " * (64 * MIB))
    with zipfile.ZipFile(path, "w", 8) as package:
        package.writestr("xl/workbook.zip", inner.getvalue())
    return path


def many_members(path: Path) -> object:
    with zipfile.ZipFile(path, "w") as package:
        for number in range(60_000):
            package.writestr(f"{number}", b"")
    return path


def xls(path: Path, *, far: bool) -> object:
    workbook = xlwt.Workbook()
    first = workbook.add_sheet("a")
    for place, (heading, cell) in enumerate(zip(HEAD, ROW, strict=True)):
        first.write(0, place, heading)
        first.write(1, place, cell)
    if far:
        first.write(65_535, 255, "x")
    return workbook.save(str(path))


def circle(path: Path) -> object:
    data = bytearray(biff5.container(biff5.stream([HEAD, ROW] * 500)))
    fat = (struct.unpack_from("<I", data, 76)[0] + 1) * 512
    struct.pack_into("<II", data, fat, 1, 0)
    return path.write_bytes(data)


def encrypted_package(path: Path) -> object:
    return path.write_bytes(biff5.container(b"\0" * 8192, "EncryptedPackage"))


EMPTY_ROWS: Final = 1_000_000
#: What is read, by name: how it is made, and what is said of it.
REFUSED: Final[dict[str, tuple[Maker, str]]] = {
    "not-a-table.jpg": (text(b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(100)), "not a spreadsheet"),
    "letter.doc": (lambda p: p.write_bytes(biff5.container(bytes(9000), "WordDocument")), "not a"),
    "password.xlsx": (encrypted_package, "password"),
    "password.xls": (
        lambda p: p.write_bytes(
            biff5.container(biff5.stream([HEAD], protection=biff5.record(0x2F, bytes(6))))
        ),
        "password",
    ),
    "bomb.xlsx": (lambda p: sheet(p, rows(""), *[b" " * MIB] * 520), "more than 512 MiB"),
    "lying.xlsx": (more_than_it_says, "damaged"),
    "overlapping.xlsx": (overlapping, "damaged"),
    "nested.xlsx": (nested, "not a spreadsheet"),
    "members.xlsx": (many_members, "damaged"),
    "entities.xlsx": (lambda p: sheet(p, BOMB + rows("&j;")), "DOCTYPE"),
    "entities.ods": (lambda p: ods(p, table("&j;", BOMB)), "DOCTYPE"),
    "entities.xml": (text(book("&j;", BOMB)), "DOCTYPE"),
    "entities.html": (text(BOMB + "<table><tr><td>&j;</table>"), "DOCTYPE"),
    "corner.xlsx": (
        lambda p: sheet(p, rows('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
        "XFD",
    ),
    "cells.xlsx": (
        lambda p: sheet(p, rows("")[:-24] + "<row>", *[b"<c><v>1</v></c>" * (MIB // 16)] * 150),
        "cells",
    ),
    "wide.xlsx": (
        lambda p: sheet(p, rows(f"<row>{'<c><v>1</v></c>' * 20_000}</row>")),
        "column",
    ),
    "wide.csv": (text("学籍号,姓名" + ",x" * 20_000 + "\n"), "500 columns"),
    "wide.html": (text("<table><tr>" + "<td>x" * 20_000 + "</table>"), "500 columns"),
    "wide.xml": (text(book(f"<Row>{'<Cell><Data>x</Data></Cell>' * 20_000}</Row>")), "500 columns"),
    "wide.ods": (
        lambda p: ods(p, table(
            '<t:table-row><t:table-cell t:number-columns-repeated="20000">'
            "<x:p>x</x:p></t:table-cell></t:table-row>"
        )),
        "500 columns",
    ),
    "repeated.ods": (
        lambda p: ods(p, table(
            '<t:table-row t:number-rows-repeated="1000000"><t:table-cell '
            't:number-columns-repeated="400"><x:p>x</x:p></t:table-cell></t:table-row>'
        )),
        "cells",
    ),
    "deep.html": (text("<table><tr><td>" + "<div>" * 500_000 + "</table>"), "deep"),
    "tables.html": (text("<table><tr><td>x" * 5_000 + "</table>" * 5_000), "deep"),
    "deep.xml": (text(book("<Row>" + "<x>" * 500_000)), "deep"),
    "deep.ods": (lambda p: ods(p, table("<x>" * 500_000)), "deep"),
    "tag.xml": (text(book(f"<Row a='{'x' * (20 * MIB)}'/>")), "damaged"),
    "cell.xml": (text(book(f"<Row><Cell><Data>{'x' * (40 * MIB)}</Data></Cell></Row>")), "damaged"),
    "spans.html": (text("<table>" + "<tr><td colspan=499>x<td>y" * 40_000 + "</table>"), "cells"),
    "line.csv": (text("学籍号,姓名\n" + "x" * (40 * MIB)), "longer"),
    "quote.csv": (text('学籍号,姓名\n"' + "x,\n" * (8 * MIB)), "CSV"),
    "circle.xls": (circle, "damaged"),
}  # fmt: skip
#: What only looks as if it were too much: it is read.
READ: Final[dict[str, Maker]] = {
    "far.xls": lambda p: xls(p, far=True),
    "empty.csv": text("学籍号,姓名\n" + "\n" * EMPTY_ROWS + ",".join(ROW) + "\n"),
    "commas.csv": text("学籍号,姓名\n" + ",,,,,,\n" * EMPTY_ROWS + ",".join(ROW) + "\n"),
    "empty.html": text(
        "<table><tr><td>学籍号<td>姓名" + "<tr><td><td>\n" * EMPTY_ROWS
        + "<tr><td>0117001101010110<td>张三</table>"
    ),
    "empty.xml": text(
        book(
            "<Row><Cell><Data>学籍号</Data></Cell><Cell><Data>姓名</Data></Cell></Row>"
            + "<Row><Cell/></Row>" * EMPTY_ROWS
            + "<Row><Cell><Data>0117001101010110</Data></Cell><Cell><Data>张三</Data></Cell></Row>"
        )
    ),
    "empty.xlsx": lambda p: sheet(
        p,
        rows(
            '<row><c t="str"><v>学籍号</v></c><c t="str"><v>姓名</v></c></row>'
            + "<row><c s='0'/></row>" * EMPTY_ROWS
            + '<row><c t="str"><v>0117001101010110</v></c><c t="str"><v>张三</v></c></row>'
        ),
    ),
    "empty.ods": lambda p: ods(
        p,
        table(
            "<t:table-row><t:table-cell><x:p>学籍号</x:p></t:table-cell><t:table-cell><x:p>姓名</x:p>"
            '</t:table-cell></t:table-row><t:table-row t:number-rows-repeated="1000000">'
            '<t:table-cell t:number-columns-repeated="16384"/></t:table-row><t:table-row>'
            "<t:table-cell><x:p>0117001101010110</x:p></t:table-cell><t:table-cell><x:p>张三</x:p>"
            "</t:table-cell></t:table-row>"
        ),
    ),
}  # fmt: skip


@pytest.mark.slow
def test_harmful_files_are_refused_by_what_they_are_and_the_others_are_read(
    tmp_path: Path,
) -> None:
    """One process reads them all, so that the memory of each is seen."""
    makers = {**{name: maker for name, (maker, _says) in REFUSED.items()}, **READ}
    for name, maker in makers.items():
        maker(tmp_path / name)
    said = dict(zip(makers, reader.read(tmp_path / name for name in makers), strict=True))
    assert {name: answer for name, answer in said.items() if answer["seconds"] > 10} == {}
    assert max(answer["peak"] for answer in said.values()) < 150
    for name, (_maker, says) in REFUSED.items():
        refused = said[name].get("refused", "")
        assert name in refused
        assert says in refused
        assert said[name]["hint"]
    read = {name: said[name].get("rows") for name in READ}
    assert read == {**dict.fromkeys(READ, 1), "far.xls": 2}


@pytest.mark.parametrize("kind", samples.ALL)
def test_a_file_that_was_cut_anywhere_is_refused_or_loses_nothing_silently(
    kind: str, tmp_path: Path
) -> None:
    """Text without structure cannot show that it was cut; all others do."""
    data = samples.make(kind, tmp_path, [HEAD, *([ROW] * 20)]).read_bytes()
    step = max(1, len(data) // 60)
    for length in range(1, len(data), step):
        try:
            raw = open_file(data[:length], "cut")
            read = [cells for sheet in raw.sheets for _number, cells in sheet.rows()]
        except UnreadableFile as refused:
            problem = refused
            continue
        whole = len(read) == 21
        assert whole or raw.format == "csv"
    assert problem.hint
