"""The picture of custody: a lane for each card, its states from left to right, as inline SVG.

A state is told by its colour (those of Okabe and Ito, which colour-blind people tell apart), by a
sign, and by a word wherever there is room; the table below the picture says all of it again. Time
goes from left to right, but long quiet years are short: every change needs room for its date.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final, NamedTuple

from cardledger.i18n import Translator, _
from cardledger.trace.custody import Lane, Span
from cardledger.trace.elements import Markup, tag


class Look(NamedTuple):
    """How a state is drawn: fill, colour of what is written on it, sign (a path in 16 × 16)."""

    word: str
    fill: str
    ink: str
    sign: str


_CIRCLE: Final = "M8 2.5a5.5 5.5 0 1 0 .01 0z"
_ARROW: Final = "M1 6.5h7V3l6.5 5L8 13V9.5H1z"
_CROSS: Final = "M3 1.5 8 6.2 13 1.5 14.5 3 9.8 8l4.7 5-1.5 1.5L8 9.8 3 14.5 1.5 13 6.2 8 1.5 3z"
_MARK: Final = "M6.5 1h3l-.6 9H7.1zM6.6 11.6h2.8v2.8H6.6z"
_QUESTION: Final = (
    "M4 5.2C4.1 2.6 5.8 1 8.1 1c2.3 0 4 1.4 4 3.6 0 1.7-.9 2.6-2 3.4-.9.7-1.1 1-1.1 2.2H6.8"
    "C6.8 8.3 7.3 7.5 8.5 6.6 9.4 6 9.8 5.5 9.8 4.7c0-.9-.7-1.5-1.7-1.5"
    "-1.1 0-1.8.8-1.9 2zM6.7 11.8h2.5v2.5H6.7z"
)
_SQUARE: Final = "M2.5 2.5h11v11h-11z"
_BOX: Final = "M1 1h14v14H1zM3 3v10h10V3zM5 5h6v6H5z"
_DOTS: Final = "M2 7h2.5v2.5H2zM6.8 7h2.5v2.5H6.8zM11.5 7H14v2.5h-2.5z"

#: How each state of HANDBOOK 4 looks.
LOOKS: Final[dict[str, Look]] = {
    "live": Look(_("in use"), "#009e73", "#ffffff", _CIRCLE),
    "lost": Look(_("reported lost"), "#e69f00", "#000000", _QUESTION),
    "left": Look(_("swiped out"), "#56b4e9", "#000000", _ARROW),
    "outstanding": Look(_("not handed in"), "#c2410c", "#ffffff", _MARK),
    "replaced-lost": Look(_("lost and replaced"), "#cc79a7", "#000000", _CROSS),
    "recycled": Look(_("taken back"), "#b8b8b8", "#000000", _SQUARE),
    "boxed": Look(_("in a box"), "#4d4d4d", "#ffffff", _BOX),
}
_UNKNOWN: Final = Look(_("unknown"), "#ffffff", "#000000", _DOTS)

_WIDE: Final = 860
_LEFT: Final = 170
_RIGHT: Final = 62
_LANE: Final = 46
_BAR: Final = 26
_DATES: Final = 74
#: Between two dates there is at least so much room, as long as all of them fit.
_GAP: Final = 26.0
_SIGN: Final = 14
#: Room that a letter takes, in the size in which words stand on bars.
_NARROW: Final = 6.4
_FULL: Final = 12.0


def look_of(state: str) -> Look:
    """Return how a state looks; what this version does not know looks unknown."""
    return LOOKS.get(state, _UNKNOWN)


def picture(
    lanes: Sequence[Lane],
    end: str,
    titles: Callable[[Lane], tuple[str, str]],
    label: Callable[[Lane, Span], str],
    translate: Translator,
) -> Markup:
    """Return the picture of some lanes up to the moment `end`.

    `titles`: two lines that stand before a lane. `label`: what stands on a span, where it fits.
    """
    scale = _Scale(lanes, end)
    height = _DATES + len(lanes) * _LANE + 6
    drawn: list[Markup] = [_signs(), *_grid(scale, height)]
    for place, lane in enumerate(lanes):
        top = _DATES + place * _LANE
        drawn.append(_lane_title(*titles(lane), top))
        drawn += (_span(span, scale, top, label(lane, span)) for span in lane.spans)
    said = translate(_("Who held which card when; the table below says the same."))
    return tag(
        "svg",
        tag("title", said),
        *drawn,
        xmlns="http://www.w3.org/2000/svg",
        view_box=f"0 0 {_WIDE} {height}",
        role="img",
        aria_label=said,
    )


def legend(states: Iterable[str], translate: Translator) -> Markup:
    """Return what colours and signs mean, of the states that are in the picture."""
    there = set(states)
    known = [state for state in LOOKS if state in there]
    known += sorted(there - set(LOOKS))
    return tag("ul", *(tag("li", chip(state, translate)) for state in known), class_="legend")


def chip(state: str, translate: Translator) -> Markup:
    """Return a state with its colour, its sign and its word."""
    look = look_of(state)
    sign = tag(
        "svg",
        tag("rect", width="22", height="16", rx="3", fill=look.fill, stroke="#333"),
        tag("path", d=look.sign, fill=look.ink, transform="translate(5 2) scale(.75)"),
        view_box="0 0 22 16",
        width="22",
        height="16",
        aria_hidden="true",
    )
    return tag("span", sign, " ", translate(look.word), class_="chip")


class _Scale:
    """Where moments lie from left to right."""

    def __init__(self, lanes: Sequence[Lane], end: str) -> None:
        begun = {span.since for lane in lanes for span in lane.spans}
        self.end = max([end, *begun])
        self.moments = sorted(begun | {self.end})
        steps = [_days(a, b) for a, b in pairwise(self.moments)]
        room = _WIDE - _LEFT - _RIGHT
        least = min(_GAP, room / max(1, len(steps)))
        weights = [math.sqrt(step) for step in steps]
        spare = (room - least * len(steps)) / (sum(weights) or 1.0)
        self._places = {self.moments[0]: float(_LEFT)}
        x = float(_LEFT)
        for moment, weight in zip(self.moments[1:], weights, strict=True):
            x += least + spare * weight
            self._places[moment] = x
        #: Where there are very many moments, only some of them have a date.
        self.every = math.ceil(len(self.moments) / (room / _GAP))

    def x(self, moment: str | None) -> float:
        return self._places[moment or self.end]

    def label(self, moment: str) -> str:
        """Return a date, with the time where several moments lie on one day."""
        day, time = moment[:10], moment[11:16]
        same = sum(other[:10] == day for other in self.moments)
        return f"{day} {time}" if same > 1 and moment[10:23] != "T23:59:59.999" else day


def _days(earlier: str, later: str) -> float:
    between = datetime.fromisoformat(later) - datetime.fromisoformat(earlier)
    return max(0.0, between.total_seconds() / 86400)


def _signs() -> Markup:
    looks = {**LOOKS, "unknown": _UNKNOWN}
    signs = (
        tag("symbol", tag("path", d=look.sign), id=f"sign-{state}", view_box="0 0 16 16")
        for state, look in looks.items()
    )
    return tag("defs", *signs)


def _grid(scale: _Scale, height: int) -> list[Markup]:
    drawn = []
    for place, moment in enumerate(scale.moments):
        x = round(scale.x(moment), 1)
        drawn.append(
            tag("line", x1=x, x2=x, y1=_DATES - 6, y2=height, stroke="#ccc", stroke_width="1")
        )
        if place % scale.every == 0:
            turn = f"translate({x} {_DATES - 10}) rotate(-52)"
            drawn.append(tag("text", scale.label(moment), transform=turn, font_size="11"))
    return drawn


def _lane_title(first: str, second: str, top: int) -> Markup:
    middle = top + _BAR / 2
    return tag(
        "g",
        tag("text", _cut(first, 22), x="0", y=middle - 1, font_size="13", font_weight="600"),
        tag("text", _cut(second, 28), x="0", y=middle + 14, font_size="11", fill="#444"),
    )


def _span(span: Span, scale: _Scale, top: int, label: str) -> Markup:
    look = look_of(span.state)
    x, end = scale.x(span.since), scale.x(span.until)
    wide = max(end - x, 2.0)
    dash = "" if span.until else "none"
    parts = [
        tag("title", f"{label}: {scale.label(span.since)} – {(span.until or '')[:10]}"),
        tag(
            "rect",
            x=round(x, 1),
            y=top,
            width=round(wide, 1),
            height=_BAR,
            fill=look.fill,
            stroke="#333",
            stroke_dasharray=dash,
        ),
    ]
    known = span.state if span.state in LOOKS else "unknown"
    if wide >= _SIGN + 4:
        room = _fitting(label, wide - _SIGN - 12)
        sign_x = x + 4 if room else x + (wide - _SIGN) / 2
        parts.append(
            tag(
                "use",
                href=f"#sign-{known}",
                x=round(sign_x, 1),
                y=top + (_BAR - _SIGN) / 2,
                width=_SIGN,
                height=_SIGN,
                fill=look.ink,
            )
        )
        if room:
            word_x = round(x + _SIGN + 8, 1)
            y = top + _BAR / 2 + 4
            parts.append(tag("text", room, x=word_x, y=y, font_size="12", fill=look.ink))
    return tag("g", *parts)


def _fitting(label: str, room: float) -> str:
    """Return a label if it fits; its first word, the state, if that does; else nothing."""
    for one in (label, label.partition(" · ")[0]):
        if _width(one) <= room:
            return one
    return ""


def _width(text: str) -> float:
    return sum(_NARROW if char.isascii() else _FULL for char in text)


def _cut(text: str, most: int) -> str:
    """Return a text that is no wider than so many letters."""
    if _width(text) <= most * _NARROW:
        return text
    kept = ""
    for char in text:
        if _width(kept + char) > (most - 2) * _NARROW:
            break
        kept += char
    return f"{kept}…"
