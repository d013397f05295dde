"""The verifier that is one file: given away as it is, never imported here."""

from __future__ import annotations

from pathlib import Path
from typing import Final

#: What the file is called where it is put.
VERIFIER_NAME: Final = "verify_cardledger_proof.py"


def verifier_source() -> bytes:
    """Return the program, which needs nothing but Python."""
    return Path(__file__).with_name("verifier.py").read_bytes()
