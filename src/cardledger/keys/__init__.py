"""The key store: what opens the sealed personal data of a ledger, kept apart from the ledger.

One random AES-256 key a pupil, made durable before the line that needs it; destroying it is
forgetting the pupil, while every hash and proof of the ledger still holds (DESIGN 4). The
ledger-wide secrets (the key of `person:` tags, of retry keys, of checkpoints) live here too.
"""

from __future__ import annotations

from cardledger.keys.sealing import normal_identity
from cardledger.keys.store import KeyStore

__all__ = ["KeyStore", "normal_identity"]
