"""Folding of subjects: the lines of one subject become its rows in the projections.

A fold takes the lines of one subject alone, in the order in which things happened. All projections
of one kind of subject share its fold. Streams go from subject to subject, so that their memory does
not grow with the number of lines.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import groupby, islice
from operator import itemgetter
from typing import Final, NamedTuple

import msgspec

from cardledger.book import EVOLVE, VOIDS, Book, in_order
from cardledger.events import Line, UnknownEvent
from cardledger.ledger import event_of
from cardledger.log import Line as RawLine
from cardledger.log import Log
from cardledger.moments import Moment
from projections import PROJECTIONS, Row

#: Lines between two calls of a progress callback.
STEP: Final = 5000
#: A line of so many bytes is about many subjects (a filing lists all cards of a school) and is met
#: again for each of them: the last few of them are kept decoded.
_LARGE: Final = 2048
_KEPT: Final = 16
#: Subjects whose lines are read at once.
PAGE: Final = 500

#: progress(done, total), in lines of subjects; a line counts once for each of its subjects.
Progress = Callable[[int, int], None]
#: The rows of one subject, by projection; none where it has no row there.
Folded = dict[str, Row | None]

_encode: Final = msgspec.json.Encoder(order="deterministic").encode


class Cut(NamedTuple):
    """Which lines count: by position, by when it happened, by when it was written; none is all."""

    upto: int | None = None
    until: Moment | None = None
    known: Moment | None = None


class Reader:
    """Turns stored lines into events. Lines whose name this version does not know are left out."""

    def __init__(self) -> None:
        self._large: OrderedDict[int, Line] = OrderedDict()

    def line(self, raw: RawLine) -> Line | None:
        """Return the line; raises `IntegrityBroken` where its bytes are not what its name says."""
        seq = raw.seq
        if len(raw.data) > _LARGE and (kept := self._large.get(seq)) is not None:
            return kept
        event = event_of(raw)
        if isinstance(event, UnknownEvent):
            return None
        line = Line(seq, event)
        if len(raw.data) > _LARGE:
            self._large[seq] = line
            if len(self._large) > _KEPT:
                self._large.popitem(last=False)
        return line


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
    until = None
    if cut is not None:
        until = cut.until
        if cut.known is not None:
            lines = [line for line in lines if line.event.recorded <= cut.known]
    book, counts = Book(), False
    for position, event in in_order(lines, until):
        evolve = EVOLVE.get(type(event))
        if evolve is not None:
            evolve(book, event, position)
            counts = counts or type(event) not in VOIDS
    if not counts:
        return dict.fromkeys(names)
    return {name: PROJECTIONS[name].fold(book, key) for name in names}


def subjects_of(
    log: Log, subject: str, cut: Cut, progress: Callable[[int], None] = lambda _lines: None
) -> Iterator[tuple[str, list[Line]]]:
    """Return every subject of a kind with its lines, in the order of the subjects.

    `progress` is told how many lines were read so far.
    """
    reader, prefix, done = Reader(), f"{subject}:", 0
    for tag, group in groupby(log.read_by_tag(prefix, upto=cut.upto), itemgetter(0)):
        lines = []
        for _tag, raw in group:
            done += 1
            if done % STEP == 0:
                progress(done)
            line = reader.line(raw)
            if line is not None:
                lines.append(line)
        yield tag[len(prefix) :], lines
    progress(done)


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


def some_subjects(
    log: Log, subject: str, keys: Iterable[str], cut: Cut
) -> Iterator[tuple[str, list[Line]]]:
    """Return some subjects of a kind with their lines, in the order of the subjects."""
    reader = Reader()
    remaining = iter(sorted(set(keys)))
    while part := list(islice(remaining, PAGE)):
        lines: dict[str, list[Line]] = {f"{subject}:{key}": [] for key in part}
        for raw in log.read(tags=list(lines), upto=cut.upto):
            line = reader.line(raw)
            if line is not None:
                for tag in dict.fromkeys(line.event.tags()):
                    if tag in lines:
                        lines[tag].append(line)
        for key in part:
            yield key, lines[f"{subject}:{key}"]


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
