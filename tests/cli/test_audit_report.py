"""`audit report` on the command line: files, exit statuses, languages, refusals."""

from __future__ import annotations

import re
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.cli.conftest import PUPIL, SCHOOL, Run
from tests.support import pdf


@pytest.fixture
def audited(cards: Run) -> Run:
    """Return `run` in a ledger with a card that was taken back and lies in no box."""
    taken = cards("recycle", "C001", "--handler", "王老师", "--at", "2010-05-01")
    assert taken.status == 0, taken.err
    return cards


def test_a_report_is_one_page_and_the_status_says_that_something_is_open(
    audited: Run, tmp_path: Path
) -> None:
    ran = audited("audit", "report", "recycled-not-boxed", "--output", "report.html")
    assert ran.status == 4, ran.err
    assert "Open findings: 1; accepted: 0." in ran.err
    page = (tmp_path / "report.html").read_text("utf-8")
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert page.endswith("</html>\n")
    assert "recycled-not-boxed --output report.html" in re.sub("</?span>", "", page)
    assert "Whole: " in page
    chinese = audited("--lang", "zh", "audit", "report", "--output", "报告.HTML")
    assert chinese.status == 4, chinese.err
    assert "审计报告" in (tmp_path / "报告.HTML").read_text("utf-8")


def test_without_findings_the_status_is_0(audited: Run, tmp_path: Path) -> None:
    ran = audited("audit", "report", "two-live-cards", "--output", "report.html", "--no-verify")
    assert ran.status == 0, ran.err
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "No findings." in page
    assert "The ledger was not verified for this report." in page


def test_filters_are_those_of_the_audit(audited: Run, tmp_path: Path) -> None:
    words = ("audit", "report", "recycled-not-boxed", "--output", "r.html", "--no-verify")
    assert audited(*words, "--school", "01170012").status == 0
    assert audited(*words, "--cohort", "2014届").status == 0
    assert audited(*words, "--since", "2010-05-02").status == 0
    assert audited(*words, "--as-of", "2010-04-30").status == 0
    assert audited(*words, "--school", "01170011", "--cohort", "2015").status == 4
    assert "C001" in (tmp_path / "r.html").read_text("utf-8")


def test_what_is_no_report_is_refused_before_anything_is_done(audited: Run, tmp_path: Path) -> None:
    wrong = audited("audit", "report", "--output", "report.docx")
    assert wrong.status == 2
    assert "report.docx" in wrong.err
    assert audited("audit", "report").status == 2
    rule = audited("audit", "report", "two-lives", "--output", "report.html")
    assert rule.status == 2
    assert "There is no rule “two-lives”." in rule.err
    ledger = audited("--ledger", "l.html", "audit", "report", "--output", "l.html")
    assert ledger.status == 2
    assert "belongs to the ledger" in ledger.err
    assert not list(tmp_path.glob("report.*"))


def test_where_a_pdf_cannot_be_made_nothing_is_written(
    audited: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    ran = audited("audit", "report", "--output", "report.pdf")
    assert ran.status == 1
    assert "A PDF cannot be made here: weasyprint" in ran.err
    assert "apt-get install" in ran.err
    assert not (tmp_path / "report.pdf").exists()


def test_without_a_chinese_font_no_pdf_is_made_and_it_says_so_in_both_languages(
    audited: Run, tmp_path: Path
) -> None:
    if shutil.which("fc-list") is None:
        pytest.skip("fc-list was not found on PATH")
    pdf.needed()
    (tmp_path / "none").mkdir()
    config = tmp_path / "fonts.conf"
    config.write_text(f"<fontconfig><dir>{tmp_path / 'none'}</dir></fontconfig>")
    for language, words in (("en", "there is no font with Chinese"), ("zh", "中文字体")):
        ran = audited(
            *("--lang", language, "audit", "report", "--output", "report.pdf"),
            FONTCONFIG_FILE=str(config),
        )
        assert ran.status == 1, ran.err
        assert words in ran.err
        assert "fonts-noto-cjk" in ran.err
    assert not (tmp_path / "report.pdf").exists()


@pytest.mark.slow
def test_a_report_is_the_same_on_both_databases(
    run: Run, ledger_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the same acts both databases give the same findings, figures and verdict."""
    monkeypatch.setenv("CARDLEDGER_LEDGER", ledger_url)
    assert run("init", "--school", SCHOOL, "--name", "平谷一小").status == 0
    added = run(
        *("student", "add", PUPIL, "--name", "王小明", "--class", "1班"),
        *("--cohort", 2015, "--entered", "2009-09-01"),
    )
    assert added.status == 0, added.err
    assert run("issue", "C001", "--student", PUPIL, "--at", "2009-10-01").status == 0
    for act in ("upgrade", "recycle"):
        words = ("--handler", "王老师") if act == "recycle" else ()
        assert run(act, "C001", *words, "--at", "2010-05-01").status == 0
    ran = run("audit", "report", "recycled-not-boxed", "--output", "report.html")
    assert ran.status == 4, ran.err
    page = (tmp_path / "report.html").read_text("utf-8")
    (found,) = run("audit", "recycled-not-boxed", "--json").json()
    assert found["id"] in page
    assert "Whole: 6 lines are what was written" in page
    assert "Open findings: 1 (" in page
    assert "平谷一小" in page
    # The place is told, and no password of it.
    password = make_url(ledger_url).password
    assert password is None or str(password) not in page + ran.err
    assert run("audit", "report", "two-live-cards", "--output", "r.html").status == 0


@pytest.mark.slow
def test_a_real_pdf_is_made(audited: Run, tmp_path: Path) -> None:
    pdf.needed()
    ran = audited("--lang", "zh", "audit", "report", "--output", "report.pdf")
    assert ran.status == 4, ran.err
    text = pdf.text_of(tmp_path / "report.pdf")
    assert "审计报告" in text
    assert "平谷一小" in text
    assert "recycled-not-boxed" in text


def test_a_broken_ledger_has_a_report_that_says_so(audited: Run, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "cardledger.db") as database:
        database.execute("DROP TRIGGER IF EXISTS tag_delete")
        for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
    database.close()
    ran = audited("audit", "report", "--output", "report.html")
    assert ran.status == 5, ran.err
    assert "Broken: " in (tmp_path / "report.html").read_text("utf-8")
