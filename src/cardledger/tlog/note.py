"""Signed notes (https://c2sp.org/signed-note) with Ed25519 keys.

A note is text, an empty line, and one line a signature:

    — <key name> <base64 of 4 bytes key id, then the signature>

`cryptography` is imported where a key is used: reading a ledger needs none.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

_ED25519: Final = b"\x01"
_DASH: Final = "\u2014 "
_KEY_ID_BYTES: Final = 4
_SECRET_BYTES: Final = 32
#: More signatures than this are an attempt to keep the verifier busy.
_MAX_SIGNATURES: Final = 100
_MAX_NOTE: Final = 1_000_000
#: What a note may not hold: everything before the space but the end of a line.
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")


class InvalidNote(ValueError):
    """The note cannot be read, or is not signed by a key that is trusted."""


@dataclass(frozen=True, slots=True)
class NoteVerifier:
    """The public half of a named key; `public` is 32 bytes of Ed25519."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.public) != _SECRET_BYTES:
            raise ValueError("an Ed25519 public key has 32 bytes")

    @classmethod
    def from_text(cls, text: str) -> NoteVerifier:
        """Read `name+keyid+key`, the form in which keys are published; ValueError if it is not."""
        name, plus, rest = text.strip().partition("+")
        key_id, second_plus, encoded = rest.partition("+")
        key = unbase64(encoded)
        if not plus or not second_plus or key is None or key[:1] != _ED25519:
            raise ValueError(f"{text!r} is not an Ed25519 note key")
        verifier = cls(name, key[1:])
        if verifier.key_id.hex() != key_id.lower():
            raise ValueError(f"the key id of {text!r} belongs to another key")
        return verifier

    def __str__(self) -> str:
        key = base64.b64encode(_ED25519 + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{key}"

    @property
    def key_id(self) -> bytes:
        """Four bytes that make it likely that the right key is tried first."""
        named = self.name.encode() + b"\n" + _ED25519 + self.public
        return sha256(named).digest()[:_KEY_ID_BYTES]

    def accepts(self, text: bytes, signature: bytes) -> bool:
        """Return whether `signature` is this key's signature of `text`."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except InvalidSignature:
            return False
        return True


class NoteSigner:
    """A named key that signs notes; `secret` is the 32-byte seed of Ed25519."""

    def __init__(self, name: str, secret: bytes) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        if len(secret) != _SECRET_BYTES:
            raise ValueError("an Ed25519 secret key has 32 bytes")
        self._key = Ed25519PrivateKey.from_private_bytes(secret)
        self.verifier = NoteVerifier(name, self._key.public_key().public_bytes_raw())
        self._key_id = self.verifier.key_id

    def line(self, text: bytes) -> str:
        """Return the signature line for `text`."""
        signature = base64.b64encode(self._key_id + self._key.sign(text)).decode()
        return f"{_DASH}{self.verifier.name} {signature}\n"


def sign_note(text: str, signers: Sequence[NoteSigner]) -> str:
    """Return the note: `text`, which ends with a newline, signed by each of `signers`."""
    _check_text(text)
    encoded = text.encode()
    return text + "\n" + "".join(signer.line(encoded) for signer in signers)


def open_note(note: str, verifiers: Iterable[NoteVerifier]) -> str:
    """Return the text of a note that at least one of `verifiers` signed.

    Signatures of unknown keys are passed over, as the format demands: that is how witnesses are
    added. A false signature under a known key spoils the note. Raises InvalidNote.
    """
    if len(note) > _MAX_NOTE:
        raise InvalidNote("the note is too long")
    body, gap, signatures = note.rpartition("\n\n")
    if not gap or not signatures.endswith("\n"):
        raise InvalidNote("the note has no signatures")
    text = body + "\n"
    try:
        _check_text(text)
        encoded = text.encode()
    except ValueError as error:
        raise InvalidNote(str(error)) from None
    lines = signatures[:-1].split("\n")
    if len(lines) > _MAX_SIGNATURES:
        raise InvalidNote("the note has too many signatures")
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    accepted = False
    for line in lines:
        name, key_id, signature = _parse_signature(line)
        verifier = known.get((name, key_id))
        if verifier is None:
            continue
        if not verifier.accepts(encoded, signature):
            raise InvalidNote(f"the signature of {name} is false")
        accepted = True
    if not accepted:
        raise InvalidNote("the note is signed by no key that is trusted")
    return text


def signers_of(note: str) -> set[bytes]:
    """Return the ids of the keys that a note says it is signed by, whether or not that is true."""
    signatures = note.rpartition("\n\n")[2].splitlines()
    found = (unbase64(line.rpartition(" ")[2]) for line in signatures)
    return {one[:_KEY_ID_BYTES] for one in found if one}


def _parse_signature(line: str) -> tuple[str, bytes, bytes]:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    signature = unbase64(encoded)
    # A stranger's name too: the whole note is spoilt by what cannot be a name.
    if not line.startswith(_DASH) or not space or not signature or not _can_be_name(name):
        raise InvalidNote(f"{line!r} is not a signature line")
    if len(signature) <= _KEY_ID_BYTES:
        raise InvalidNote(f"{line!r} holds no signature")
    return name, signature[:_KEY_ID_BYTES], signature[_KEY_ID_BYTES:]


def _check_text(text: str) -> None:
    if not text.endswith("\n"):
        raise ValueError("the text of a note ends with a newline")
    if _CONTROL.search(text):
        raise ValueError("the text of a note holds a control character")


def _can_be_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(one.isspace() or one < " " for one in name)


def _check_name(name: str) -> None:
    if not _can_be_name(name) or not name.isprintable():
        raise ValueError(f"{name!r} cannot be the name of a key")


def unbase64(text: str) -> bytes | None:
    """Return the bytes of standard base64, None where it is not exactly that."""
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    # Python's decoder lets stray bits at the end pass: two texts for the same bytes.
    return decoded if base64.b64encode(decoded).decode() == text else None
