"""Cards: where each card is, who holds it, who took it back and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from cardledger.book import Book
from cardledger.i18n import _
from cardledger.states import HELD
from projections import _base
from projections._base import Column, Shown, View

if TYPE_CHECKING:
    from projections import roster

SUBJECT: Final = "card"

COLUMNS: Final = (
    Column("card", _("Card"), "id"),
    Column("kind", _("Kind"), "code", 2),
    Column("uid", _("UID"), "id", 2),
    Column("state", _("State"), "code"),
    Column("format", _("Format"), "code", 3),
    Column("student", _("Pupil"), "id", 4),
    Column("student_number", _("Student number"), "id"),
    Column("school", _("School"), "id"),
    Column("cohort", _("Cohort"), "id", 1),
    Column("issued_at", _("Issued"), "moment", 2),
    Column("last_at", _("Last act"), "moment", 1),
    Column("last_action", _("Last action"), "code", 1),
    Column("replaces", _("Replaces"), "id", 2),
    Column("replaced_by", _("Replaced by"), "id", 2),
    Column("recycled_at", _("Taken back"), "moment"),
    Column("recycled_by", _("Taken back by"), "text", 1),
    Column("box", _("Box"), "id"),
    Column("recycled_reason", _("Taken back for"), "code", 3),
)

KEPT: Final[tuple[str, ...]] = ()

#: Which of several cards is a pupil's present one: the first of these states that one has.
_PREFERRED: Final = ("live", "lost", "left")


class Row(_base.Row, frozen=True, kw_only=True):
    """What the lines of a card add up to. `cohort` is the one kept by the recycling."""

    kind: str
    uid: str
    state: str
    format: str
    upgraded: bool
    student: str
    holders: list[str]
    school: str
    issued_at: str
    last_at: str
    last_action: str
    replaces: str
    replaced_by: str
    left_at: str
    recycled_at: str
    recycled_by: str
    recycled_reason: str
    cohort: int
    box: str
    filed_at: str

    @property
    def shown_state(self) -> str:
        """The state of HANDBOOK 4; `unknown` where lines speak of a card that was never issued."""
        if self.state == "recycled" and self.box:
            return "boxed"
        return self.state or "unknown"


STORED: Final = Row


def fold(book: Book, key: str) -> Row:
    card = book.card(key)
    return Row(
        kind=card.kind,
        uid=card.uid,
        state=card.state,
        format=card.format,
        upgraded=card.upgraded,
        student=card.student,
        holders=card.holders,
        school=card.school,
        issued_at=card.issued_at,
        last_at=card.last_at,
        last_action=card.last_action,
        replaces=card.replaces,
        replaced_by=card.replaced_by,
        left_at=card.left_at,
        recycled_at=card.recycled_at,
        recycled_by=card.recycled_by,
        recycled_reason=card.recycled_reason,
        cohort=card.cohort,
        box=card.box,
        filed_at=card.filed_at,
    )


def present(rows: Iterable[tuple[str, Row]], view: View) -> Iterator[Shown]:
    for chunk in _base.chunks(rows):
        holders = view.find("roster", {row.student for _key, row in chunk if row.student})
        for key, row in chunk:
            yield _shown(key, row, holders.get(row.student))


def _shown(key: str, row: Row, holder: roster.Row | None) -> Shown:
    """Return one card. One that was taken back is where that was, the others with their holder."""
    school, cohort = row.school, 0
    if row.state == "recycled":
        cohort = row.cohort
    elif holder is not None:
        school, cohort = holder.school, holder.cohort
    return {
        "card": key,
        "kind": row.kind,
        "uid": row.uid or None,
        "state": row.shown_state,
        # An M1 card that was upgraded has the new format; a CPU card had it from the beginning.
        "format": "upgraded" if row.upgraded and row.format == "m1" else row.format or None,
        "student": row.student or None,
        "student_number": holder.number if holder is not None else None,
        "school": school or None,
        "cohort": cohort or None,
        "issued_at": row.issued_at or None,
        "last_at": row.last_at or None,
        "last_action": row.last_action or None,
        "replaces": row.replaces or None,
        "replaced_by": row.replaced_by or None,
        "recycled_at": row.recycled_at or None,
        "recycled_by": row.recycled_by or None,
        "box": row.box or None,
        "recycled_reason": row.recycled_reason or None,
    }


def order(shown: Shown) -> tuple[Any, ...]:
    return _base.place(shown, "card")


def present_card(
    student: str, kind: str, numbers: Iterable[str], found: Mapping[str, Row]
) -> tuple[str, Row] | None:
    """Return a pupil's present card of a kind: the held one, else the last that was the pupil's.

    `numbers` are all cards that the pupil ever had, in the order in which they came.
    """
    own = [
        (number, row)
        for number in numbers
        if (row := found.get(number)) is not None
        and row.student == student
        and row.kind == kind
        and row.state
    ]
    if not own:
        return None
    held = [one for one in own if one[1].state in HELD]
    for state in _PREFERRED:
        for one in reversed(held):
            if one[1].state == state:
                return one
    return own[-1]
