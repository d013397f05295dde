"""The data check of a whole ledger: whom it looks at, in which order, and what it leaves out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cardledger import Ledger, init_ledger, open_ledger
from cardledger.batch import command_of_row
from cardledger.errors import BadValue, NotFound
from cardledger.exchange.exports import EXPORTS, Asked, Noted
from cardledger.exchange.exports.data_check import CHECKED, CLOSED, field_named
from cardledger.exchange.writing.paper import Paper
from cardledger.exchange.writing.tables_out import Column, json_array
from cardledger.exchange.writing.workbook_out import write_workbook
from cardledger.i18n import translator
from scripts.district.making import make
from tests.support.given import NEIGHBOUR, PRIMARY, Row, act, number, pupil
from tests.support.golden import expected
from tests.support.ledgers import made, set_clock, student_id, tell
from tests.support.sheets import sheet_of, table_of

EXPORT = EXPORTS["data-check"]

#: All that a roster says of a child who is right; numbers of identity documents are invented.
RIGHT: dict[str, Any] = {
    "sex": "女",
    "birth": "2003-05-12",
    "identity": "E12345678",
    "ethnic_group": "汉族",
    "native_place": "北京市",
    "household": "北京市平谷区云杉镇派出所",
    "address": "北京市平谷区云杉镇望山家园3号楼501室",
    "present_address": "北京市平谷区云杉镇望山家园3号楼501室",
    "telephone": "16112345678",
    "family": "父亲 王建国 16112345678",
    "boarding": "no",
    "migrant": "no",
    "class": "一年级1班",
    "cohort": 2015,
    "grade": 1,
}
FIRST, SECOND, THIRD = number(1), number(2), number(3, class_=2)
ELSEWHERE = number(1, school=NEIGHBOUR)


def child(student: str, name: str, **changes: Any) -> Row:
    """Return the row that adds a child, who is right but for the changes."""
    return pupil(student, **(RIGHT | {"name": name} | changes))


@pytest.fixture
def ledger(ledger_url: str, tmp_path: Path) -> Iterator[Ledger]:
    """Give a ledger of two schools and four children, three of whom have faults."""
    with made(ledger_url, tmp_path) as ledger:
        tell(
            ledger,
            child(THIRD, "赵敏", telephone="69961234", **{"class": "一年级2班"}),
            child(SECOND, "李红"),
            child(FIRST, "王小芳", sex="", family="母亲 李秀珍"),
            child(ELSEWHERE, "周 杰"),
        )
        yield ledger


def rows(ledger: Ledger, **where: str) -> Noted:
    """Return the rows of the data check."""
    found: Noted = EXPORT.rows(ledger, Asked(where=where))
    return found


def shown(found: Noted) -> list[tuple[str, str]]:
    """Return numbers and codes."""
    return [(row["student_number"], row["code"]) for row in found]


def test_there_is_one_row_a_fault_by_school_class_number_and_field(ledger: Ledger) -> None:
    found = rows(ledger)
    assert shown(found) == [
        (FIRST, "sex-missing"),
        (FIRST, "family-no-telephone"),
        (THIRD, "telephone-no-area-code"),
        (ELSEWHERE, "name-has-space"),
    ]
    assert found.notes == ((CHECKED, {"faults": 4, "faulty": 3, "pupils": 4}),)


def test_a_row_says_who_what_and_what_to_do(ledger: Ledger) -> None:
    row = rows(ledger)[2]
    assert {name: row[name] for name in ("student_number", "name", "school", "class")} == {
        "student_number": THIRD,
        "name": "赵敏",
        "school": PRIMARY,
        "class": "一年级2班",
    }
    assert row["student"] == student_id(ledger, THIRD)
    assert (row["field"], row["value"]) == ("telephone", "69961234")
    assert row["message"] == "The landline “69961234” has no area code."
    chinese = EXPORT.rows(ledger, Asked(say=translator("zh")))[2]
    assert chinese["message"] == "固定电话“69961234”缺少区号。"
    assert (chinese["title"], chinese["code"]) == ("联系电话", row["code"])


def test_json_has_the_promised_keys_in_their_order(ledger: Ledger) -> None:
    text = "".join(json_array(rows(ledger), EXPORT.COLUMNS))
    assert {" ".join(row) for row in json.loads(text)} == {
        "student student_number name school class field code value message todo"
    }


@pytest.mark.parametrize(
    ("where", "numbers"),
    [
        ({"school": NEIGHBOUR}, {ELSEWHERE}),
        ({"class": "一年级2班"}, {THIRD}),
        ({"cohort": "2015届"}, {FIRST, THIRD, ELSEWHERE}),
        ({"cohort": "2014"}, set()),
        ({"student": FIRST}, {FIRST}),
        ({"student": FIRST, "class": "一年级2班"}, set()),
        ({"field": "sex"}, {FIRST}),
        ({"field": "性别"}, {FIRST}),
        ({"field": "Members of the family"}, {FIRST}),
        ({"school": PRIMARY, "field": "telephone"}, {THIRD}),
    ],
)
def test_pupils_and_fields_can_be_chosen(
    ledger: Ledger, where: dict[str, str], numbers: set[str]
) -> None:
    for as_of in (False, True):
        asked = Asked(where=where, as_of=f"@{ledger.head()}" if as_of else None)
        assert {row["student_number"] for row in EXPORT.rows(ledger, asked)} == numbers


def test_a_filter_that_names_nothing_is_refused(ledger: Ledger) -> None:
    with pytest.raises(BadValue, match="not checked"):
        rows(ledger, field="shoe size")
    with pytest.raises(BadValue, match="school code"):
        rows(ledger, school="1")
    with pytest.raises(NotFound):
        rows(ledger, student=number(77))


def test_who_left_is_not_checked_and_who_is_suspended_is(ledger: Ledger) -> None:
    tell(
        ledger,
        act("student-transfer-out", student=FIRST, to_school="01081099"),
        act("student-suspend", student=THIRD),
    )
    assert [one for one, _code in shown(rows(ledger))] == [THIRD, ELSEWHERE]


def test_a_correction_ends_the_fault_and_an_earlier_day_still_has_it(ledger: Ledger) -> None:
    before = ledger.head()
    tell(ledger, act("student-change", student=FIRST, sex="女"))
    assert "sex-missing" not in dict(map(reversed, shown(rows(ledger))))  # type: ignore[arg-type]
    earlier = EXPORT.rows(ledger, Asked(as_of=f"@{before}"))
    assert (FIRST, "sex-missing") in shown(earlier)


def test_what_was_written_later_is_not_known(ledger: Ledger) -> None:
    set_clock(ledger, "2010-07-02T10:00:00")
    tell(ledger, act("student-change", student=FIRST, sex="女", at="2010-06-01"))
    found = EXPORT.rows(ledger, Asked(as_of="2010-06-30", known="2010-06-30"))
    assert (FIRST, "sex-missing") in shown(found)
    assert (FIRST, "sex-missing") not in shown(rows(ledger))


def test_a_policy_counts_from_its_day_on(ledger: Ledger) -> None:
    changes = {"check_digit": "luhn"}
    tell(ledger, act("policy-adopt", from_="2010-06-01", changes=changes))
    assert "number-check-digit" in {row["code"] for row in rows(ledger)}
    earlier = EXPORT.rows(ledger, Asked(as_of="2010-05-31"))
    assert "number-check-digit" not in {row["code"] for row in earlier}


def test_who_is_forgotten_is_not_at_fault_but_counted(ledger: Ledger) -> None:
    tell(ledger, act("student-forget", student=FIRST))
    found = rows(ledger)
    assert FIRST not in {row["student_number"] for row in found}
    assert found.notes == (
        (CHECKED, {"faults": 2, "faulty": 2, "pupils": 3}),
        (CLOSED, {"pupils": 1}),
    )


def test_without_the_key_store_nobody_is_at_fault(tmp_path: Path) -> None:
    place, keys = tmp_path / "ledger.db", tmp_path / "keys.db"
    with init_ledger(place, school=PRIMARY, keys=keys) as ledger:
        set_clock(ledger, "2010-06-30T10:00:00")
        tell(ledger, child(FIRST, "王小芳", sex=""))
        assert len(rows(ledger)) == 1
    keys.unlink()
    with open_ledger(place, keys=keys) as ledger:
        found = rows(ledger)
        assert found == []
        assert found.notes[1] == (CLOSED, {"pupils": 1})


def test_fields_are_found_by_name_and_by_title_in_both_languages() -> None:
    for text in ("ethnic_group", "ethnic-group", " 民族 ", "Ethnic group", "ETHNIC GROUP"):
        assert field_named(text) == "ethnic_group"
    assert field_named("鞋码") is None


def test_the_sheet_of_a_class_is_as_the_teacher_knows_it(ledger: Ledger, tmp_path: Path) -> None:
    say = translator("zh")
    found = EXPORT.rows(ledger, Asked(where={"school": PRIMARY}, say=say))
    with (tmp_path / "sheet.xlsx").open("wb") as file:
        paper = Paper(title=say(EXPORT.TITLE), columns=EXPORT.PAPER, rows=found)
        write_workbook(paper, say, file)
    sheet = sheet_of(tmp_path / "sheet.xlsx")
    # There is room for what teachers fill in, by hand even.
    assert sheet.column_dimensions["H"].width >= 30
    # The pupil's id is another one each time.
    lines = ["\t".join(str(cell or "") for cell in row[:-1]) for row in table_of(sheet)]
    text = "\n".join([sheet.title, *lines]) + "\n"
    assert text == expected("data-check/class.zh.txt", text)


def test_every_column_of_the_sheet_has_a_chinese_heading() -> None:
    columns: tuple[Column, ...] = (*EXPORT.COLUMNS, *EXPORT.PAPER)
    assert all(not translator("zh")(column.title).isascii() for column in columns)


@pytest.mark.slow
def test_of_a_made_district_exactly_the_planted_faults_are_found(tmp_path: Path) -> None:
    folder = tmp_path / "district"
    make(folder, seed=4, schools=2, pupils=300, terms=1, start="2010-spring", with_workbooks=False)
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    lines = [
        line
        for name in ("schools.jsonl", "district-2010-spring.jsonl")
        for line in (folder / name).read_text(encoding="utf-8").splitlines()
    ]
    with init_ledger(tmp_path / "ledger.db", school=truth["schools"][0]["code"]) as ledger:
        changes = {"check_digit": "mod-11-10"}
        tell(ledger, act("policy-adopt", from_="2000-01-01", changes=changes))
        commands = [command_of_row(json.loads(line)) for line in lines]
        ledger.record_many(commands, atomic=False, retry_keys=False)
        found = EXPORT.rows(ledger, Asked(as_of="2010-05-31"))
    planted = {
        (entry["kind"], subject.removeprefix("number:"))
        for entry in truth["planted"]
        for subject in entry["subjects"]
        if entry["kind"].startswith("number-")
    }
    assert planted
    assert {(row["code"], row["student_number"]) for row in found} == planted
