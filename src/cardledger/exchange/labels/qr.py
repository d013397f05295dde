"""QR codes as SVG, drawn as one path of squares that no browser blurs."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from cardledger.trace.elements import Markup, tag

#: Squares that are left white around the code; readers need four.
QUIET: Final = 4


def qr(text: str, title: str) -> Markup:
    """Return the QR code of a text; it is still read where some of it is scratched."""
    import segno

    # Named as UTF-8, so that no reader has to guess.
    code = segno.make_qr(text, error="m", encoding="utf-8", eci=True, boost_error=True)
    matrix = [list(row) for row in code.matrix]
    side = len(matrix) + 2 * QUIET
    return tag(
        "svg",
        tag("title", title),
        tag("rect", width=side, height=side, fill="#fff"),
        tag("path", d="".join(_row(y, row) for y, row in enumerate(matrix)), fill="#000"),
        class_="qr",
        view_box=f"0 0 {side} {side}",
        shape_rendering="crispEdges",
        role="img",
    )


def _row(y: int, row: list[int]) -> str:
    pieces, x = [], 0
    for dark, run in groupby(bool(one) for one in row):
        length = len(list(run))
        if dark:
            pieces.append(f"M{x + QUIET} {y + QUIET}h{length}v1h-{length}z")
        x += length
    return "".join(pieces)
