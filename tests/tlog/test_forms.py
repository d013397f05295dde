"""Proofs as texts: in the forms of C2SP, and nothing else is taken for one."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardledger.tlog import GrowthText, InclusionText, InvalidNote, InvalidProof, open_note
from cardledger.tlog.note import NoteVerifier

HASHES = st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple)
INDEXES = st.integers(0, 10**18)
NOTE = "example.com/log\n3\nAAAA\n\n\u2014 example.com/log AAAA\n"
HASH = base64.b64encode(bytes(range(32))).decode()

#: The example of https://c2sp.org/signed-note.
EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE_NOTE = (
    "This is an example message.\n\n\u2014 example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)


@given(INDEXES, HASHES, st.none() | st.binary(min_size=1))
def test_an_inclusion_proof_reads_back(
    index: int, path: tuple[bytes, ...], extra: bytes | None
) -> None:
    proof = InclusionText(index, path, NOTE, extra)
    assert InclusionText.from_text(proof.to_text()) == proof


@given(INDEXES, HASHES)
def test_a_proof_of_growth_reads_back(old: int, path: tuple[bytes, ...]) -> None:
    proof = GrowthText(old, path, NOTE)
    assert GrowthText.from_text(proof.to_text()) == proof


def test_the_forms_are_those_of_the_specifications() -> None:
    path = (bytes(range(32)),)
    assert InclusionText(5, path, NOTE, b"\0").to_text() == (
        f"c2sp.org/tlog-proof@v1\nextra AA==\nindex 5\n{HASH}\n\n{NOTE}"
    )
    assert GrowthText(5, path, NOTE).to_text() == f"old 5\n{HASH}\n\n{NOTE}"
    assert GrowthText(5, (), NOTE).to_text() == f"old 5\n\n{NOTE}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c2sp.org/tlog-proof@v1\nindex 5\n",
        f"c2sp.org/tlog-proof@v2\nindex 5\n\n{NOTE}",
        f"c2sp.org/tlog-proof@v1\n\n{NOTE}",
        f"c2sp.org/tlog-proof@v1\nindex 05\n\n{NOTE}",
        f"c2sp.org/tlog-proof@v1\nindex -5\n\n{NOTE}",
        f"c2sp.org/tlog-proof@v1\nindex \u0665\n\n{NOTE}",
        f"c2sp.org/tlog-proof@v1\nindex 5 \n\n{NOTE}",
        f"c2sp.org/tlog-proof@v1\nextra !\nindex 5\n\n{NOTE}",
        f"c2sp.org/tlog-proof@v1\nindex 5\n{HASH[:-4]}\n\n{NOTE}",
        f"c2sp.org/tlog-proof@v1\nindex 5\n{HASH} \n\n{NOTE}",
        f"c2sp.org/tlog-proof@v1\nindex 5\n{HASH.replace('8=', '9=')}\n\n{NOTE}",
        f"c2sp.org/tlog-proof@v1\nindex 5\n{(HASH + chr(10)) * 64}\n{NOTE}",
    ],
)
def test_another_text_is_no_inclusion_proof(text: str) -> None:
    with pytest.raises(InvalidProof):
        InclusionText.from_text(text)


@pytest.mark.parametrize("text", ["", "old 5\n", f"old x\n\n{NOTE}", f"old 5\nAAAA\n\n{NOTE}"])
def test_another_text_is_no_proof_of_growth(text: str) -> None:
    with pytest.raises(InvalidProof):
        GrowthText.from_text(text)


def test_the_example_of_the_specification_opens() -> None:
    verifier = NoteVerifier.from_text(EXAMPLE_KEY)
    assert str(verifier) == EXAMPLE_KEY
    assert open_note(EXAMPLE_NOTE, [verifier]) == "This is an example message.\n"


@pytest.mark.parametrize("name", ["", "two words", "plus+plus", "bell\x07", "wide\u3000space"])
def test_a_stranger_without_a_proper_name_spoils_the_note(name: str) -> None:
    with pytest.raises(InvalidNote, match="not a signature line"):
        open_note(f"{EXAMPLE_NOTE}\u2014 {name} AAAAAAAA\n", [NoteVerifier.from_text(EXAMPLE_KEY)])
