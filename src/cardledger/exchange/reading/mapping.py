"""Mappings: which column is which field, where people know it better than the synonyms do.

An assignment names a column by its heading, or by the letter that a spreadsheet gives it, and a
field by its name, or by any heading of that field in either language; with no field the column is
left out on purpose. `--map` makes firm ones, which must fit; those of a saved mapping hold where
the file has such a column. A mapping is saved as JSON that people can edit:

    {"columns": {"学籍号": "number", "备注2": "", "宿舍": null}}

An empty field leaves the column out; null says that nobody knows the column yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

import msgspec

from cardledger.errors import BadValue, UnreadableFile
from cardledger.i18n import _

#: The letters of a column; no sheet that can be read has more columns than three letters name.
_LETTERS: Final = re.compile(r"[A-Za-z]{1,3}")
_NO_MAPPING: Final = _("It looks like {example}; --save-mapping writes one.")
_EXAMPLE: Final = '{"columns": {"学籍号": "number", "备注2": ""}}'


class Fields(Protocol):
    """Something that knows fields by their names and headings."""

    def field_named(self, text: str) -> str | None:
        """Return the field that a text names, if any."""
        ...

    def listing(self) -> str:
        """Return the fields that there are, for people."""
        ...


class Assignment(NamedTuple):
    """A column, as it was named, and its field; empty where the column is left out.

    `firm`: the file must have such a column.
    """

    column: str
    field: str
    firm: bool = True


def parse_assignment(text: str, fields: Fields) -> Assignment:
    """Read `学号=student_number`, `C=name` or `备注2=`. Raises `BadValue`."""
    column, equals, field = text.rpartition("=")
    if not equals or not column.strip():
        raise BadValue(
            _("“{value}” does not say which column is which field."),
            hint=_("Write it as {example}: the heading or the letter of the column, then a field."),
            value=text,
            example="学号=student_number",
        )
    return Assignment(column.strip(), _field(field.strip(), fields))


def _field(text: str, fields: Fields) -> str:
    if not text:
        return ""
    found = fields.field_named(text)
    if found is None:
        raise BadValue(
            _("There is no field “{value}”."),
            hint=_("The fields are: {fields}."),
            value=text,
            fields=fields.listing(),
        )
    return found


def placed(assignment: Assignment, plain: str, headings: Sequence[str], first: int) -> list[int]:
    """Return the places in a row of headings that an assignment means.

    `headings` are in the form in which headings are compared, `plain` is the assignment's; an
    empty one is no column. A heading goes before a letter.
    """
    by_heading = [place for place, heading in enumerate(headings) if heading and heading == plain]
    if by_heading or not _LETTERS.fullmatch(assignment.column):
        return by_heading
    place = index_of(assignment.column) - first
    return [place] if 0 <= place < len(headings) and headings[place] else []


def index_of(letters: str) -> int:
    """Return the place of a column from 0: A is 0, AA is 26.

    >>> index_of("A"), index_of("z"), index_of("AA")
    (0, 25, 26)
    """
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def read_mapping(file: Path, fields: Fields) -> tuple[Assignment, ...]:
    """Read a saved mapping; raises `UnreadableFile`, `BadValue` for a field that there is not."""
    # Imported here: files name their columns, and these know of mappings.
    from cardledger.exchange.reading.files import read_bytes

    try:
        saved: Any = msgspec.json.decode(read_bytes(file, file.name))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _no_mapping(file, error) from None
    columns = saved.get("columns") if isinstance(saved, dict) else None
    if not isinstance(columns, dict):
        raise _no_mapping(file, _("there are no columns in it"))
    found = []
    for column, field in columns.items():
        if field is not None and not isinstance(field, str):
            raise UnreadableFile(
                _("{file} is no saved mapping: what it says of column {column} is no name."),
                hint=_NO_MAPPING,
                file=file.name,
                column=column,
                example=_EXAMPLE,
            )
        if field is not None:
            found.append(Assignment(column, _field(field.strip(), fields), firm=False))
    return tuple(found)


def _no_mapping(file: Path, reason: object) -> UnreadableFile:
    return UnreadableFile(
        _("{file} is no saved mapping: {reason}."),
        hint=_NO_MAPPING,
        file=file.name,
        reason=reason,
        example=_EXAMPLE,
    )


class Saved(Protocol):
    """What is saved of a column."""

    @property
    def heading(self) -> str: ...

    @property
    def letter(self) -> str: ...

    @property
    def field(self) -> str | None: ...

    @property
    def ignored(self) -> bool: ...


def mapping_text(columns: Iterable[Saved]) -> str:
    """Return the columns of a file as a mapping to be saved.

    A heading that stands there twice is saved by its letter, whatever that column is.
    """
    columns = list(columns)
    headings = [one.heading for one in columns]
    saved = {
        (one.heading if headings.count(one.heading) == 1 else one.letter): (
            "" if one.ignored else one.field
        )
        for one in columns
    }
    text = msgspec.json.format(msgspec.json.encode({"columns": saved}), indent=2)
    return text.decode() + "\n"
