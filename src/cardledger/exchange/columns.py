"""What the columns of the office's files are called, in Chinese and English.

A vocabulary lists the fields of one kind of file with the headings that people give them. A
heading is compared without spaces, signs and remarks in brackets. A weak heading (学号, which some
schools write for the student number and others for a number of their own) counts only where no
better one is there. One file's columns become a mapping; two columns for one field, or none for
a field that is needed, are reported before anything is read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cardledger.errors import UnreadableFile
from cardledger.exchange.cells import Cell, shown
from cardledger.i18n import _

_REMARK: Final = re.compile(r"[(\[【<《〈].*?[)\]】>》〉]")
_SIGNS: Final = re.compile(r"[\s*＊:：,，.。、/\\|_\-—“”\"'?？!！#№]+")


@dataclass(frozen=True, slots=True)
class Field:
    """A field and its headings. `many`: several columns may hold parts of it."""

    name: str
    headings: tuple[str, ...]
    weak: tuple[str, ...] = ()
    many: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file: its place from 0, its heading as it stands there, the field it is."""

    index: int
    heading: str
    field: str | None

    @property
    def letter(self) -> str:
        """Return the name that a spreadsheet gives the column: A, B, ... Z, AA."""
        return letter_of(self.index)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The fields of one kind of file, and those without which it cannot be read."""

    fields: tuple[Field, ...]
    required: tuple[str, ...] = ()
    _strong: dict[str, str] = field(init=False, repr=False)
    _weak: dict[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_strong", _index((one.name, one.headings) for one in self.fields))
        object.__setattr__(self, "_weak", _index((one.name, one.weak) for one in self.fields))

    def columns(self, cells: Sequence[Cell], first: int = 0) -> tuple[Column, ...]:
        """Return the columns of a row of headings whose first cell is column `first`."""
        headings = [" ".join(shown(cell).split()) for cell in cells]
        names = [self._lookup(self._strong, heading) for heading in headings]
        taken = {name for name in names if name}
        for place, heading in enumerate(headings):
            weak = self._lookup(self._weak, heading)
            if weak and not names[place] and weak not in taken:
                names[place] = weak
        return tuple(
            Column(first + place, heading, names[place])
            for place, heading in enumerate(headings)
            if heading
        )

    @staticmethod
    def _lookup(known: Mapping[str, str], heading: str) -> str | None:
        whole = known.get(_plain(heading, remarks=True))
        return whole or known.get(_plain(heading, remarks=False))

    def check(self, columns: Iterable[Column], place: str) -> None:
        """Raise `UnreadableFile` where two columns are one field, or a needed one is missing."""
        found: dict[str, list[Column]] = {}
        for column in columns:
            if column.field:
                found.setdefault(column.field, []).append(column)
        several = {one.name for one in self.fields if one.many}
        for name, same in found.items():
            if len(same) > 1 and name not in several:
                raise UnreadableFile(
                    _("{place}: several columns are “{field}”: {headings}."),
                    hint=_("Rename all but one of them, and read the file again."),
                    place=place,
                    field=name,
                    headings=", ".join(f"{one.letter} “{one.heading}”" for one in same),
                )
        for wanted in self.fields:
            if wanted.name in self.required and wanted.name not in found:
                raise UnreadableFile(
                    _("{place}: no column is “{field}”."),
                    hint=_("Give it one of these headings: {headings}."),
                    place=place,
                    field=wanted.name,
                    headings=", ".join(wanted.headings[:6]),
                )


def letter_of(index: int) -> str:
    """Return the name of a column counted from 0.

    >>> letter_of(0), letter_of(25), letter_of(26), letter_of(701), letter_of(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    letters = ""
    number = index + 1
    while number:
        number, place = divmod(number - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def _plain(heading: str, *, remarks: bool) -> str:
    text = unicodedata.normalize("NFKC", heading).casefold()
    if not remarks:
        text = _REMARK.sub("", text)
    return _SIGNS.sub("", text)


def _index(pairs: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, str]:
    known: dict[str, str] = {}
    for name, headings in pairs:
        for heading in headings:
            if known.setdefault(_plain(heading, remarks=True), name) != name:
                raise ValueError(f"the heading {heading} stands for two fields")
    return known
