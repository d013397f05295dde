"""`export`: papers and files, from the command line, in both languages."""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import OTHER, PUPIL, SCHOOL, Run
from tests.support.golden import expected
from tests.support.sheets import open_book, sheet_of, table_of


@pytest.fixture
def spring(cards: Run) -> Run:
    """Return `run` in a ledger with something in every paper."""
    for words in (
        ("student", "change", PUPIL, "--grade", 1, "--name", "=王小明"),
        ("term-swipe", "C001", "--at", "2010-03-05"),
        ("leave-swipe", "C002", "--reason", "transfer", "--at", "2010-04-10"),
        ("recycle", "C002", "--handler", "王敏", "--reason", "left", "--at", "2010-04-12"),
        ("box", "open", "B1", "--cohort", "2015", "--at", "2010-05-01"),
        ("box", "put", "B1", "C002", "--at", "2010-05-02"),
        ("box", "seal", "B1", "--count", 1, "--handler", "王敏", "--at", "2010-05-03"),
    ):
        ran = cards(*words)
        assert ran.status == 0, (words, ran.err)
    return cards


PAPERS = (
    ("roster", "--as-of", "2010-06-01"),
    ("terms", "--term", "2010-spring"),
    ("leavers",),
    ("boxes", "--box", "B1"),
    ("filing",),
)


def line_of(row: tuple[object, ...]) -> str:
    """Return a row as a line of text."""
    return " | ".join("" if cell is None else str(cell) for cell in row).rstrip(" |")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_papers_look_as_they_should(spring: Run, language: str) -> None:
    told = []
    for words in PAPERS:
        name = f"{words[0]}.xlsx"
        moment = () if "--as-of" in words else ("--as-of", "2010-06-01")
        ran = spring("--lang", language, "export", *words, *moment, "--output", name)
        assert ran.status == 0, ran.err
        book = open_book(name)
        assert book.sheetnames[-1] in ("Provenance", "出处")
        for sheet in book.worksheets[:-1]:
            told.append(f"== {sheet.title}")
            told += [line_of(row) for row in sheet.iter_rows(values_only=True)]
            told.append(f"-- {sheet.oddFooter.left.text} | {sheet.oddFooter.center.text}")
    text = "\n".join(told) + "\n"
    assert text == expected(f"papers/papers.{language}.txt", text)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_roster_that_comes_back_changes_nothing(spring: Run, language: str, form: str) -> None:
    file = f"roster.{form}"
    assert spring("--lang", language, "export", "roster", "--output", file).status == 0
    before = spring("history", "--json").out
    dry = spring("import", "roster", file, "--dry-run")
    assert dry.status == 0, dry.err
    ran = spring("import", "roster", file)
    assert ran.status == 0, ran.err
    assert spring("history", "--json").out == before


def test_a_roster_of_many_classes_comes_back_from_its_sheets(spring: Run) -> None:
    for place in range(1, 4):
        number = f"0117001101510{place}01"
        words = ("--name", f"学生{place}", "--class", f"{place + 1}班", "--cohort", 2015)
        assert (
            spring("student", "add", f"{number[:11]}{place + 1:02}{number[13:]}", *words).status
            == 0
        )
    assert spring("export", "roster", "--output", "roster.xlsx").status == 0
    assert len(open_book("roster.xlsx").sheetnames) == 5
    before = spring("history", "--json").out
    ran = spring("import", "roster", "roster.xlsx", "--json")
    assert ran.status == 0, ran.err
    assert spring("history", "--json").out == before


def test_the_filing_file_is_the_same_bytes_for_the_same_lines(spring: Run) -> None:
    first = spring("--lang", "zh", "export", "filing", "--output", "first.csv")
    again = spring("--lang", "en", "export", "filing", "--output", "again.csv")
    data = Path("first.csv").read_bytes()
    assert Path("again.csv").read_bytes() == data
    digest = hashlib.sha256(data).hexdigest()
    assert f"SHA-256：{digest}" in first.err
    assert f"SHA-256: {digest}" in again.err
    lines = data.decode("utf-8-sig").splitlines()
    assert lines == [
        "学校代码,班级,学籍号,姓名,卡号,芯片号,发卡日期",
        f"{SCHOOL},1班,{PUPIL},'=王小明,C001,,2009-10-01",
    ]
    piped = spring("export", "filing", "--format", "csv").out
    assert piped.splitlines()[1] == f"{SCHOOL},1班,{PUPIL},=王小明,C001,,2009-10-01"


def test_a_csv_file_has_no_formula_and_a_piped_one_is_exact(spring: Run) -> None:
    spring("roster", "--output", "roster.csv")
    rows = list(csv.DictReader(io.StringIO(Path("roster.csv").read_text("utf-8-sig"))))
    assert [row["name"] for row in rows] == ["'=王小明", "李红"]
    assert [row["student_number"] for row in rows] == [PUPIL, OTHER]
    piped = csv.DictReader(io.StringIO(spring("roster", "--format", "csv").out))
    assert [row["name"] for row in piped] == ["=王小明", "李红"]


def test_a_box_manifest_needs_a_box_that_is_there(spring: Run) -> None:
    ran = spring("export", "boxes", "--box", "B9", "--output", "b9.xlsx")
    assert (ran.status, "There is no box B9." in ran.err) == (2, True)
    assert not Path("b9.xlsx").exists()
    chinese = spring("--lang", "zh", "export", "boxes", "--box", "B9")
    assert "没有箱 B9" in chinese.err


def test_chosen_columns_make_a_paper_too(spring: Run) -> None:
    words = ("--columns", "class,card", "--output", "roster.xlsx")
    assert spring("export", "roster", *words).status == 0
    assert table_of(sheet_of("roster.xlsx")) == [
        ("Class", "Record card"),
        ("1班", "C001"),
        ("Total", 1),
    ]
    assert spring("verify", "roster.xlsx").status == 0


def test_exports_in_every_form_have_the_same_rows(spring: Run) -> None:
    for words in PAPERS:
        rows = spring("export", *words, "--json").json()
        assert rows, words
        lines = spring("export", *words, "--format", "jsonl").out.splitlines()
        assert len(lines) == len(rows)
        assert len(spring("export", *words, "--wide").out.splitlines()) == len(rows) + 1


def test_an_archive_of_papers_stays_whole_when_copied(spring: Run, tmp_path: Path) -> None:
    spring("export", "leavers", "--output", "leavers.xlsx")
    shutil.copy("leavers.xlsx", tmp_path / "copy.xlsx")
    assert spring("verify", "copy.xlsx").status == 0


def test_the_district_takes_the_filing_file_in(spring: Run) -> None:
    assert spring("export", "filing", "--output", "filing.csv").status == 0
    digest = hashlib.sha256(Path("filing.csv").read_bytes()).hexdigest()
    ran = spring("import", "filing", "filing.csv", "--at", "2010-06-01")
    assert ran.status == 0, ran.err
    (filed,) = [row for row in spring("filings", "--json").json() if row["kind"] == "cards"]
    assert (filed["digest"], filed["accepted"]) == (digest, ["C001"])
    again = spring("import", "filing", "filing.csv", "--at", "2010-06-02")
    assert again.status == 0
    assert len(spring("filings", "--json").json()) == 1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_workbook_of_the_filing_is_read_as_well(spring: Run, language: str) -> None:
    assert spring("--lang", language, "export", "filing", "--output", "filing.xlsx").status == 0
    ran = spring("import", "filing", "filing.xlsx", "--at", "2010-06-01")
    assert ran.status == 0, ran.err
    assert [row["accepted"] for row in spring("filings", "--json").json()] == [["C001"]]


@pytest.mark.parametrize("ending", ["xls", "ods", "PDF"])
def test_a_name_that_promises_another_format_is_refused(cards: Run, ending: str) -> None:
    """A table of text that calls itself .xls would be taken for a damaged workbook."""
    for command in (("export", "roster"), ("roster",)):
        ran = cards(*command, "--output", f"a.{ending}")
        assert ran.status == 2
        assert f"a.{ending}: files that end in .{ending.lower()} are not written here." in ran.err
        assert not Path(f"a.{ending}").exists()
    assert cards("roster", "--output", f"a.{ending}", "--format", "csv").status == 0


def test_a_folder_that_is_not_there_is_named_as_it_was_given(cards: Run) -> None:
    ran = cards("export", "roster", "--output", "nowhere/a.xlsx")
    assert ran.status == 1
    assert "Error: nowhere/a.xlsx: No such file or directory." in ran.err
