"""Sealing of personal data: authenticated encryption bound to one place, and keyed hashes.

A sealed text is unpadded URL-safe base64 of `version ‖ nonce ‖ ciphertext ‖ tag`: one byte, 12
random bytes, the AES-256-GCM encryption of canonical JSON (deterministic order of names, UTF-8),
16 bytes. What it is bound to (ledger, event name, owner) is authenticated but not contained, so
that a sealed text moved to another pupil, event or ledger does not open.

A random nonce of 96 bits repeats within n texts of one key with probability below n² / 2^97: one
pupil has tens of them, and even 2^32 stay below 2^-33.
"""

from __future__ import annotations

import hmac
import os
import re
import unicodedata
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import msgspec

from cardledger.errors import SealBroken

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
PERSON_DIGITS: Final = 20

_VERSION: Final = b"\x01"
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")
_STANDARD: Final = bytes.maketrans(b"-_", b"+/")

_encode: Final = msgspec.json.Encoder(order="deterministic").encode
_decode: Final = msgspec.json.Decoder(dict[str, str]).decode


def new_key() -> bytes:
    """Return a fresh AES-256 key from the system's random source."""
    return os.urandom(KEY_BYTES)


def cipher_of(key: bytes) -> AESGCM:
    """Return the cipher of a key."""
    # Imported here: a command that opens no name does not pay for it.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


@lru_cache(maxsize=1024)
def _place(ledger: str, event: str) -> bytes:
    return _counted("cardledger.seal/1") + _counted(ledger) + _counted(event)


def _counted(text: str) -> bytes:
    data = text.encode()
    return b"%d:%b|" % (len(data), data)


def binding(ledger: str, event: str, owner: str) -> bytes:
    """Return what a sealed text is bound to: each part behind its length, so no two places meet.

    >>> binding("L", "student.added/1", "P0")
    b'17:cardledger.seal/1|1:L|15:student.added/1|2:P0|'
    """
    return _place(ledger, event) + _counted(owner)


def seal_with(cipher: AESGCM, bound: bytes, facts: dict[str, str]) -> str:
    """Seal facts; the same facts give another text each time."""
    nonce = os.urandom(_NONCE_BYTES)
    data = _VERSION + nonce + cipher.encrypt(nonce, _encode(facts), bound)
    return _text(data)


def unseal_with(cipher: AESGCM, bound: bytes, sealed: str) -> dict[str, str]:
    """Open a sealed text; raises `SealBroken` where one bit of it, or its place, is not the same.

    Only the one canonical spelling is taken: base64 would otherwise let the spare bits of the
    last letter be changed unseen.
    """
    from cryptography.exceptions import InvalidTag

    try:
        data = a2b_base64(sealed.encode("ascii").translate(_STANDARD) + b"==")
    except (Base64Error, UnicodeEncodeError):
        raise SealBroken from None
    least = len(_VERSION) + _NONCE_BYTES + _TAG_BYTES
    if len(data) < least or not data.startswith(_VERSION) or _text(data) != sealed:
        raise SealBroken
    try:
        plain = cipher.decrypt(data[1 : 1 + _NONCE_BYTES], data[1 + _NONCE_BYTES :], bound)
    except InvalidTag:
        raise SealBroken from None
    return _decode(plain)


def _text(data: bytes) -> str:
    return b2a_base64(data, newline=False).translate(_URL_SAFE).rstrip(b"=").decode("ascii")


def normal_identity(identity_number: str) -> str:
    """Return an identity number in one form: half-width, no spaces, a capital X.

    >>> normal_identity(" １1010120000101 123x")
    '11010120000101123X'
    """
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", identity_number)).upper()


def person_hash_with(secret: bytes, identity_number: str) -> str:
    """Return the keyed hash of an identity number: 20 hexadecimal digits of HMAC-SHA256.

    Without the secret it can neither be computed nor tried out. Two of n people meet with
    probability below n² / 2^81: under 10^-15 for a district of 40,000, under 10^-9 for 20 million.
    """
    digest = hmac.digest(secret, normal_identity(identity_number).encode(), "sha256")
    return digest.hex()[:PERSON_DIGITS]
