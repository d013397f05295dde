"""What became of the rows of a file, as columns: for people, and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from msgspec import structs

from cardledger.cli.shown import subject, word, would
from cardledger.cli.speech import translate
from cardledger.commands import Command as Act
from cardledger.errors import BadInput
from cardledger.exchange.reading.columns import Column as SourceColumn
from cardledger.exchange.reading.source import Fault, SourceRow
from cardledger.exchange.writing.tables_out import Column, Format
from cardledger.i18n import _

if TYPE_CHECKING:
    from cardledger.cli.batches import Item

#: An outcome for programs (DESIGN 5), and for people.
KEYS: Final = (
    Column("outcome", _("Outcome"), "code"),
    Column("positions", _("Lines"), "list"),
    Column("code", _("Code"), "code"),
    Column("codes", _("Codes"), "list"),
    Column("contested", _("Contested"), "list"),
    Column("message", _("Message"), "long"),
    Column("hint", _("What to do"), "long"),
)
SHOWN: Final = (
    Column("outcome", _("Outcome"), "code"),
    Column("subject", _("About"), "text"),
    Column("positions", _("Line"), "list"),
    Column("message", _("Message"), "long"),
)
ROW: Final = Column("row", _("Row"), "count")
#: Further columns, by name, and whether they stand before the row, or after its outcome.
FURTHER: Final[dict[str, Column]] = {
    "file": Column("file", _("File")),
    "sheet": Column("sheet", _("Sheet")),
    "faults": Column("faults", _("Remarks on cells"), "list"),
    "kind": Column("kind", _("Kind"), "code"),
    "changes": Column("changes", _("Changes"), "long"),
    "unused": Column("unused", _("In columns that are not used"), "long"),
}
_BEFORE: Final = ("file", "sheet")
#: Columns that only programs want: people are told these things in the message.
_FOR_PROGRAMS: Final = ("faults", "unused")

#: What a row is beside the ledger.
KIND_WORDS: Final[dict[str, str]] = {
    "new": _("new pupil"),
    "changed": _("changed"),
    "renumbered": _("renumbered"),
    "transferred": _("transferred here"),
    "returned": _("back again"),
    "probably": _("probably known"),
    "same": _("the same"),
    "gone": _("gone"),
    "kept": _("kept"),
    "voided": _("voided"),
    "added": _("added"),
    "accepted": _("accepted"),
    "rejected": _("rejected"),
}
IGNORED: Final = _("ignored")
#: Codes among the values of changes.
_VALUES: Final[dict[str, str]] = {
    "in-school": _("in school"),
    "suspended": _("suspended"),
    "left": _("left"),
    "graduated": _("graduated"),
}
NEW: Final = "new"

#: What fields of files are called that are no facts of an event.
_FIELDS: Final[dict[str, str]] = {
    "at": _("When"),
    "card_state": _("State of the card"),
    "device": _("Terminal"),
    "evidence": _("Evidence"),
    "ground": _("Ground for being treated as a local"),
    "handler": _("Handler"),
    "issued_on": _("Issued on"),
    "lost_on": _("Lost on"),
    "recycled_on": _("Recycled on"),
    "result": _("Result"),
    "school": _("School"),
    "school_name": _("Name of the school"),
    "status": _("Status"),
    "student": _("Student number"),
    "tool": _("Program"),
    "tool_name": _("Program"),
}


def field_name(name: str) -> str:
    """Return a field as people call it in this language."""
    from cardledger.trace.telling import FACTS

    group = name.partition(".")[0]
    return translate(_FIELDS.get(group) or FACTS.get(group, name))


def report_columns(
    format: Format, wanted: Sequence[str], items: Sequence[Item]
) -> tuple[Column, ...]:
    """Return the columns of a report in a format; the sheet for people only where it matters."""
    people = format in ("table", "xlsx")
    if people:
        sheets = {(item.file, item.source.sheet) for item in items}
        several = len(sheets) > len({file for file, _sheet in sheets})
        wanted = [
            name for name in wanted if name not in _FOR_PROGRAMS and (name != "sheet" or several)
        ]
    before = tuple(FURTHER[name] for name in wanted if name in _BEFORE)
    after = tuple(FURTHER[name] for name in wanted if name not in _BEFORE)
    return (*before, ROW, *(SHOWN if people else KEYS), *after)


def for_programs(item: Item) -> dict[str, Any]:
    """Return a row of a report for programs."""
    row: dict[str, Any] = {
        "file": item.file,
        "sheet": item.source.sheet,
        "row": item.source.row or None,
    }
    if item.outcome is not None:
        row |= item.outcome.as_json(translate)
    else:
        row |= {"outcome": "ignored", "positions": [], "codes": [], "contested": []}
        row["message"] = _ignored_because(item)
    row["faults"] = [_fault(one) for one in item.source.faults]
    row["kind"] = item.kind or None
    row["changes"] = item.changes
    row["unused"] = dict(item.unused or {})
    return row


def _ignored_because(item: Item) -> str | None:
    if item.about:
        return item.about
    return next((one.text(translate) for one in item.source.faults if one.kind == "ignored"), None)


def with_doubts(
    source: SourceRow,
    sheets: Mapping[str, Mapping[str, Sequence[SourceColumn]]],
    doubts: Iterable[tuple[str, BadInput]],
) -> SourceRow:
    """Return a row with what does not go together, each with the column of its field.

    `sheets` are the columns of the file, by sheet and field.
    """
    fields = sheets.get(source.sheet, {})
    faults = []
    for name, problem in doubts:
        column = next(iter(fields.get(name, ())), None)
        letter, heading = (column.letter, column.heading) if column else ("", "")
        value = str(source.values.get(name, ""))
        faults.append(Fault("doubt", source.sheet, source.row, letter, heading, value, problem))
    return structs.replace(source, faults=(*source.faults, *faults)) if faults else source


def _fault(fault: Fault) -> dict[str, Any]:
    return {
        "kind": fault.kind,
        "place": fault.place,
        "sheet": fault.sheet,
        "row": fault.row,
        "column": fault.letter or None,
        "heading": fault.heading or None,
        "value": fault.value,
        "message": fault.text(translate),
        "hint": fault.hint(translate) or None,
    }


def for_people(item: Item, *, named: bool, dry: bool) -> dict[str, Any]:
    """Return a row of a report for people; `named`: the action is said, `dry`: only foreseen."""
    outcome, faults = item.outcome, item.source.faults
    row = {
        "file": item.file,
        "sheet": item.source.sheet,
        "row": item.source.row or None,
        "subject": item.about or _about(item.command, named=named),
        "kind": translate(KIND_WORDS[item.kind]) if item.kind else None,
        "changes": _changes(item.changes),
    }
    remarks = " ".join(one.told(translate) for one in faults)
    if outcome is None:
        nothing = None if item.aside else translate(IGNORED)
        return row | {"outcome": nothing, "positions": None, "message": remarks or None}
    told = outcome.message(translate)
    if outcome.outcome == "refused" and any(one.kind == "row" for one in faults):
        # Each fault says it, with its place.
        told = ""
    codes = ", ".join(outcome.codes[:1] or outcome.contested)
    if codes:
        told = f"{codes}: {told or remarks}"
        remarks = "" if told.endswith(remarks) else remarks
    if outcome.about.get("problem"):
        told = f"{told} {outcome.hint(translate)}"
    return row | {
        "outcome": would(outcome) if dry else word(outcome),
        "positions": outcome.positions or None,
        "message": " ".join(filter(None, (told, remarks))) or None,
    }


def _about(command: object, *, named: bool) -> str | None:
    if not isinstance(command, Act):
        return None
    return f"{command.action()} {subject(command)}" if named else subject(command)


def _changes(changes: Mapping[str, Sequence[Any]] | None) -> str | None:
    if not changes or NEW in changes:
        return None
    return translate(_("; ")).join(
        f"{field_name(name)}: {_value(old)} → {_value(new)}" for name, (old, new) in changes.items()
    )


def _value(value: object) -> str:
    if isinstance(value, bool):
        return translate(_("yes") if value else _("no"))
    return translate(_VALUES[value]) if value in _VALUES else str(value or "-")
