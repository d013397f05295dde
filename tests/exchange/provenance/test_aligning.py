"""Rows before and now: every one is accounted for, and the cheapest story is told."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardledger.exchange.provenance.aligning import Aligned, align, align_columns

LETTERS = st.lists(st.sampled_from("abcdefgh"), max_size=14)


def unlike(_old: int, _new: int) -> int:
    """Say that no rows are alike."""
    return 0


def aligned(before: str, now: str) -> Aligned:
    """Align the letters of two words."""
    return align(list(before), list(now), unlike)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ("abcd", "abcd", Aligned([], [], [], [])),
        ("abcd", "abxd", Aligned([(2, 2)], [], [], [])),
        ("abcd", "abd", Aligned([], [], [2], [])),
        ("abcd", "abxcd", Aligned([], [], [], [2])),
        ("abcd", "bcda", Aligned([], [(0, 3)], [], [])),
        ("abcd", "acbd", Aligned([], [(1, 2)], [], [])),
        ("aaab", "aab", Aligned([], [], [2], [])),
        ("", "ab", Aligned([], [], [], [0, 1])),
        ("ab", "", Aligned([], [], [0, 1], [])),
        ("aabb", "abab", Aligned([], [(1, 2)], [], [])),
    ],
)
def test_the_cheapest_story_is_told(before: str, now: str, expected: Aligned) -> None:
    assert aligned(before, now) == expected


@given(LETTERS, LETTERS)
def test_every_row_is_accounted_for_once(before: list[str], now: list[str]) -> None:
    found = align(before, now, unlike)
    olds = [old for old, _new in found.altered + found.moved] + found.removed
    news = [new for _old, new in found.altered + found.moved] + found.inserted
    assert len(set(olds)) == len(olds)
    assert len(set(news)) == len(news)
    stayed = [row for place, row in enumerate(before) if place not in olds]
    assert stayed == [row for place, row in enumerate(now) if place not in news]
    assert all(before[old] == now[new] for old, new in found.moved)
    if sorted(before) == sorted(now):
        assert found == Aligned([], found.moved, [], [])
    if before == now:
        assert not olds


@pytest.mark.slow
def test_a_hundred_thousand_rows_in_any_order_take_seconds() -> None:
    rows = [f"row {place}" for place in range(100_000)]
    shuffled = random.Random(1).sample(rows, len(rows))
    begun = time.monotonic()
    for now in (rows[::-1], shuffled, rows[::2], [f"{row}!" for row in rows], ["same"] * 100_000):
        align(rows, now, unlike)
    assert time.monotonic() - begun < 60


@pytest.mark.parametrize(
    ("before", "now", "place", "inserted", "moved"),
    [
        ("abc", "abc", [0, 1, 2], [], []),
        ("abc", "aXc", [0, 1, 2], [], []),
        ("abc", "aXbc", [0, 2, 3], [1], []),
        ("abc", "ac", [0, None, 1], [], []),
        ("abc", "bca", [2, 0, 1], [], [0]),
        ("abc", "abc-", [0, 1, 2], [], []),
        ("abc", "abcX", [0, 1, 2], [], []),
        ("abc", "ab-", [0, 1, 2], [], []),
    ],
)
def test_columns_are_found_by_their_headings(
    before: str, now: str, place: list[int | None], inserted: list[int], moved: list[int]
) -> None:
    assert align_columns(list(before), list(now), "-") == (place, inserted, moved)
