"""Proofs that leave the house: bundles that anybody can check without the ledger, and tiles.

    bundle = prove(ledger, "card:C001")
    check(bundle.to_bytes(), key=str(ledger.anchor.verifier))

A bundle proves that its lines are in the log of a signed checkpoint, byte for byte, and where. It
cannot prove that there are no others about its subject: a Merkle tree is no index. So the ledger
adds its signed word that these are all (`Claim`). That is no proof, but it cannot be taken back:
a line with a lower position that is about the subject and not in the bundle, itself proved to be
in the log, convicts whoever signed. Whoever wants to be certain reads all lines (`export_tiles`).
"""

from __future__ import annotations

from cardledger.evidence.bundle import Bundle, Claim, Proved
from cardledger.evidence.checking import Checked, check
from cardledger.evidence.making import growth, prove, published_key
from cardledger.evidence.refusals import BadProof, NotUsable
from cardledger.evidence.single import VERIFIER_NAME, verifier_source
from cardledger.evidence.tiles import Tiles, export_tiles

__all__ = [
    "VERIFIER_NAME",
    "BadProof",
    "Bundle",
    "Checked",
    "Claim",
    "NotUsable",
    "Proved",
    "Tiles",
    "check",
    "export_tiles",
    "growth",
    "prove",
    "published_key",
    "verifier_source",
]
