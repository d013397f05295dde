"""`box stocktake` from a list that was scanned or typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def boxes(cards: Run) -> Run:
    """Return `run` in a ledger with C001 in box B1 and C002 in box B2."""
    for card, box in (("C001", "B1"), ("C002", "B2")):
        for words in (
            ("recycle", card, "--handler", "王敏", "--reason", "left", "--at", "2010-04-12"),
            ("box", "open", box, "--cohort", "2015", "--at", "2010-05-01"),
            ("box", "put", box, card, "--at", "2010-05-02"),
        ):
            ran = cards(*words)
            assert ran.status == 0, (words, ran.err)
    return cards


COUNT = ("box", "stocktake", "b1", "--handler", "李四")


def test_a_list_is_judged_and_recorded(boxes: Run) -> None:
    scanned = "c002 # it lay at the bottom\n\nuid:04:A1:B2:C3\nC002\nX1\n"
    ran = boxes(*COUNT, "--from", "-", input=scanned)
    assert ran.status == 0, ran.err
    for told in (
        "Not found: C001.",
        "Belong in another box: C002@B2.",
        "Unknown, no card of the ledger: uid:04A1B2C3, X1.",
    ):
        assert told in ran.out
    assert "cardledger export stocktake B1 --output FILE.pdf" in ran.err
    (row,) = boxes("boxes", "--box", "B1", "--json").json()
    assert (row["found"], row["missing"], row["elsewhere"]) == (0, ["C001"], ["C002@B2"])
    assert (row["stocktake_by"], row["cards"]) == ("李四", ["C001"])
    (line,) = [one for one in boxes("trace", "C001", "--json").json() if "stock" in one["name"]]
    assert line["data"]["missing"] == ["C001"]
    assert "box:B1" in line["subjects"]


def test_a_file_of_all_cards_is_a_count_without_fault(boxes: Run) -> None:
    Path("list.txt").write_text("\ufeffC001\r\n", "utf-8")
    ran = boxes("--lang", "zh", *COUNT, "--from", "list.txt", "--at", "2010-05-20")
    assert ran.status == 0, ran.err
    assert "未找到" not in ran.out
    again = boxes(*COUNT, "--from", "list.txt", "--at", "2010-05-20", "--json")
    assert (again.status, again.json()["outcome"]) == (0, "repeated")


def test_a_count_without_a_list_is_the_actions_own(boxes: Run) -> None:
    assert boxes(*COUNT, "--found", 1).status == 0
    ran = boxes(*COUNT, "--found", 1, "--missing", "C001")
    assert ran.status == 3
    assert "Found: 1; missing: 1" in ran.err


def test_what_cannot_be_read_records_nothing(boxes: Run) -> None:
    before = boxes("history", "--json").out
    for words, told in (
        (("--from", "nowhere.txt"), "nowhere.txt cannot be read"),
        (("--from", "-", "--found", 1), "--from and --found exclude each other."),
        ((), "Say how many were found, --found N, or give a list, --from FILE."),
    ):
        ran = boxes(*COUNT, *words, input="C001\n")
        assert (ran.status, told in ran.err) == (2, True), ran.err
    ran = boxes("--lang", "zh", *COUNT, "--from", "-", input="C001\n卡\n")
    assert (ran.status, "清单第 2 行" in ran.err) == (2, True), ran.err
    ran = boxes("box", "stocktake", "B9", "--handler", "李四", "--from", "-", input="C001\n")
    assert (ran.status, "There is no box B9." in ran.err) == (2, True)
    ran = boxes("box", "stocktake", "B1", "--from", "-", input="C001\n")
    assert (ran.status, "The handler is missing." in ran.err) == (2, True)
    assert boxes("history", "--json").out == before


def test_a_word_in_a_list_is_no_card_and_an_unknown_number_is_told_apart(boxes: Run) -> None:
    before = boxes("history", "--json").out
    for language, told in (
        ("en", "Line 2 of the list: “finish” is a word and no card number."),
        ("zh", "清单第 2 行：“finish”是一个词，不是卡号。"),
    ):
        ran = boxes("--lang", language, *COUNT, "--from", "-", input="C001\nfinish\n")
        assert (ran.status, told in ran.err) == (2, True), ran.err
    assert boxes("history", "--json").out == before
    ran = boxes(*COUNT, "--from", "-", input="C001\nC003\nX1\n")
    assert ran.status == 0, ran.err
    assert "Unknown, no card of the ledger: C003, X1." in ran.out


def test_a_list_without_end_is_refused_and_not_cut_off(boxes: Run) -> None:
    before = boxes("history", "--json").out
    ran = boxes(*COUNT, "--from", "-", input="C001\n" * 2_100_000)
    assert (ran.status, "has more than 10485760 bytes" in ran.err) == (2, True)
    assert boxes("history", "--json").out == before


def test_a_box_that_was_never_counted_has_no_paper_of_a_count(boxes: Run) -> None:
    assert boxes(*COUNT, "--found", 1, "--at", "2010-05-20").status == 0
    for box, words in (
        ("B2", ("B2",)),
        ("B2", ("B1", "B2")),
        ("B1", ("B1", "--as-of", "2010-05-10")),
    ):
        for file in ("m.html", "m.xlsx"):
            ran = boxes("export", "stocktake", *words, "--output", file)
            assert (ran.status, f"Box {box} was not counted." in ran.err) == (2, True), ran.err
            assert f"cardledger station stocktake {box}" in ran.err
            assert not Path(file).exists()
    ran = boxes("--lang", "zh", "export", "stocktake", "B2")
    assert (ran.status, "箱 B2 尚未盘点。" in ran.err) == (2, True), ran.err
    assert boxes("export", "stocktake", "B1", "--output", "m.html").status == 0
