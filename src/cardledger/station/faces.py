"""How a verdict looks: a sign, a word and a colour, each of which alone tells it from the others.

The colours were chosen so that no two of them are near each other for people who see no red, no
green or no blue; the signs differ in shape, for whoever sees no colour at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cardledger.i18n import _
from cardledger.station.swipe import Verdict


@dataclass(frozen=True, slots=True)
class Face:
    """`sign`: one character; `picture`: the same as rows of seven dots; `ink` lies on `ground`."""

    sign: str
    word: str
    ink: str
    ground: str
    picture: tuple[str, ...]


FACES: Final[dict[Verdict, Face]] = {
    "recorded": Face(
        "✓",
        _("RECORDED"),
        "#ffffff",
        "#00805c",
        (
            "......#",
            ".....##",
            "#...##.",
            "##.##..",
            ".###...",
        ),
    ),
    "repeated": Face(
        "=",
        _("ALREADY RECORDED"),
        "#ffffff",
        "#123f8c",
        (
            ".......",
            "#######",
            ".......",
            "#######",
            ".......",
        ),
    ),
    "refused": Face(
        "✗",
        _("REFUSED"),
        "#ffffff",
        "#c03c00",
        (
            "##...##",
            ".##.##.",
            "..###..",
            ".##.##.",
            "##...##",
        ),
    ),
    "queued": Face(
        "…",
        _("KEPT FOR LATER"),
        "#000000",
        "#f0a800",
        (
            "#######",
            ".#...#.",
            "..###..",
            ".#####.",
            "#######",
        ),
    ),
    "shown": Face(
        "i",
        _("FOUND"),
        "#000000",
        "#7fc8f0",
        (
            "...#...",
            ".......",
            "..##...",
            "...#...",
            "..###..",
        ),
    ),
    "failed": Face(
        "!",
        _("NOT READ"),
        "#000000",
        "#ffffff",
        (
            "..###..",
            "..###..",
            "...#...",
            ".......",
            "...#...",
        ),
    ),
}

#: Of an act that was taken back.
UNDONE: Final = Face(
    "↶",
    _("UNDONE"),
    "#ffffff",
    "#202428",
    (
        "..#....",
        ".##....",
        "#######",
        ".##....",
        "..#....",
    ),
)
#: Of a station at which nothing has happened yet.
READY: Final = Face(
    "·",
    _("READY"),
    "#ffffff",
    "#26384a",
    (
        ".......",
        "..###..",
        "..###..",
        "..###..",
        ".......",
    ),
)
