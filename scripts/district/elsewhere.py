"""What other systems export at the end of a term: roster, cards and filing of each school.

The lists say what is true, but for the differences that are planted in them. `reconcile-truth.json`
lists exactly those that a comparison with the ledger must find.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from scripts.district import workbooks
from scripts.district.desk import Desk
from scripts.district.model import Pupil, School
from scripts.district.stock import Stock, Stocked
from scripts.district.terms import Term
from scripts.district.workbooks import KINDS, ROSTER_HEAD, yes_no

Cells = dict[str, Any]

CARDS_HEAD: Final = (
    *("序号", "卡号", "UID", "学籍号", "姓名", "班级", "卡类", "状态", "是否升级", "发卡日期"),
    "学校代码",
)
FILING_HEAD: Final = ("序号", "卡号", "学籍号", "姓名", "班级", "立案日期", "学校代码")
STATES: Final = {"live": "正常", "lost": "挂失", "recycled": "已回收", "replaced": "已换卡"}
ABOUT: Final = (
    "All differences between the ledger of the district, as of the day `as_of`, and the lists of "
    "all schools, each with what the ledger and the list say. `proposed`: whether it has one "
    "honest settlement. `faulty` are rows or cells that cannot be compared."
)


@dataclass(slots=True)
class Lists:
    """The lists of one school: rows of the roster by pupil, of cards and filing by card number."""

    school: School
    roster: dict[Pupil, Cells] = field(default_factory=dict)
    cards: dict[str, Cells] = field(default_factory=dict)
    filing: dict[str, Cells] = field(default_factory=dict)
    #: Rows at the end of a list, by the name of the list.
    more: dict[str, list[Cells]] = field(
        default_factory=lambda: {"roster": [], "cards": [], "filing": []}
    )


@dataclass(slots=True)
class Exports:
    """The lists of all schools, and the differences that are planted in them."""

    desk: Desk
    stock: Stock
    lists: dict[str, Lists] = field(default_factory=dict)
    planted: list[dict[str, Any]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def plant(self, plant: str, source: str, kind: str, **what: Any) -> None:
        """Note a difference that must be found."""
        expected: dict[str, Any] = dict.fromkeys(("card", "student_number", "field"), "")
        expected |= {"ledger": None, "file": None, "proposed": False} | what
        self.planted.append({"plant": plant, "source": source, "kind": kind} | expected)


def honest(desk: Desk, stock: Stock) -> Exports:
    """Return the lists of all schools as they would be if everything were right."""
    exports = Exports(desk, stock)
    for school in desk.schools:
        lists = exports.lists[school.code] = Lists(school)
        for pupil in school.pupils:
            if pupil.status in ("in-school", "suspended"):
                lists.roster[pupil] = roster_cells(exports, pupil)
                for card in stock.of(stock.holder(pupil.number)):
                    _list_card(exports, lists, pupil, card)
    return exports


def roster_cells(exports: Exports, pupil: Pupil) -> Cells:
    """Return the row of a pupil, under the number that the record system gave last."""
    cells = dict(zip(ROSTER_HEAD, workbooks.roster_row(pupil, exports.desk.term), strict=True))
    holder = exports.stock.holder(pupil.number)
    return cells | {"学籍号": holder.number}


def _list_card(exports: Exports, lists: Lists, pupil: Pupil, card: Stocked) -> None:
    if card.state in STATES:
        lists.cards[card.number] = card_cells(exports, pupil, card)
    if card.kind == "record" and card.filed and card.state in ("live", "lost"):
        lists.filing[card.number] = filing_cells(pupil, card)


def card_cells(exports: Exports, pupil: Pupil, card: Stocked) -> Cells:
    """Return the row of a card; some programs show the UID backwards, some as decimal."""
    uid, raw = card.uid, bytes.fromhex(card.uid)
    form = pupil.school.index % 3
    if form == 1:
        uid = raw[::-1].hex().upper()
    elif form == 2 and raw[0] > 0x0F:
        uid = str(int(card.uid, 16))
    return {
        "卡号": card.number,
        "UID": uid,
        "学籍号": card.holder.number,
        "姓名": pupil.person.name,
        "班级": pupil.class_name,
        "卡类": KINDS[card.kind],
        "状态": STATES[card.state],
        "是否升级": yes_no(card.upgraded) if card.kind == "record" else "",
        "发卡日期": card.issued,
        "学校代码": pupil.school.code,
    }


def filing_cells(pupil: Pupil, card: Stocked) -> Cells:
    """Return the row of a filed card."""
    return {
        "卡号": card.number,
        "学籍号": card.holder.number,
        "姓名": pupil.person.name,
        "班级": pupil.class_name,
        "立案日期": card.filed,
        "学校代码": pupil.school.code,
    }


def write(exports: Exports, folder: Path) -> None:
    """Write the lists of every school, and what differs."""
    term = exports.desk.term
    for lists in exports.lists.values():
        _write_school(lists, folder / lists.school.code, term)
    truth = {
        "about": ABOUT,
        "term": term.name,
        "as_of": term.last.isoformat(),
        "planted": exports.planted,
        "not_planted": sorted(exports.missing),
    }
    with (folder / "reconcile-truth.json").open("w", encoding="utf-8", newline="\n") as file:
        json.dump(truth, file, ensure_ascii=False, indent=1)
        file.write("\n")


def _write_school(lists: Lists, folder: Path, term: Term) -> None:
    name = lists.school.name
    for kind, head, title, rows in (
        ("roster", ROSTER_HEAD, "学生信息", lists.roster.values()),
        ("cards", CARDS_HEAD, "卡片信息", lists.cards.values()),
        ("filing", FILING_HEAD, "立案数据", lists.filing.values()),
    ):
        heading = f"{name}{title}（{term.title}末）"
        body = list(_numbered([*rows, *lists.more[kind]], head))
        total: list[object] = ["合计", len(body)]
        workbooks.save(
            folder / f"{FILES[kind]}-{term.name}.xlsx", title, head, [*body, total], heading
        )


def _numbered(rows: Iterable[Cells], head: Iterable[str]) -> Iterable[list[object]]:
    head = tuple(head)
    for place, row in enumerate(rows, 1):
        cells = {"序号": place} | row
        yield [cells.get(name) or None for name in head]


#: What the lists of other systems are called.
FILES: Final = {"roster": "cmis", "cards": "card-manager", "filing": "filing"}
