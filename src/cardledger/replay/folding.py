"""Folding of subjects: the lines of one subject become its rows in the projections.

A fold takes the lines of one subject alone, in the order in which things happened. All projections
of one kind of subject share its fold.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Final

import msgspec

from cardledger.book import EVOLVE, VOIDS, Book, in_order
from cardledger.events import Line
from cardledger.log import Log
from cardledger.streams import Cut, known_by, some_subjects, subjects_of
from projections import PROJECTIONS, Row

#: The rows of one subject, by projection; none where it has no row there.
Folded = dict[str, Row | None]

_encode: Final = msgspec.json.Encoder(order="deterministic").encode


def subject_groups(names: Iterable[str]) -> dict[str, list[str]]:
    """Return projections by the kind of their subjects."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(PROJECTIONS[name].SUBJECT, []).append(name)
    return groups


def fold_subject(
    key: str, lines: Collection[Line], names: Sequence[str], cut: Cut | None = None
) -> Folded:
    """Return the rows of one subject from its lines, which may come in any order."""
    until = cut.until if cut is not None else None
    # All projections of one call are about the same kind of subject.
    book, counts = Book(about={f"{PROJECTIONS[name].SUBJECT}:{key}" for name in names}), False
    for position, event in in_order(known_by(lines, cut), until):
        evolve = EVOLVE.get(type(event))
        if evolve is not None:
            evolve(book, event, position)
            counts = counts or type(event) not in VOIDS
    if not counts:
        return dict.fromkeys(names)
    return {name: PROJECTIONS[name].fold(book, key) for name in names}


def fold_all(
    log: Log,
    subject: str,
    names: Sequence[str],
    cut: Cut,
    progress: Callable[[int], None] = lambda _lines: None,
) -> Iterator[tuple[str, Folded]]:
    """Fold every subject of a kind, in the order of the subjects."""
    for key, lines in subjects_of(log, subject, cut, progress):
        yield key, fold_subject(key, lines, names, cut)


def fold_some(
    log: Log, subject: str, keys: Iterable[str], names: Sequence[str], cut: Cut
) -> Iterator[tuple[str, Folded]]:
    """Fold some subjects of a kind, each from all its lines, in the order of the subjects."""
    for key, lines in some_subjects(log, subject, keys, cut):
        yield key, fold_subject(key, lines, names, cut)


def encoded(row: Row | None) -> bytes | None:
    """Return the canonical JSON of a row, which is stored and hashed."""
    return None if row is None else _encode(row)


def decoded(name: str, data: bytes) -> Row:
    """Read a stored row; raises `msgspec.MsgspecError` where it is none."""
    row: Row = _decoder(name).decode(data)
    return row


_decoders: Final[dict[str, msgspec.json.Decoder[Row]]] = {}


def _decoder(name: str) -> msgspec.json.Decoder[Row]:
    decoder = _decoders.get(name)
    if decoder is None:
        decoder = _decoders[name] = msgspec.json.Decoder(PROJECTIONS[name].STORED)
    return decoder
