"""A difference between the ledger and a file, as data: what, where, why, and what to do."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as field_of
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from cardledger.exchange.writing.tables_out import NO, YES, Column
from cardledger.i18n import Translator, _

if TYPE_CHECKING:
    from cardledger.book import Book
    from cardledger.reconcile.proposals import Proposal

#: `faulty`: a row or a cell of the file could not be compared: it cannot be read, or it is there
#: twice.
Kind = Literal["only-in-ledger", "only-in-file", "different", "faulty"]
#: A value as it is compared and shown; none where there is nothing.
Value = str | int | bool | None

#: For programs (DESIGN 5): the keys of a difference, in their order.
COLUMNS: Final = (
    Column("id", _("Id"), "id", 4),
    Column("source", _("Source"), "code", 2),
    Column("kind", _("Kind"), "code"),
    Column("subject", _("Subject"), "id", 3),
    Column("student_number", _("Student number"), "id"),
    Column("name", _("Name")),
    Column("school", _("School"), "id", 2),
    Column("field", _("Field"), "code"),
    Column("ledger", _("In the ledger")),
    Column("file", _("In the file")),
    Column("positions", _("Lines"), "list"),
    Column("place", _("Place")),
    Column("act", _("Missing act"), "code"),
    Column("message", _("Message"), "long"),
    Column("settle", _("What to do"), "long"),
)
#: For people in a workbook, in words: to be sorted and filtered by any of them.
PAPER: Final = (
    Column("school", _("School"), "id"),
    Column("class", _("Class")),
    Column("student_number", _("Student number"), "id"),
    Column("name", _("Name")),
    Column("card", _("Card"), "id"),
    Column("kind", _("Difference")),
    Column("field", _("Field")),
    Column("ledger", _("In the ledger")),
    Column("file", _("In the file")),
    Column("settle", _("What to do"), "long"),
    Column("positions", _("Lines"), "list"),
    Column("place", _("Place")),
)
#: All that people can ask for.
SHOWN: Final = (
    Column("source", _("Compared with")),
    *PAPER,
    Column("act", _("Missing act"), "code"),
    Column("message", _("Message"), "long"),
    Column("id", _("Id"), "id"),
)
#: For people at a terminal: a sentence says whom and what it is about.
TOLD: Final = (
    Column("kind", _("Difference")),
    Column("message", _("Message"), "long"),
    Column("positions", _("Lines"), "list"),
    Column("settle", _("What to do"), "long"),
    Column("place", _("Place"), "text", 1),
    Column("source", _("Compared with"), "text", 2),
    Column("school", _("School"), "id", 2),
    Column("act", _("Missing act"), "code", 2),
    Column("id", _("Id"), "id", 2),
)
KINDS: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        "only-in-ledger": _("only in the ledger"),
        "only-in-file": _("only in the file"),
        "different": _("different"),
        "faulty": _("not compared"),
    }
)
#: What people call the fields; codes are the keys.
FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "address": _("Home address"),
        "birth": _("Date of birth"),
        "boarding": _("Boarding"),
        "card": _("Card"),
        "class": _("Class"),
        "cohort": _("Cohort"),
        "ethnic_group": _("Ethnic group"),
        "family": _("Members of the family"),
        "filed": _("Filed"),
        "grade": _("Grade"),
        "guest": _("Guest"),
        "household": _("Household"),
        "identity": _("Identity number"),
        "issued": _("Issued"),
        "kind": _("Kind"),
        "migrant": _("Child of migrants"),
        "name": _("Name"),
        "native_place": _("Native place"),
        "number": _("Student number"),
        "present_address": _("Present address"),
        "school": _("School"),
        "sex": _("Sex"),
        "state": _("State"),
        "status": _("Status"),
        "student_number": _("Student number"),
        "telephone": _("Telephone"),
        "treated_as_local": _("Treated as a local"),
        "uid": _("UID"),
        "upgraded": _("Upgraded"),
    }
)


class Said(NamedTuple):
    """A sentence, translated where it is shown. Values that are fields or nothing become words."""

    template: str
    values: Mapping[str, Any] = MappingProxyType({})

    def text(self, translate: Translator = str) -> str:
        """Return the sentence in the language of `translate`."""
        words = {name: _word(name, value, translate) for name, value in self.values.items()}
        return translate(self.template).format(**words)


def said(template: str, /, **values: Any) -> Said:
    """Return a sentence with its values."""
    return Said(template, values)


def _word(name: str, value: Any, translate: Translator) -> str:
    if isinstance(value, bool):
        return translate(YES) if value else translate(NO)
    if value is None or value == "":
        return translate(_("nothing"))
    if name == "field":
        return translate(FIELDS.get(str(value), str(value)))
    return value.text(translate) if isinstance(value, Said) else str(value)


class Place(NamedTuple):
    """Where in a file: the row, and the cell where the difference is one of a cell."""

    file: str
    sheet: str
    row: int
    cell: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the place for programs."""
        return {"file": self.file, "sheet": self.sheet, "row": self.row, "cell": self.cell or None}

    def __str__(self) -> str:
        where = self.cell or str(self.row)
        return f"{self.file} {self.sheet}!{where}" if self.sheet else f"{self.file} {where}"


class Probe(NamedTuple):
    """How the ledger's value of a difference follows from the lines of one subject.

    `value` returns none while the lines make no such value: before the first of them, at least.
    """

    tag: str
    value: Callable[[Book], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference. `subject`: `card:…`, `student:…`, or `number:…` of a pupil only in the file.

    `act` is the action that is missing in the ledger, where one is. `positions` are the lines
    without which the ledger would not have its value, the newest last.
    """

    source: str
    kind: Kind
    subject: str
    student_number: str = ""
    name: str | None = None
    school: str = ""
    class_: str = ""
    field: str = ""
    ledger: Value = None
    file: Value = None
    place: Place | None = None
    act: str = ""
    message: Said
    settle: Said
    proposal: Proposal | None = None
    positions: tuple[int, ...] = ()
    probe: Probe | None = field_of(default=None, repr=False, compare=False)

    @property
    def id(self) -> str:
        """The same for the same difference in every run; no value of a person is in it."""
        where = self.place if self.kind == "faulty" else None
        named = "|".join((self.source, self.kind, self.subject, self.field, str(where or "")))
        digest = hashlib.sha256(named.encode()).digest()
        return f"D{base64.b32encode(digest)[:9].decode()}"

    def for_programs(self, translate: Translator = str) -> dict[str, Any]:
        """Return the difference by the keys of `COLUMNS`."""
        return {
            "id": self.id,
            "source": self.source,
            "kind": self.kind,
            "subject": self.subject or None,
            "student_number": self.student_number or None,
            "name": self.name,
            "school": self.school or None,
            "field": self.field or None,
            "ledger": self.ledger,
            "file": self.file,
            "positions": list(self.positions),
            "place": self.place.as_json() if self.place else None,
            "act": self.act or None,
            "message": self.message.text(translate),
            "settle": self.settle.text(translate),
        }

    def for_people(self, translate: Translator = str) -> dict[str, Any]:
        """Return the difference by the keys of `SHOWN` and `TOLD`."""
        from cardledger.reconcile.sources import SOURCES

        card = self.subject.partition(":")[2] if self.subject.startswith("card:") else None
        message = self.message.text(translate)
        return self.for_programs(translate) | {
            "kind": translate(KINDS[self.kind]),
            "source": translate(SOURCES[self.source].TITLE),
            # What cannot be compared has no other name than its place.
            "message": f"{self.place}: {message}" if self.kind == "faulty" else message,
            "class": self.class_ or None,
            "card": card,
            "field": translate(FIELDS.get(self.field, self.field)) or None,
            "place": str(self.place) if self.place else None,
            "positions": list(self.positions) or None,
        }


def who(name: str | None, number: str) -> str:
    """Return a pupil as sentences name one: name and number, as far as they are known."""
    return f"{name} ({number})" if name and number else name or number
