"""Student numbers on the command line: explained, allocated, filed, and what came back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from cardledger.numbers import check_digit_of
from tests.cli.conftest import OTHER, PUPIL, SCHOOL, Run

PLACE: Final = f"{SCHOOL}01501"


def allocated(run: Run, *arguments: object) -> str:
    ran = run("number", "allocate", *arguments, "--json")
    assert ran.status == 0, ran.err
    answer = json.loads(ran.out)
    assert answer["outcome"] == "recorded"
    return str(answer["number"])


@pytest.fixture
def office(run: Run) -> Run:
    """Return `run` in a ledger with a class, one of whose pupils is a guest."""
    assert run("init", "--school", SCHOOL, "--name", "平谷一小").status == 0
    for number, name, more in (
        (f"{PLACE}010", "王小明", ()),
        (f"{PLACE}020", "李红", ("--guest",)),
    ):
        added = run("student", "add", number, "--name", name, "--class", "小2015届1班", *more)
        assert added.status == 0, added.err
    return run


# number check


def test_a_number_is_explained_without_a_ledger(run: Run) -> None:
    ran = run("number", "check", PUPIL)
    assert ran.status == 0
    assert "There is no ledger at cardledger.db: numbers are read by the built-in" in ran.err
    lines = ran.out.splitlines()
    assert len(lines) == 10
    assert lines[1].split()[:5] == ["1-2", "Province", "or", "city", "01"]
    chinese = run("--lang", "zh", "number", "check", PUPIL)
    assert "小学生，正常入学" in chinese.out
    assert "2015 届" in chinese.out


def test_a_number_in_the_ledger_is_compared_with_its_pupil(office: Run) -> None:
    ran = office("number", "check", f"{PLACE}020")
    assert ran.status == 4
    assert "The roster says “guest”, the category says “normal entry”." in ran.out
    assert "李红, class 小2015届1班, cohort 2015, in school" in ran.out
    right, wrong = office("number", "check", f"{PLACE}010", f"{PLACE}020", "--json").json()
    assert (right["valid"], right["faults"]) == (True, [])
    assert right["pupils"][0]["name"] == "王小明"
    assert right["pupils"][0]["current"] is True
    assert (wrong["valid"], wrong["kind"], wrong["class_number"]) == (False, "local", 1)
    (fault,) = wrong["faults"]
    assert fault["finding"] == "number-category-mismatch"
    assert (fault["first"], fault["last"]) == (9, 9)


def test_a_former_number_is_said_to_be_one(office: Run) -> None:
    office("student", "renumber", f"{PLACE}020", f"{SCHOOL}41501020")
    (found,) = office("number", "check", f"{PLACE}020", "--json").json()
    assert found["pupils"][0]["current"] is False
    # Whose it was is no fact about whose it is.
    assert found["valid"] is True
    assert "has another number now" in office("number", "check", f"{PLACE}020").out


@pytest.mark.parametrize("text", ["117001101510101", "1.17E+15", "王小明"])
def test_what_is_no_number_is_a_fault(run: Run, text: str) -> None:
    ran = run("number", "check", text, PUPIL)
    assert ran.status == 4
    assert f"Numbers at fault: {text}." in ran.err
    found = run("number", "check", text, "--json").json()[0]
    assert (found["valid"], found["school"]) == (False, None)
    assert found["faults"][0]["finding"] == "number-malformed"


def test_a_number_is_read_by_the_policy_of_the_day(office: Run, tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text('{"check_digit": "luhn"}')
    assert office("policy", "adopt", "p.json", "--from", "2010-09-01").status == 0
    number = PLACE + "03"
    wrong = number + str((int(check_digit_of("luhn", number)) + 1) % 10)
    assert office("number", "check", wrong, "--at", "2010-08-31").status == 0
    assert office("number", "check", wrong).status == 4
    assert office("number", "check", wrong, "--at", "2010-08-32").status == 2


def test_a_school_of_elsewhere_is_told_but_no_fault(office: Run) -> None:
    ran = office("number", "check", "0112001101501010")
    assert ran.status == 0
    assert "No school of district 12 is known." in ran.out


# Numbers known to be right


def known(algorithm: str, count: int = 6) -> list[str]:
    places = [f"{PLACE}{index:02}" for index in range(1, count + 1)]
    return [place + check_digit_of(algorithm, place) for place in places]  # type: ignore[arg-type]


def test_numbers_known_to_be_right_tell_the_algorithm(run: Run, tmp_path: Path) -> None:
    numbers = known("mod-11-10")
    (tmp_path / "right.txt").write_text("\n".join(numbers[2:]))
    for ran in (
        run("number", "check", *numbers, "--known-right", "--json"),
        run("number", "check", "--known-right", *numbers, "--json"),
        run("number", "check", *numbers[:2], "--known-right", "right.txt", "--json"),
        run("number", "check", "--known-right", "-", "--json", input="\n".join(numbers)),
    ):
        assert ran.status == 0, ran.err
        found = {row.pop("algorithm"): row for row in ran.json()}
        assert [name for name, row in found.items() if row["fits"]] == ["mod-11-10", "none"]
        assert found["mod-11-10"]["agreed"] == found["mod-11-10"]["numbers"] == 6
        assert found["luhn"]["fails_on"] in numbers
        assert "Only mod-11-10 fits." in ran.err
        assert 'write {"check_digit": "mod-11-10"} into a file' in ran.err


def test_what_the_verdict_says_can_be_done(office: Run, tmp_path: Path) -> None:
    ran = office("number", "check", "--known-right", *known("luhn"))
    rule = ran.err[ran.err.index("{") : ran.err.index("}") + 1]
    (tmp_path / "FILE").write_text(rule)
    assert office("policy", "adopt", "FILE", "--from", "2010-01-01").status == 0
    assert office("number", "check", *known("luhn")).status == 0
    assert office("number", "check", known("mod-11-10")[2]).status == 4


def test_one_number_proves_little_and_other_digits_nothing(run: Run) -> None:
    assert "agrees by chance" in run("number", "check", "--known-right", known("luhn", 3)[2]).err
    spoilt = known("luhn", 20)
    spoilt[3] = spoilt[3][:15] + str((int(spoilt[3][15]) + 5) % 10)
    nearly = run("number", "check", "--known-right", *spoilt)
    assert f"luhn fits 19 of 20. Look at those that it does not fit, such as {spoilt[3]}" in (
        nearly.err
    )
    none = run("number", "check", "--known-right", f"{PLACE}010", f"{PLACE}020", f"{PLACE}030")
    assert none.status == 0
    assert "None of the algorithms fits" in none.err


def test_what_is_no_number_in_a_list_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "right.csv").write_text("学籍号,姓名\n" + "\n".join([*known("luhn"), "王小明"]))
    ran = run("number", "check", "--known-right", "right.csv")
    assert ran.status == 4
    assert "right!A8: “王小明” is not a student number." in ran.err
    assert "Only luhn fits." in ran.err


def test_without_numbers_there_is_nothing_to_say(run: Run) -> None:
    for arguments in ((), ("--known-right",)):
        ran = run("number", "check", *arguments)
        assert (ran.status, "known to be right" in ran.err) == (2, True)
    assert run("number", "check", "--known-right", "nowhere.txt").status == 2


# number allocate


def test_the_next_free_number_is_set_aside(office: Run) -> None:
    ran = office("number", "allocate", "--class", "小2015届1班", "--check-digit", "5")
    assert ran.status == 0, ran.err
    assert f"{PLACE}035 — A student number was pre-allocated." in ran.out
    guest = ("--student", f"{PLACE}020", "--reason", "wrong-category", "--check-digit", "1")
    assert allocated(office, *guest) == f"{SCHOOL}41501041"
    again = office("number", "allocate", *guest)
    assert again.status == 0
    assert "is set aside for this pupil already" in again.out
    (found,) = office("number", "check", f"{SCHOOL}41501041", "--json").json()
    assert found["state"] == "allocated"


def test_a_proposal_writes_nothing(office: Run) -> None:
    arguments = ("--class", "小2015届1班", "--check-digit", "5", "--dry-run")
    for _twice in range(2):
        ran = office("number", "allocate", *arguments)
        assert ran.out.strip() == f"would be recorded: {PLACE}035"
    assert office("numbers", "--state", "allocated", "--json").json() == []


def test_many_at_once_need_an_algorithm(office: Run, tmp_path: Path) -> None:
    arguments = ("number", "allocate", "--class", "小2016届1班", "--count", "30")
    ran = office(*arguments)
    assert ran.status == 3
    assert ran.err.count("refused (check-digit-unknown)") == 1
    (tmp_path / "p.json").write_text('{"check_digit": "luhn"}')
    office("policy", "adopt", "p.json", "--from", "2010-01-01")
    ran = office(*arguments, "--json")
    numbers = [json.loads(line)["number"] for line in ran.out.splitlines()]
    assert len(set(numbers)) == 30
    assert office("number", "check", *numbers).status == 0


def test_what_is_not_known_is_asked_and_what_is_refused_is_said(office: Run) -> None:
    asked = office("number", "allocate", "--class", "阳光班", "--cohort", "2016")
    assert (asked.status, "--class-number NN" in asked.err) == (2, True)
    refused = office("number", "allocate", "--student", OTHER, "--check-digit", "1", "--json")
    assert refused.status == 3
    assert json.loads(refused.out)["code"] == "unknown-student"
    chinese = office("--lang", "zh", "number", "allocate", "--class", "小2016届1班")
    assert "按现行政策无法计算学籍号" in chinese.err


# Filing


def test_numbers_go_out_to_be_filed_and_their_result_comes_back(
    office: Run, tmp_path: Path
) -> None:
    first = allocated(office, "--class", "小2015届1班", "--check-digit", "1")
    second = allocated(office, "--student", f"{PLACE}020", "--check-digit", "2")
    waiting = office("export", "numbers", "--json").json()
    assert [row["number"] for row in waiting] == [first, second]
    assert (waiting[1]["name"], waiting[1]["student_number"]) == ("李红", f"{PLACE}020")
    assert office("export", "numbers", "--class", "nowhere", "--json").json() == []
    (tmp_path / "back.csv").write_text(
        f"学籍号,结果,原因\n{first},通过,\n{second},未通过,照片不清\n{PLACE}991,通过,\n"
    )
    dry = office("import", "numbers", "back.csv", "--dry-run")
    assert (dry.status, "3 would be recorded" in dry.err) == (0, True)
    assert office("export", "numbers", "--json").json() == waiting
    ran = office("import", "numbers", "back.csv", "--json")
    assert ran.status == 0, ran.err
    assert f"Neither allocated in this ledger nor a pupil's number (1): {PLACE}991" in ran.err
    rows = ran.json()
    assert [row["kind"] for row in rows] == ["accepted", "rejected", "accepted"]
    assert len({tuple(row["positions"]) for row in rows}) == 1
    assert office("export", "numbers", "--json").json() == []
    states = {row["number"]: row for row in office("numbers", "--json").json()}
    assert [states[one]["state"] for one in (first, second)] == ["filed", "rejected"]
    assert states[second]["reason"] == "照片不清"
    again = office("import", "numbers", "back.csv", "--json")
    assert {row["outcome"] for row in again.json()} == {"repeated"}
    names = [row["name"] for row in office("trace", second, "--json").json()]
    assert names == ["student.added/1", "number.allocated/1", "numbers.filed/1"]
    assert "filed and rejected: 照片不清" in office("number", "check", second).out


def test_a_row_that_cannot_be_read_stops_the_file_unless_it_is_left_out(
    office: Run, tmp_path: Path
) -> None:
    (tmp_path / "back.csv").write_text(f"学籍号,结果\n{PLACE}011,通过\n{PLACE}021,大概\n")
    ran = office("import", "numbers", "back.csv", "--json")
    assert ran.status == 3
    assert [row["code"] for row in ran.json()] == ["batch-aborted", "bad-input"]
    assert office("filings", "--json").json() == []
    ran = office("import", "numbers", "back.csv", "--on-refusal", "skip")
    assert ran.status == 3
    assert "rows: 2 = 1 recorded + 0 repeated + 1 refused" in ran.err
    (filing,) = office("filings", "--json").json()
    assert filing["accepted"] == [f"{PLACE}011"]


def test_two_files_are_two_filings(office: Run, tmp_path: Path) -> None:
    for name, place in (("a.csv", "011"), ("b.csv", "021")):
        (tmp_path / name).write_text(f"学籍号,结果\n{PLACE}{place},通过\n")
    ran = office("import", "numbers", "a.csv", "b.csv", "--json")
    assert [row["file"] for row in ran.json()] == ["a.csv", "b.csv"]
    assert len(office("filings", "--json").json()) == 2


def test_a_result_belongs_to_the_school_of_its_numbers(office: Run, tmp_path: Path) -> None:
    other = "01170012"
    office("school", "add", other)
    (tmp_path / "a.csv").write_text(f"学籍号,结果\n{other}01501011,通过\n")
    assert office("import", "numbers", "a.csv").status == 0
    (filing,) = office("filings", "--json").json()
    assert filing["school"] == other


def test_numbers_and_reasons_may_be_typed(office: Run) -> None:
    first = allocated(office, "--class", "小2015届1班", "--check-digit", "1")
    typed = office("numbers-filed", "--rejected", first, "--reasons", "重号")
    assert typed.status == 0, typed.err
    (row,) = office("numbers", "--state", "rejected", "--json").json()
    assert (row["number"], row["reason"]) == (first, "重号")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_our_own_paper_with_the_result_written_beside_it_is_read(
    office: Run, tmp_path: Path, language: str
) -> None:
    from openpyxl import load_workbook

    number = allocated(office, "--class", "小2015届1班", "--check-digit", "1")
    paper = tmp_path / "paper.xlsx"
    assert office("--lang", language, "export", "numbers", "--output", paper).status == 0
    book = load_workbook(paper)
    sheet = book.worksheets[0]
    place = next(
        (row, cell.column)
        for row, cells in enumerate(sheet.iter_rows(), 1)
        for cell in cells
        if cell.value == number
    )
    assert sheet.cell(*place).data_type == "s"
    heading, column = place[0] - 1, sheet.max_column + 1
    sheet.cell(heading, column).value = "结果"
    sheet.cell(place[0], column).value = "通过"
    book.save(paper)
    ran = office("import", "numbers", "paper.xlsx")
    assert ran.status == 0, ran.err
    assert office("export", "numbers", "--json").json() == []
