"""The pupils' data check: `student check`, and `import data-check` for what teachers filled in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from cardledger.cli import batches, exports, mappings, output
from cardledger.cli.base import Command
from cardledger.cli.batches import Batch
from cardledger.cli.edge import DIFFERENT, DONE, note
from cardledger.cli.imports import files_argument, prepared
from cardledger.cli.output import Output
from cardledger.cli.settings import settings
from cardledger.cli.speech import say
from cardledger.commands import Command as Act
from cardledger.exchange.exports import data_check
from cardledger.i18n import _

if TYPE_CHECKING:
    from cardledger.ledger import Ledger


def _check(**values: Any) -> int:
    return DIFFERENT if exports.write(data_check, **values) else DONE


def _take_in(
    files: tuple[str, ...],
    assigned: tuple[str, ...],
    mapping: str | None,
    save_mapping: str | None,
    on_refusal: str,
    dry_run: bool,
    school: str | None,
    at: str | None,
    every: bool,
    **shape: Any,
) -> int:
    from cardledger.exchange.imports.data_check import VOCABULARY, read_data_check

    answer = Output.of(**shape)
    batch = Batch(on_refusal, dry_run, every, one_action=True)
    defaults = batches.defaults(school, at)
    found = mappings.opener(VOCABULARY, read_data_check, assigned, mapping)(files)
    for one in found:
        batch.take(one.rows, defaults, one.table.file)
    further = prepared(found, batch, answer, save_mapping)
    with settings().opened() as ledger:
        batch.record(ledger)
        if dry_run:
            _note_changes(ledger, batch.items)
    empty, joined = sum(one.empty for one in found), sum(one.joined for one in found)
    if empty:
        note(say(_("Rows without a correct value, left out: {count}."), count=empty))
    if joined:
        note(say(_("Rows that went with another row of the same pupil: {count}."), count=joined))
    return batch.report(answer, *further, *(["changes"] if dry_run else []))


def _note_changes(ledger: Ledger, items: Iterable[batches.Item]) -> None:
    """Put to every row that would be recorded what it would change: old and new."""
    from cardledger.book import fold
    from cardledger.naming import find_students

    for item in items:
        recorded = item.outcome is not None and item.outcome.outcome == "recorded"
        if not recorded or not isinstance(item.command, Act):
            continue
        (key,) = find_students(ledger, getattr(item.command, "student", ""))
        student = fold(ledger.lines((f"student:{key}",))).student(key)
        known: dict[str, object] = dict(ledger.opened(student))
        item.changes = {}
        for field in type(item.command).describe():
            new = getattr(item.command, field.name)
            old = known.get(field.name, "") if field.personal else getattr(student, field.name, "")
            if field.name in _FACTS and new not in ("", 0, None) and new != old:
                item.changes[field.column] = [old, new]


def _facts() -> frozenset[str]:
    """Return the fields that say something of a pupil, and not of the act."""
    from cardledger.actions import ACTIONS

    told = {field.name for field in Act.describe()}
    described = ACTIONS["student-change"].command.describe()
    return frozenset(field.name for field in described) - told - {"student"}


_FACTS: Final = _facts()

check: Final = Command(
    "check",
    params=exports.params_of(data_check),
    callback=_check,
    help="\n\n".join(
        (
            _("Check the pupils' data: what is empty or wrong, one row a fault."),
            _(
                "Checked are the pupils in school and those who are suspended. The exit status is 4"
                " where there are faults. For the class teachers: `export data-check`."
            ),
        )
    ),
)

take_in: Final = Command(
    "data-check",
    params=[
        files_argument(),
        *batches.options(every=False),
        *mappings.options(),
        *output.options(),
    ],
    callback=_take_in,
    help="\n\n".join(
        (
            _("Take in the data check that class teachers filled in: the correct values."),
            _("Rows without a correct value are left out. Look first with --dry-run."),
        )
    ),
)
