"""Somebody who forges proofs, and gives every forged file the hash that it must have."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from cardledger.evidence import prove
from cardledger.ledger import Ledger
from cardledger.tlog import Checkpoint, NoteSigner, sign_note
from tests.verify.making import grow

Rows = list[dict[str, Any]]

#: The card that the proof is about: it has lines 97, 98 and 99.
CARD: Final = "card:C00024"


def rows_of(data: bytes) -> Rows:
    """Return the objects of a file, without the last one."""
    return [json.loads(line) for line in data.decode().split("\n")[:-2]]


def file_of(rows: Rows) -> bytes:
    """Return the file of some objects, with the hash that fits them."""
    lines = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows]
    return sealed("".join(f"{line}\n" for line in lines).encode())


def sealed(body: bytes) -> bytes:
    """Return a body with the line that gives its hash."""
    return body + b'{"end":"%s"}\n' % hashlib.sha256(body).hexdigest().encode()


@dataclass(frozen=True)
class Forger:
    """A proof about a card, since an older checkpoint, and all that was needed to make it."""

    good: bytes
    key: str
    signer: NoteSigner
    #: The checkpoint of the proof, the older one, and a later one that the proof does not know.
    note: str
    older: str
    later: str
    #: A checkpoint of another ledger, and that ledger's key.
    stranger: str
    strange_key: str

    @classmethod
    def of(cls, ledger: Ledger) -> Forger:
        assert ledger.keys is not None
        origin, log = ledger.log.origin, ledger.log
        older = ledger.anchor.sign(250, log.root(250))
        note = log.checkpoint()
        assert note is not None
        bundle = prove(ledger, CARD, since=older)
        other = NoteSigner("cardledger/LOTHER", bytes(32))
        grow(ledger, 310)
        later = log.checkpoint()
        assert later is not None
        return cls(
            good=bundle.to_bytes(),
            key=bundle.key,
            signer=NoteSigner(origin, ledger.keys.secret("signing")),
            note=note,
            older=older,
            later=later,
            stranger=sign_note(Checkpoint(other.verifier.name, 300, bytes(32)).to_text(), [other]),
            strange_key=str(other.verifier),
        )

    def signed(self, size: int, root: bytes, origin: str = "") -> str:
        """Return a checkpoint that the ledger's key signs, whatever it says."""
        text = Checkpoint(origin or self.signer.verifier.name, size, root).to_text()
        return sign_note(text, [self.signer])

    @property
    def rows(self) -> Rows:
        return rows_of(self.good)


class Forged(NamedTuple):
    """What a forger did, and the code under which it is refused, if it is taken for itself."""

    forge: Callable[[Forger], bytes]
    code: str


FORGED: dict[str, Forged] = {}


def forged(code: str) -> Callable[[Callable[[Forger], bytes]], Callable[[Forger], bytes]]:
    """Declare a forgery."""

    def declare(forge: Callable[[Forger], bytes]) -> Callable[[Forger], bytes]:
        FORGED[forge.__name__] = Forged(forge, code)
        return forge

    return declare


def edited(forger: Forger, edit: Callable[[Rows], object]) -> bytes:
    rows = forger.rows
    edit(rows)
    return file_of(rows)
