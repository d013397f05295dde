"""The tags: those in the table against those that the lines ought to have, in both directions.

The table is sorted by tag, the lines by their place; sorting either would cost more than all the
rest. So both are summed up: each tag with its place gives a number that nobody outside of this
process can foresee, and equal sums mean equal tags. Only where the sums differ is the place looked
for, bucket by bucket.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, Final

from cardledger.i18n import _
from cardledger.verify.batches import are_tags, sum_of
from cardledger.verify.crew import Crew
from cardledger.verify.lines import BUCKET, Lines, expected_tags
from cardledger.verify.source import Damaged, Row, Source
from cardledger.verify.verdict import Problem, problem

_TAGS: Final = "SELECT tag, seq, ordinal FROM tag"


def check_tags(
    source: Source,
    lines: Lines,
    progress: Callable[[int], None],
    crew: Crew | None = None,
) -> Iterator[Problem]:
    """Yield what is wrong with the tags of the good lines.

    `progress` is told how many rows are done. The tags of the lines that a
    crew examines are added up by it; here only their order is looked at.
    """
    complete = lines.problem is None
    try:
        total = _sum(source, lines, complete, progress, crew)
    except Damaged:
        source.bear_bad_text()
        total = None
    if total != sum(lines.sums):
        yield _locate(source, lines, complete)


def _sum(
    source: Source,
    lines: Lines,
    complete: bool,
    progress: Callable[[int], None],
    crew: Crew | None,
) -> int | None:
    """Return the sum over the table; nothing where a row is not what a row of it can be."""
    statement, values = (_TAGS, []) if complete else (f"{_TAGS} WHERE seq <= ?", [lines.good])
    total, done = 0, 0
    unknown = lines.unknown
    last: tuple[Any, ...] = ()
    for rows in source.batches(statement, values):
        if not are_tags(rows):
            return None
        # The table is its own index on SQLite: rows out of order would be there, but not found.
        if source.is_sqlite and (sorted(rows) != rows or rows[0] <= last):
            return None
        last = rows[-1]
        done += len(rows)
        if unknown:
            rows = [row for row in rows if row[1] not in unknown]
        if crew:
            first, end = crew.first, crew.last
            rows = [row for row in rows if not first <= row[1] <= end]
        total += sum_of(rows)
        progress(done)
    return total


def _locate(source: Source, lines: Lines, complete: bool) -> Problem:
    """Return the first line whose tags were altered."""
    sums: dict[int, int] = defaultdict(int)
    stray: Row | None = None
    for rows in source.batches(_TAGS):
        for row in rows:
            seq = row[1]
            if type(seq) is not int or not 1 <= seq <= lines.good:
                if complete and stray is None:
                    stray = row
            elif seq not in lines.unknown:
                sums[(seq - 1) // BUCKET] += sum_of([row])
    for bucket, expected in enumerate(lines.sums):
        if sums[bucket] != expected:
            found = _locate_in(source, lines, bucket)
            if found is not None:
                return found
    if stray is not None:
        return problem(
            _("The tag {tag} was added for line {line}, which does not exist."),
            tag=stray[0],
            line=stray[1],
        )
    return problem(_("The rows of the tags were put out of order: they cannot be found."))


def _locate_in(source: Source, lines: Lines, bucket: int) -> Problem | None:
    first, last = bucket * BUCKET + 1, min((bucket + 1) * BUCKET, lines.good)
    stored: dict[int, list[tuple[Any, Any]]] = defaultdict(list)
    for rows in source.batches(f"{_TAGS} WHERE seq >= ? AND seq <= ?", [first, last]):
        for tag, seq, ordinal in rows:
            stored[seq].append((ordinal, tag))
    for seq, tags in expected_tags(source, first, last):
        expected = list(enumerate(tags))
        if sorted(stored[seq], key=repr) != sorted(expected, key=repr):
            return _difference(seq, expected, stored[seq])
    return None


def _difference(seq: int, expected: list[Any], stored: list[Any]) -> Problem:
    missing = [tag for _ordinal, tag in expected if tag not in [one for _at, one in stored]]
    extra = [tag for _ordinal, tag in stored if tag not in [one for _at, one in expected]]
    if missing and extra:
        template = _("The tags of line {position} were altered: {missing} became {extra}.")
    elif missing:
        template = _("The tags of line {position} were altered: {missing} was removed.")
    elif extra:
        template = _("The tags of line {position} were altered: {extra} was added.")
    else:
        template = _("The tags of line {position} were altered: their order was changed.")
    return problem(
        template, seq, missing=", ".join(missing), extra=", ".join(str(tag) for tag in extra)
    )
