"""`record FILE`: all or none, or what can be; and what became of each row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from openpyxl import Workbook

from tests.cli.conftest import OTHER, PUPIL, Run
from tests.support.sheets import sheet_of, table_of

SWIPES = [
    {"action": "term-swipe", "card": "C001", "at": "2010-03-05"},
    {"action": "term-swipe", "card": "C404", "at": "2010-03-05"},
    {"action": "term-swipe", "card": "C002", "at": "2010-03-06"},
]
KEYS = ["row", "outcome", "positions", "code", "codes", "contested", "message", "hint"]


def lines(*rows: Mapping[str, object]) -> str:
    """Return rows as JSON lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def outcomes(text: str) -> list[str]:
    """Return the outcomes of JSON lines."""
    return [json.loads(line)["outcome"] for line in text.splitlines()]


def test_where_one_row_is_refused_nothing_is_recorded(cards: Run) -> None:
    before = cards("checkpoint").out
    ran = cards("record", "-", "--format", "jsonl", input=lines(*SWIPES))
    assert ran.status == 3
    assert cards("checkpoint").out == before
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert [row["code"] for row in rows] == ["batch-aborted", "unknown-card", "batch-aborted"]
    assert "rows: 3 = 0 recorded + 0 repeated + 3 refused" in ran.err
    assert "Nothing was written. Rows that were refused: 1." in ran.err


def test_refused_rows_can_be_left_out(cards: Run) -> None:
    ran = cards("record", "-", "--on-refusal", "skip", "--format", "jsonl", input=lines(*SWIPES))
    assert ran.status == 3
    assert outcomes(ran.out) == ["recorded", "refused", "recorded"]
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert [list(row) for row in rows] == [KEYS] * 3
    assert [row["row"] for row in rows] == [1, 2, 3]
    assert "rows: 3 = 2 recorded + 0 repeated + 1 refused" in ran.err
    assert "Nothing was written" not in ran.err


def test_the_same_file_again_changes_nothing(cards: Run) -> None:
    good = lines(SWIPES[0], SWIPES[2])
    first = cards("record", "-", "--format", "jsonl", input=good)
    assert (first.status, outcomes(first.out)) == (0, ["recorded", "recorded"])
    before = cards("checkpoint").out
    again = cards("record", "-", "--format", "jsonl", input=good)
    assert (again.status, outcomes(again.out)) == (0, ["repeated", "repeated"])
    assert cards("checkpoint").out == before


def test_a_dry_run_says_what_would_be_and_writes_nothing(cards: Run) -> None:
    before = cards("checkpoint").out
    ran = cards(
        *("record", "-", "--dry-run", "--on-refusal", "skip", "--format", "jsonl"),
        input=lines(*SWIPES),
    )
    assert outcomes(ran.out) == ["recorded", "refused", "recorded"]
    assert ran.status == 3
    assert "This was a dry run: nothing was written." in ran.err
    assert cards("checkpoint").out == before


def test_people_see_a_row_for_each_and_why_it_was_refused(cards: Run) -> None:
    ran = cards("record", "-", "--on-refusal", "skip", input=lines(*SWIPES))
    assert ran.out.splitlines() == [
        "Row  Outcome   About            Line  Message",
        "  1  recorded  term-swipe C001  9     -",
        "  2  refused   term-swipe C404  10    unknown-card: No card goes by “C404”.",
        "  3  recorded  term-swipe C002  11    -",
    ]


def test_of_an_aborted_batch_people_see_the_rows_that_are_to_blame(cards: Run) -> None:
    ran = cards("record", "-", input=lines(*SWIPES))
    assert ran.out.splitlines()[1:] == [
        "  2  refused  term-swipe C404  -     unknown-card: No card goes by “C404”."
    ]


def test_brief_leaves_out_what_needs_no_look(cards: Run) -> None:
    ran = cards("record", "-", "--brief", input=lines(SWIPES[0]))
    assert (ran.status, ran.out) == (0, "")
    assert "rows: 1 = 1 recorded" in ran.err


def test_a_table_of_swipes_is_read_by_its_headings(cards: Run) -> None:
    Path("swipes.csv").write_text(
        "卡号,时间,经手人\nC001,2010-03-05,王敏\nC002,2010-03-05,王敏\n", encoding="gb18030"
    )
    ran = cards("record", "swipes.csv", "--action", "term-swipe", "--format", "csv")
    assert ran.status == 0, ran.err
    assert ran.out.splitlines() == [
        "row,outcome,positions,code,codes,contested,message,hint",
        "2,recorded,9,,,,,",
        "3,recorded,10,,,,,",
    ]
    assert cards("trace", "C001", "--json").json()[-1]["handler"] == "王敏"


def test_a_workbook_is_read_and_outcomes_are_written_into_another(cards: Run) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["action", "card", "student", "at", "reason"])
    sheet.append(["term-swipe", "C001", "", "2010-03-05", ""])
    sheet.append(["lost", "C002", OTHER, "2010-03-05", ""])
    sheet.append(["found", "C001", PUPIL, "2010-03-05", ""])
    book.save("acts.xlsx")
    ran = cards("record", "acts.xlsx", "--on-refusal", "skip", "--output", "outcomes.xlsx")
    assert (ran.status, ran.out) == (3, "")
    assert "Written: outcomes.xlsx" in ran.err
    rows = table_of(sheet_of("outcomes.xlsx"))
    assert rows[0] == ("Row", "Outcome", "About", "Line", "Message")
    assert [row[1] for row in rows[1:]] == ["recorded", "recorded", "refused"]


def test_a_row_that_cannot_be_read_is_refused_and_hides_no_other(cards: Run) -> None:
    text = lines(SWIPES[0]) + "{not json\n" + lines({"action": "dance", "card": "C001"})
    text += lines({"action": "issue", "card": "C9", "student": "117001101510101"})
    ran = cards("record", "-", "--on-refusal", "skip", "--format", "jsonl", input=text)
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert [row["outcome"] for row in rows] == ["recorded", "refused", "refused", "refused"]
    assert [row["code"] for row in rows[1:]] == ["bad-input", "bad-input", "bad-student-number"]
    assert "There is no action “dance”" in rows[2]["message"]


def test_in_chinese_a_row_that_cannot_be_read_is_explained_in_chinese(cards: Run) -> None:
    text = lines({"action": "dance", "card": "C001"}, {"action": "lost", "card": "C001", "at": "x"})
    ran = cards("--lang", "zh", "record", "-", "--format", "jsonl", input=text)
    messages = [json.loads(line)["message"] for line in ran.out.splitlines()]
    assert messages[0].startswith("这一行读不懂：没有“dance”这种操作。")
    assert messages[1].startswith("这一行读不懂：“x”不是时间。")


def test_a_file_that_is_missing_or_is_none_is_unreadable_input(cards: Run) -> None:
    missing = cards("record", "nothing.csv")
    assert missing.status == 2
    assert "nothing.csv" in missing.err
    Path("empty.csv").write_bytes(b"")
    assert cards("record", "empty.csv").status == 2
    Path("photo.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(300))
    assert cards("record", "photo.csv").status == 2


def test_the_school_and_the_handler_of_all_rows_can_be_given(cards: Run) -> None:
    cards("school", "add", "01170022", "--name", "平谷二小")
    ran = cards(
        *("--handler", "李老师", "record", "-", "--school", "01170022", "--format", "jsonl"),
        input=lines({"action": "sync-sent", "at": "2010-03-31"}),
    )
    assert outcomes(ran.out) == ["recorded"]
    line = cards("history", "--event", "sync.sent/1", "--json").json()[0]
    assert (line["handler"], line["data"]["school"]) == ("李老师", "01170022")
