"""Whether a label is still true: what it says beside what the ledger has now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from cardledger.exchange.labels.text import Label, root_of, short_name
from cardledger.i18n import _
from cardledger.ledger import Ledger
from cardledger.replay import Replay
from projections import Shown

#: What a label and the ledger say, by the names of the label's lines.
TITLES: Final[dict[str, str]] = {
    "box": _("Box"),
    "school": _("School"),
    "cohort": _("Cohort"),
    "state": _("State"),
    "cards": _("Count"),
    "sealed": _("Sealed on"),
    "handler": _("Handler"),
    "ledger": _("Checkpoint"),
}


class Difference(NamedTuple):
    """One thing that a label says and the ledger does not; none where there is nothing."""

    field: str
    label: str
    ledger: str | None


def check(
    ledger: Ledger, label: Label, *, as_of: str | None = None, known: str | None = None
) -> list[Difference]:
    """Return in what a label differs from the ledger as it is now; nothing where it is true.

    `as_of`, `known`: of another moment, as `Replay.rows` reads them.
    """
    rows = Replay(ledger).rows("boxes", as_of=as_of, known=known, where={"box": label.box})
    if not rows:
        return [Difference("box", label.box, None)]
    return [*_box(label, rows[0]), *_history(ledger, label)]


def _box(label: Label, row: Shown) -> Iterator[Difference]:
    state = "sealed" if label.sealed else "open"
    pairs: list[tuple[str, str, object]] = [
        ("school", label.school, row["school"]),
        ("cohort", str(label.cohort or ""), row["cohort"]),
        ("state", state, row["state"]),
        ("cards", str(label.cards), row["count"]),
    ]
    if label.sealed and row["state"] == "sealed":
        pairs.append(("sealed", label.day.isoformat(), row["sealed_on"]))
        pairs.append(("handler", label.handler, short_name(row["handler"] or "")))
    for field, said, known in pairs:
        told = "" if known is None else str(known)
        if said != told:
            yield Difference(field, said, told or None)


def _history(ledger: Ledger, label: Label) -> Iterator[Difference]:
    """The ledger must have grown from the one of which the label was made."""
    size = ledger.log.size()
    if label.size > size:
        yield Difference("ledger", label.checkpoint, f"{size}@{root_of(ledger, size)}")
    elif (root := root_of(ledger, label.size)) != label.root:
        yield Difference("ledger", label.checkpoint, f"{label.size}@{root}")
