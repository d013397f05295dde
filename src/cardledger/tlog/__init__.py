"""A transparency log's arithmetic: Merkle tree, proofs, tiles, signed checkpoints.

Pure functions over bytes: nothing here knows of SQL, files or the domain. The tree is that of
RFC 6962 (the same as RFC 9162's with SHA-256); checkpoints are C2SP signed notes.
"""

from __future__ import annotations

from cardledger.tlog.checkpoint import Checkpoint, InvalidCheckpoint
from cardledger.tlog.forms import GrowthText, InclusionText
from cardledger.tlog.frontier import Frontier
from cardledger.tlog.hashing import EMPTY_ROOT, HASH_SIZE, leaf_hash, node_hash, subtree_root
from cardledger.tlog.note import (
    InvalidNote,
    NoteSigner,
    NoteVerifier,
    open_note,
    sign_note,
    signers_of,
)
from cardledger.tlog.proofs import (
    InvalidProof,
    NodeReader,
    consistency_proof,
    inclusion_proof,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from cardledger.tlog.tiles import TILE_WIDTH, Tile, TileNodes, Tiler

__all__ = [
    "EMPTY_ROOT",
    "HASH_SIZE",
    "TILE_WIDTH",
    "Checkpoint",
    "Frontier",
    "GrowthText",
    "InclusionText",
    "InvalidCheckpoint",
    "InvalidNote",
    "InvalidProof",
    "NodeReader",
    "NoteSigner",
    "NoteVerifier",
    "Tile",
    "TileNodes",
    "Tiler",
    "consistency_proof",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
    "open_note",
    "sign_note",
    "signers_of",
    "subtree_root",
    "tree_root",
    "verify_consistency",
    "verify_inclusion",
]
