"""Damage to files: odd cells, and bytes that were changed, cut, repeated or moved."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from cardledger.exchange.reading.cells import Cell
from tests.exchange.formats import samples

#: Cells that nobody expects.
ODD: Final[tuple[Cell, ...]] = (
    *(None, "", " ", "　", "\u200b", "\0", "\ufffd", "合计", "学籍号", "#N/A", "=1+1", "'"),
    *(0.0, -1.0, 1e15, 1.1e17, 1e300, 2.5, True, False, date(1900, 1, 1), date(2100, 1, 1)),
    *('"', '"a', "a\nb", "a,b;c\td", "<td>", "&amp;", "]]>", "x" * 40_000, "９" * 16, "1.1E+17"),
)
#: Bytes that mean something in one of the formats, or nothing in any.
_BYTES: Final = (
    *(b"", b"\0", b"\xff\xff\xff\xff", b"<", b">", b'"', b"&x;", b"</td>", b"PK\x03\x04"),
    *(b"<table>", b"\x0a\0\0\0", b"\r", b"<!DOCTYPE x>", b"<row>", b"\x81", b"\xe5"),
)


def with_odd_cells(usual: Sequence[Cell], chance: random.Random) -> list[Cell]:
    """Return a row with some odd cells; now and then one that ends too early."""
    row = [*usual]
    while chance.random() < 0.5:
        row[chance.randrange(len(row))] = chance.choice(ODD)
    return row[: chance.randint(0, 6)] if chance.random() < 0.1 else row


def written(kind: str, rows: samples.Rows, folder: Path) -> bytes | None:
    """Return a table in one of the formats; nothing where that cannot hold every sign."""
    try:
        return samples.make(kind, folder, rows).read_bytes()
    except (ValueError, UnicodeEncodeError):
        return None
    except Exception as error:  # openpyxl and xlwt have their own
        if type(error).__module__.partition(".")[0] not in {"openpyxl", "builtins"}:
            raise
        return None


def with_damage(data: bytes, chance: random.Random) -> bytes:
    """Change bytes of a file, of a package mostly inside."""
    inside = zipfile.is_zipfile(io.BytesIO(data)) and chance.random() < 0.7
    return (inside_package if inside else with_odd_bytes)(data, chance)


def with_odd_bytes(data: bytes, chance: random.Random) -> bytes:
    """Change, cut, repeat or move some bytes."""
    changed = bytearray(data)
    for _turn in range(chance.choice((1, 1, 2, 5, 20))):
        place = chance.randrange(len(changed) + 1)
        length = chance.choice((0, 1, 1, 2, 4, 16, 200))
        way = chance.randrange(5)
        if way == 0 and place < len(changed):
            changed[place] ^= 1 << chance.randrange(8)
        elif way == 1:
            changed[place : place + length] = chance.choice(_BYTES)
        elif way == 2:
            changed[place:place] = changed[place : place + length] * chance.choice((1, 2, 50))
        elif way == 3 and chance.random() < 0.3:
            del changed[place:]
        else:
            changed[place : place + length] = chance.randbytes(length)
    return bytes(changed)


def inside_package(data: bytes, chance: random.Random) -> bytes:
    """Change what a package holds: its sums are right, so that the reader gets to see it."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(kept, "w") as new:
        names = old.namelist()
        victim = chance.choice(names)
        for name in names:
            content = old.read(name)
            new.writestr(name, with_odd_bytes(content, chance) if name == victim else content)
    return kept.getvalue()
