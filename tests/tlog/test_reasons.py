"""What the tree, its proofs and its notes say when they refuse: word for word, at the limits."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from cardledger.tlog import (
    Checkpoint,
    InvalidCheckpoint,
    InvalidNote,
    InvalidProof,
    NoteSigner,
    NoteVerifier,
    open_note,
    sign_note,
    verify_consistency,
    verify_inclusion,
)
from cardledger.tlog.forms import InclusionText
from cardledger.tlog.hashing import EMPTY_ROOT, leaf_hash, node_hash
from cardledger.tlog.note import unbase64

A, B, C = (leaf_hash(letter) for letter in (b"a", b"b", b"c"))
AB = node_hash(A, B)
ABC = node_hash(AB, C)
OTHER = bytes(32)
SIGNER = NoteSigner("school.example/ledger", bytes([7]) * 32)
ROOT = base64.b64encode(ABC).decode()


def included(*proof: bytes, index: int = 0, size: int = 3, root: bytes = ABC) -> None:
    verify_inclusion(proof, leaf=(A, B, C)[index % 3], index=index, size=size, root=root)


def grown(
    *proof: bytes, old: int = 2, old_root: bytes = AB, new: int = 3, new_root: bytes = ABC
) -> None:
    verify_consistency(proof, old=old, old_root=old_root, new=new, new_root=new_root)


def refusal(attempt: Callable[[], object], kind: type[ValueError]) -> str:
    """Return what is said by an attempt that must be refused."""
    with pytest.raises(kind) as refused:
        attempt()
    return str(refused.value)


def test_what_is_right_is_taken() -> None:
    included(B, C)
    included(A, C, index=1)
    included(AB, index=2)
    grown(C)
    grown(old=3, old_root=ABC)
    grown(old=0, old_root=EMPTY_ROOT)


@pytest.mark.parametrize(
    ("attempt", "reason"),
    [
        (lambda: included(index=3), "leaf 3 is not in a tree of 3 leaves"),
        (lambda: included(index=-1), "leaf -1 is not in a tree of 3 leaves"),
        (lambda: included(B), "the proof is too short"),
        (lambda: included(B, C, OTHER), "the proof is too long"),
        (lambda: included(C, B), "the proof leads to another root"),
        (lambda: included(B, C, root=AB), "the proof leads to another root"),
        (lambda: grown(old=4), "4 leaves are not the beginning of 3 leaves"),
        (lambda: grown(old=-1), "-1 leaves are not the beginning of 3 leaves"),
        (lambda: grown(C, old=3, old_root=ABC), "the proof is too long"),
        (lambda: grown(C, old=0, old_root=EMPTY_ROOT), "the proof is too long"),
        (lambda: grown(old=3, old_root=AB), "the old root is another one"),
        (lambda: grown(old=0, old_root=ABC), "the old root is another one"),
        (lambda: grown(), "the proof is too short"),
        (lambda: grown(old=3, old_root=ABC, new=4, new_root=OTHER), "the proof is too short"),
        (lambda: grown(C, OTHER), "the proof is too long"),
        (lambda: grown(C, old_root=OTHER), "the proof leads to other roots"),
        (lambda: grown(OTHER), "the proof leads to other roots"),
    ],
)
def test_a_proof_that_is_refused_says_why(attempt: Callable[[], None], reason: str) -> None:
    assert refusal(attempt, InvalidProof) == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "a checkpoint has at least three lines, none of them empty"),
        (f"o\n3\n{ROOT}", "a checkpoint has at least three lines, none of them empty"),
        (f"o\n\n{ROOT}\n", "a checkpoint has at least three lines, none of them empty"),
        ("o\n3\n", "a checkpoint has at least three lines, none of them empty"),
        (f"o\n03\n{ROOT}\n", "'03' is not the size of a log"),
        (f"o\n-3\n{ROOT}\n", "'-3' is not the size of a log"),
        (f"o\n3\n{ROOT}!\n", f"'{ROOT}!' is not the root of a log"),
        (f"o\n3\n!{ROOT}\n", f"'!{ROOT}' is not the root of a log"),
        ("o\n3\nQUJD\n", "'QUJD' is not the root of a log"),
    ],
)
def test_a_checkpoint_that_is_refused_says_why(text: str, reason: str) -> None:
    assert refusal(lambda: Checkpoint.from_text(text), InvalidCheckpoint) == reason


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (Checkpoint("", 3, ABC, ()), "origin and extensions are lines that are not empty"),
        (Checkpoint("o", 3, ABC, ("",)), "origin and extensions are lines that are not empty"),
        (Checkpoint("o", 3, ABC, ("a\nb",)), "origin and extensions are lines that are not empty"),
        (Checkpoint("o", -1, ABC, ()), "a checkpoint needs a size and a root of 32 bytes"),
        (Checkpoint("o", 3, b"short", ()), "a checkpoint needs a size and a root of 32 bytes"),
    ],
)
def test_a_checkpoint_that_cannot_be_written_says_why(made: Checkpoint, reason: str) -> None:
    assert refusal(lambda: made.to_text(), ValueError) == reason


SIGNED = sign_note("text\n", [SIGNER])
LINE = SIGNED.rpartition("\n\n")[2]


@pytest.mark.parametrize(
    ("note", "reason"),
    [
        ("x" * 1_000_001, "the note is too long"),
        ("text\n", "the note has no signatures"),
        ("text\n\n" + LINE * 101, "the note has too many signatures"),
        (SIGNED.replace("text", "test"), "the signature of school.example/ledger is false"),
        (sign_note("text\n", [NoteSigner("a", bytes(32))]),
         "the note is signed by no key that is trusted"),
    ],
)  # fmt: skip
def test_a_note_that_is_refused_says_why(note: str, reason: str) -> None:
    assert refusal(lambda: open_note(note, [SIGNER.verifier]), InvalidNote) == reason


def test_a_note_may_be_as_long_and_as_often_signed_as_the_limits_say() -> None:
    text = "x" * (1_000_000 - len(LINE) - 2) + "\n"
    note = sign_note(text, [SIGNER])
    assert len(note) == 1_000_000
    assert open_note(note, [SIGNER.verifier]) == text
    assert open_note("text\n\n" + LINE * 100, [SIGNER.verifier]) == "text\n"


@pytest.mark.parametrize(
    "text", ["a+b", "", str(SIGNER.verifier)[:-1], str(SIGNER.verifier).replace("+A", "+B", 1)]
)
def test_a_key_that_is_refused_says_why(text: str) -> None:
    assert (
        refusal(lambda: NoteVerifier.from_text(text), ValueError)
        == f"{text!r} is not an Ed25519 note key"
    )


def test_a_key_whose_id_is_another_ones_is_refused() -> None:
    name, key_id, key = str(SIGNER.verifier).split("+")
    text = f"{name}+{int(key_id, 16) ^ 1:08x}+{key}"
    assert (
        refusal(lambda: NoteVerifier.from_text(text), ValueError)
        == f"the key id of {text!r} belongs to another key"
    )


def test_keys_of_other_lengths_are_none() -> None:
    assert (
        refusal(lambda: NoteVerifier("a", bytes(31)), ValueError)
        == "an Ed25519 public key has 32 bytes"
    )
    assert (
        refusal(lambda: NoteSigner("a", bytes(31)), ValueError)
        == "an Ed25519 secret key has 32 bytes"
    )


HEAD = "c2sp.org/tlog-proof@v1"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the proof has no checkpoint"),
        (f"{HEAD}\nindex 0\n", "the proof has no checkpoint"),
        ("other\nindex 0\n\ncheckpoint", f"the proof does not begin with {HEAD}"),
        (f"{HEAD}\nextra !\nindex 0\n\ncheckpoint", "the extra data is not base64"),
        (f"{HEAD}\nindex 01\n\ncheckpoint", "the proof does not say its place"),
        (f"{HEAD}\n\ncheckpoint", "the proof does not say its place"),
        (f"{HEAD}\nindex 0\nQUJD\n\ncheckpoint", "the proof holds what is not a hash"),
        (f"{HEAD}\nindex 0\n" + f"{ROOT}\n" * 64 + "\ncheckpoint", "the proof is too long"),
    ],
)
def test_a_written_proof_that_is_refused_says_why(text: str, reason: str) -> None:
    assert refusal(lambda: InclusionText.from_text(text), InvalidProof) == reason


def test_a_written_proof_may_have_63_hashes() -> None:
    text = f"{HEAD}\nindex 0\n" + f"{ROOT}\n" * 63 + "\ncheckpoint"
    assert InclusionText.from_text(text).path == (ABC,) * 63


def test_base64_is_read_only_as_it_is_written() -> None:
    assert unbase64("QUJD") == b"ABC"
    assert unbase64("QUI=") == b"AB"
    assert [unbase64(text) for text in ("QUJ", "QU!D", "QUJ=", "QUJD\n")] == [None] * 4
