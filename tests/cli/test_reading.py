"""Reading commands: their forms, files, columns, filters and moments."""

from __future__ import annotations

import csv
import io
import json
import re
import stat
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cardledger.cli.output import Output
from cardledger.cli.program import PROGRAM
from projections import PROJECTIONS
from tests.cli.conftest import OTHER, PUPIL, SCHOOL, Run
from tests.support.sheets import sheet_of, table_of

#: DESIGN 5: at least these keys, in this order.
KEYS = {
    "roster": "student student_number name school class grade cohort status guest card card_state"
    " identity_card identity_card_state last_term",
    "cards": "card kind uid state format student student_number school cohort issued_at last_at"
    " last_action replaces replaced_by recycled_at recycled_by box recycled_reason",
    "boxes": "box school cohort state count handler sealed_on cards stocktake_on stocktake_by found"
    " missing unexpected elsewhere",
    "terms": "school term class pupils registered missing percent",
    "leavers": "student student_number name school cohort left_at reason leave_swiped_at card"
    " recycled_at recycled_by box",
    "trace": "position at recorded name subjects handler evidence voided_by data"
    " follows days_late void_reason",
    "history": "position at recorded name subjects handler evidence voided_by data",
}


class Terminal(io.StringIO):
    """What is written to a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def term(cards: Run) -> Run:
    """Return `run` in a ledger with a row in every projection."""
    for words in (
        ("term-swipe", "C001", "--at", "2010-03-05"),
        ("leave-swipe", "C002", "--reason", "transfer", "--at", "2010-04-10"),
        ("recycle", "C002", "--handler", "王敏", "--reason", "left", "--at", "2010-04-12"),
        ("box", "open", "B1", "--cohort", "2015", "--at", "2010-05-01"),
        ("box", "put", "B1", "C002", "--at", "2010-05-02"),
        ("cards-filed", "C001", "--at", "2010-05-03"),
    ):
        assert cards(*words).status == 0, words
    return cards


@pytest.mark.parametrize("name", sorted(KEYS))
def test_json_has_the_promised_keys_in_their_order(term: Run, name: str) -> None:
    rows = term(name, *(["C002"] if name == "trace" else []), "--json").json()
    assert rows
    assert {tuple(row) for row in rows} == {tuple(KEYS[name].split())}


@pytest.mark.parametrize("name", sorted(PROJECTIONS))
def test_every_form_has_the_same_rows(term: Run, name: str) -> None:
    rows = term(name, "--json").json()
    assert term(name, "--format", "json").json() == rows
    lines = term(name, "--format", "jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == rows
    table = list(csv.DictReader(io.StringIO(term(name, "--format", "csv").out)))
    assert [list(row) for row in table] == [list(row) for row in rows]
    assert len(term(name, "--wide").out.splitlines()) == len(rows) + 1
    assert term(name, "--output", "out.xlsx").status == 0
    sheet = sheet_of("out.xlsx")
    assert (sheet.title, len(table_of(sheet))) == (name.capitalize(), len(rows) + 1)


def test_identifiers_stay_text_in_a_workbook(term: Run) -> None:
    term("--lang", "zh", "roster", "--output", "名册.xlsx")
    rows = table_of(sheet_of("名册.xlsx"))
    assert rows[0][:4] == ("学生编号", "学籍号", "姓名", "学校")
    assert rows[1][1:4] == (PUPIL, "王小明", SCHOOL)


def test_a_csv_for_people_begins_with_a_mark_and_one_for_programs_does_not(term: Run) -> None:
    assert not term("roster", "--format", "csv").out.startswith("\ufeff")
    ran = term("roster", "--output", "roster.csv")
    assert (ran.out, ran.err) == ("", "Written: roster.csv\n")
    assert Path("roster.csv").read_bytes().startswith(b"\xef\xbb\xbfstudent,student_number,")
    assert stat.S_IMODE(Path("roster.csv").stat().st_mode) == 0o600


def test_a_file_is_replaced_in_one_step_or_not_at_all(
    term: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("roster.json").write_text("what was there")
    wrong = term("roster", "--output", "roster.json", "--columns", "nothing")
    assert wrong.status == 2

    def broken(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("cardledger.exchange.writing.tables_out.json_array", broken)
        assert term("roster", "--output", "roster.json").status == 1
    assert Path("roster.json").read_text() == "what was there"
    assert [path.name for path in Path().glob(".roster*")] == []
    assert term("roster", "--output", "roster.json").status == 0
    assert len(json.loads(Path("roster.json").read_text())) == 2


@pytest.mark.parametrize("file", ["cardledger.db", "./cardledger.keys.db", "cardledger.checkpoint"])
def test_an_answer_never_replaces_the_ledger(term: Run, file: str) -> None:
    before = Path(file).read_bytes()
    ran = term("roster", "--output", file, "--format", "csv")
    assert ran.status == 2
    assert "belongs to the ledger" in ran.err
    assert Path(file).read_bytes() == before
    assert term("verify").status == 0


def test_a_workbook_goes_to_another_program_but_not_to_a_terminal(
    term: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    piped = CliRunner().invoke(PROGRAM, ["cards", "--format", "xlsx"])
    assert piped.exit_code == 0
    assert len(table_of(sheet_of(io.BytesIO(piped.stdout_bytes)))) == 3
    monkeypatch.setattr("cardledger.cli.output.sys.stdout", Terminal())
    with pytest.raises(click.UsageError, match="A workbook needs a file"):
        Output.of(format="xlsx")


def test_columns_can_be_chosen_and_ordered(term: Run) -> None:
    rows = term("cards", "--columns", "state, card", "--json").json()
    assert [list(row) for row in rows] == [["state", "card"]] * 2
    assert term("cards", "--columns", "card,state", COLUMNS="10").out.splitlines() == [
        "Card  State",
        "C001  live",
        "C002  boxed",
    ]


def test_a_narrow_terminal_leaves_columns_out_and_says_so(term: Run) -> None:
    ran = term("roster", COLUMNS="60")
    assert max(map(len, ran.out.splitlines())) <= 60
    assert "Not shown, for want of width:" in ran.err
    wide = term("roster", "--wide", COLUMNS="60")
    assert (wide.err, "Last term" in wide.out) == ("", True)


def test_rows_can_be_chosen(term: Run) -> None:
    def chosen(*words: str) -> list[str]:
        return [row["card"] for row in term("cards", *words, "--json").json()]

    assert chosen("--student", OTHER) == ["C002"]
    assert chosen("--state", "live") == ["C001"]
    assert chosen("--state", "boxed", "--cohort", "2015", "--box", "b1") == ["C002"]
    assert chosen("--card", "c001", "--kind", "identity") == []
    classes = term("terms", "--class", "1班", "--term", "2010-spring", "--json").json()
    assert [row["registered"] for row in classes] == [1]
    gone = term("roster", "--status", "left", "--json").json()
    assert [row["student_number"] for row in gone] == [OTHER]
    assert term("cards", "--student", "0117001101519999").status == 2


def test_a_day_in_the_past_shows_what_had_happened_by_its_end(term: Run) -> None:
    def states(*words: str) -> dict[str, str]:
        return {row["card"]: row["state"] for row in term("cards", *words, "--json").json()}

    assert states("--as-of", "2009-10-01") == {"C001": "live", "C002": "live"}
    assert states("--as-of", "2010-04-10") == {"C001": "live", "C002": "left"}
    assert states("--as-of", "2010-05-01") == {"C001": "live", "C002": "recycled"}
    assert states("--as-of", "@5") == {"C001": "live"}
    assert states("--known", "2010-05-01") == {}
    assert states("--known", "@6", "--as-of", "2010-05-01") == {"C001": "live"}


def test_history_is_the_lines_and_raw_history_their_bytes(term: Run) -> None:
    rows = term("history", "--json").json()
    assert [row["position"] for row in rows] == list(range(1, len(rows) + 1))
    raw = term("history", "--raw", "--output", "history.jsonl")
    assert raw.status == 0
    lines = Path("history.jsonl").read_bytes().splitlines()
    assert [json.loads(line)["event"] for line in lines] == [row["name"] for row in rows]
    piped = CliRunner().invoke(PROGRAM, ["history", "--raw"])
    assert piped.stdout_bytes == Path("history.jsonl").read_bytes()
    assert lines[4].startswith(b'{"event":"card.issued/1","at":"2009-10-01T23:59:59.999+08:00"')


def test_history_can_be_chosen(term: Run) -> None:
    def positions(*words: object) -> list[int]:
        return [row["position"] for row in term("history", *words, "--json").json()]

    assert positions("--after", 4, "--upto", 6) == [5, 6]
    assert positions("--event", "card.upgraded/1") == [6, 8]
    assert positions("--about", "C001") == [5, 6, 9, 14]
    assert positions("--about", f"number:{PUPIL}", "--after", 9) == []


def test_a_trace_tells_a_story_to_people(term: Run) -> None:
    term("void", 9, "--reason", "录错了")
    lines = term("--lang", "zh", "trace", "C001").out.splitlines()
    assert [line.split()[0] for line in lines] == ["记录", "5", "6", "9", "14", "15"]
    assert "已学期刷卡注册。学期 2010-spring（已由第 15 条作废：录错了）" in lines[3]
    chosen = term("trace", "C001", "--columns", "position,name,voided_by").out.splitlines()
    assert re.split(r"\s{2,}", chosen[3].strip()) == ["9", "A card was swiped for a term.", "15"]


def test_a_trace_in_a_workbook_has_sentences_and_all_columns(term: Run) -> None:
    assert term("trace", "C002", "--output", "trace.xlsx").status == 0
    rows = table_of(sheet_of("trace.xlsx"))
    assert rows[0][:5] == ("Position", "At", "Recorded", "Event", "Subjects")
    assert rows[1][3] == "A first card was handed to a pupil."


def test_a_receipt_and_the_schools_are_shown(term: Run) -> None:
    receipt = term("receipt", "--json").json()
    assert list(receipt) == ["position", "root", "projections", "code"]
    assert set(receipt["projections"]) == set(PROJECTIONS)
    assert term("replay", "--receipt", "--json").json() == receipt
    both = term("replay", "--check", "--receipt", "--json").json()
    assert (both["ok"], both["receipt"]) == (True, receipt)
    told = term("receipt").out
    assert f"position  {receipt['position']}\n" in told
    assert receipt["projections"]["roster"] in told
    assert term("verify", "--json").json()["root"] == receipt["root"]
    assert term("school", "list", "--json").json() == [
        {"school": SCHOOL, "name": "平谷一小", "default": True}
    ]


def test_the_checkpoint_is_the_signed_note_and_nothing_else(term: Run) -> None:
    ran = term("checkpoint")
    assert ran.out == Path("cardledger.checkpoint").read_text(encoding="utf-8")
    assert ran.out.split("\n")[1] == str(term("receipt", "--json").json()["position"])


def test_a_backup_is_put_back_where_nothing_is(term: Run) -> None:
    before = term("roster", "--json").out
    assert term("backup", "ledger.backup").status == 0
    assert term("backup", "ledger.backup").status == 2
    assert term("restore", "ledger.backup").status == 2
    elsewhere = ("--ledger", "other.db")
    restored = term(*elsewhere, "restore", "ledger.backup")
    assert restored.status == 0, restored.err
    assert "Restored into other.db: 14 lines." in restored.out
    assert term(*elsewhere, "roster", "--json").out == before
    assert term(*elsewhere, "verify").status == 0


def test_an_older_backup_is_put_back_only_on_purpose(term: Run) -> None:
    assert term("backup", "ledger.backup").status == 0
    assert term("lost", "C001", "--at", "2010-06-01").status == 0
    Path("cardledger.db").unlink()
    for rest in Path().glob("cardledger.db-*"):
        rest.unlink()
    refused = term("restore", "ledger.backup")
    assert refused.status == 5
    assert "--accept-rollback" in refused.err
    assert term("restore", "ledger.backup", "--accept-rollback").status == 0
    assert term("verify").status == 0
    assert term("history", "--json").json()[-1]["name"] == "ledger.rolled_back/1"


def test_without_the_key_store_names_are_closed_and_nothing_is_recorded(term: Run) -> None:
    Path("cardledger.keys.db").rename("away.db")
    assert [row["name"] for row in term("roster", "--json").json()] == [None, None]
    ran = term("lost", "C001", "--at", "2010-06-01")
    assert ran.status == 2
    assert "There is no key store at" in ran.err
    verified = term("verify")
    assert verified.status == 0
    assert "Not checked: The key store is away" in verified.out
    assert term("lost", "C001", "--at", "2010-06-01", CARDLEDGER_KEYS="away.db").status == 0


def test_evidence_goes_into_a_file_in_either_form(term: Run, tmp_path: Path) -> None:
    for command in ("verify", "replay", "receipt"):
        file = tmp_path / f"{command}.json"
        assert term(command, "--output", str(file)).out == ""
        assert json.loads(file.read_text("utf-8")) == term(command, "--json").json()
        assert term(command, "--format", "table", "--output", str(file)).status == 0
        assert file.read_text("utf-8") == term(command).out
    note = tmp_path / "note"
    term("checkpoint", "--output", str(note))
    assert note.read_text("utf-8") == term("checkpoint").out
    assert term("checkpoint", "--json").json() == {"checkpoint": note.read_text("utf-8")}
