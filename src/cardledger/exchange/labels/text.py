"""The text of a label, as the QR code holds it: a phone shows it readably, a program reads it.

A line says one thing: what it is in Chinese and in English, a colon, the value.

    CARDLEDGER BOX 1
    箱号 box: B2010-1
    学校 school: 01170011
    届别 cohort: 2010
    张数 cards: 16
    封装 sealed: 2010-06-06
    经手人 handler: 张老师
    台账 ledger: 22@0f3a5b6c7d8e9f00

The number after BOX is that of this form. A box that is not sealed has `未封 open` instead, with
the day on which the label was made, and no handler. What is not known is a hyphen. `ledger` is
the checkpoint: so many lines, and the first 16 hexadecimal digits of the Merkle root over them.
A program looks at the last word before the first colon of a line, and at no line that it does not
know.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from cardledger import ids
from cardledger.errors import BadValue
from cardledger.i18n import _
from cardledger.ledger import Ledger
from cardledger.moments import parse_date
from projections import Shown

FORM: Final = "CARDLEDGER BOX 1"
#: Hexadecimal digits of the root.
DIGITS: Final = 16
#: A handler's name on a label has at most so many characters.
LONGEST_NAME: Final = 24
_NAMES: Final = {
    "box": "箱号",
    "school": "学校",
    "cohort": "届别",
    "cards": "张数",
    "sealed": "封装",
    "open": "未封",
    "handler": "经手人",
    "ledger": "台账",
}
_NOTHING: Final = "-"
_CHECKPOINT: Final = re.compile(r"([0-9]{1,18})@([0-9a-f]{16})")
#: A text that is longer than any label is none.
_LONGEST: Final = 4000


@dataclass(frozen=True, kw_only=True)
class Label:
    """What a label says. `day` is that of the sealing, of an open box that of the label.

    `size`, `root`: so many lines of the ledger, and the beginning of the root over them.
    """

    box: str
    school: str = ""
    cohort: int = 0
    cards: int
    sealed: bool
    day: date
    handler: str = ""
    size: int
    root: str

    @property
    def checkpoint(self) -> str:
        """The checkpoint in short."""
        return f"{self.size}@{self.root}"

    def to_text(self) -> str:
        """Return the text of the QR code."""
        values = {
            "box": self.box,
            "school": self.school,
            "cohort": str(self.cohort or ""),
            "cards": str(self.cards),
            "sealed" if self.sealed else "open": self.day.isoformat(),
            "handler": self.handler,
            "ledger": self.checkpoint,
        }
        if not self.sealed:
            del values["handler"]
        told = (f"{_NAMES[name]} {name}: {value or _NOTHING}" for name, value in values.items())
        return "\n".join((FORM, *told)) + "\n"

    @classmethod
    def from_text(cls, text: str) -> Label:
        """Read a label. Raises `BadValue` where the text is none."""
        lines = [line.strip() for line in text[:_LONGEST].lstrip("\ufeff").strip().splitlines()]
        if not lines or lines[0] != FORM:
            raise BadValue(
                _("This is not the text of a box label."),
                hint=_("It begins with “{form}”; give all that the QR code says."),
                form=FORM,
            )
        values = dict(filter(None, map(_pair, lines[1:])))
        sealed = "sealed" in values
        size, root = _checkpoint(_wanted(values, "ledger"))
        cohort, school = values.get("cohort", ""), values.get("school", "")
        return cls(
            box=ids.parse_box_id(_wanted(values, "box")),
            school=ids.parse_school_code(school) if school else "",
            cohort=ids.parse_cohort(cohort) if cohort else 0,
            cards=_count(_wanted(values, "cards")),
            sealed=sealed,
            day=parse_date(_wanted(values, "sealed" if sealed else "open")),
            handler=values.get("handler", ""),
            size=size,
            root=root,
        )


def _pair(line: str) -> tuple[str, str] | None:
    before, _colon, value = line.partition(":")
    name = before.split()[-1:] or [""]
    value = value.strip()
    return (name[0], "" if value == _NOTHING else value) if name[0] in _NAMES else None


def _wanted(values: dict[str, str], name: str) -> str:
    if not values.get(name):
        raise BadValue(
            _("The label lacks its line “{name}”."),
            hint=_("Give all that the QR code says."),
            name=f"{_NAMES[name]} {name}",
        )
    return values[name]


def _count(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise BadValue(_("{value} is not a count."), hint=_("Count from 0."), value=text)
    return int(text)


def _checkpoint(text: str) -> tuple[int, str]:
    found = _CHECKPOINT.fullmatch(text)
    if found is None:
        raise BadValue(
            _("“{value}” is not the checkpoint of a label."),
            hint=_("It is a number of lines, @ and 16 hexadecimal digits."),
            value=text,
        )
    return int(found[1]), found[2]


def label_of(ledger: Ledger, box: Shown, size: int, today: date) -> Label:
    """Return the label of a box, given as the table of the boxes shows it, at `size` lines."""
    sealed = box["state"] == "sealed"
    return Label(
        box=box["box"],
        school=box["school"] or "",
        cohort=box["cohort"] or 0,
        cards=box["count"],
        sealed=sealed,
        day=date.fromisoformat(box["sealed_on"]) if sealed else today,
        handler=short_name(box["handler"] or "") if sealed else "",
        size=size,
        root=root_of(ledger, size),
    )


def root_of(ledger: Ledger, size: int) -> str:
    """Return the beginning of the root over the first lines."""
    return ledger.log.root(size).hex()[:DIGITS]


def short_name(name: str) -> str:
    """Return a name as it stands on a label: on one line, and not longer than there is room."""
    plain = " ".join(name.split())
    return plain if len(plain) <= LONGEST_NAME else f"{plain[: LONGEST_NAME - 1]}…"
