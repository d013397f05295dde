"""Signed notes and checkpoints, as C2SP writes them down."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardledger.tlog import (
    Checkpoint,
    InvalidCheckpoint,
    InvalidNote,
    NoteSigner,
    NoteVerifier,
    open_note,
    sign_note,
)

#: The example of the format's first implementation.
KNOWN_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
KNOWN_SECRET = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
KNOWN_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
KNOWN_NOTE = (
    KNOWN_TEXT + "\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2p"
    "ZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ROOT = bytes(range(32))
lines = st.text(
    st.characters(exclude_categories=["Cs"], min_codepoint=32), min_size=1, max_size=20
).filter(lambda line: "\n" not in line)


def signer(name: str = "school.example/ledger", seed: int = 7) -> NoteSigner:
    return NoteSigner(name, bytes([seed]) * 32)


def test_known_note_opens_and_is_signed_alike() -> None:
    verifier = NoteVerifier.from_text(KNOWN_KEY)
    assert str(verifier) == KNOWN_KEY
    assert open_note(KNOWN_NOTE, [verifier]) == KNOWN_TEXT
    known = NoteSigner("PeterNeumann", KNOWN_SECRET)
    assert str(known.verifier) == KNOWN_KEY
    assert sign_note(KNOWN_TEXT, [known]) == KNOWN_NOTE


def test_signatures_of_strangers_are_passed_over() -> None:
    ours, witness = signer(), signer("witness", 8)
    note = sign_note("a\n\nb\n", [ours, witness])
    assert open_note(note, [ours.verifier]) == "a\n\nb\n"
    assert open_note(note, [witness.verifier]) == "a\n\nb\n"
    with pytest.raises(InvalidNote, match="no key that is trusted"):
        open_note(note, [signer(seed=9).verifier])


def test_altered_text_is_found_out_even_when_a_witness_is_right() -> None:
    ours, witness = signer(), signer("witness", 8)
    altered = sign_note("size 4\n", [ours]).replace("4", "5")
    both = altered + sign_note("size 5\n", [witness]).rpartition("\n\n")[2]
    with pytest.raises(InvalidNote, match="is false"):
        open_note(both, [ours.verifier, witness.verifier])


GOOD_LINE = sign_note("a\n", [signer()]).rpartition("\n\n")[2]


@pytest.mark.parametrize(
    ("note", "problem"),
    [
        ("", "no signatures"),
        ("a\n", "no signatures"),
        ("a\n\n", "no signatures"),
        ("a\n\n" + GOOD_LINE[:-1], "no signatures"),
        ("a\tb\n\n" + GOOD_LINE, "control character"),
        ("\ud800\n\n" + GOOD_LINE, "surrogates"),
        ("a\n\nnot a signature\n", "not a signature line"),
        ("a\n\n\u2014 name\n", "not a signature line"),
        ("a\n\n\u2014 name !!!\n", "not a signature line"),
        ("a\n\n\u2014 name AAAAAB==\n", "not a signature line"),
        ("a\n\n\u2014 name AAAAAA==\n", "holds no signature"),
        ("a\n\n" + GOOD_LINE * 101, "too many"),
        ("a" * 1_000_001, "too long"),
    ],
)
def test_note_of_another_form_is_refused(note: str, problem: str) -> None:
    with pytest.raises(InvalidNote, match=problem):
        open_note(note, [signer().verifier])


@pytest.mark.parametrize("text", ["", "no newline", "bell \x07\n"])
def test_text_that_cannot_be_a_note_is_not_signed(text: str) -> None:
    with pytest.raises(ValueError, match="text of a note"):
        sign_note(text, [signer()])


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u3000b"])
def test_name_that_would_spoil_a_signature_line_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name of a key"):
        NoteVerifier(name, bytes(32))


@pytest.mark.parametrize(
    "text",
    [
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        KNOWN_KEY[:-1],
        KNOWN_KEY.replace("+A", "+B"),
        KNOWN_KEY.replace("c74f20a3", "c74f20a4"),
        "PeterNeumann+c74f20a3+AQ==",
    ],
)
def test_text_that_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="key"):
        NoteVerifier.from_text(text)


def test_secret_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        NoteSigner("name", b"short")


@given(lines, st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32), st.lists(lines))
def test_checkpoint_reads_back_what_was_written(
    origin: str, size: int, root: bytes, extensions: list[str]
) -> None:
    checkpoint = Checkpoint(origin, size, root, tuple(extensions))
    assert Checkpoint.from_text(checkpoint.to_text()) == checkpoint


def test_checkpoint_is_three_lines() -> None:
    text = Checkpoint("school.example/ledger", 12, ROOT).to_text()
    assert text == f"school.example/ledger\n12\n{base64.b64encode(ROOT).decode()}\n"


ENCODED = base64.b64encode(ROOT).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n1\n",
        f"origin\n1\n{ENCODED}",
        f"\n1\n{ENCODED}\n",
        f"origin\n01\n{ENCODED}\n",
        f"origin\n-1\n{ENCODED}\n",
        f"origin\n\u0661\n{ENCODED}\n",
        f"origin\n{10**30}\n{ENCODED}\n",
        "origin\n1\n!\n",
        "origin\n1\nAAAA\n",
        f"origin\n1\n{ENCODED}\n\nextension\n",
        "origin\n1\n" + ENCODED.replace("8=", "9=") + "\n",
    ],
)
def test_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(InvalidCheckpoint):
        Checkpoint.from_text(text)


@pytest.mark.parametrize(
    "checkpoint",
    [
        Checkpoint("", 1, ROOT),
        Checkpoint("two\nlines", 1, ROOT),
        Checkpoint("origin", -1, ROOT),
        Checkpoint("origin", 1, ROOT[:-1]),
        Checkpoint("origin", 1, ROOT, ("",)),
    ],
)
def test_checkpoint_that_could_not_be_read_back_is_not_written(checkpoint: Checkpoint) -> None:
    with pytest.raises(ValueError, match=r"origin|checkpoint"):
        checkpoint.to_text()
