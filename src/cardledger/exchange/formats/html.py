"""HTML tables, which many programs save under the name .xls.

All cells are text, as the page shows them: leading zeros stay, `<br>` is a line end, other white
space is one blank. Each table is a sheet; a table inside a cell is one of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from cardledger.errors import UnreadableFile
from cardledger.exchange.containers.encoding import decoded, encoding_of, looks
from cardledger.exchange.containers.markup import (
    TEXT_LIMIT,
    Found,
    Handler,
    drained,
    fed_in,
    sheets_of,
    trimmed,
)
from cardledger.exchange.containers.raw import (
    COLUMN_LIMIT,
    DEPTH_LIMIT,
    RawFile,
    Source,
    damaged,
    too_deep,
    too_wide,
    with_entities,
)
from cardledger.exchange.formats import xml2003
from cardledger.exchange.reading.cells import Cell
from cardledger.i18n import _

_MARKUP: Final = re.compile(r"\ufeff?\s*<[!?/A-Za-z]")
_DECLARED: Final = re.compile(
    r"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.-]+)""", re.IGNORECASE
)
#: A document type with parts of its own: HTML has none.
_SUBSET: Final = re.compile(r"<!(?:DOCTYPE[^>]*\[|ENTITY)", re.IGNORECASE)
#: What ends a line of a cell. Other elements leave words where they are.
_BREAKS: Final = frozenset({"br", "p", "div", "li"})
#: What holds text that a page does not show.
_UNSEEN: Final = frozenset({"script", "style", "title", "noscript", "template"})
#: Bytes at the end in which the end of the last table is looked for.
_TAIL: Final = 1 << 16
_SPAN_LIMIT: Final = 65_534


def identify(source: Source) -> bool:
    """Tell whether a file is markup, but no XML workbook."""
    return bool(_MARKUP.match(looks(source.head))) and not xml2003.identify(source)


def open_sheets(source: Source) -> RawFile:
    """Return the tables of the page."""
    first = looks(source.head)
    if _SUBSET.search(first):
        raise with_entities(source.name)
    found = _DECLARED.search(first)
    encoding = encoding_of(source, found[1] if found else "")
    if not _ends_well(source):
        raise damaged(source.name)
    sheets = sheets_of(partial(_walk, source, encoding), source, nested=True)
    if not sheets:
        raise UnreadableFile(
            _("{file} is a web page or XML without a table."),
            hint=_("Open it in a spreadsheet program and save it as .xlsx."),
            file=source.name,
        )
    return RawFile(source.name, "html", encoding, sheets)


def _ends_well(source: Source) -> bool:
    """Tell whether the last table is closed: a browser would show one that was cut off silently."""
    last = source.read(max(0, source.size - _TAIL), _TAIL).replace(b"\0", b"").lower()
    return last.rfind(b"</table") >= max(last.rfind(b"<t" + one) for one in (b"r", b"d", b"h"))


def _walk(source: Source, encoding: str) -> Iterator[Found]:
    # Imported here: only who reads HTML pays for it.
    from lxml import etree

    page: Any = _Page(source.name)
    # huge_tree lifts the parser's own limit of depth: there it would leave out the rest silently.
    parser = etree.HTMLParser(target=page, encoding="utf-8", huge_tree=True)
    fed = False
    try:
        for piece in fed_in(text.encode() for text in decoded(source, encoding)):
            parser.feed(piece)
            fed = True
            yield from drained(page, source.name)
        if fed:
            parser.close()
    except etree.LxmlError:
        raise damaged(source.name) from None
    yield from drained(page, source.name)


class _Grid:
    """A table that is being read: its rows, and how far down cells of earlier rows reach."""

    def __init__(self, sheet: int) -> None:
        self.sheet: Final = sheet
        self.row = 0
        self.cells: list[Cell] = []
        self.column = 0
        self.open_row = self.open_cell = False
        self.span = 1
        self.words: list[str] = []
        self.down: dict[int, int] = {}

    def skip_taken(self) -> None:
        """Pass over places that cells of earlier rows take."""
        while self.down.get(self.column, 0) > 0:
            self.column += 1


class _Page(Handler):
    """Puts tables together from what the parser tells; what is not closed ends by itself."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self._file = file
        self._open: list[_Grid] = []
        self._count = 0
        self._depth = 0
        self._unseen = 0

    def start(self, tag: str, attributes: Any) -> None:
        self._depth += 1
        if self._depth > DEPTH_LIMIT:
            raise too_deep(self._file)
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "table":
            self._keep_words()
            self._open.append(_Grid(self._count))
            self._count += 1
        elif self._open:
            if tag in {"td", "th"}:
                self._begin_cell(self._open[-1], attributes)
            elif tag == "tr":
                self._end_row(self._open[-1])
                self._begin_row(self._open[-1])
            elif tag in _BREAKS:
                self.text.append("\v")

    def end(self, tag: str) -> None:
        self._depth -= 1
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif self._open:
            grid = self._open[-1]
            if tag in {"td", "th"}:
                self._end_cell(grid)
            elif tag == "tr":
                self._end_row(grid)
            elif tag == "table":
                self._end_row(grid)
                self._open.pop()
                self.text.clear()
            elif tag in _BREAKS and tag != "br":
                self.text.append("\v")

    def data(self, text: str) -> None:
        """Take text; what a page does not show, or shows outside of tables, is left."""
        if self._open and not self._unseen:
            self.text.append(text)

    def comment(self, text: str) -> None:
        """Pass over a remark."""

    def close(self) -> None:
        """End what is still open."""
        while self._open:
            self._end_row(self._open.pop())

    def _keep_words(self) -> None:
        if self._open:
            words = self._open[-1].words
            words[:] = ["".join((*words, *self.text))]
            if len(words[0]) > TEXT_LIMIT:
                raise damaged(self._file)
        self.text.clear()

    def _begin_row(self, grid: _Grid) -> None:
        grid.open_row = True
        grid.row += 1
        grid.cells, grid.column = [], 0

    def _end_row(self, grid: _Grid) -> None:
        if grid.open_row:
            self._end_cell(grid)
            grid.open_row = False
            grid.down = {column: rows - 1 for column, rows in grid.down.items() if rows > 1}
            if trimmed(grid.cells):
                name = f"table {grid.sheet + 1}"
                self.rows.append(Found(grid.sheet, name, grid.row, grid.cells))

    def _begin_cell(self, grid: _Grid, attributes: Any) -> None:
        self._end_cell(grid)
        if not grid.open_row:
            self._begin_row(grid)
        self.text.clear()
        grid.words.clear()
        grid.skip_taken()
        grid.span = _span(attributes.get("colspan"))
        if grid.column + grid.span > COLUMN_LIMIT:
            raise too_wide(self._file, f"table {grid.sheet + 1}", grid.column + grid.span - 1)
        rows = _span(attributes.get("rowspan"))
        if rows > 1:
            # One more than is left, since the end of this row takes one off.
            grid.down.update(dict.fromkeys(range(grid.column, grid.column + grid.span), rows))
        grid.open_cell = True

    def _end_cell(self, grid: _Grid) -> None:
        if grid.open_cell:
            grid.open_cell = False
            shown = _shown("".join((*grid.words, *self.text)))
            self.text.clear()
            if shown:
                grid.cells += [None] * (grid.column - len(grid.cells))
                grid.cells.append(shown)
            grid.column += grid.span


def _shown(text: str) -> str:
    if text.isalnum():
        return text
    lines = (" ".join(re.split(r"[ \t\r\n\f]+", line)).strip() for line in text.split("\v"))
    return "\n".join(line for line in lines if line)


def _span(written: str | None) -> int:
    found = re.match(r"\s*(\d{1,6})", written or "")
    return max(1, min(int(found[1]), _SPAN_LIMIT)) if found else 1
