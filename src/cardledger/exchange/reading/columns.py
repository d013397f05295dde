"""What the columns of the office's files are called, in Chinese and English.

A vocabulary lists the fields of one kind of file with the headings that people give them. A
heading is compared without spaces, signs and remarks in brackets. A weak heading (学号, which some
schools write for the student number and others for a number of their own) counts only where no
better one is there. What people assign themselves (`mapping`) goes before all of that. One file's
columns become a mapping; two columns for one field, or none for a field that is needed, are
reported before anything is read, all of them together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Self

from cardledger.errors import BadValue, UnreadableFile
from cardledger.exchange.reading.cells import Cell, shown
from cardledger.exchange.reading.mapping import Assignment, parse_assignment, placed
from cardledger.i18n import Translator, _

_REMARK: Final = re.compile(r"[(\[【<《〈].*?[)\]】>》〉]")
_SIGNS: Final = re.compile(r"[\s*＊:：,，.。、/\\|_\-—“”\"'’?？!！#№]+")


@dataclass(frozen=True, slots=True)
class Field:
    """A field and its headings. `many`: several columns may hold parts of it."""

    name: str
    headings: tuple[str, ...]
    weak: tuple[str, ...] = ()
    many: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file: its place from 0, its heading as it stands there, the field it is.

    `ignored`: somebody said that it is to be left out.
    """

    index: int
    heading: str
    field: str | None
    ignored: bool = False

    @property
    def letter(self) -> str:
        """Return the name that a spreadsheet gives the column: A, B, ... Z, AA."""
        return letter_of(self.index)

    @property
    def shown(self) -> str:
        """Return the column as people find it: its letter and its heading."""
        return f"{self.letter} “{self.heading}”"


class WrongColumns(UnreadableFile):
    """The columns of a file do not make clear what is what.

    `problems` are all that is wrong, `sheets` the columns of each sheet.
    """

    def __init__(
        self, problems: Sequence[UnreadableFile], sheets: Sequence[Sequence[Column]] = ()
    ) -> None:
        self.problems = tuple(problems)
        self.sheets = tuple(sheets)
        super().__init__("{problems}", hint="{hints}", problems="", hints="")

    def text(self, translate: Translator = str) -> str:
        """Return all that is wrong, each in a line of its own."""
        return "\n".join(one.text(translate) for one in self.problems)

    def hint_text(self, translate: Translator = str) -> str:
        """Return what to do about each, said once."""
        return "\n".join(dict.fromkeys(one.hint_text(translate) for one in self.problems))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The fields of one kind of file, and those without which it cannot be read.

    `assigned` are columns that somebody assigned, the strongest first; `assignable` says whether
    people can assign any (`--map`) where this vocabulary is used.
    """

    fields: tuple[Field, ...]
    required: tuple[str, ...] = ()
    assigned: tuple[Assignment, ...] = ()
    assignable: bool = False
    _strong: dict[str, str] = field(init=False, repr=False)
    _weak: dict[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_strong", _index((one.name, one.headings) for one in self.fields))
        object.__setattr__(self, "_weak", _index((one.name, one.weak) for one in self.fields))

    def with_assigned(self, assigned: Iterable[Assignment]) -> Self:
        """Return this vocabulary with columns that somebody assigned, the strongest first."""
        return replace(self, assigned=tuple(assigned), assignable=True)

    # Fields by name

    def field_named(self, text: str) -> str | None:
        """Return the field that goes by a name, or by a heading in either language."""
        by_name = {_plain(one.name, remarks=True): one.name for one in self.fields}
        key = _plain(text, remarks=True)
        return by_name.get(key) or self._strong.get(key) or self._weak.get(key)

    def assignment(self, text: str) -> Assignment:
        """Read an assignment such as 学号=student_number; raises `BadValue`."""
        return parse_assignment(text, self)

    def listing(self) -> str:
        """Return all fields, each with its first heading: number (学籍号)."""
        return ", ".join(f"{one.name} ({one.headings[0]})" for one in self.fields)

    # Columns of a file

    def columns(self, cells: Sequence[Cell], first: int = 0) -> tuple[Column, ...]:
        """Return the columns of a row of headings whose first cell is column `first`."""
        headings = [" ".join(shown(cell).split()) for cell in cells]
        given = self._given(headings, first)
        several = {one.name for one in self.fields if one.many}
        taken = {name for name in given.values() if name} - several
        names = [
            given[place] or None if place in given else self._free(heading, taken)
            for place, heading in enumerate(headings)
        ]
        taken.update(name for name in names if name)
        for place, heading in enumerate(headings):
            weak = self._lookup(self._weak, heading)
            if weak and not names[place] and place not in given and weak not in taken:
                names[place] = weak
        return tuple(
            Column(first + place, heading, names[place], given.get(place) == "")
            for place, heading in enumerate(headings)
            if heading
        )

    def _given(self, headings: Sequence[str], first: int) -> dict[int, str]:
        """Return the fields of the places that somebody assigned."""
        given: dict[int, str] = {}
        if self.assigned:
            plain = [_plain(heading, remarks=True) for heading in headings]
            for one in self.assigned:
                for place in placed(one, _plain(one.column, remarks=True), plain, first):
                    given.setdefault(place, one.field)
        return given

    def _free(self, heading: str, taken: set[str]) -> str | None:
        name = self._lookup(self._strong, heading)
        return None if name in taken else name

    @staticmethod
    def _lookup(known: Mapping[str, str], heading: str) -> str | None:
        whole = known.get(_plain(heading, remarks=True))
        return whole or known.get(_plain(heading, remarks=False))

    def check(self, columns: Iterable[Column], place: str) -> None:
        """Raise `WrongColumns` where two columns are one field, or a needed one is missing."""
        columns = tuple(columns)
        if problems := self.problems(columns, place):
            raise WrongColumns(problems, [columns])

    def problems(self, columns: Sequence[Column], place: str) -> list[UnreadableFile]:
        """Return all that is wrong with the columns of a sheet."""
        found: dict[str, list[Column]] = {}
        for column in columns:
            if column.field:
                found.setdefault(column.field, []).append(column)
        several = {one.name for one in self.fields if one.many}
        problems = [
            UnreadableFile(
                _("{place}: several columns are “{field}”: {headings}."),
                hint=_("Say which one it is: --map {example}; leave another out: --map {other}")
                if self.assignable
                else _("Give the others headings of their own, or take them out of the file."),
                place=place,
                field=name,
                headings=", ".join(one.shown for one in same),
                example=f'"{same[0].letter}={name}"',
                other=f'"{same[-1].letter}="',
            )
            for name, same in found.items()
            if len(same) > 1 and name not in several
        ]
        unknown = [one for one in columns if one.field is None and not one.ignored]
        missing = (one for one in self.fields if one.name in self.required)
        return problems + [
            _missing(wanted, unknown, place, assignable=self.assignable)
            for wanted in missing
            if wanted.name not in found
        ]

    def unplaced(self, sheets: Iterable[Sequence[Column]]) -> list[BadValue]:
        """Return what is wrong with the firm assignments, given the columns of all sheets read.

        One whose column is in no sheet was typed wrongly; one that fits two columns says nothing.
        """
        sheets = [sheet for sheet in sheets if sheet]
        problems: list[BadValue] = []
        for one in self.assigned:
            if not one.firm:
                continue
            plain, fits = _plain(one.column, remarks=True), 0
            for columns in sheets:
                headings = [_plain(column.heading, remarks=True) for column in columns]
                by_heading = headings.count(plain)
                by_letter = any(column.letter == one.column.upper() for column in columns)
                fits = max(fits, by_heading or by_letter)
            if fits != 1:
                problems.append(_wrong_assignment(one, fits, sheets))
        return problems


def _wrong_assignment(one: Assignment, fits: int, sheets: Sequence[Sequence[Column]]) -> BadValue:
    listing = ", ".join(dict.fromkeys(column.shown for sheet in sheets for column in sheet))
    if fits:
        return BadValue(
            _("“{value}” is the heading of {count} columns."),
            hint=_("Name the column by its letter. The columns are: {columns}."),
            value=one.column,
            count=fits,
            columns=listing,
        )
    return BadValue(
        _("There is no column “{value}”."),
        hint=_("The columns are: {columns}."),
        value=one.column,
        columns=listing,
    )


def _missing(
    wanted: Field, unknown: Sequence[Column], place: str, *, assignable: bool
) -> UnreadableFile:
    headings = ", ".join(wanted.headings[:6])
    if not unknown:
        return UnreadableFile(
            _("{place}: no column is “{field}”."),
            hint=_("Give it one of these headings: {headings}."),
            place=place,
            field=wanted.name,
            headings=headings,
        )
    return UnreadableFile(
        _("{place}: no column is “{field}”. Columns that nobody knows: {columns}."),
        hint=_("Give it one of these headings: {headings}; or say which it is: --map {example}")
        if assignable
        else _("Give it one of these headings: {headings}."),
        place=place,
        field=wanted.name,
        columns=", ".join(one.shown for one in unknown),
        headings=headings,
        example=f'"{unknown[0].heading}={wanted.name}"',
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
