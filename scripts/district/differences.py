"""The differences that are planted in the lists of other systems: one function for each kind.

A function changes the lists of one school, and notes what a comparison must find; it returns false
where the school has nobody to whom it can happen.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, Final

from scripts.district import differences_cards, differences_filing
from scripts.district.acts import next_number
from scripts.district.differences_cards import Picker
from scripts.district.elsewhere import Exports, Lists, roster_cells
from scripts.district.model import Pupil
from scripts.district.numbers import with_check
from scripts.district.opening import make_pupil

Plant = Callable[[Exports, Lists, Picker], bool]


def changed_cell(
    exports: Exports,
    lists: Lists,
    pick: Picker,
    plant: str,
    field: str,
    heading: str,
    change: Callable[[Pupil, Any], Any],
    *,
    proposed: bool = False,
    fits: Callable[[Pupil], bool] = lambda _pupil: True,
    values: Callable[[Any], Any] = lambda cell: cell,
) -> bool:
    """Change one cell of the roster. `values` turns a cell into what is compared."""
    pupil = pick.pupil(fits)
    if pupil is None:
        return False
    row = lists.roster[pupil]
    before, after = row[heading], change(pupil, row[heading])
    row[heading] = after
    exports.plant(
        plant,
        "roster",
        "different",
        student_number=pupil.number,
        field=field,
        ledger=values(before),
        file=values(after),
        proposed=proposed,
    )
    return True


def missing_pupil(exports: Exports, lists: Lists, pick: Picker) -> bool:
    """Leave a pupil out of the roster."""
    pupil = pick.pupil()
    if pupil is None:
        return False
    del lists.roster[pupil]
    exports.plant(
        "missing-pupil",
        "roster",
        "only-in-ledger",
        student_number=pupil.number,
        ledger="in-school",
    )
    return True


def _newcomer(exports: Exports, lists: Lists, rng: Random) -> Pupil:
    school = lists.school
    like = rng.choice(list(lists.roster))
    return make_pupil(exports.desk, rng, school, like.level, like.cohort, like.class_no)


def extra_pupil(exports: Exports, lists: Lists, pick: Picker) -> bool:
    """List a pupil whom the ledger does not know, with a card that was filed."""
    pupil = _newcomer(exports, lists, pick.rng)
    row = roster_row(exports, pupil)
    lists.more["roster"].append(row)
    exports.plant(
        "extra-pupil", "roster", "only-in-file", student_number=pupil.number, proposed=True
    )
    differences_cards.card_of_newcomer(exports, lists, pupil)
    return True


def roster_row(exports: Exports, pupil: Pupil) -> dict[str, Any]:
    """Return the row of a pupil who is in no row of the ledger's files."""
    exports.stock._add({"number": pupil.number}, "")
    return roster_cells(exports, pupil)


def incomplete_pupil(exports: Exports, lists: Lists, pick: Picker) -> bool:
    """List a pupil whom the ledger does not know, without a class."""
    pupil = _newcomer(exports, lists, pick.rng)
    lists.more["roster"].append(roster_row(exports, pupil) | {"班级": ""})
    exports.plant("incomplete-pupil", "roster", "only-in-file", student_number=pupil.number)
    return True


def wrong_class(exports: Exports, lists: Lists, pick: Picker) -> bool:
    return changed_cell(
        *(exports, lists, pick, "wrong-class", "class", "班级"),
        lambda pupil, cell: cell.replace(f"届{pupil.class_no}班", f"届{pupil.class_no + 40}班"),
        proposed=True,
    )


def wrong_name(exports: Exports, lists: Lists, pick: Picker) -> bool:
    return changed_cell(
        *(exports, lists, pick, "wrong-name", "name", "姓名"),
        lambda _pupil, cell: f"{cell}儿",
        proposed=True,
    )


def wrong_identity(exports: Exports, lists: Lists, pick: Picker) -> bool:
    return changed_cell(
        *(exports, lists, pick, "wrong-identity", "identity", "身份证件号"),
        lambda _pupil, cell: f"{cell[:17]}{'0' if cell[17] != '0' else '1'}",
    )


def wrong_telephone(exports: Exports, lists: Lists, pick: Picker) -> bool:
    return changed_cell(
        *(exports, lists, pick, "wrong-telephone", "telephone", "联系电话"),
        lambda _pupil, _cell: exports.desk.people.telephone(),
        proposed=True,
    )


def wrong_address(exports: Exports, lists: Lists, pick: Picker) -> bool:
    return changed_cell(
        *(exports, lists, pick, "wrong-address", "present_address", "现住址"),
        lambda _pupil, cell: f"{cell}附1号",
        proposed=True,
    )


def wrong_birth(exports: Exports, lists: Lists, pick: Picker) -> bool:
    return changed_cell(
        *(exports, lists, pick, "wrong-birth", "birth", "出生日期"),
        lambda _pupil, cell: f"{int(cell[:4]) - 1}{cell[4:]}",
        fits=lambda pupil: pupil.person.birth.day < 29,
    )


def wrong_guest(exports: Exports, lists: Lists, pick: Picker) -> bool:
    return changed_cell(
        *(exports, lists, pick, "wrong-guest", "guest", "是否借读"),
        lambda _pupil, cell: "否" if cell == "是" else "是",
        fits=lambda pupil: not pupil.treated_as_local and pupil.level != "vocational",
        values=lambda cell: cell == "是",
    )


def wrong_cohort(exports: Exports, lists: Lists, pick: Picker) -> bool:
    return changed_cell(
        *(exports, lists, pick, "wrong-cohort", "cohort", "届别"),
        lambda pupil, _cell: f"{pupil.cohort + 1}届",
        values=lambda cell: int(cell[:4]),
    )


def wrong_number(exports: Exports, lists: Lists, pick: Picker) -> bool:
    """Mistype the number: the identity number still tells who it is."""
    return changed_cell(
        *(exports, lists, pick, "wrong-number", "student_number", "学籍号"),
        lambda _pupil, cell: with_check(f"{cell[:13]}99"),
        proposed=True,
        fits=lambda pupil: not exports.stock.knows(with_check(f"{pupil.number[:13]}99")),
    )


def renumbered(exports: Exports, lists: Lists, pick: Picker) -> bool:
    """Give a pupil a new number in another class, of which the ledger has not heard."""
    pupil = pick.pupil()
    if pupil is None:
        return False
    row = lists.roster[pupil]
    old, before, class_no = row["学籍号"], pupil.class_name, pupil.class_no
    pupil.class_no += 50
    row["学籍号"], row["班级"] = next_number(exports.desk, pupil), pupil.class_name
    changes = (("student_number", old, row["学籍号"]), ("class", before, row["班级"]))
    pupil.class_no = class_no
    for field, ledger, file in changes:
        exports.plant(
            "renumbered",
            "roster",
            "different",
            student_number=old,
            field=field,
            ledger=ledger,
            file=file,
            proposed=True,
        )
    return True


def old_number(exports: Exports, lists: Lists, pick: Picker) -> bool:
    """List a pupil under a number of before."""
    for pupil, row in lists.roster.items():
        numbers = exports.stock.holder(pupil.number).numbers
        if len(numbers) > 1 and pupil.story != "one-number-two-students" and pick.take(pupil):
            row["学籍号"] = numbers[-2]
            exports.plant(
                "old-number",
                "roster",
                "different",
                student_number=numbers[-1],
                field="student_number",
                ledger=numbers[-1],
                file=numbers[-2],
            )
            return True
    return False


def transferred(exports: Exports, lists: Lists, pick: Picker) -> bool:
    """List a pupil at another school of the district."""
    others = [one for one in exports.lists.values() if one is not lists]
    pupil = pick.pupil(lambda one: not one.former) if others else None
    if pupil is None:
        return False
    to = pick.rng.choice(others)
    row = lists.roster.pop(pupil)
    to.more["roster"].append(row | {"学校代码": to.school.code, "班级": "一班"})
    exports.plant(
        "transferred",
        "roster",
        "different",
        student_number=pupil.number,
        field="school",
        ledger=lists.school.code,
        file=to.school.code,
        proposed=True,
    )
    return True


def left(exports: Exports, lists: Lists, pick: Picker) -> bool:
    """Keep a pupil on the roster who left."""
    for pupil in lists.school.pupils:
        if pupil.status == "left" and not pupil.keeps_story and pick.take(pupil):
            lists.more["roster"].append(roster_cells(exports, pupil))
            exports.plant(
                "left",
                "roster",
                "different",
                student_number=pupil.number,
                field="status",
                ledger="left",
                file="in-school",
            )
            return True
    return False


def _fault(exports: Exports, plant: str, heading: str, value: str) -> None:
    exports.plant(plant, "roster", "faulty", field=heading, file=value)


def twice(exports: Exports, lists: Lists, pick: Picker) -> bool:
    """List a pupil twice."""
    pupil = pick.pupil()
    if pupil is None:
        return False
    lists.more["roster"].append(dict(lists.roster[pupil]))
    _fault(exports, "pupil-twice", "学籍号", pupil.number)
    return True


def unreadable(exports: Exports, lists: Lists, pick: Picker) -> bool:
    """List a pupil, whom nobody knows, under a number with a letter in it."""
    pupil = _newcomer(exports, lists, pick.rng)
    number = f"{pupil.number[:7]}O{pupil.number[8:]}"
    lists.more["roster"].append(roster_row(exports, pupil) | {"学籍号": number})
    _fault(exports, "unreadable-number", "学籍号", number)
    return True


def digits_lost(exports: Exports, lists: Lists, pick: Picker) -> bool:
    """Have a spreadsheet spoil an identity number for good, and a student number for now."""
    pupil = pick.pupil(lambda one: one.number.startswith("0"))
    if pupil is None:
        return False
    row = lists.roster[pupil]
    row["学籍号"], row["身份证件号"] = int(row["学籍号"]), "1.10227E+17"
    _fault(exports, "digits-lost", "身份证件号", "1.10227E+17")
    return True


ROSTER: Final[dict[str, Plant]] = {
    "missing-pupil": missing_pupil,
    "extra-pupil": extra_pupil,
    "incomplete-pupil": incomplete_pupil,
    "wrong-class": wrong_class,
    "wrong-name": wrong_name,
    "wrong-identity": wrong_identity,
    "wrong-telephone": wrong_telephone,
    "wrong-address": wrong_address,
    "wrong-birth": wrong_birth,
    "wrong-guest": wrong_guest,
    "wrong-cohort": wrong_cohort,
    "wrong-number": wrong_number,
    "renumbered": renumbered,
    "old-number": old_number,
    "transferred": transferred,
    "left": left,
    "pupil-twice": twice,
    "unreadable-number": unreadable,
    "digits-lost": digits_lost,
}
PLANTS: Final[dict[str, Plant]] = ROSTER | differences_cards.PLANTS | differences_filing.PLANTS


def plant_all(exports: Exports) -> None:
    """Plant a difference of every kind at every school that has an occasion for it."""
    made: set[str] = set()
    for lists in exports.lists.values():
        pick = Picker(lists, exports.desk.rng(f"reconcile/{lists.school.code}"))
        for name, plant in PLANTS.items():
            if plant(exports, lists, pick):
                made.add(name)
    exports.missing += [name for name in PLANTS if name not in made]
