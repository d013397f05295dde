"""Verification: is the ledger what was written, line for line?

Everything is read anew from raw rows and computed anew; with the writer it shares nothing but
SHA-256 and the events' own definition (DESIGN 4). Checked are: the order of the lines without a
gap, the hash of every line's bytes, its name, its tags in both directions, every tile and the edge
of the Merkle tree, the signed checkpoints inside and outside the database, the triggers, and for
SQLite the structure of the file. Memory does not grow with the ledger.
"""

from __future__ import annotations

from cardledger.verify.examine import verify, verify_place
from cardledger.verify.verdict import Remark, Verdict

__all__ = ["Remark", "Verdict", "verify", "verify_place"]
