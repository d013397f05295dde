"""What was found out about a workbook: sentences as templates, translated at the edge."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

from cardledger.i18n import Translator, _
from cardledger.verify import Remark

AlterationKind = Literal[
    "cell-altered",
    "cell-is-formula",
    "row-inserted",
    "row-removed",
    "row-moved",
    "column-inserted",
    "column-removed",
    "column-moved",
    "sheet-inserted",
    "sheet-removed",
    "sheet-renamed",
]

#: How each is told. {cell} is where it is now; of what is gone, where it was.
_TOLD: Final[dict[AlterationKind, str]] = {
    "cell-altered": _("{sheet}!{cell} was altered; now: “{now}”"),
    "cell-is-formula": _("{sheet}!{cell} is a formula now: {now}"),
    "row-inserted": _("{sheet}!{cell}: the row was inserted; now: “{now}”"),
    "row-removed": _("{sheet}!{cell}: the row that was here is missing."),
    "row-moved": _("{sheet}!{cell}: the row was moved here from {was}."),
    "column-inserted": _("{sheet}!{cell}: the column was inserted; its heading: “{now}”"),
    "column-removed": _("{sheet}!{cell}: the column that was here is missing."),
    "column-moved": _("{sheet}!{cell}: the column was moved here from {was}."),
    "sheet-inserted": _("The sheet “{sheet}” was inserted."),
    "sheet-removed": _("The sheet “{sheet}” was removed."),
    "sheet-renamed": _("The sheet “{was}” is called “{sheet}” now."),
}


class Alteration(NamedTuple):
    """One thing that was altered.

    `cell` is in the manner of spreadsheets (C5, a row 5:5, a column C:C), `now` what is there,
    none where nothing is. `was`: where a moved row or column stood, or the name of a sheet.
    """

    sheet: str
    cell: str
    problem: AlterationKind
    now: str | None = None
    was: str = ""

    def text(self, translate: Translator = str) -> str:
        """Return it as a sentence."""
        template = translate(_TOLD[self.problem])
        return template.format(**self._asdict() | {"now": self.now or ""})

    def as_json(self, translate: Translator = str) -> dict[str, Any]:
        """Return it for scripts."""
        return {
            "sheet": self.sheet,
            "cell": self.cell or None,
            "problem": self.problem,
            "now": self.now,
            "was": self.was or None,
            "message": self.text(translate),
        }


@dataclass(frozen=True, slots=True)
class WorkbookVerdict:
    """The result of looking at a workbook.

    ledger, position, checkpoint: what its statement says; none where it says nothing any more.
    altered: what is not as it was written. problem: the gravest thing that is wrong, none where
    nothing is. unchecked: what could not be looked at.
    """

    file: str
    ledger: str | None = None
    position: int | None = None
    checkpoint: str | None = None
    altered: tuple[Alteration, ...] = ()
    problem: Remark | None = None
    unchecked: tuple[Remark, ...] = field(default=())

    @property
    def ok(self) -> bool:
        """Whether the workbook is what was written."""
        return self.problem is None

    def as_json(self, translate: Translator = str) -> dict[str, Any]:
        """Return the verdict for scripts."""
        return {
            "ok": self.ok,
            "file": self.file,
            "ledger": self.ledger,
            "position": self.position,
            "checkpoint": self.checkpoint,
            "altered": [one.as_json(translate) for one in self.altered],
            "problem": self.problem.text(translate) if self.problem else None,
            "unchecked": [remark.text(translate) for remark in self.unchecked],
        }
