"""How proofs are written down, so that programs of others can read them.

An inclusion proof as in https://c2sp.org/tlog-proof, a consistency proof as the body of
`add-checkpoint` in https://c2sp.org/tlog-witness. Both are a head, one hash a line in base64, an
empty line, and the signed checkpoint as it is.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cardledger.tlog.hashing import HASH_SIZE
from cardledger.tlog.note import unbase64
from cardledger.tlog.proofs import InvalidProof

_HEAD: Final = "c2sp.org/tlog-proof@v1"
#: More hashes than this no proof has: the sizes of trees have 63 bits.
_MAX_PATH: Final = 63
_INDEX: Final = re.compile(r"index (0|[1-9][0-9]{0,18})", re.ASCII)
_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class InclusionText:
    """The proof that an entry is in the log of a checkpoint; `index` counts from 0.

    `extra` is for the application, and is not authenticated.
    """

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    def to_text(self) -> str:
        """Return the text of a `.tlog-proof` file."""
        head = [_HEAD]
        if self.extra is not None:
            head.append(f"extra {base64.b64encode(self.extra).decode()}")
        return _written([*head, f"index {self.index}"], self.path, self.checkpoint)

    @classmethod
    def from_text(cls, text: str) -> InclusionText:
        """Read a proof; raises InvalidProof where the text is none."""
        lines, checkpoint = _parted(text)
        if lines.pop(0) != _HEAD:
            raise InvalidProof(f"the proof does not begin with {_HEAD}")
        extra = None
        if lines and lines[0].startswith("extra "):
            extra = unbase64(lines.pop(0).removeprefix("extra "))
            if extra is None:
                raise InvalidProof("the extra data is not base64")
        return cls(_number(lines, _INDEX), _path(lines), checkpoint, extra)


@dataclass(frozen=True, slots=True)
class GrowthText:
    """The proof that the log of a checkpoint begins with its first `old` entries as they were."""

    old: int
    path: tuple[bytes, ...]
    checkpoint: str

    def to_text(self) -> str:
        """Return the text that a witness takes."""
        return _written([f"old {self.old}"], self.path, self.checkpoint)

    @classmethod
    def from_text(cls, text: str) -> GrowthText:
        """Read a proof; raises InvalidProof where the text is none."""
        lines, checkpoint = _parted(text)
        return cls(_number(lines, _OLD), _path(lines), checkpoint)


def _written(head: list[str], path: Iterable[bytes], checkpoint: str) -> str:
    hashes = [base64.b64encode(one).decode() for one in path]
    return "\n".join((*head, *hashes, "", checkpoint))


def _parted(text: str) -> tuple[list[str], str]:
    before, gap, checkpoint = text.partition("\n\n")
    if not gap:
        raise InvalidProof("the proof has no checkpoint")
    return before.split("\n"), checkpoint


def _number(lines: list[str], form: re.Pattern[str]) -> int:
    found = form.fullmatch(lines.pop(0)) if lines else None
    if found is None:
        raise InvalidProof("the proof does not say its place")
    return int(found[1])


def _path(lines: list[str]) -> tuple[bytes, ...]:
    if len(lines) > _MAX_PATH:
        raise InvalidProof("the proof is too long")
    path = tuple(unbase64(line) or b"" for line in lines)
    if any(len(one) != HASH_SIZE for one in path):
        raise InvalidProof("the proof holds what is not a hash")
    return path
