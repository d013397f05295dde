"""Texts of exactly so many characters, of every kind that people, machines and attackers write."""

from __future__ import annotations

from typing import Final

#: What a text may consist of; none begins or ends with white space, which is taken off.
KINDS: Final = {
    "plain": "a",
    "chinese": "王小明",
    "four bytes": "𠮷😀",
    "combining": "e\u0301\u0327x\u0300",
    "zero width": "a\u200b\u200d\ufeffb",
    "joined": "👩\u200d👩\u200d👧\u200d👦",
    "both ways": "\u202eabc\u202cאבג",
    "quotes": "\"'<&>\\{0}%s;=1+1,|",
    "controls": "a\x1b[2J\x07\x7f\x85b",
    "lines": "a\r\nb\tc\u2028d",
    "not normal": "ﷺＡ①ﬁ",
    "private": "\ue000\uffff\U0010ffff",
}
#: What comes out of a file again is cleaned of what nobody can see (a web page left it there).
UNSHOWN: Final = frozenset(
    {"controls", "lines", "private", "zero width", "joined", "both ways", "not normal"}
)


def filled(kind: str, length: int) -> str:
    """Return a text of a kind, exactly `length` characters long, with an x at either end."""
    piece = KINDS[kind]
    inner = (piece * (length // len(piece) + 1))[: length - 2]
    return f"x{inner}x"
