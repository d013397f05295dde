"""Workbooks of every command say where they came from, and `verify FILE` what became of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cardledger.tlog import NoteSigner
from tests.cli.conftest import Run
from tests.support.sheets import open_book, sheet_of

#: Commands that answer with a table.
TABLES = (
    ("roster",),
    ("cards", "--state", "live"),
    ("boxes",),
    ("terms",),
    ("leavers",),
    ("filings",),
    ("history",),
    ("trace", "C001"),
    ("school", "list"),
    ("policy", "show"),
    ("export", "roster"),
)


def alter(file: str, cell: str, value: object) -> None:
    """Alter a cell of the first sheet."""
    book = open_book(file)
    book.worksheets[0][cell] = value
    book.save(file)


@pytest.mark.parametrize("words", TABLES, ids=" ".join)
def test_every_workbook_carries_where_it_came_from(cards: Run, words: tuple[str, ...]) -> None:
    ran = cards(*words, "--output", "out.xlsx")
    assert ran.status == 0, ran.err
    book = open_book("out.xlsx")
    assert book.sheetnames[-1] == "Provenance"
    facts = dict(book["Provenance"].iter_rows(min_row=4, max_col=2, values_only=True))
    assert facts["Position"] == str(len(cards("history", "--json").json()))
    assert facts["Command"] == " ".join(("cardledger", *words, "--output out.xlsx"))
    assert facts["Checkpoint"] == cards("checkpoint").out.rstrip("\n")
    assert facts["Made by"]
    verified = cards("verify", "out.xlsx", "--json")
    assert verified.status == 0, verified.out
    assert (verified.json()["ok"], verified.json()["altered"]) == (True, [])


def test_outcomes_of_a_batch_carry_it_too(cards: Run) -> None:
    Path("acts.jsonl").write_text('{"action": "lost", "card": "C001", "at": "2010-03-05"}\n')
    assert cards("record", "acts.jsonl", "--output", "outcomes.xlsx").status == 0
    assert cards("verify", "outcomes.xlsx").status == 0


def test_an_altered_cell_is_named_and_the_status_says_so(cards: Run) -> None:
    cards("cards", "--output", "cards.xlsx")
    sheet = sheet_of("cards.xlsx")
    assert sheet["A4"].value == "C001"
    alter("cards.xlsx", "A4", "C009")
    ran = cards("verify", "cards.xlsx")
    assert ran.status == 5
    assert "✗ Altered: Cells altered since the workbook was written: 1." in ran.out
    assert "  Cards!A4 was altered; now: “C009”" in ran.out
    found = cards("verify", "cards.xlsx", "--json").json()
    assert list(found) == [
        *("ok", "file", "ledger", "position", "checkpoint", "altered", "problem", "unchecked")
    ]
    assert found["altered"] == [
        {
            "sheet": "Cards",
            "cell": "A4",
            "problem": "cell-altered",
            "now": "C009",
            "was": None,
            "message": "Cards!A4 was altered; now: “C009”",
        }
    ]
    chinese = cards("--lang", "zh", "verify", "cards.xlsx")
    assert "Cards!A4 被改动，现在是：“C009”" in chinese.out


def test_lines_that_are_written_later_leave_a_workbook_whole(cards: Run) -> None:
    cards("cards", "--output", "cards.xlsx")
    size = len(cards("history", "--json").json())
    assert cards("lost", "C001", "--at", "2010-03-05").status == 0
    ran = cards("verify", "cards.xlsx")
    assert (ran.status, f"up to line {size}" in ran.out) == (0, True)


def test_without_a_ledger_the_cells_are_compared(
    cards: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards("cards", "--output", "cards.xlsx")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    ran = cards("verify", "../cards.xlsx")
    assert ran.status == 0
    assert "Not checked: There is no ledger here: the signature could not be checked." in ran.out
    alter("../cards.xlsx", "A4", "C009")
    assert cards("verify", "../cards.xlsx").status == 5
    named = cards("--ledger", "nowhere.db", "verify", "../cards.xlsx")
    assert (named.status, "There is no ledger at nowhere.db" in named.err) == (2, True)


def test_what_we_did_not_write_is_not_judged(cards: Run) -> None:
    from openpyxl import Workbook

    Workbook().save("other.xlsx")
    Path("text.xlsx").write_bytes(b"\x00\x01no workbook")
    for file in ("other.xlsx", "text.xlsx", "nowhere.xlsx"):
        ran = cards("verify", file)
        assert (ran.status, file in ran.err) == (2, True), ran.err


def test_a_workbook_says_of_which_moment_it_is(cards: Run) -> None:
    cards("roster", "--as-of", "2010-01-31", "--known", "@7", "--output", "roster.xlsx")
    assert "As of 2010-01-31    As known by @7" in sheet_of("roster.xlsx")["A2"].value
    facts = sheet_of("roster.xlsx", "Provenance").iter_rows(min_row=4, max_col=2, values_only=True)
    known = dict(facts)
    assert (known["As of"], known["As known by"]) == ("2010-01-31", "@7")
    assert cards("verify", "roster.xlsx").status == 0


def test_in_chinese_all_of_it_is_chinese(cards: Run) -> None:
    cards("--lang", "zh", "--handler", "王敏", "roster", "--output", "名册.xlsx")
    book = open_book("名册.xlsx")
    assert book.sheetnames == ["花名册", "出处"]
    sheet = book["出处"]
    labels = [row[0] for row in sheet.iter_rows(max_col=1, values_only=True) if row[0]]
    assert not [label for label in labels if label.isascii()]
    assert ("生成人", "王敏") in list(sheet.iter_rows(max_col=2, values_only=True))


def test_no_password_goes_into_a_workbook(run: Run, postgres_place: str) -> None:
    from sqlalchemy import make_url

    url = make_url(postgres_place).set(password=make_url(postgres_place).password or "geheim")
    place = url.render_as_string(hide_password=False)
    assert run("--ledger", place, "init", "--school", "01170011").status == 0
    assert run("--ledger", place, "history", "--output", "history.xlsx").status == 0
    facts = dict(
        sheet_of("history.xlsx", "Provenance").iter_rows(min_row=4, max_col=2, values_only=True)
    )
    assert str(url.password) not in json.dumps([*facts.values()], default=str)
    assert "***@" in facts["Command"]
    assert "***@" in facts["Place of the ledger"]
    assert run("--ledger", place, "verify", "history.xlsx").status == 0


def test_with_the_key_that_somebody_kept_a_signature_is_checked_without_a_ledger(
    cards: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards("cards", "--output", "cards.xlsx")
    key = cards("checkpoint", "--key").out.strip()
    wrong = str(NoteSigner(key.partition("+")[0], b"7" * 32).verifier)
    assert cards("verify", "cards.xlsx", "--key", key).status == 0
    Path("cardledger.keys.db").rename("away.keys.db")
    held = cards("verify", "cards.xlsx", "--key", key, "--json")
    assert (held.status, held.json()["unchecked"]) == (0, [])
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    ran = cards("verify", "../cards.xlsx", "--key", f" {key}\n")
    assert ran.status == 0, ran.err
    told = "Its place in its ledger was not looked at: that ledger is not here."
    assert told in ran.out
    for language, words in (
        ("en", "The workbook is not signed by the key that was given."),
        ("zh", "该工作簿不是用所给的密钥签名的。"),
    ):
        ran = cards("--lang", language, "verify", "../cards.xlsx", "--key", wrong)
        assert (ran.status, words in ran.out) == (5, True), ran.out
    # A ledger that happens to lie here is none of its business.
    cards("init", "--school", "01170099")
    assert cards("verify", "../cards.xlsx").status == 5
    ran = cards("verify", "../cards.xlsx", "--key", key)
    assert (ran.status, told in ran.out) == (0, True), ran.out
    for bad in (str(NoteSigner("cardledger/other", b"7" * 32).verifier), key[:-2], " "):
        assert cards("verify", "../cards.xlsx", "--key", bad).status == 2
    assert cards("verify", "../cards.xlsx", "--only-lines").status == 2
