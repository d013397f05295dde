"""Widths of text on a terminal: a Chinese character takes two columns, an accent none."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

#: Where a line may be broken: after a space, and on either side of a wide character.
_PIECES: Final = re.compile(r"\s+|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]+|.")
#: What must not begin a line.
_CLOSING: Final = frozenset("，。、；：？！）》」』】”’%,.;:?!)]}")
#: What must not end a line.
_OPENING: Final = frozenset("（《「『【“‘([{")


def width(text: str) -> int:
    """Return how many columns a text takes.

    >>> width("box"), width("箱"), width("e\\u0301")
    (3, 2, 1)
    """
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """Return a text filled with spaces to a width; `right` puts the text to the right."""
    space = " " * max(columns - width(text), 0)
    return space + text if right else text + space


def wrap(text: str, columns: int) -> list[str]:
    """Return a text in lines of at most `columns`; a word that is longer than that is cut.

    >>> wrap("card 20100001 was lost", 13)
    ['card 20100001', 'was lost']
    >>> wrap("此卡已回收，不能再用。", 10)
    ['此卡已回', '收，不能再', '用。']
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(paragraph):
            if width(line) + width(piece.rstrip()) <= columns:
                line += piece
                continue
            if line.strip():
                lines.append(line.rstrip())
            line = piece.lstrip()
            while width(line) > columns:
                head = cut(line, columns)
                lines.append(head)
                line = line[len(head) :]
        lines.append(line.rstrip())
    return lines


def _pieces(text: str) -> list[str]:
    """Return the parts between which a line may be broken; signs stay with what they belong to."""
    pieces: list[str] = []
    for piece in _PIECES.findall(text):
        closes = piece[0] in _CLOSING and bool(pieces) and not pieces[-1].isspace()
        if closes or (pieces and pieces[-1][-1] in _OPENING):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


def cut(text: str, columns: int) -> str:
    """Return as much of the beginning of a text as fits into some columns: one character at least.

    >>> cut("平谷一小", 5)
    '平谷'
    """
    taken = 0
    for end, char in enumerate(text):
        taken += width(char)
        if taken > columns:
            return text[: max(end, 1)]
    return text
