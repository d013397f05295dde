"""`reconcile` in the terminal: a story in both languages, forms, exit statuses, proposals."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.cli.conftest import OTHER, PUPIL, SCHOOL, Run
from tests.cli.test_golden_term import normal, told
from tests.support.golden import expected

ROSTER = f"""\
平谷一小学生名册（2010年6月30日）,,,,,
学籍号,姓名,身份证号,班级,届别,联系电话
{PUPIL},王小明,110101200301011234,2班,2015,
0117001101510209,李红,11010120030202002X,2班,2015,
117001101510103,张三丰,110101200303031234,1班,2015,69961234
0117001101510104,赵六,,,2015,
0117001101510104,赵六,,,2015,
0117O01101510105,钱七,,1班,2015,
合计,6,,,,
"""
CARDS = f"""\
序号,卡号,芯片号,学籍号,姓名,卡类,状态,是否升级,发卡日期
1,C001,CDAB1204,{PUPIL},王小明,学籍卡,正常,已升级,2009-10-12
2,C002,04AABBCC,{OTHER},李红,学籍卡,挂失,已升级,2009-10-12
3,C004,04000004,{OTHER},李红,证件卡,正常,,
4,C005,04000005,{PUPIL},王小明,学籍卡,正常,否,
5,C009,0412ABCE,0117001101510103,张三丰,证件卡,正常,,
合计,5,,,,,,,
"""
FILING = f"""\
卡号,学籍号,姓名,立案日期
C001,{PUPIL},王小明,2010-04-01
C002,{PUPIL},王小明,2010-04-01
C777,{OTHER},李红,2010-04-01
"""
FILES = {"roster.csv": ROSTER, "cards.csv": CARDS, "filing.csv": FILING}

BEGINNING = f"""\
cardledger init --school {SCHOOL} --name 平谷一小
cardledger student add {PUPIL} --name 王小明 --identity 110101200301011234 --class 1班 --cohort 2015
cardledger student add {OTHER} --name 李红 --identity 11010120030202002X --class 1班 --cohort 2015
cardledger student add 0117001101510199 --name 孙八 --class 1班 --cohort 2015
cardledger issue C001 --student {PUPIL} --uid 0412ABCD --at 2009-10-12
cardledger issue C002 --student {OTHER} --uid 04AABBCC --at 2009-10-12
cardledger issue C003 --student 0117001101510199 --uid 04000003 --at 2009-10-12
cardledger upgrade C001 --at 2010-03-01
cardledger recycle C002 --handler 王敏 --reason kept-for-inspection --at 2010-05-10
cardledger cards-filed C002 C003 --at 2010-04-01
"""
STORY = """\
cardledger reconcile roster.csv cards.csv filing.csv --as-of 2010-06-30 --propose proposed.jsonl
cardledger record proposed.jsonl
cardledger reconcile roster.csv cards.csv filing.csv --as-of 2010-06-30 --propose again.jsonl
cardledger reconcile roster.csv
cardledger reconcile roster.csv --school 01170099
cardledger reconcile
"""


@pytest.fixture
def office(run: Run) -> Run:
    """Return `run` in a folder with a ledger of a school, and the lists of other systems."""
    for name, text in FILES.items():
        Path(name).write_text(text, encoding="gb18030")
    for command in BEGINNING.splitlines():
        ran = run(*shlex.split(command)[1:])
        assert ran.status == 0, (command, ran.err)
    return run


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_reconciliation_in_the_terminal_reads_as_it_should(office: Run, language: str) -> None:
    transcript = ""
    for command in STORY.splitlines():
        ran = office(*shlex.split(command)[1:], CARDLEDGER_LANG=language, COLUMNS="110")
        transcript += told(command, ran)
        if "--propose proposed" in command:
            transcript += Path("proposed.jsonl").read_text(encoding="utf-8") + "\n"
    actual = normal(transcript)
    assert actual == expected(f"reconcile/{language}.txt", actual)


def test_a_difference_is_data_with_the_line_the_place_and_the_act(office: Run) -> None:
    ran = office("reconcile", "--cards", "cards.csv", "--as-of", "2010-06-30", "--json")
    assert ran.status == 4
    found = {(row["subject"], row["field"]): row for row in ran.json()}
    state = found["card:C002", "state"]
    (recycling,) = [
        row["position"]
        for row in office("trace", "C002", "--json").json()
        if row["name"] == "card.recycled/1"
    ]
    assert state == {
        "id": state["id"],
        "source": "cards",
        "kind": "different",
        "subject": "card:C002",
        "student_number": OTHER,
        "name": "李红",
        "school": SCHOOL,
        "field": "state",
        "ledger": "recycled",
        "file": "lost",
        "positions": [recycling],
        "place": {"file": "cards.csv", "sheet": "cards", "row": 3, "cell": "G3"},
        "act": None,
        "message": f"Card C002 of 李红 ({OTHER}) is recycled in the ledger and lost in the card"
        " manager.",
        "settle": "Somebody must look at the card: who has it? The ledger cannot tell.",
    }
    assert re.fullmatch(r"D[A-Z2-7]{9}", state["id"])
    again = office("reconcile", "cards.csv", "--as-of", "2010-06-30", "--format", "jsonl")
    assert [json.loads(line) for line in again.out.splitlines()] == ran.json()


def test_the_uid_of_another_card_is_a_hint_and_never_a_match(office: Run) -> None:
    text = CARDS.replace("04000005", "CD AB 12 04")
    Path("cards.csv").write_text(text, encoding="utf-8")
    rows = office("reconcile", "--cards", "cards.csv", "--json", "--propose", "p.jsonl").json()
    (strange,) = [row for row in rows if row["subject"] == "card:C005"]
    assert strange["kind"] == "only-in-file"
    assert "The UID is that of card C001" in strange["settle"]
    assert strange["act"] is None
    assert "C005" not in Path("p.jsonl").read_text(encoding="utf-8")


def test_nothing_is_written_and_without_differences_the_status_is_0(office: Run) -> None:
    Path("same.csv").write_text(
        f"卡号,学籍号,状态\nC001,{PUPIL},正常\nC002,{OTHER},已回收\n"
        "C003,0117001101510199,在用\n合计,3,\n",
        encoding="utf-8",
    )
    before = office("checkpoint").out
    ran = office("reconcile", "same.csv")
    assert (ran.status, ran.out) == (0, "")
    assert "same.csv (card manager): rows: 3 = 3 the same" in ran.err
    assert office("reconcile", "same.csv", "--json").json() == []
    assert office("checkpoint").out == before


def test_as_of_the_day_of_the_file_later_acts_are_no_differences(office: Run) -> None:
    Path("may.csv").write_text(
        f"卡号,学籍号,状态\nC001,{PUPIL},正常\nC002,{OTHER},正常\nC003,0117001101510199,正常\n",
        encoding="utf-8",
    )
    assert office("reconcile", "may.csv", "--as-of", "2010-05-09").status == 0
    ran = office("reconcile", "may.csv", "--json")
    assert ran.status == 4
    assert [(row["ledger"], row["file"]) for row in ran.json()] == [("recycled", "live")]


def test_a_file_that_fits_two_kinds_or_none_is_not_guessed_at(office: Run) -> None:
    Path("both.csv").write_text(
        f"卡号,学籍号,姓名,出生日期,状态\nC001,{PUPIL},王小明,2003-01-01,正常\n", encoding="utf-8"
    )
    ran = office("reconcile", "both.csv")
    assert ran.status == 2
    assert "its headings fit several kinds of lists: roster, cards." in ran.err
    assert "--roster both.csv, --cards both.csv" in ran.err
    assert office("reconcile", "--cards", "both.csv").status == 4
    Path("none.csv").write_text("班级,届别\n1班,2015\n", encoding="utf-8")
    ran = office("reconcile", "none.csv")
    assert ran.status == 2
    assert "do not tell whether it is a roster" in ran.err


def test_an_unreadable_file_is_status_2(office: Run) -> None:
    assert office("reconcile", "--roster", "nowhere.xlsx").status == 2
    Path("broken.xlsx").write_bytes(b"PK\x03\x04 broken")
    assert office("reconcile", "broken.xlsx").status == 2
    assert office("reconcile", "cards.csv", "--as-of", "yesterday").status == 2


def test_a_list_from_standard_input(office: Run) -> None:
    ran = office("reconcile", "-", "--as-of", "2010-06-30", "--json", input=CARDS.encode())
    assert ran.status == 4
    assert {row["source"] for row in ran.json()} == {"cards"}


def test_pupils_of_other_schools_are_not_missing(office: Run) -> None:
    office("school", "add", "01170012", "--name", "平谷二小")
    office(*("student", "add", "0117001201510101", "--name", "周九", "--school", "01170012"))
    rows = office("reconcile", "roster.csv", "--json").json()
    assert "周九" not in {row["name"] for row in rows}
    both = office(
        *("reconcile", "roster.csv", "--school", SCHOOL, "--school", "01170012", "--json")
    )
    assert "周九" in {row["name"] for row in both.json() if row["kind"] == "only-in-ledger"}


def test_without_keys_names_are_not_compared_and_that_is_said(office: Run) -> None:
    Path("cardledger.keys.db").rename("away.db")
    ran = office("reconcile", "roster.csv", "--as-of", "2010-06-30", "--json")
    assert "The key store is away: names" in ran.err
    assert {row["field"] for row in ran.json() if row["kind"] == "different"} == {"class"}
    assert {row["name"] for row in ran.json() if row["kind"] == "different"} == {None}


def test_a_workbook_has_a_sheet_for_each_list_and_no_formulas(office: Run) -> None:
    text = ROSTER.replace("王小明", "=HYPERLINK(1)")
    Path("roster.csv").write_text(text, encoding="utf-8")
    ran = office("reconcile", "roster.csv", "cards.csv", "--output", "d.xlsx", CARDLEDGER_LANG="zh")
    assert ran.status == 4
    book = load_workbook("d.xlsx")
    assert book.sheetnames[:2] == ["花名册", "校级卡管"]
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert any(cell.value == "=HYPERLINK(1)" for cell in cells)
    assert {cell.data_type for cell in cells} <= {"s", "n", "d", "b"}
    assert office("verify", "d.xlsx").status == 0


def test_rows_of_other_schools_are_left_aside_where_one_is_asked_for(office: Run) -> None:
    Path("district.csv").write_text(
        f"学籍号,姓名,学校代码\n{PUPIL},王小明,{SCHOOL}\n0117009901510101,吴十,01170099\n",
        encoding="utf-8",
    )
    ran = office("reconcile", "district.csv", "--school", SCHOOL, "--json")
    assert "further rows of other schools, left aside: 1" in ran.err
    assert {row["kind"] for row in ran.json()} == {"only-in-ledger"}
    ran = office("reconcile", "district.csv", "--json")
    (strange,) = [row for row in ran.json() if row["kind"] == "only-in-file"]
    assert "The ledger has no school 01170099" in strange["settle"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_the_ledger_exports_itself_is_no_difference(office: Run, language: str) -> None:
    """The papers of the office, read again as lists of another system, say what the ledger says."""
    for name in ("filing", "roster"):
        file = f"{name}.xlsx"
        made = office("export", name, "--output", file, CARDLEDGER_LANG=language)
        assert made.status == 0, made.err
        # C001 is live and not filed yet; the filing is what is about to be handed in.
        ran = office("reconcile", f"--{name}", file, "--json")
        rest = {(row["subject"], row["field"]) for row in ran.json()}
        assert rest == ({("card:C001", "filed")} if name == "filing" else set()), ran.out


def test_a_total_below_the_cards_is_no_card(office: Run) -> None:
    Path("list.csv").write_text(
        f"序号,卡号,学籍号,状态\n1,C001,{PUPIL},正常\n总计,1,,\n", encoding="utf-8"
    )
    ran = office("reconcile", "list.csv", "--json")
    assert "Left out list.csv list!3: A row of totals." in ran.err
    assert {row["subject"] for row in ran.json()} == {"card:C003"}


def test_a_school_that_the_ledger_does_not_have_is_named(office: Run) -> None:
    ran = office("reconcile", "roster.csv", "--school", "01170099")
    assert ran.status == 2
    assert "The ledger has no school 01170099." in ran.err
    assert "Its schools are: 01170011." in ran.err
