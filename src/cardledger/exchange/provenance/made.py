"""What is said of the making of a workbook, and the signed statement of it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from cardledger.exchange.writing.tables_out import moment_shown
from cardledger.i18n import _
from cardledger.ledger import Ledger
from cardledger.tlog import Checkpoint, InvalidNote, open_note
from cardledger.tlog.note import NoteVerifier
from cardledger.version import __version__

#: The first line of every statement. No checkpoint begins so: one is never taken for the other.
FORM: Final = "cardledger-workbook/1"
#: A command that is longer than this is cut.
LONGEST_COMMAND: Final = 2000

#: What stands on the sheet, in this order; each with the name that it has in the statement.
TITLES: Final[dict[str, str]] = {
    "title": _("Paper"),
    "school": _("School"),
    "ledger": _("Ledger"),
    "place": _("Place of the ledger"),
    "position": _("Position"),
    "as_of": _("As of"),
    "known": _("As known by"),
    "command": _("Command"),
    "program": _("Program"),
    "made_at": _("Made at"),
    "made_by": _("Made by"),
    "checkpoint": _("Checkpoint"),
}


@dataclass(frozen=True, kw_only=True)
class Made:
    """How a workbook came about.

    position, root: up to which line of the ledger, and the Merkle root over these lines.
    checkpoint: the signed note of exactly that. as_of, known: of which moment, as it was asked
    for. command: how the program was called. sign: signs a text with the key of the ledger; none
    where the key store is away, or where there is no ledger at all.
    """

    ledger: str = ""
    place: str = ""
    position: int = 0
    root: str = ""
    checkpoint: str = ""
    as_of: str = ""
    known: str = ""
    command: str = ""
    made_at: str = ""
    made_by: str = ""
    sign: Callable[[str], str] | None = None
    salt: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    @classmethod
    def of(
        cls,
        ledger: Ledger,
        position: int,
        *,
        as_of: str | None = None,
        known: str | None = None,
        command: str = "",
        made_by: str = "",
    ) -> Made:
        """Return what is said of a workbook with what `ledger` held up to `position`."""
        root = ledger.log.root(position)
        sign = ledger.anchor.sign_text if ledger.keys is not None else None
        checkpoint = Checkpoint(ledger.anchor.origin, position, root).to_text()
        return cls(
            ledger=ledger.id,
            place=ledger.places.shown,
            position=position,
            root=root.hex(),
            checkpoint=sign(checkpoint) if sign else checkpoint,
            as_of=as_of or "",
            known=known or "",
            command=command[:LONGEST_COMMAND],
            made_at=ledger.clock(),
            made_by=made_by,
            sign=sign,
        )

    def facts(self, title: str, school: str) -> dict[str, Any]:
        """Return what is said, by the names of `TITLES`."""
        return {
            "title": title,
            "school": school,
            "ledger": self.ledger,
            "place": self.place,
            "position": self.position,
            "as_of": self.as_of,
            "known": self.known,
            "command": self.command,
            "program": f"cardledger {__version__}",
            "made_at": self.made_at,
            "made_by": self.made_by,
            "checkpoint": self.checkpoint,
        }

    def statement(self, facts: dict[str, Any], digest: str) -> str:
        """Return the statement with the digest of the check values; signed where it can be."""
        whole = facts | {"root": self.root, "salt": self.salt.hex(), "digest": digest}
        text = f"{FORM}\n{json.dumps(whole)}\n"
        return self.sign(text) if self.sign else text


def told(name: str, value: Any) -> str:
    """Return a fact as people read it; empty where there is none."""
    return moment_shown(value) if name == "made_at" and value else str(value or "").strip()


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that was read: what it says, and its text as it stands."""

    facts: dict[str, Any]
    text: str

    @property
    def signed(self) -> bool:
        """Whether anybody signed it."""
        return "\n\n" in self.text

    def is_signed_by(self, verifier: NoteVerifier) -> bool:
        """Whether a key signed it."""
        try:
            open_note(self.text, [verifier])
        except InvalidNote:
            return False
        return True


def read_statement(text: str) -> Statement | None:
    """Read a statement; none where it is not one any more."""
    lines = text.split("\n")
    try:
        facts = json.loads(lines[1])
        needed = ("ledger", "root", "salt", "digest", "checkpoint")
        fits = all(isinstance(facts[name], str) for name in needed)
        bytes.fromhex(facts["salt"])
        fits = fits and type(facts["position"]) is int
    except (LookupError, TypeError, ValueError):
        return None
    return Statement(facts, text) if fits and lines[0] == FORM else None
