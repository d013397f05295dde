"""Which of two lists of rows became which: what stayed, was altered, moved, inserted, removed.

What begins and ends both lists is the same; between, rows that there are only once in each anchor
the others, as in a patience diff. What is left between two anchors belongs together in its order,
or by likeness where a row was inserted or removed as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final, NamedTuple

#: Of two rows, how alike they are: 0 not at all.
Likeness = Callable[[int, int], int]

#: Pairs of rows that are compared for their likeness; more than that go by their order.
MOST_PAIRS: Final = 40_000


class Aligned(NamedTuple):
    """Pairs of places, before and now: the same, altered, moved; and places of what is left."""

    altered: list[tuple[int, int]]
    moved: list[tuple[int, int]]
    removed: list[int]
    inserted: list[int]


def align(before: Sequence[object], now: Sequence[object], likeness: Likeness) -> Aligned:
    """Return what became of the rows of `before`, known by what tells them from each other."""
    aligned = Aligned([], [], [], [])
    gaps = [(0, len(before), 0, len(now))]
    while gaps:
        start, end, first, last = gaps.pop()
        while start < end and first < last and before[start] == now[first]:
            start, first = start + 1, first + 1
        while start < end and first < last and before[end - 1] == now[last - 1]:
            end, last = end - 1, last - 1
        if start == end or first == last:
            aligned.removed.extend(range(start, end))
            aligned.inserted.extend(range(first, last))
            continue
        anchors = _anchors(before[start:end], now[first:last])
        if not anchors:
            _pair(range(start, end), range(first, last), likeness, aligned)
            continue
        edges = [(-1, -1), *anchors, (end - start, last - first)]
        for (old, new), (next_old, next_new) in pairwise(edges):
            gaps.append((start + old + 1, start + next_old, first + new + 1, first + next_new))
    _find_moved(before, now, aligned)
    _find_moved_and_altered(aligned, likeness)
    for pairs in (aligned.altered, aligned.moved):
        pairs.sort()
    for places in (aligned.removed, aligned.inserted):
        places.sort()
    return aligned


def _anchors(before: Sequence[object], now: Sequence[object]) -> list[tuple[int, int]]:
    """Return the places of what there is once in each, as far as it is in the same order."""
    counts, others = Counter(before), Counter(now)
    places = {row: place for place, row in enumerate(now) if others[row] == 1}
    pairs = [
        (old, places[row])
        for old, row in enumerate(before)
        if counts[row] == 1 and others.get(row) == 1
    ]
    return _longest_rising(pairs)


def _longest_rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest part of pairs whose second places rise as their first ones do."""
    from bisect import bisect_left

    ends: list[int] = []
    tops: list[int] = []
    before: list[int] = []
    for place, (_old, new) in enumerate(pairs):
        length = bisect_left(tops, new)
        before.append(ends[length - 1] if length else -1)
        if length == len(ends):
            ends.append(place)
            tops.append(new)
        else:
            ends[length], tops[length] = place, new
    rising = []
    place = ends[-1] if ends else -1
    while place >= 0:
        rising.append(pairs[place])
        place = before[place]
    return rising[::-1]


def _pair(olds: range, news: range, likeness: Likeness, aligned: Aligned) -> None:
    """Pair what stands between two anchors: in order, or so that it is most alike."""
    if len(olds) == len(news) or len(olds) * len(news) > MOST_PAIRS:
        shared = min(len(olds), len(news))
        aligned.altered.extend(zip(olds, news, strict=False))
        aligned.removed.extend(olds[shared:])
        aligned.inserted.extend(news[shared:])
        return
    best = [[0] * (len(news) + 1) for _row in range(len(olds) + 1)]
    alike = [[likeness(old, new) for new in news] for old in olds]
    for i in range(len(olds) - 1, -1, -1):
        for j in range(len(news) - 1, -1, -1):
            together = best[i + 1][j + 1] + alike[i][j]
            best[i][j] = max(best[i + 1][j], best[i][j + 1], together)
    i = j = 0
    while i < len(olds) and j < len(news):
        if alike[i][j] and best[i][j] == best[i + 1][j + 1] + alike[i][j]:
            aligned.altered.append((olds[i], news[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            aligned.removed.append(olds[i])
            i += 1
        else:
            aligned.inserted.append(news[j])
            j += 1
    aligned.removed.extend(olds[i:])
    aligned.inserted.extend(news[j:])


def _find_moved(before: Sequence[object], now: Sequence[object], aligned: Aligned) -> None:
    """Make one row of what is missing here and was inserted there."""
    # Two rows that changed places were paired in their order.
    loose_old = sorted({*aligned.removed, *(old for old, _new in aligned.altered)})
    loose_new = sorted({*aligned.inserted, *(new for _old, new in aligned.altered)})
    places: dict[object, list[int]] = {}
    for new in reversed(loose_new):
        places.setdefault(now[new], []).append(new)
    for old in loose_old:
        if places.get(before[old]):
            aligned.moved.append((old, places[before[old]].pop()))
    if not aligned.moved:
        return
    olds = {old for old, _new in aligned.moved}
    news = {new for _old, new in aligned.moved}
    undone = [pair for pair in aligned.altered if pair[0] in olds or pair[1] in news]
    aligned.altered[:] = [
        pair for pair in aligned.altered if not (pair[0] in olds or pair[1] in news)
    ]
    aligned.removed.extend(old for old, _new in undone)
    aligned.inserted.extend(new for _old, new in undone)
    aligned.removed[:] = [old for old in aligned.removed if old not in olds]
    aligned.inserted[:] = [new for new in aligned.inserted if new not in news]


def _find_moved_and_altered(aligned: Aligned, likeness: Likeness) -> None:
    """Make one row of a missing and an inserted one that are alike for the greater part."""
    if not 0 < len(aligned.removed) * len(aligned.inserted) <= MOST_PAIRS:
        return
    ranked = sorted(
        (
            (-likeness(old, new), old, new)
            for old in aligned.removed
            for new in aligned.inserted
            if likeness(old, new) > 0
        ),
    )
    for _alike, old, new in ranked:
        if old in aligned.removed and new in aligned.inserted:
            aligned.removed.remove(old)
            aligned.inserted.remove(new)
            aligned.moved.append((old, new))
            aligned.altered.append((old, new))


class Columns(NamedTuple):
    """Where each column of before is now, none where it is gone; and which are new, or moved."""

    place: list[int | None]
    inserted: list[int]
    moved: list[int]


def align_columns(before: Sequence[str], now: Sequence[str], empty: str) -> Columns:
    """Find the columns by what their headings are known by; `empty` is that of an empty cell.

    What stands to the right of all columns of before is none: its cells are told one by one.
    """
    place: list[int | None] = [None] * len(before)
    inserted: list[int] = []
    for what, start, end, first, last in SequenceMatcher(None, before, now, False).get_opcodes():
        if what == "equal" or what == "replace":
            place[start:end] = [*range(first, min(last, first + end - start))] + [None] * (
                (end - start) - min(last - first, end - start)
            )
            inserted.extend(range(first + end - start, last))
        elif what == "insert":
            inserted.extend(range(first, last))
    moved = []
    for old, heading in enumerate(before):
        same = [new for new in inserted if now[new] == heading != empty]
        if place[old] is None and same:
            place[old] = same[0]
            inserted.remove(same[0])
            moved.append(old)
    last = max((at for at in place if at is not None), default=-1)
    return Columns(place, [one for one in inserted if one < last], moved)
