"""The roster: pupils' basic data from CMIS, as rows that add pupils to the ledger.

Each row becomes a `student-add`, with the fields that its columns give. What a spreadsheet spoilt
beyond doubt is mended and said so (a leading zero); what it spoilt for good is reported and left
out (an identity number that became 1.10227E+17), never repaired.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from cardledger.errors import BadInput, BadStudentNumber, BadValue
from cardledger.exchange.headings import MEMBERS, ROSTER
from cardledger.exchange.reading import cells, dates, words
from cardledger.exchange.reading.cells import Cell
from cardledger.exchange.reading.columns import Vocabulary
from cardledger.exchange.reading.source import RowReader, SourceRow
from cardledger.exchange.reading.table import Row, Sheet, Table, read_table
from cardledger.i18n import _
from cardledger.ids import parse_school_code


def school_of(cell: Cell) -> str:
    """Read the code of a school."""
    return parse_school_code(cells.label(cell))


def _yes_or_no(cell: Cell) -> str:
    return "yes" if cells.yes_no(cell) else "no"


def _boarding(cell: Cell) -> str:
    known = {"寄宿": "yes", "住宿": "yes", "住校": "yes", "走读": "no", "不住宿": "no"}
    return known.get(cells.text(cell)) or _yes_or_no(cell)


def _guest(cell: Cell) -> bool:
    return cells.text(cell) in {"借读", "借读生"} or cells.yes_no(cell)


def names_ground(cell: Cell) -> bool:
    """Tell whether a cell names one of the grounds for being treated as a local."""
    return any(word in cells.text(cell) for word in GROUNDS)


def _treated(cell: Cell) -> bool:
    """Read whether a guest is treated as a local; naming one of the six grounds says yes."""
    return names_ground(cell) or cells.yes_no(cell)


def _note(reader: RowReader) -> str:
    """Return the note; the ground for being treated as a local goes with it."""
    parts = [reader.read("note", cells.text), reader.read("ground", cells.text)]
    treated = reader.cell("treated_as_local")
    if isinstance(treated, str) and any(word in treated for word in GROUNDS):
        parts.append(cells.text(treated))
    return joined(parts)


def joined(parts: Iterable[str | None]) -> str:
    """Join the texts that there are."""
    return "；".join(part for part in parts if part)


def member_of(who: str, relation: str | None, name: str | None, telephone: str | None) -> str:
    """Return a member of the family in a text; empty where there is neither name nor telephone."""
    if not (name or telephone):
        return ""
    title = relation or ("" if who.isdigit() else who)
    return " ".join(part for part in (title, name, telephone) if part)


def _family(reader: RowReader) -> str:
    """Return the members of the family: relation, name and telephone of each."""
    members = [reader.read("family", cells.text)]
    for who in MEMBERS:
        relation = reader.read(f"family.{who}.relation", cells.text)
        name = reader.read(f"family.{who}.name", cells.text)
        telephone = reader.read(f"family.{who}.telephone", cells.text)
        members.append(member_of(who, relation, name, telephone))
    return joined(members)


#: Words by which the six grounds for being treated as a local are known (HANDBOOK 3).
GROUNDS: Final = (
    *("知青", "随军", "军人", "博士后", "台商", "台胞", "人才", "留学", "工作居住证", "工作寄住证"),
    *("一方北京", "一方为北京", "一方本市", "一方为本市", "一方京籍"),
)

#: What every row says of itself.
ALWAYS: Final = {"action": "student-add", "evidence": "imported"}

#: How the cells of a field are read. What cannot be read is left out and reported.
READERS: Final[dict[str, Callable[[Cell], Any]]] = {
    "sex": cells.sex,
    "birth": dates.day,
    "identity": cells.identity,
    "ethnic_group": cells.text,
    "native_place": cells.text,
    "household": cells.text,
    "address": cells.text,
    "present_address": cells.text,
    "boarding": _boarding,
    "migrant": _yes_or_no,
    "class": cells.class_name,
    "cohort": cells.cohort,
    "grade": cells.grade,
    "guest": _guest,
    "treated_as_local": _treated,
    "entered": dates.day_or_month,
    "from_outside_city": cells.yes_no,
}


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster file: the columns that were found, and its rows."""

    table: Table

    def rows(self) -> Iterator[SourceRow]:
        """Read the rows, anew at each call; each row of the file is accounted for by one."""
        # Imported here: it reads many rows by what stands in this module of one.
        from cardledger.exchange.reading.roster_chunks import RosterChunks

        for sheet in self.table.sheets:
            yield from RosterChunks(sheet).rows()


def read_roster(
    file: Path | BinaryIO, *, name: str = "", vocabulary: Vocabulary = ROSTER
) -> Roster:
    """Open a roster; raises `UnreadableFile` before any row is read where it cannot be."""
    return Roster(read_table(file, vocabulary, name=name))


def row_of(row: Row, sheet: Sheet) -> SourceRow:
    """Read one row, with every fault that it has."""
    reader = RowReader(row, sheet)
    if reader.is_no_data("number"):
        return reader.result({})
    status = reader.read("status", words.pupil_status)
    if status == "away":
        told = _("By the roster the pupil is not in school: {status}.")
        problem = BadInput(told, status=cells.text(reader.cell("status")))
        reader.add("ignored", problem, "status")
        return reader.result({})
    if status == "suspended":
        reader.add("doubt", BadInput(_("By the roster the pupil is suspended.")), "status")
    values: dict[str, Any] = {**ALWAYS}
    values["number"] = student_number_of(reader)
    values["name"] = reader.read("name", cells.text, "row")
    if not reader.has("name"):
        reader.add("row", BadValue(_("The name is missing.")))
    # Taking a pupil for one of the own school because the code cannot be read would be a guess.
    values["school"] = reader.read("school", school_of, "row") or ""
    for field, read in READERS.items():
        value = reader.read(field, read)
        if value is not None:
            values[field] = value
    if values.get("guest") is False and values.get("treated_as_local") is False:
        # Forms have a column for it, but of a pupil who is no guest it says nothing.
        del values["treated_as_local"]
    values["telephone"] = reader.read_all("telephone", cells.text)
    values["family"] = _family(reader)
    values["note"] = _note(reader)
    # A roster without a column for the grade often has it in the name of the class.
    if not reader.has("grade") and (grade := cells.grade_of_class(values.get("class", ""))):
        values["grade"] = grade
    return reader.result({field: value for field, value in values.items() if value != ""})


def student_number_of(reader: RowReader, field: str = "number") -> str | None:
    """Read the student number of a row; without one the row is of no use."""
    if not reader.has(field):
        reader.add("row", BadStudentNumber(_("The student number is missing.")))
        return None
    number: str | None = reader.read(field, cells.student_number, "row")
    if number is not None and cells.zero_was_lost(reader.cell(field)):
        reader.add("restored", zero_restored(number), field)
    return number


def zero_restored(number: str) -> BadValue:
    """Return the remark that a student number got its leading zero back."""
    return BadValue(
        _("The student number had lost its leading zero; it was read as {number}."),
        hint=_("Format the column as text to keep the zero."),
        number=number,
    )
