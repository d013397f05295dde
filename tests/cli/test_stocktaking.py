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
        "In no box of the ledger: uid:04A1B2C3, X1.",
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
        (("--from", "nowhere.txt"), "nowhere.txt: it cannot be read"),
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
