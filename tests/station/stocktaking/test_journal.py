"""The journal of a count: whatever a crash leaves of it, the cards before that stay counted."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from cardledger.moments import now
from cardledger.station.stocktaking import Expected, Journal, Judged
from cardledger.station.stocktaking.journal import StocktakeUnreadable

EXPECTED: Final = Expected("B1", 9, ("C1", "C2"))
CARDS: Final = (
    Judged("C1", "found", "B1", "recycled", read=True),
    Judged("uid:04A1B2C3", "unexpected"),
    Judged("C7", "elsewhere", "B2", "recycled"),
)


def opened(folder: Path, expected: Expected = EXPECTED, *, drop: bool = False) -> Journal:
    return Journal.open(folder, "L1", expected, now(), drop=drop)


def test_what_was_counted_is_there_again_in_its_order(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    for card in CARDS:
        journal.count(card)
    assert journal.undo() == "C7"
    journal.count(CARDS[2])
    journal.close()
    again = opened(tmp_path, Expected("B1", 12, ("C9",)))
    assert again.resumed
    assert (again.counting.expected, again.key) == (EXPECTED, journal.key)
    assert list(again.counting.counted.values()) == list(CARDS)
    assert [again.undo() for _one in range(4)] == ["C7", "uid:04A1B2C3", "C1", ""]
    again.close()


def test_cut_off_anywhere_it_has_the_cards_before(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    begun = journal.path.stat().st_size
    ends = []
    for card in CARDS:
        journal.count(card)
        ends.append(journal.path.stat().st_size)
    journal.close()
    whole = journal.path.read_bytes()
    for length in range(len(whole) + 1):
        journal.path.write_bytes(whole[:length])
        again = opened(tmp_path)
        assert again.resumed is (length >= begun)
        assert len(again.counting.counted) == sum(end <= length for end in ends)
        again.count(Judged("C2", "found", "B1"))
        again.close()
        once_more = opened(tmp_path)
        assert list(once_more.counting.counted)[-1] == "C2"
        once_more.close()


def test_what_is_no_journal_is_said_and_can_be_dropped(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    journal.close()
    for text in ("what is this\n", "[1]\n", '{"form": 2}\n', '{"form": 1, "box": "B1"}\n'):
        journal.path.write_text(text, "utf-8")
        with pytest.raises(StocktakeUnreadable):
            opened(tmp_path)
    anew = opened(tmp_path, drop=True)
    assert not anew.resumed
    anew.end()
    anew.close()
    assert not list(tmp_path.iterdir())
