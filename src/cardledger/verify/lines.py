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

from cardledger.events import Codec, UnknownEvent, stored_name
from cardledger.i18n import _
from cardledger.verify.source import BATCH, Damaged, Row, Source
from cardledger.verify.tree import Tree
from cardledger.verify.verdict import Problem, problem

#: Sums of tags are kept apart for so many lines, to find the altered one without a sort.
BUCKET: Final = 256 * BATCH

_FOREIGN: Final = b"cardledger foreign line/1\n"
_LINES: Final = (
    "SELECT seq, position, origin, name, data, tags, leaf FROM line WHERE seq >= ? ORDER BY seq"
)
_LOWEST: Final = -(2**63)

#: What bytes and tags that nobody wrote can raise.
_UNREADABLE: Final = (
    TypeError,
    ValueError,
    LookupError,
    RecursionError,
    msgspec.MsgspecError,
)

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
        self._decoders = {
            stored_name(known): msgspec.json.Decoder(known).decode for known in Codec.classes()
        }
        self._source = source
        self._origin = origin
        self.trees = trees

    def run(self, progress: Callable[[int], None]) -> None:
        """Go over all lines; `progress` is told how many are done."""
        try:
            self._run(progress)
        except Damaged:
            # Once more from the last good line, reading also what is not text.
            self._source.bear_bad_text()
            try:
                self._run(progress)
            except Damaged as damaged:
                self.problem = problem(NOT_READABLE, self.good + 1, reason=str(damaged))

    def _run(self, progress: Callable[[int], None]) -> None:
        start = self.good + 1 if self.good else _LOWEST
        for rows in self._source.batches(_LINES, [start]):
            if not self._pass(rows):
                for row in rows:
                    self.problem = self._judge(row)
                    if self.problem is not None:
                        return
            progress(self.good)

    def _pass(self, rows: list[Row]) -> bool:
        """Take a batch of our own lines if all is well with all of them."""
        seqs, positions, origins, names, datas, tags, leaves = zip(*rows, strict=True)
        count, first, tree = len(rows), self.good + 1, self.trees[self._origin]
        if (
            seqs != tuple(range(first, first + count))
            or positions != tuple(range(tree.size + 1, tree.size + count + 1))
            or origins.count(self._origin) != count
            or tags.count(None) != count
            or (first - 1) // BUCKET != (first + count - 2) // BUCKET
        ):
            return False
        try:
            hashes = [sha256(b"\x00" + data).digest() for data in datas]
            if tuple(hashes) != leaves:
                return False
            decoders = self._decoders
            numbers = [
                hash(f"{seq} {ordinal} {tag}")
                for seq, name, data in zip(seqs, names, datas, strict=True)
                for ordinal, tag in enumerate(decoders[name](data).tags())
            ]
        except _UNREADABLE:
            return False
        self._sum(numbers, first)
        self.good += count
        tree.add(hashes)
        return True

    def _sum(self, numbers: list[int], first: int) -> None:
        """Add the numbers of the tags of some lines of one bucket."""
        self.tags += len(numbers)
        bucket = (first - 1) // BUCKET
        if bucket == len(self.sums):
            self.sums.append(0)
        self.sums[bucket] += sum(numbers)

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
        except _UNREADABLE:
            return problem(_("The tags in line {position} were altered."), here)
        if computed != leaf:
            return self._changed(here, self.trees[origin], data, tags, computed)
        try:
            subjects = self._subjects(here, name, data, tags)
        except _UNREADABLE as error:
            return problem(NOT_READABLE, here, reason=str(error))
        if subjects is None:
            return problem(
                _("The name of line {position} was altered: it says {name}, its bytes do not."),
                here,
                name=name,
            )
        self._sum([hash(f"{seq} {at} {tag}") for at, tag in enumerate(subjects)], here)
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
