"""Tables that come piece by piece out of a parser which is fed (HTML and every kind of XML).

A small document is kept as rows; of a large one only the names of its sheets are kept, and it is
parsed anew when rows are asked for, so that memory does not grow with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple
from xml.parsers import expat

from cardledger.exchange.containers.raw import (
    CELL_LIMIT,
    COLUMN_LIMIT,
    DEPTH_LIMIT,
    NumberedRow,
    RawSheet,
    Source,
    damaged,
    too_deep,
    too_large,
    too_many_cells,
    too_wide,
    with_entities,
)
from cardledger.exchange.reading.cells import Cell

#: Cells up to which a document is kept.
KEPT_CELLS: Final = 200_000
#: Sheets of a document that is too large to be kept: each of them costs a pass.
SHEETS_OF_LARGE: Final = 32


class Found(NamedTuple):
    """A row of a document: of which sheet (counted from 0), its number, its cells."""

    sheet: int
    name: str
    number: int
    cells: list[Cell]


#: Bytes that a parser is fed at a time.
FEED: Final = 1 << 16
#: Bytes of one tag, and signs of one cell, at most.
TOKEN_LIMIT: Final = 1 << 20
TEXT_LIMIT: Final = 1 << 20
TEXT_PIECES: Final = 256

Walk = Callable[[], Iterator[Found]]


def sheets_of(walk: Walk, source: Source, *, nested: bool = False) -> tuple[RawSheet, ...]:
    """Return the sheets of a document that `walk` goes through from its beginning to its end.

    It is walked to the end once, so what is wrong with it is found before any row is used.
    `nested`: rows of one sheet may come after rows of a later one.
    """
    names: dict[int, str] = {}
    kept: dict[int, list[NumberedRow]] | None = {}
    cells = 0
    for sheet, name, number, row in walk():
        names.setdefault(sheet, name)
        cells += len(row)
        if len(row) > COLUMN_LIMIT:
            raise too_wide(source.name, name, len(row) - 1)
        if cells > CELL_LIMIT:
            raise too_many_cells(source.name)
        if kept is not None:
            if cells > KEPT_CELLS:
                kept = None
            else:
                kept.setdefault(sheet, []).append((number, row))
    if kept is not None:
        return tuple(
            RawSheet(name, 0, _again(kept[sheet])) for sheet, name in sorted(names.items())
        )
    if len(names) > SHEETS_OF_LARGE:
        raise too_large(source.name, f"{SHEETS_OF_LARGE} sheets")
    return tuple(
        RawSheet(name, 0, _walked(walk, sheet, nested)) for sheet, name in sorted(names.items())
    )


def _again(rows: list[NumberedRow]) -> Callable[[], Iterator[NumberedRow]]:
    return lambda: iter(rows)


def _walked(walk: Walk, wanted: int, nested: bool) -> Callable[[], Iterator[NumberedRow]]:
    def rows() -> Iterator[NumberedRow]:
        for sheet, _name, number, cells in walk():
            if sheet > wanted and not nested:
                return
            if sheet == wanted:
                yield number, cells

    return rows


class Handler:
    """What a parser tells of a document.

    Text is collected in `text`, which the handler clears where a cell begins; rows that are
    complete are put into `rows`.
    """

    def __init__(self) -> None:
        self.rows: list[Any] = []
        self.text: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take an element that begins; the namespace of its name stands before a blank."""

    def end(self, tag: str) -> None:
        """Take an element that ends."""


def parse_xml(
    pieces: Iterable[bytes], handler: Handler, name: str, encoding: str | None = None
) -> Iterator[Any]:
    """Feed XML to a handler and return the rows that it completes.

    `encoding` is what the bytes are in; without it XML's own rules tell. Raises `UnreadableFile`
    where the XML is not well-formed, declares a document type, or is too deep.
    """
    parser = expat.ParserCreate(encoding, " ")
    parser.buffer_text = True
    parser.buffer_size = FEED
    depth = 0

    def refuse(*_declared: object) -> None:
        raise with_entities(name)

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEPTH_LIMIT:
            raise too_deep(name)
        begin(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        finish(tag)

    begin, finish = handler.start, handler.end
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = handler.text.append
    fed = 0
    try:
        for piece in fed_in(pieces):
            parser.Parse(piece, False)
            fed += len(piece)
            if fed - parser.CurrentByteIndex > TOKEN_LIMIT:
                raise damaged(name)
            yield from drained(handler, name)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError):
        raise damaged(name) from None
    yield from drained(handler, name)


def fed_in(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Cut pieces small: what one of them can expand to is held in memory."""
    for piece in pieces:
        for place in range(0, len(piece), FEED):
            yield piece[place : place + FEED]


def drained(handler: Handler, name: str) -> list[Any]:
    """Take the rows that a handler has completed; raises `UnreadableFile` for an endless cell."""
    if len(handler.text) > TEXT_PIECES:
        # Text between cells, which nobody has asked for, is also held until the next cell.
        handler.text[:] = ["".join(handler.text)]
        if len(handler.text[0]) > TEXT_LIMIT:
            raise damaged(name)
    rows = handler.rows[:]
    handler.rows.clear()
    return rows


def trimmed(cells: list[Cell]) -> list[Cell]:
    """Return the cells without the empty ones at the end."""
    while cells and (cells[-1] is None or cells[-1] == ""):
        cells.pop()
    return cells
