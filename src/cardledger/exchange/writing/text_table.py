"""A table for people, as wide as their terminal.

Columns are aligned by spaces alone; on a terminal the headings are underlined and a percentage
has a bar. Where there is not room for all, headings and long texts are wrapped and lists cut; then
go columns that say the same in every row, then the times of moments, then columns by their rank.
The caller is told what is not shown. A single row for which there is no room stands upright; what
says nothing of it, and is of less weight, does not count then.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from cardledger.exchange.writing.tables_out import Column, Row, shown
from cardledger.exchange.writing.widths import cut, pad, width, wrap

GAP: Final = "  "
#: How many rows decide how wide the columns are; a longer text further down runs over.
SAMPLE: Final = 2000
#: A list is cut and a long text wrapped, but not into a narrower column than this.
NARROWEST: Final = {"list": 16, "long": 30}
#: A heading that is wider than its values is wrapped, but not into a narrower column than this
#: or than its longest word; a Chinese one is a word.
HEADING: Final = 8
#: So many columns always stay.
FEWEST: Final = 3
BAR: Final = 10
#: What stands where there is no value.
_NOTHING: Final = "-"
DAY: Final = len("2010-03-20")

_RIGHT: Final = frozenset({"count", "percent"})


class Look(NamedTuple):
    """How a table looks: columns of the terminal (0: as wide as need be), and whether to draw."""

    width: int = 0
    drawn: bool = False


class LeftOut(NamedTuple):
    """What is not shown: columns for want of width, and columns with the one value they have."""

    columns: list[Column]
    constant: list[tuple[Column, str]]


@dataclass(slots=True)
class _Laid:
    """A column on its way to the terminal."""

    column: Column
    title: str
    cells: list[str]
    size: int = 0
    shortened: bool = False
    constant: bool = False
    lines: list[str] = field(default_factory=list)

    def measure(self, *, wrapped: bool = False) -> None:
        """Find out how wide the column is; its heading is wrapped where that helps."""
        values = max(map(width, self.cells), default=0)
        room = max(values, HEADING, *map(width, self.title.split()))
        self.lines = wrap(self.title, room) if wrapped else [self.title]
        self.size = max(values, *map(width, self.lines))

    def shorten(self) -> None:
        """Leave the times of moments away."""
        self.shortened = True
        self.cells = [cell[:DAY] for cell in self.cells]
        self.measure(wrapped=True)


def render(
    rows: Iterable[Row],
    columns: Sequence[Column],
    say: Callable[[str], str],
    look: Look,
    left_out: Callable[[LeftOut], None] = lambda _left_out: None,
) -> Iterator[str]:
    """Yield the lines of a table. `left_out` is told what is not shown."""
    iterator = iter(rows)
    sample = list(itertools.islice(iterator, SAMPLE))
    following = next(iterator, None)
    laid = [
        _Laid(column, say(column.title), [_cell(row, column, say, look) for row in sample])
        for column in columns
    ]
    for one in laid:
        one.measure()
        one.constant = following is None and len(sample) > 1 and len(set(one.cells)) == 1
    kept = _fit([replace(one) for one in laid], look.width)
    if len(sample) == 1 and len(kept) < len(laid):
        # What is of less weight and says nothing of the only row is no reason to stand it upright.
        saying = [one for one in laid if not one.column.rank or one.cells != [_NOTHING]]
        kept = _fit([replace(one) for one in saying], look.width)
        if len(kept) < len(saying):
            yield from _upright(laid, look.width)
            return
        laid = saying
    _tell(laid, kept, left_out)
    height = max(len(one.lines) for one in kept)
    for place in range(height):
        yield _line([_nth(one.lines, place - height) for one in kept], kept)
    if look.drawn:
        yield GAP.join("─" * one.size for one in kept) + "\n"
    for place in range(len(sample)):
        yield from _lines([one.cells[place] for one in kept], kept)
    for row in itertools.chain([following] if following is not None else [], iterator):
        cells = [_cell(row, one.column, say, look) for one in kept]
        cells = [
            cell[:DAY] if one.shortened else cell for cell, one in zip(cells, kept, strict=True)
        ]
        yield from _lines(cells, kept)


def _cell(row: Row, column: Column, say: Callable[[str], str], look: Look) -> str:
    value: Any = row.get(column.key)
    text = shown(value, column.kind, say)
    if column.kind == "percent" and look.drawn and value is not None:
        full = int(value * BAR / 100)
        return f"{'█' * full}{'░' * (BAR - full)} {text:>6}"
    # What somebody typed must neither move the cursor nor begin a line of its own.
    return "".join(char if char.isprintable() else " " for char in text) or _NOTHING


def _fit(laid: Sequence[_Laid], limit: int) -> list[_Laid]:
    """Return the columns that fit into a width, made narrower where that is enough."""
    kept = list(laid)
    natural = {id(one): one.size for one in kept}
    for step in (_headed, _narrowed, _without_constant, _shortened, _without_last):
        while limit and _total(kept) > limit and step(kept, _total(kept) - limit):
            pass
    # What became free when columns went is for texts that were wrapped before.
    for one in kept:
        if one.column.kind in NARROWEST and one.size < natural[id(one)]:
            one.size = min(natural[id(one)], one.size + limit - _total(kept))
    return kept


def _total(kept: Sequence[_Laid]) -> int:
    return sum(one.size for one in kept) + len(GAP) * (len(kept) - 1)


def _headed(kept: list[_Laid], _excess: int) -> bool:
    for one in kept:
        one.measure(wrapped=True)
    return False


def _without_constant(kept: list[_Laid], _excess: int) -> bool:
    found = [one for one in kept if one.constant]
    if found and len(kept) > FEWEST:
        kept.remove(max(found, key=lambda one: one.column.rank))
    return bool(found) and len(kept) > FEWEST


def _shortened(kept: list[_Laid], _excess: int) -> bool:
    for one in kept:
        if one.column.kind == "moment" and not one.shortened:
            one.shorten()
    return False


def _narrowed(kept: list[_Laid], excess: int) -> bool:
    found = [one for one in kept if one.size > NARROWEST.get(one.column.kind, one.size)]
    if found:
        widest = max(found, key=lambda one: one.size)
        widest.size = max(widest.size - excess, NARROWEST[widest.column.kind])
    return bool(found)


def _without_last(kept: list[_Laid], _excess: int) -> bool:
    if len(kept) <= FEWEST:
        return False
    places = {id(one): place for place, one in enumerate(kept)}
    kept.remove(max(kept, key=lambda one: (one.column.rank, places[id(one)])))
    return True


def _tell(
    laid: Sequence[_Laid], kept: Sequence[_Laid], left_out: Callable[[LeftOut], None]
) -> None:
    there = {one.column.key for one in kept}
    gone = [one for one in laid if one.column.key not in there]
    if gone:
        left_out(
            LeftOut(
                [one.column for one in gone if not one.constant],
                [(one.column, one.cells[0]) for one in gone if one.constant],
            )
        )


def _upright(laid: Sequence[_Laid], limit: int) -> Iterator[str]:
    """Yield the one row as lines of a title and a value each, nothing left out."""
    titles = max(width(one.title) for one in laid)
    room = max(limit - titles - len(GAP), NARROWEST["long"])
    for one in laid:
        for place, line in enumerate(wrap(one.cells[0], room)):
            yield f"{pad('' if place else one.title, titles)}{GAP}{line}\n"


def _lines(cells: Sequence[str], kept: Sequence[_Laid]) -> Iterator[str]:
    """Yield the lines of a row."""
    parts = []
    for text, one in zip(cells, kept, strict=True):
        if one.column.kind not in NARROWEST or width(text) <= one.size:
            parts.append([text])
        elif one.column.kind == "long":
            parts.append(wrap(text, one.size))
        else:
            parts.append([cut(text, one.size - 1).rstrip() + "…"])
    for line in itertools.zip_longest(*parts, fillvalue=""):
        yield _line(line, kept)


def _line(cells: Sequence[str], kept: Sequence[_Laid]) -> str:
    padded = [
        pad(text, one.size, right=one.column.kind in _RIGHT)
        for text, one in zip(cells, kept, strict=True)
    ]
    return GAP.join(padded).rstrip() + "\n"


def _nth(lines: Sequence[str], place: int) -> str:
    """Return a line of a heading counted from its end, so that headings stand on their values."""
    return lines[place] if -place <= len(lines) else ""
