"""The anchor: the latest signed checkpoint, kept outside the database.

Whoever can write to the database can also cut off its end and sign nothing; the checkpoint beside
it still says how many lines there were. It is written after the lines are durable and before the
recording is acknowledged: it may lag behind, it never leads.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import NamedTuple

from cardledger.errors import ForeignCheckpoint, IntegrityBroken
from cardledger.i18n import _
from cardledger.keys import KeyStore
from cardledger.tlog import (
    Checkpoint,
    InvalidCheckpoint,
    InvalidNote,
    NoteSigner,
    NoteVerifier,
    open_note,
    sign_note,
)


class _Known(NamedTuple):
    """A note that we signed ourselves, and what it says."""

    note: str
    checkpoint: Checkpoint


class Anchor:
    """Signs checkpoints with the key store's key, and keeps the latest in a file."""

    def __init__(
        self, file: Path, ledger: str, keys: KeyStore | None, trusted: NoteVerifier | None = None
    ) -> None:
        self._file = file
        #: The public key that somebody kept elsewhere, and trusts more than the key store.
        self.trusted = trusted
        self.origin = origin_of(ledger)
        self._signer = NoteSigner(self.origin, keys.secret("signing")) if keys else None
        #: The note that was signed last, and the one that was put into the file last.
        self._signed: _Known | None = None
        self._put: _Known | None = None

    @property
    def verifier(self) -> NoteVerifier | None:
        """The public key that signatures must be of; none where the key store is away."""
        return self.trusted or self.own

    @property
    def own(self) -> NoteVerifier | None:
        """The public half of the signing key; none where the key store is away."""
        return self._signer.verifier if self._signer else None

    def sign(self, size: int, root: bytes) -> str:
        """Return the signed checkpoint of a log of `size` lines."""
        assert self._signer is not None, "without keys it is read only"  # nosec B101 # types
        checkpoint = Checkpoint(self.origin, size, root)
        note = sign_note(checkpoint.to_text(), [self._signer])
        self._signed = _Known(note, checkpoint)
        return note

    def sign_text(self, text: str) -> str:
        """Return a text that says of the ledger what is no checkpoint to be kept, signed."""
        assert self._signer is not None, "without keys it is read only"  # nosec B101 # types
        return sign_note(text, [self._signer])

    def keep(self) -> None:
        """Put the checkpoint that was signed last into the file, unless that knows a later one."""
        signed = self._signed
        if signed is None:
            return
        with contextlib.suppress(IntegrityBroken):
            note, put = self._readable_note(), self._put
            # Most often what lies there was put there by us: its signature needs no second look.
            kept = put.checkpoint if put and put.note == note else self._checked(note)
            if kept is not None and kept.size > signed.checkpoint.size:
                return
        replace_file(self._file, signed.note)
        self._put = signed

    def note(self) -> str | None:
        """Return the text of the file, or none where there is no file.

        Raises `UnicodeDecodeError` where it is not text.
        """
        try:
            return self._file.read_bytes().decode()
        except FileNotFoundError:
            return None

    def kept(self) -> Checkpoint | None:
        """Return the checkpoint in the file, or none where there is no file.

        Raises `ForeignCheckpoint` where it is another ledger's, `IntegrityBroken` where it is not
        a checkpoint, or not signed by this ledger's key.
        """
        return self._checked(self._readable_note())

    def _readable_note(self) -> str | None:
        try:
            return self.note()
        except UnicodeDecodeError as error:
            raise self._untrusted(error.reason) from None

    def _checked(self, note: str | None) -> Checkpoint | None:
        if note is None:
            return None
        self.refuse_foreign(note)
        return self.read(note)

    def refuse_foreign(self, note: str) -> None:
        """Raise `ForeignCheckpoint` for the text of a file that is another ledger's checkpoint.

        One whose name was altered is not taken for that: its signature has the right name.
        """
        text, _gap, signatures = note.rpartition("\n\n")
        with contextlib.suppress(InvalidCheckpoint):
            other = Checkpoint.from_text(text + "\n").origin
            if other != self.origin and f"\u2014 {other} " in signatures:
                raise ForeignCheckpoint(place=self._file, other=other)

    def read(self, note: str) -> Checkpoint:
        """Return the checkpoint in a signed note; without the key store it is taken unchecked.

        Raises `IntegrityBroken` where the signature or the origin is not this ledger's.
        """
        try:
            text = (
                open_note(note, [self.verifier]) if self.verifier else note.split("\n\n")[0] + "\n"
            )
            checkpoint = Checkpoint.from_text(text)
        except (InvalidNote, InvalidCheckpoint, ValueError) as error:
            raise self._untrusted(error) from None
        if checkpoint.origin != self.origin:
            raise IntegrityBroken(
                _("The checkpoint {place} belongs to another ledger, {other}."),
                place=self._file,
                other=checkpoint.origin,
            )
        return checkpoint

    def _untrusted(self, reason: object) -> IntegrityBroken:
        return IntegrityBroken(
            _("The checkpoint {place} cannot be trusted: {reason}"),
            place=self._file,
            reason=reason,
        )


def origin_of(ledger: str) -> str:
    """Return the name of a ledger's log in checkpoints."""
    return f"cardledger/{ledger}"


def replace_file(file: Path, text: str) -> None:
    """Put `text` into a file in one step: whoever reads it sees the old or the new text.

    It is not forced to the disk: after a power failure it may be the one before, and may lag.
    """
    content = text.encode()
    folder, name = os.path.split(file)
    temporary = os.path.join(folder, f".{name}.{os.urandom(8).hex()}")  # noqa: PTH118
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        try:
            while content:
                content = content[os.write(descriptor, content) :]
        finally:
            os.close(descriptor)
        # Every act passes here, and a Path would be parsed each time.
        os.replace(temporary, file)  # noqa: PTH105
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
