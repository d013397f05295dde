"""The card filing files of schools at the district: one filing a file and school, known by its
bytes; unknown cards are contested, and every row is told what became of it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import OTHER, PUPIL, SCHOOL, Run
from tests.exchange.making import workbook

ELSEWHERE = "01170022"
HEAD = ("学校代码", "班级", "学籍号", "姓名", "卡号", "芯片号", "发卡日期")
ROWS: tuple[tuple[Any, ...], ...] = (
    (SCHOOL, "1班", PUPIL, "王小明", "C001", "04A1B2C3", "2009-10-01"),
    (SCHOOL, "1班", OTHER, "李红", "C002", None, "2009-10-01"),
)


def file(name: str, *rows: tuple[Any, ...]) -> str:
    workbook(Path(name), {"立案": [["学籍卡立案数据"], HEAD, *rows, ("合计", len(rows))]})
    return name


def filings(run: Run) -> list[dict[str, Any]]:
    return [
        {"evidence": line["evidence"], **line["data"]}
        for line in run("history", "--json").json()
        if line["name"] == "cards.filed/1"
    ]


def test_a_file_is_one_filing_with_its_digest_and_all_cards(cards: Run) -> None:
    name = file("f.xlsx", *ROWS)
    dry = cards("import", "filing", name, "--dry-run", "--at", "2010-04-01")
    assert (dry.status, filings(cards)) == (0, [])
    ran = cards("import", "filing", name, "--at", "2010-04-01", "--json")
    assert ran.status == 0, ran.err
    assert [(row["row"], row["outcome"]) for row in ran.json()] == [
        (3, "recorded"),
        (4, "recorded"),
        (5, "ignored"),
    ]
    digest = hashlib.sha256(Path(name).read_bytes()).hexdigest()
    (filed,) = filings(cards)
    assert (filed["cards"], filed["digest"]) == (["C001", "C002"], digest)
    assert filed["evidence"] == "imported"
    assert "rows: 3 = 2 recorded + 0 repeated + 0 refused + 1 ignored" in ran.err
    told = f"f.xlsx, school {SCHOOL}: 2 cards, SHA-256 {digest[:16]}…: recorded"
    assert told in ran.err


def test_the_same_file_twice_is_one_filing(cards: Run) -> None:
    name = file("f.xlsx", *ROWS)
    assert cards("import", "filing", name, "--at", "2010-04-01").status == 0
    Path("copy.xlsx").write_bytes(Path(name).read_bytes())
    for again in (("f.xlsx",), ("copy.xlsx", "--at", "2010-05-01"), ("f.xlsx", "copy.xlsx")):
        ran = cards("import", "filing", *again)
        assert ran.status == 0
        assert "0 recorded" in ran.err
    assert len(filings(cards)) == 1


def test_the_cards_of_two_schools_in_a_file_are_two_filings(cards: Run) -> None:
    cards("school", "add", ELSEWHERE, "--name", "平谷二小")
    name = file("f.xlsx", ROWS[0], (ELSEWHERE, "1班", OTHER, "李红", "C002", None, None))
    assert cards("import", "filing", name, "--at", "2010-04-01").status == 0
    assert [(one["school"], one["cards"]) for one in filings(cards)] == [
        (SCHOOL, ["C001"]),
        (ELSEWHERE, ["C002"]),
    ]
    assert len({one["digest"] for one in filings(cards)}) == 1


def test_what_the_ledger_does_not_know_is_filed_and_contested_row_by_row(cards: Run) -> None:
    cards("issue", "I001", "--student", PUPIL, "--kind", "identity", "--at", "2009-10-01")
    name = file(
        "f.xlsx",
        ROWS[0],
        (SCHOOL, "1班", PUPIL, "王小明", "C777", None, None),
        (SCHOOL, "1班", PUPIL, "王小明", "I001", None, None),
    )
    ran = cards("import", "filing", name, "--at", "2010-04-01", "--json")
    assert ran.status == 0, ran.err
    rows = ran.json()
    assert [row["contested"] for row in rows[:3]] == [[], ["unknown-card"], ["wrong-kind"]]
    assert rows[1]["message"] == "No card goes by “C777”."
    (filed,) = filings(cards)
    assert filed["contested"] == ["unknown-card", "wrong-kind"]
    assert filed["cards"] == ["C001", "C777", "I001"]
    early = cards("import", "filing", file("e.xlsx", ROWS[0]), "--at", "2009-09-01", "--json")
    assert early.json()[0]["contested"] == ["before-issue"]
    # The tables bear a card of which nothing is known but that it was filed.
    assert (
        cards("cards").status == cards("filings").status == cards("replay", "--check").status == 0
    )


def test_what_does_not_go_together_is_told_with_its_cell(cards: Run) -> None:
    cards("lost", "C002", "--uid", "04A1B2C4", "--at", "2010-03-01")
    name = file(
        "f.xlsx",
        (SCHOOL, "1班", OTHER, "李红", "C001", None, None),
        (SCHOOL, "1班", OTHER, "李红", "C002", "04FFFFFF", None),
        (SCHOOL, "1班", OTHER, "李红", "C002", None, None),
    )
    ran = cards("import", "filing", name, "--json")
    faults = [(one["place"], one["message"]) for row in ran.json() for one in row["faults"]]
    assert faults[:4] == [
        ("立案!C3", f"By the ledger the card is that of {PUPIL}."),
        ("立案!F4", "By the ledger the chip of the card is 04A1B2C4."),
        ("立案!E4", "The card stands in 立案!5 too."),
        ("立案!E5", "The card stands in 立案!4 too."),
    ]
    (filed,) = filings(cards)
    assert filed["cards"] == ["C001", "C002"]


def test_all_faults_are_reported_together_and_nothing_is_filed(cards: Run) -> None:
    name = file(
        "f.xlsx",
        ROWS[0],
        (SCHOOL, "1班", PUPIL, "王小明", None, None, None),
        ("平谷一小", "1班", PUPIL, "王小明", "C002", None, None),
        (SCHOOL, "1班", PUPIL, "王小明", "1.10227E+17", None, None),
        (SCHOOL, "1班", "0117", "王小明", "C002", "无", None),
    )
    ran = cards("import", "filing", name, "--json")
    assert ran.status == 3
    assert [row["outcome"] for row in ran.json()] == [*["refused"] * 5, "ignored"]
    places = [[fault["place"] for fault in row["faults"]] for row in ran.json()]
    assert places[1:5] == [["立案!4"], ["立案!A5"], ["立案!E6"], ["立案!C7", "立案!F7"]]
    assert filings(cards) == []
    # What only says more about a card does not stand in the way of its filing.
    ran = cards("import", "filing", name, "--on-refusal", "skip")
    assert "rows: 6 = 2 recorded + 0 repeated + 3 refused + 1 ignored" in ran.err
    assert filings(cards)[0]["cards"] == ["C001", "C002"]


def test_an_unknown_school_is_refused(cards: Run) -> None:
    name = file("f.xlsx", ("01179999", *ROWS[0][1:]))
    ran = cards("import", "filing", name, "--json")
    assert (ran.status, ran.json()[0]["code"]) == (3, "unknown-school")


def test_a_file_without_card_numbers_is_no_filing(cards: Run) -> None:
    Path("f.csv").write_text("学籍号,姓名\n1,2\n", encoding="utf-8")
    ran = cards("import", "filing", "f.csv")
    assert ran.status == 2
    assert "no column is “card”" in ran.err


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_filing_may_be_text_and_come_from_standard_input(cards: Run, encoding: str) -> None:
    text = "\n".join(",".join(str(cell or "") for cell in row) for row in (HEAD, *ROWS))
    ran = cards("import", "filing", "-", "--lang", "zh", input=text.encode(encoding))
    assert ran.status == 2  # the language is said before the command
    ran = cards("--lang", "zh", "import", "filing", "-", input=text.encode(encoding))
    assert "共 2 行 = 已记录 2 + 已在册 0 + 被拒绝 0" in ran.err
    assert filings(cards)[0]["digest"] == hashlib.sha256(text.encode(encoding)).hexdigest()
