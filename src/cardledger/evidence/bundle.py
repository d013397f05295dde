"""The bundle: one file that holds all that is needed to check some lines of a log.

Lines of JSON objects whose values are texts:

    {"cardledger":"proof/1","key":…,"checkpoint":…}    always first; the key as C2SP writes keys
    {"since":…,"growth":…}                             an older checkpoint, and the proof of growth
    {"subject":…,"claim":…}                            what the lines are about; see `Claim`
    {"line":…,"proof":…}                               a line, and its c2sp.org/tlog-proof
    {"base64":…,"proof":…}                             a line of bytes that are no text
    {"end":…}                                          SHA-256 of all before, in hexadecimal

The second and the third are there where they were asked for; lines stand in their order. JSON is
written in one way only. `end` tells a file that was damaged or cut off from one that was forged.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cardledger.evidence.refusals import BadProof, NotUsable
from cardledger.i18n import _
from cardledger.tlog import Checkpoint
from cardledger.tlog.note import unbase64

FORMAT: Final = "proof/1"
_BEGIN: Final = b'{"cardledger":"proof/1"'
_END: Final = re.compile(rb'\{"end":"([0-9a-f]{64})"\}\n')
_CLAIM: Final = "cardledger-claim/1"

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Claim:
    """The ledger's word that, among the lines of a checkpoint, these are all about a subject.

    Its second line is not a number, so that it is never taken for a checkpoint.
    """

    checkpoint: Checkpoint
    subject: str
    positions: tuple[int, ...]

    def to_text(self) -> str:
        """Return the text that is signed."""
        head = self.checkpoint.to_text()
        places = " ".join(map(str, self.positions))
        return f"{_CLAIM}\n{head}{self.subject}\n{places}\n"


@dataclass(frozen=True, slots=True)
class Proved:
    """What the log has the hash of, and the text of its inclusion proof."""

    content: bytes
    proof: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """The texts of a bundle; `checking` says whether they hold.

    `since` and `growth` are an older signed checkpoint and the proof that the log grew from it,
    `subject` and `claim` what the lines are about and the signed claim; empty where there is none.
    """

    key: str
    checkpoint: str
    lines: tuple[Proved, ...] = ()
    since: str = ""
    growth: str = ""
    subject: str = ""
    claim: str = ""

    def to_bytes(self) -> bytes:
        """Return the file."""
        body = b"".join(_written(row) for row in self._rows())
        return body + _written({"end": hashlib.sha256(body).hexdigest()})

    def _rows(self) -> Iterator[Row]:
        yield {"cardledger": FORMAT, "key": self.key, "checkpoint": self.checkpoint}
        if self.since:
            yield {"since": self.since, "growth": self.growth}
        if self.subject:
            yield {"subject": self.subject, "claim": self.claim}
        for line in self.lines:
            yield _row_of(line)

    @classmethod
    def from_bytes(cls, data: bytes, place: str = "") -> Bundle:
        """Read a file; raises NotUsable for another file, BadProof for one that was spoilt."""
        rows = _rows_of(data, place)
        head = rows.pop(0)
        if list(head) != ["cardledger", "key", "checkpoint"] or head["cardledger"] != FORMAT:
            raise BadProof("malformed", reason=_("its first line is another"))
        since = rows.pop(0) if rows and list(rows[0]) == ["since", "growth"] else {}
        subject = rows.pop(0) if rows and list(rows[0]) == ["subject", "claim"] else {}
        lines = tuple(map(_proved_of, rows))
        return cls(head["key"], head["checkpoint"], lines, **since, **subject)


def _written(row: Row) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _row_of(line: Proved) -> Row:
    try:
        return {"line": line.content.decode(), "proof": line.proof}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(line.content).decode(), "proof": line.proof}


def _proved_of(row: Row) -> Proved:
    if list(row) == ["line", "proof"]:
        return Proved(row["line"].encode(), row["proof"])
    content = unbase64(row["base64"]) if list(row) == ["base64", "proof"] else None
    if not content:
        raise BadProof("malformed", reason=_("a line in it is of another kind"))
    return Proved(content, row["proof"])


def _rows_of(data: bytes, place: str) -> list[Row]:
    """Return the objects of a file, whose hash was checked, without the last one."""
    body = data[: data.rfind(b"\n", 0, -1) + 1]
    end = _END.fullmatch(data, len(body))
    if end is None:
        if not data.startswith(_BEGIN):
            raise NotUsable("unreadable", place=place)
        raise BadProof("cut-off")
    if hashlib.sha256(body).hexdigest().encode() != end[1]:
        raise BadProof("damaged")
    try:
        rows = [json.loads(line) for line in body.decode().split("\n")[:-1]]
        written = b"".join(map(_written, rows))
    except (ValueError, RecursionError) as error:
        raise BadProof("malformed", reason=str(error)) from None
    texts = all(isinstance(row, dict) and {*map(type, row.values())} == {str} for row in rows)
    if not rows or not texts or written != body:
        raise BadProof("malformed", reason=_("its lines are not written as they would be"))
    return rows
