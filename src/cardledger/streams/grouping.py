"""Grouping: every subject of a kind with its lines, or some subjects with theirs."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter
from typing import Final

from cardledger.events import Line, UnknownEvent
from cardledger.ledger import event_of
from cardledger.log import Line as RawLine
from cardledger.log import Log
from cardledger.streams.cuts import Cut

#: progress(done, total), in lines of subjects; a line counts once for each of its subjects.
Progress = Callable[[int, int], None]
#: Lines between two calls of a progress callback.
STEP: Final = 5000
#: A line of so many bytes is about many subjects (a filing lists all cards of a school) and is met
#: again for each of them: the last few of them are kept decoded.
_LARGE: Final = 2048
_KEPT: Final = 16
#: Subjects whose lines are read at once.
PAGE: Final = 500


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


def subjects_of(
    log: Log,
    subject: str,
    cut: Cut,
    progress: Callable[[int], None] = lambda _lines: None,
    *,
    lower: str | None = None,
    upper: str | None = None,
) -> Iterator[tuple[str, list[Line]]]:
    """Return every subject of a kind with its lines, in the order of the subjects.

    `lower` <= tag < `upper` cuts a share out of them. `progress` is told how many lines were read
    so far.
    """
    reader, prefix, done = Reader(), f"{subject}:", 0
    tagged = log.read_by_tag(prefix, lower=lower, upper=upper, upto=cut.upto)
    for tag, group in groupby(tagged, itemgetter(0)):
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


def some_subjects(
    log: Log, subject: str, keys: Iterable[str], cut: Cut
) -> Iterator[tuple[str, list[Line]]]:
    """Return some subjects of a kind, each with all its lines, in the order of the subjects."""
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


def known_by(lines: Collection[Line], cut: Cut | None) -> Collection[Line]:
    """Return the lines that were written by the moment of a cut, if it has one."""
    if cut is None or cut.known is None:
        return lines
    return [line for line in lines if line.event.recorded <= cut.known]
