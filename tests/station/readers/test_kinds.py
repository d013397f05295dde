"""What a card is by its ATR: the kinds of the handbook, and nothing is taken for another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardledger.station.readers import name_of, type_of
from cardledger.station.simulator.cards import ATRS

M1 = bytes.fromhex("3B8F8001804F0CA000000306030001000000006A")  # HANDBOOK 12


def checked(atr: bytes) -> bytes:
    """Return an ATR with its check byte."""
    check = 0
    for byte in atr[1:]:
        check ^= byte
    return atr + bytes((check,))


@pytest.mark.parametrize("kind", ATRS)
def test_virtual_cards_are_what_they_are_called(kind: str) -> None:
    assert type_of(ATRS[kind]) == kind


@pytest.mark.parametrize(
    ("atr", "kind", "name"),
    [
        pytest.param(M1.hex(), "m1-1k", "MIFARE Classic 1K", id="M1 of the handbook"),
        pytest.param(
            "3B8F8001804F0CA0000003060300020000000069", "m1-4k", "MIFARE Classic 4K", id="4K"
        ),
        pytest.param(
            "3B8F8001804F0CA0000003060300030000000068", "unknown", "MIFARE Ultralight", id="other"
        ),
        # ACR122U manual, DESFire; ISO 14443-4 of type B with eight bytes (PC/SC part 3).
        pytest.param("3B8180018080", "cpu", "", id="DESFire"),
        pytest.param(checked(bytes.fromhex("3B8880010102030411778100")).hex(), "cpu", "", id="B"),
        pytest.param(checked(bytes.fromhex("3B808001")).hex(), "cpu", "", id="no history"),
        pytest.param("3B6500002063CB6600", "unknown", "", id="contacts"),
        pytest.param("", "unknown", "", id="none"),
    ],
)
def test_kinds_by_atr(atr: str, kind: str, name: str) -> None:
    assert type_of(bytes.fromhex(atr)) == kind
    assert name_of(bytes.fromhex(atr)) == name


@given(place=st.integers(1, len(M1) - 1), bit=st.integers(0, 7))
def test_a_damaged_atr_is_unknown(place: int, bit: int) -> None:
    damaged = bytearray(M1)
    damaged[place] ^= 1 << bit
    assert type_of(bytes(damaged)) == "unknown"


@given(st.binary(max_size=40))
def test_any_bytes_have_a_kind(atr: bytes) -> None:
    assert type_of(atr) in {*ATRS}
    if type_of(atr) == "m1-1k":
        assert atr[:12] == M1[:12]
