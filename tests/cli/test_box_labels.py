"""Labels of boxes, manifests of stocktakes: as data, as pages, and the label against the ledger."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cardledger.exchange.labels.text import FORM
from tests.cli.conftest import OTHER, PUPIL, SCHOOL, Run
from tests.support import pdf, zbar


@pytest.fixture
def boxes(cards: Run) -> Run:
    """Return `run` in a ledger with a sealed box of one card and an open one."""
    for words in (
        ("recycle", "C001", "--handler", "王敏", "--reason", "left", "--at", "2010-04-12"),
        ("recycle", "C002", "--handler", "王敏", "--reason", "left", "--at", "2010-04-12"),
        ("box", "open", "B1", "--cohort", "2015", "--at", "2010-05-01"),
        ("box", "open", "B2", "--cohort", "2015", "--at", "2010-05-01"),
        ("box", "put", "B1", "C001", "--at", "2010-05-02"),
        ("box", "put", "B2", "C002", "--at", "2010-05-02"),
        ("box", "seal", "B1", "--count", 1, "--handler", "王敏", "--at", "2010-05-03"),
    ):
        ran = cards(*words)
        assert ran.status == 0, (words, ran.err)
    return cards


def text_of(run: Run, box: str) -> str:
    """Return the text of the label of a box."""
    (row,) = run("export", "box-label", box, "--json").json()
    text: str = row["text"]
    return text


def test_a_label_says_what_the_ledger_says(boxes: Run) -> None:
    sealed, opened = boxes("export", "box-label", "--json").json()
    assert list(sealed) == [
        *("box", "school", "cohort", "state", "count", "sealed_on", "handler", "checkpoint"),
        "text",
    ]
    assert re.fullmatch(r"\d+@[0-9a-f]{16}", sealed["checkpoint"])
    assert sealed["text"] == (
        f"CARDLEDGER BOX 1\n箱号 box: B1\n学校 school: {SCHOOL}\n届别 cohort: 2015\n"
        "张数 cards: 1\n封装 sealed: 2010-05-03\n经手人 handler: 王敏\n"
        f"台账 ledger: {sealed['checkpoint']}\n"
    )
    assert "未封 open: " in opened["text"]
    assert "handler" not in opened["text"]


def test_a_true_label_is_true_and_stays_so_while_the_ledger_grows(boxes: Run) -> None:
    text = text_of(boxes, "b1")
    assert boxes("box", "put", "B2", "C002").status == 0
    assert boxes("box", "open", "B3", "--cohort", "2015").status == 0
    for given in ((text,), ("-",), (text.replace("\n", "\\n"),)):
        ran = boxes("box", "check-label", *given, input=text)
        assert (ran.status, ran.out) == (0, "The label of box B1 says what the ledger says.\n")
    assert boxes("box", "check-label", text_of(boxes, "B2")).status == 0


@pytest.mark.parametrize(
    ("said", "instead", "field", "told"),
    [
        ("cards: 1", "cards: 2", "cards", "Count: the label says 2, the ledger 1."),
        ("2015", "2014", "cohort", "Cohort: the label says 2014, the ledger 2015."),
        ("2010-05-03", "2010-05-04", "sealed", "Sealed on: the label says 2010-05-04"),
        ("王敏", "李四", "handler", "Handler: the label says 李四, the ledger 王敏."),
        (SCHOOL, "01170012", "school", "School: the label says 01170012"),
        ("box: B1", "box: B9", "box", "There is no box B9."),
    ],
)
def test_a_label_that_says_something_else_is_told_and_the_status_is_4(
    boxes: Run, said: str, instead: str, field: str, told: str
) -> None:
    text = text_of(boxes, "B1").replace(said, instead)
    ran = boxes("box", "check-label", text)
    assert ran.status == 4
    assert told in ran.out
    found = boxes("box", "check-label", text, "--json")
    assert found.status == 4
    assert found.json()["ok"] is False
    assert [one["field"] for one in found.json()["differences"]] == [field]


def test_a_label_of_another_history_is_told(boxes: Run) -> None:
    text = text_of(boxes, "B1")
    size, root = re.findall(r"(\d+)@(\w+)", text)[0]
    forged = boxes("box", "check-label", text.replace(root, "0" * 16))
    assert (forged.status, forged.out.count("Checkpoint: the label says")) == (4, 1)
    ahead = boxes("box", "check-label", text.replace(f"{size}@", f"{int(size) + 50}@"))
    assert (ahead.status, ahead.out.count("Checkpoint: the label says")) == (4, 1)


def test_a_box_that_was_reopened_has_no_true_label(boxes: Run) -> None:
    text = text_of(boxes, "B1")
    assert boxes("box", "reopen", "B1", "--reason", "one more").status == 0
    ran = boxes("--lang", "zh", "box", "check-label", text)
    assert (ran.status, ran.out) == (4, "状态：箱签为 sealed，台账为 open。\n")
    assert boxes("box", "check-label", text, "--as-of", "2010-05-31").status == 0
    assert boxes("box", "check-label", text, "--as-of", "2010-05-02").status == 4


def test_what_is_no_label_and_what_is_no_box(boxes: Run) -> None:
    ran = boxes("box", "check-label", "B1")
    assert (ran.status, "not the text of a box label" in ran.err) == (2, True)
    for export in ("box-label", "stocktake"):
        ran = boxes("export", export, "B1", "B7", "--output", "x.html")
        assert (ran.status, "There is no box B7." in ran.err) == (2, True)
        assert not Path("x.html").exists()


def test_a_page_of_labels_needs_nothing_and_says_everything_twice(boxes: Run) -> None:
    ran = boxes("export", "box-label", "--output", "l.html")
    assert ran.status == 0, ran.err
    page = Path("l.html").read_text("utf-8")
    assert page.count("<article") == 2
    assert page.count('class="label at1 open"') == 1
    for text in (
        "封装日期 Sealed on",
        "未封装，截至 Not sealed; as of",
        "平谷一小",
        "2015届",
        "王敏",
    ):
        assert text in page
    assert "default-src &#x27;none&#x27;" in page
    assert "http" not in page.replace("http-equiv", "")
    ours = boxes("export", "boxes", "--output", "b.html")
    assert ours.status == 2
    data = boxes("export", "box-label", "B1", "--output", "l.csv")
    assert data.status == 0, data.err


@pytest.mark.slow
@pytest.mark.parametrize("paper", ["a4", "label"])
def test_another_program_reads_the_codes_of_the_printed_labels(
    boxes: Run, tmp_path: Path, paper: str
) -> None:
    pdf.needed()
    zbar.needed()
    long = "BOX-WITH-A-NAME-OF-32-CHARACTERS"
    assert boxes("box", "open", long, "--cohort", "2015").status == 0
    assert boxes("box", "put", long, "C001", "--evidence", "imported").status == 0
    sealed = boxes("box", "seal", long, "--count", 1, "--handler", "阿依古丽·买买提" * 4)
    assert sealed.status == 0, sealed.err
    ran = boxes("export", "box-label", "--paper", paper, "--output", "l.pdf")
    assert ran.status == 0, ran.err
    pages = [page.split(FORM)[1:] for page in zbar.codes_of(tmp_path / "l.pdf")]
    assert [len(page) for page in pages] == ([3] if paper == "a4" else [1, 1, 1])
    read = {FORM + text for page in pages for text in page}
    rows = boxes("export", "box-label", "--json").json()
    assert {text.strip() for text in read} == {row["text"].strip() for row in rows}
    for text in read:
        assert boxes("box", "check-label", text).status == 0


def test_the_manifest_of_a_stocktake_says_what_each_card_is(boxes: Run) -> None:
    assert boxes("export", "stocktake", "--json").json() == []
    ran = boxes(
        *("box", "stocktake", "B1", "--found", 0, "--missing", "C001", "--handler", "李四"),
        *("--elsewhere", "C002@B2", "--unexpected", "uid:04A1B2C3", "--at", "2010-05-20"),
    )
    assert ran.status == 0, ran.err
    rows = boxes("export", "stocktake", "B1", "--json").json()
    assert [
        (row["result"], row["card"], row["belongs_in"], row["student_number"]) for row in rows
    ] == [
        ("missing", "C001", "B1", PUPIL),
        ("elsewhere", "C002", "B2", OTHER),
        ("unexpected", "uid:04A1B2C3", None, None),
    ]
    assert boxes("--lang", "zh", "export", "stocktake", "B1", "--output", "m.html").status == 0
    page = Path("m.html").read_text("utf-8")
    for text in (
        "箱 B1 盘点单",
        "未找到 1 张；在箱中而不应在该箱的 2 张。",
        "王小明",
        "见证人",
        "李四",
    ):
        assert text in page
    assert boxes("audit", "box-count-off").status == 4


def test_a_stocktake_that_finds_all_is_told_as_that(boxes: Run) -> None:
    words = ("box", "stocktake", "B2", "--found", 1, "--handler", "李四")
    assert boxes(*words, "--at", "2010-05-20").status == 0
    (row,) = boxes("export", "stocktake", "--json").json()
    assert (row["result"], row["card"]) == ("found", "C002")
    assert boxes("export", "stocktake", "--output", "m.html").status == 0
    assert "All cards were found, and no other." in Path("m.html").read_text("utf-8")
    assert boxes("export", "stocktake", "--output", "m.xlsx").status == 0
    assert boxes("audit", "box-count-off").status == 0


def test_what_was_only_counted_is_not_said_to_be_found(boxes: Run) -> None:
    words = ("box", "stocktake", "B2", "--found", 0, "--handler", "李四", "--at", "2010-05-20")
    assert boxes(*words).status == 0
    (row,) = boxes("export", "stocktake", "B2", "--json").json()
    assert (row["result"], row["card"]) == ("expected", "C002")
    assert boxes("export", "stocktake", "--output", "m.html").status == 0
    page = Path("m.html").read_text("utf-8")
    assert "Not found: 1; in the box and not expected there: 0." in page
