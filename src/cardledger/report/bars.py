"""Bars: a picture of counts, a row for each subject, parted by colour where they are of kinds.

Colours are those of Okabe and Ito, which people who are blind to colours can tell apart; they are
of different lightness too, and the numbers stand beside every bar, so that nothing is said by
colour alone. A picture has so many rows at most that it fits on a page; more rows make more
pictures, of one scale.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from cardledger.trace.document import FONTS
from cardledger.trace.elements import Markup, joined, tag

#: Rows of one picture: half a page of A4.
ROWS: Final = 36
_WIDTH: Final = 680
_LABEL: Final = 190
_NUMBERS: Final = 215
_STEP: Final = 19
_BAR: Final = 13
#: Width of a narrow letter; one of a Chinese text takes two.
_LETTER: Final = 6.2
_WIDE: Final = 0x2E80


class Series(NamedTuple):
    """A kind of what is counted: how it is called, and its colour."""

    name: str
    colour: str


class Bar(NamedTuple):
    """A row: its label, its counts by series, and what stands beside it, else the counts."""

    label: str
    counts: Sequence[float]
    beside: str = ""


def bars(
    rows: Sequence[Bar], series: Sequence[Series], title: str, *, full: float = 0
) -> Iterator[Markup]:
    """Yield pictures of rows. `full` is the length of the whole axis, else that of the longest."""
    scale = (_WIDTH - _LABEL - _NUMBERS) / (
        full or max((sum(row.counts) for row in rows), default=1) or 1
    )
    for first in range(0, len(rows), ROWS):
        yield _picture(rows[first : first + ROWS], series, title, scale)


def _picture(rows: Sequence[Bar], series: Sequence[Series], title: str, scale: float) -> Markup:
    legend, top = _legend(series) if len(series) > 1 else ([], 4)
    height = top + len(rows) * _STEP + 4
    parts = [tag("title", title), *legend]
    for place, row in enumerate(rows):
        parts.append(_row(row, series, top + place * _STEP, scale))
    axis = {"x1": _LABEL, "x2": _LABEL, "y1": top - 2, "y2": height - 4}
    parts.append(tag("line", stroke="#555", stroke_width=1, **axis))
    return tag(
        "svg",
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        view_box=f"0 0 {_WIDTH} {height}",
        width=_WIDTH,
        height=height,
        role="img",
        class_="bars",
        # Not all programs that make PDF let a picture have the style of the page.
        font_family=FONTS.replace('"', ""),
        font_size=11,
        fill="#111",
    )


def _legend(series: Sequence[Series]) -> tuple[list[Markup], int]:
    """Return what the colours mean, in as many lines as it takes, and where the rows begin."""
    parts, x, y = [], float(_LABEL), 3
    for one in series:
        length = 15 + _columns(one.name) * _LETTER + 16
        if x > _LABEL and x + length > _WIDTH:
            x, y = float(_LABEL), y + 16
        parts.append(tag("rect", x=_figure(x), y=y, width=11, height=11, fill=one.colour))
        parts.append(tag("text", one.name, x=_figure(x + 15), y=y + 10))
        x += length
    return parts, y + 19


def _row(row: Bar, series: Sequence[Series], y: int, scale: float) -> Markup:
    middle = y + _BAR - 2
    parts = [
        tag(
            *("text", _shortened(row.label)),
            x=_LABEL - 6,
            y=middle,
            text_anchor="end",
        )
    ]
    x = float(_LABEL)
    for one, count in zip(series, row.counts, strict=True):
        if count:
            length = count * scale
            parts.append(
                tag(
                    *("rect",),
                    x=_figure(x),
                    y=y,
                    width=_figure(length),
                    height=_BAR,
                    fill=one.colour,
                    # A seam in white parts what prints in the same grey.
                    stroke="#fff",
                    stroke_width=0.6,
                )
            )
            x += length
    parts.append(tag("text", row.beside or _numbers(row), x=_figure(x + 6), y=middle))
    return tag("g", tag("title", f"{row.label}: {_numbers(row)}"), joined(parts))


def _numbers(row: Bar) -> str:
    """Return the sum, and its parts in the order of the legend where there are several."""
    total = f"{sum(row.counts):,}"
    if sum(1 for count in row.counts if count) < 2:
        return total
    return f"{total} ({' + '.join(f'{count:,}' for count in row.counts)})"


def _columns(text: str) -> int:
    return sum(2 if ord(sign) >= _WIDE else 1 for sign in text)


def _shortened(text: str) -> str:
    room = int((_LABEL - 8) / _LETTER)
    if _columns(text) <= room:
        return text
    while _columns(text) > room - 1:
        text = text[:-1]
    return f"{text}…"


def _figure(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
