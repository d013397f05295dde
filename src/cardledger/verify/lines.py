"""The pass over all lines: order, bytes, names, and the tags that they ought to have.

Whole batches are checked at once, in the way that is fast when all is well. A batch that does not
pass is gone through line by line, in the way that says what is wrong.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any, Final

import msgspec

from cardledger.events import Codec, UnknownEvent
from cardledger.i18n import _
from cardledger.verify.batches import UNREADABLE, Batches, sum_of
from cardledger.verify.source import BATCH, Damaged, Row, Source
from cardledger.verify.tree import Tree
from cardledger.verify.verdict import Problem, problem

#: Sums of tags are kept apart for so many lines, to find the altered one without a sort.
BUCKET: Final = 256 * BATCH

_FOREIGN: Final = b"cardledger foreign line/1\n"
_LINES: Final = (
    "SELECT seq, position, origin, name, data, tags, leaf FROM line"
    " WHERE seq >= ? AND seq <= ? ORDER BY seq LIMIT ?"
)
_LOWEST: Final = -(2**63)
NO_END: Final = 2**63 - 1

NOT_READABLE: Final = _("Line {position} cannot be read: {reason}")


class _Named(msgspec.Struct):
    """What every line of our own says first."""

    event: str


class Lines:
    """Goes over the lines of a log until the end, or until the first that is not as it was."""

    def __init__(self, source: Source, origin: str, trees: dict[str, Tree]) -> None:
        #: How many lines are as they were written, from the first on.
        self.good = 0
        self.problem: Problem | None = None
        #: For each bucket of lines, what `tag_sum` gives for the tags that they ought to have.
        self.sums: list[int] = []
        #: How many tags they ought to have.
        self.tags = 0
        #: Lines whose name this version does not know: their tags cannot be computed.
        self.unknown: set[int] = set()
        self._batches = Batches(origin)
        self._source = source
        self._origin = origin
        self.trees = trees

    def run(self, progress: Callable[[int], None], last: int = NO_END) -> None:
        """Go over all lines up to `last`; `progress` is told how many are done."""
        try:
            self._run(progress, last)
        except Damaged:
            # Once more from the last good line, reading also what is not text.
            self._source.bear_bad_text()
            try:
                self._run(progress, last)
            except Damaged as damaged:
                self.problem = problem(NOT_READABLE, self.good + 1, reason=str(damaged))

    def _run(self, progress: Callable[[int], None], last: int) -> None:
        while not self._pass_all(progress, last):
            rows = self._source.all(_LINES, [self._start(), last, BATCH])
            for row in rows:
                self.problem = self._judge(row)
                if self.problem is not None:
                    return
            progress(self.good)

    def _start(self) -> int:
        return self.good + 1 if self.good else _LOWEST

    def _pass_all(self, progress: Callable[[int], None], last: int) -> bool:
        """Take batch after batch; False as soon as one has to be judged line by line."""
        moved = self.trees[self._origin].size - self.good
        for rows in self._batches.read(self._source, self._start(), last, moved):
            if not self._pass(rows):
                return False
            progress(self.good)
        return True

    def _pass(self, rows: list[Row]) -> bool:
        """Take a batch of our own lines if all is well with all of them."""
        first = self.good + 1
        if (first - 1) // BUCKET != (first + len(rows) - 2) // BUCKET:
            return False
        taken = self._batches.take(rows, first)
        if taken is None:
            return False
        self._sum(taken.tags, taken.sum)
        self.good += len(rows)
        self.trees[self._origin].add(taken.hashes)
        return True

    def _sum(self, count: int, numbers: int) -> None:
        """Add the tags of some lines of one bucket that begin after the last good one."""
        self.tags += count
        bucket = self.good // BUCKET
        if bucket == len(self.sums):
            self.sums.append(0)
        self.sums[bucket] += numbers

    def _judge(self, row: Row) -> Problem | None:
        """Take one line, or say what is wrong with it."""
        seq, position, origin, name, data, tags, leaf = row
        here = self.good + 1
        wrong = self._place(seq, position, origin)
        if wrong is not None:
            return wrong
        if type(data) is not bytes or type(name) is not str:
            return problem(_("Line {position} was changed: it is not what a line is."), here)
        try:
            computed = _leaf(name, data, tags)
        except UNREADABLE:
            return problem(_("The tags in line {position} were altered."), here)
        if computed != leaf:
            return self._changed(here, self.trees[origin], data, tags, computed)
        try:
            subjects = self._subjects(here, name, data, tags)
        except UNREADABLE as error:
            return problem(NOT_READABLE, here, reason=str(error))
        if subjects is None:
            return problem(
                _("The name of line {position} was altered: it says {name}, its bytes do not."),
                here,
                name=name,
            )
        self._sum(len(subjects), sum_of([(tag, seq, at) for at, tag in enumerate(subjects)]))
        self.good += 1
        self.trees[origin].add([computed])
        return None

    def _place(self, seq: object, position: object, origin: object) -> Problem | None:
        here = self.good + 1
        if not isinstance(seq, int) or seq < here:
            return problem(_("A line was inserted before line {position}."), here)
        if seq > here:
            return problem(_("Line {position} was removed."), here)
        tree = self.trees.get(origin) if isinstance(origin, str) else None
        if tree is None:
            return problem(
                _("Line {position} was changed: it says that it belongs to the log {origin}."),
                here,
                origin=origin,
            )
        if position != tree.size + 1:
            return problem(
                _("Line {position} was moved: it says that its place is {place}."),
                here,
                place=position,
            )
        return None

    def _changed(
        self, here: int, tree: Tree, data: bytes, tags: object, computed: bytes
    ) -> Problem:
        """Say what was done to a line that does not have its hash."""
        source = self._source
        plain = _leaf("", data, None)
        stored = source.all("SELECT leaf FROM line WHERE seq = ?", [here])[0][0]
        if tags is not None and plain == stored:
            return problem(_("The tags in line {position} were altered."), here)
        idx, entry = divmod(tree.size, 256)
        tile = source.all(
            "SELECT hashes FROM tile WHERE origin = ? AND level = 0 AND idx = ?", [tree.origin, idx]
        )
        if tile and tile[0][0][entry * 32 : entry * 32 + 32] == computed:
            return problem(
                _("The hash beside line {position} was altered; the line is as it was."), here
            )
        twin = source.all("SELECT min(seq) FROM line WHERE leaf = ? AND seq <> ?", [computed, here])
        if twin[0][0] is not None:
            return problem(
                _("The order was changed: line {position} holds what was written as line {other}."),
                here,
                other=twin[0][0],
            )
        return problem(_("Line {position} was changed: it does not have its hash."), here)

    def _subjects(
        self, seq: int, name: str, data: bytes, tags: str | None
    ) -> tuple[str, ...] | None:
        """Return the tags that a line ought to have; none where it is not what its name says."""
        if tags is not None:
            return tuple(json.loads(tags))
        if msgspec.json.decode(data, type=_Named).event != name:
            return None
        event = Codec.decode(name, data)
        if isinstance(event, UnknownEvent):
            self.unknown.add(seq)
            return ()
        return event.tags()


def _leaf(name: str, data: bytes, tags: object) -> bytes:
    """Return the hash of a line: of its bytes, or for a foreign line of name, tags and bytes."""
    if tags is None:
        return sha256(b"\x00" + data).digest()
    if not isinstance(tags, str):
        raise TypeError("tags are text")
    parsed = json.loads(tags)
    canonical = json.dumps(parsed, ensure_ascii=False, separators=(",", ":"))
    if canonical != tags or type(parsed) is not list or {*map(type, parsed)} - {str}:
        raise ValueError("tags are a list of texts, written in one way")
    digest = sha256(b"\x00" + _FOREIGN)
    encoded = [tag.encode() for tag in parsed]
    for part in (_sized(name.encode()), len(encoded).to_bytes(8, "big")):
        digest.update(part)
    for part in (*encoded, data):
        digest.update(_sized(part))
    return digest.digest()


def _sized(part: bytes) -> bytes:
    return len(part).to_bytes(8, "big") + part


def expected_tags(source: Source, first: int, last: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the tags that each of some good lines ought to have."""
    statement = "SELECT seq, name, data, tags FROM line WHERE seq >= ? AND seq <= ? ORDER BY seq"
    for rows in source.batches(statement, [first, last]):
        for seq, name, data, tags in rows:
            event: Any = None if tags is not None else Codec.decode(name, data)
            if tags is not None:
                yield seq, tuple(json.loads(tags))
            elif not isinstance(event, UnknownEvent):
                yield seq, event.tags()
