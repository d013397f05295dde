"""Sealing: what is sealed opens only with its key, in its place, unaltered."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardledger.errors import KeyDestroyed, SealBroken
from cardledger.keys import KeyStore, normal_identity
from cardledger.keys.sealing import binding, cipher_of, new_key, seal_with, unseal_with

LEDGER = "01170011.cardledger"
EVENT = "student.added/1"
OWNER = "P0123456789"
FACTS = {"name": "张小明", "identity": "110226200001010123", "telephone": "13800000000"}

names = st.text(min_size=1, max_size=12)
facts = st.dictionaries(names, st.text(max_size=60), max_size=6)
places = st.tuples(names, names, names)

cipher = cipher_of(new_key())


@given(place=places, content=facts)
def test_what_is_sealed_opens_in_its_place(
    place: tuple[str, str, str], content: dict[str, str]
) -> None:
    bound = binding(*place)
    assert unseal_with(cipher, bound, seal_with(cipher, bound, content)) == content


@given(place=places, other=places)
def test_two_places_are_never_bound_alike(
    place: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    assert (binding(*place) == binding(*other)) == (place == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("ab", "c", "d"), ("a", "bc", "d")),
        (("a", "b", "cd"), ("a", "bc", "d")),
        (("a|", "b", "c"), ("a", "|b", "c")),
        (("1:a|1:b", "c", "d"), ("a", "b|c", "d")),
        (("", "ab", "c"), ("ab", "", "c")),
    ],
)
def test_moving_letters_between_ledger_event_and_owner_changes_the_place(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    assert binding(*one) != binding(*other)


def test_every_flipped_bit_of_the_sealed_text_is_detected() -> None:
    bound = binding(LEDGER, EVENT, OWNER)
    for padding in range(3):
        # Three lengths, so that the last letter carries 0, 2 and 4 spare bits.
        sealed = seal_with(cipher, bound, {"name": "x" * padding})
        for index, letter in enumerate(sealed.encode()):
            for bit in range(8):
                altered = sealed[:index] + chr(letter ^ 1 << bit) + sealed[index + 1 :]
                with pytest.raises(SealBroken):
                    unseal_with(cipher, bound, altered)


@pytest.mark.parametrize(
    "altered",
    ["", "A", "AAAA", "not base64!", "名", "A" * 400, "=", "AQ=="],
)
def test_a_text_that_was_never_sealed_does_not_open(altered: str) -> None:
    with pytest.raises(SealBroken):
        unseal_with(cipher, binding(LEDGER, EVENT, OWNER), altered)


@given(cut=st.integers(min_value=1, max_value=60))
def test_a_shortened_or_lengthened_text_does_not_open(cut: int) -> None:
    bound = binding(LEDGER, EVENT, OWNER)
    sealed = seal_with(cipher, bound, FACTS)
    for altered in (sealed[:-cut], sealed[cut:], sealed + "A" * cut, sealed + "\n" * cut):
        with pytest.raises(SealBroken):
            unseal_with(cipher, bound, altered)


def test_a_text_of_another_version_does_not_open() -> None:
    bound = binding(LEDGER, EVENT, OWNER)
    sealed = seal_with(cipher, bound, FACTS)
    data = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
    assert data[0] == 1
    other = base64.urlsafe_b64encode(b"\x02" + data[1:]).rstrip(b"=").decode()
    with pytest.raises(SealBroken):
        unseal_with(cipher, bound, other)


def test_a_sealed_text_is_plain_ascii_without_padding_and_never_the_same_twice() -> None:
    bound = binding(LEDGER, EVENT, OWNER)
    texts = {seal_with(cipher, bound, FACTS) for _round in range(50)}
    assert len(texts) == 50
    letters = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert all(set(text) <= letters for text in texts)


def test_a_sealed_text_opens_for_no_other_ledger_event_or_owner(tmp_path: Path) -> None:
    with KeyStore.create(tmp_path / "keys.db") as store:
        store.ensure([OWNER, "P9999999999"])
        sealed = store.seal(LEDGER, EVENT, OWNER, FACTS)
        assert store.unseal(LEDGER, EVENT, OWNER, sealed) == FACTS
        for place in (
            ("another.ledger", EVENT, OWNER),
            (LEDGER, "student.changed/1", OWNER),
            (LEDGER, EVENT, "P9999999999"),
        ):
            with pytest.raises(SealBroken):
                store.unseal(*place, sealed)


def test_a_key_copied_to_another_owner_does_not_open_the_first_ones_text(tmp_path: Path) -> None:
    with KeyStore.create(tmp_path / "keys.db") as store:
        sealed = store.seal(LEDGER, EVENT, OWNER, FACTS)
        key = store.key(OWNER)
        assert key is not None
        with pytest.raises(SealBroken):
            unseal_with(cipher_of(key), binding(LEDGER, EVENT, "P9999999999"), sealed)


def test_sealing_makes_the_key_that_is_missing_and_opening_does_not(tmp_path: Path) -> None:
    with KeyStore.create(tmp_path / "keys.db") as store:
        assert store.unseal(LEDGER, EVENT, OWNER, "whatever") is None
        assert store.key(OWNER) is None
        sealed = store.seal(LEDGER, EVENT, OWNER, FACTS)
        with KeyStore.open(tmp_path / "keys.db") as again:
            assert again.unseal(LEDGER, EVENT, OWNER, sealed) == FACTS


def test_nothing_is_sealed_for_a_forgotten_owner(tmp_path: Path) -> None:
    with KeyStore.create(tmp_path / "keys.db") as store:
        store.destroy(OWNER)
        with pytest.raises(KeyDestroyed, match=OWNER):
            store.seal(LEDGER, EVENT, OWNER, FACTS)


@pytest.mark.parametrize(
    "written",
    [
        "11010120000101123X",
        "11010120000101123x",
        " 110101 20000101 123X ",
        "１１０１０１２０００010１123Ｘ",
    ],
)
def test_an_identity_number_has_one_hash_however_it_is_written(
    tmp_path: Path, written: str
) -> None:
    with KeyStore.create(tmp_path / "keys.db") as store:
        store.set_secret("person", b"s" * 32)
        # HMAC-SHA256 of the text below with 32 times "s", cut to 20 digits, by another program.
        assert store.person_hash(written) == "a9166b7bc57cf3f348cf"
        assert normal_identity(written) == "11010120000101123X"


def test_person_hashes_depend_on_the_secret_and_on_the_number(tmp_path: Path) -> None:
    hashes = set()
    for name, secret in (("one", b"1" * 32), ("two", b"2" * 32)):
        with KeyStore.create(tmp_path / name) as store:
            store.set_secret("person", secret)
            hashes |= {store.person_hash("110101200001011234"), store.person_hash("11010120000101")}
    assert len(hashes) == 4
    assert all(len(one) == 20 and int(one, 16) >= 0 for one in hashes)
