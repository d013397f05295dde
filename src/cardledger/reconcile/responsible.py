"""Which lines are responsible for a value: those without which the ledger would not have it.

One way for every field: fold the subject's lines one by one, and look at which of them the value
became what it is. Where the value stays without that line (a later line says it once more), that
later line is responsible too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from cardledger.book import Book, apply, in_order
from cardledger.events import Line
from cardledger.ledger import Ledger
from cardledger.reconcile.differences import Difference, Probe
from cardledger.streams import Cut, Reader, known_by

#: Differences whose lines are read at once.
PAGE: Final = 400


def responsible(probe: Probe, lines: Iterable[Line]) -> tuple[int, ...]:
    """Return the positions of the lines that make a value, the newest last.

    `lines` are those that count, in the order in which things happened. Without the lines that are
    returned the value would be another one.
    """
    left, found = list(lines), list[Line]()
    last, value = _change(probe, left)
    while last is not None:
        found.append(last)
        left = [line for line in left if line.position != last.position]
        last, now = _change(probe, left)
        if now != value:
            break
    return tuple(sorted(line.position for line in found))


def _change(probe: Probe, lines: Sequence[Line]) -> tuple[Line | None, object]:
    """Return the line by which the value became the last one, and that value."""
    book, last = Book(about=(probe.tag,)), None
    value = before = probe.value(book)
    for line in lines:
        apply(book, line)
        value = probe.value(book)
        if value != before:
            last, before = line, value
    return last, value


def with_positions(
    ledger: Ledger, differences: Iterable[Difference], cut: Cut
) -> Iterator[Difference]:
    """Give differences the positions of the lines that are responsible."""
    reader, remaining = Reader(), iter(differences)
    while page := list(islice(remaining, PAGE)):
        lines: dict[str, list[Line]] = {one.probe.tag: [] for one in page if one.probe}
        for raw in ledger.log.read(tags=list(lines), upto=cut.upto) if lines else ():
            line = reader.line(raw)
            if line is not None:
                for tag in dict.fromkeys(line.event.tags()):
                    if tag in lines:
                        lines[tag].append(line)
        counted = {tag: in_order(known_by(every, cut), cut.until) for tag, every in lines.items()}
        for one in page:
            if one.probe is None:
                yield one
            else:
                found = responsible(one.probe, counted[one.probe.tag])
                yield replace(one, positions=found, probe=None)
