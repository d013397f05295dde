"""The Merkle tree against the definition in the RFC and against its known answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardledger.tlog import (
    EMPTY_ROOT,
    HASH_SIZE,
    Frontier,
    InvalidProof,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    subtree_root,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from tests.tlog import naive

#: The eight leaves and their roots in the test data of the certificate transparency project.
KNOWN_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
KNOWN_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
leaf_lists = st.lists(st.binary(max_size=8), max_size=40)


def frontier_of(leaves: list[bytes]) -> Frontier:
    frontier = Frontier()
    frontier.extend(map(leaf_hash, leaves))
    return frontier


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_known_ones(size: int) -> None:
    assert frontier_of(KNOWN_LEAVES[:size]).root().hex() == KNOWN_ROOTS[size]
    assert tree_root(naive.Leaves(KNOWN_LEAVES), size).hex() == KNOWN_ROOTS[size]


def test_proofs_are_the_known_ones() -> None:
    nodes = naive.Leaves(KNOWN_LEAVES)
    shared = [
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        KNOWN_ROOTS[4],
    ]
    inclusion = [step.hex() for step in inclusion_proof(nodes, 5, 8)]
    assert inclusion == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        *shared,
    ]
    consistency = [step.hex() for step in consistency_proof(nodes, 6, 8)]
    assert consistency == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        *shared,
    ]


@given(leaf_lists)
def test_frontier_has_the_root_of_the_definition(leaves: list[bytes]) -> None:
    frontier = frontier_of(leaves)
    assert frontier.root() == naive.root(leaves)
    assert len(frontier.hashes) == len(leaves).bit_count()


@given(leaf_lists, leaf_lists)
def test_frontier_goes_on_after_it_was_written_down(old: list[bytes], new: list[bytes]) -> None:
    written = frontier_of(old).to_bytes()
    frontier = Frontier.from_bytes(len(old), written)
    frontier.extend(map(leaf_hash, new))
    assert frontier.root() == naive.root(old + new)


@given(leaf_lists, st.integers(0, 6))
def test_frontier_drops_what_follows_the_last_whole_subtree(
    leaves: list[bytes], level: int
) -> None:
    frontier = frontier_of(leaves)
    frontier.drop(level)
    kept = len(leaves) >> level << level
    assert (frontier.size, frontier.root()) == (kept, naive.root(leaves[:kept]))


@given(st.data())
def test_inclusion_proof_is_the_definition_and_verifies(data: st.DataObject) -> None:
    leaves = data.draw(st.lists(st.binary(max_size=8), min_size=1, max_size=40))
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = inclusion_proof(naive.Leaves(leaves), index, len(leaves))
    assert proof == naive.path(index, leaves)
    leaf, root = leaf_hash(leaves[index]), naive.root(leaves)
    verify_inclusion(proof, leaf=leaf, index=index, size=len(leaves), root=root)


@given(st.data())
def test_false_inclusion_proof_is_found_out(data: st.DataObject) -> None:
    leaves = data.draw(st.lists(st.binary(max_size=8), min_size=2, max_size=40, unique=True))
    index, other = data.draw(
        st.lists(st.integers(0, len(leaves) - 1), min_size=2, max_size=2, unique=True)
    )
    proof = inclusion_proof(naive.Leaves(leaves), index, len(leaves))
    leaf, root, size = leaf_hash(leaves[index]), naive.root(leaves), len(leaves)
    with pytest.raises(InvalidProof):
        verify_inclusion(proof, leaf=leaf, index=other, size=size, root=root)
    with pytest.raises(InvalidProof):
        verify_inclusion(proof, leaf=leaf_hash(leaves[other]), index=index, size=size, root=root)
    with pytest.raises(InvalidProof, match="too long"):
        verify_inclusion([*proof, root], leaf=leaf, index=index, size=size, root=root)
    with pytest.raises(InvalidProof, match="too short"):
        verify_inclusion(proof[:-1], leaf=leaf, index=index, size=size, root=root)
    with pytest.raises(InvalidProof, match="not in a tree"):
        verify_inclusion(proof, leaf=leaf, index=size, size=size, root=root)


@given(st.data())
def test_consistency_proof_is_the_definition_and_verifies(data: st.DataObject) -> None:
    leaves = data.draw(leaf_lists)
    old = data.draw(st.integers(0, len(leaves)))
    proof = consistency_proof(naive.Leaves(leaves), old, len(leaves))
    if old:
        assert proof == naive.proof(old, leaves)
    old_root, new_root = naive.root(leaves[:old]), naive.root(leaves)
    verify_consistency(proof, old=old, old_root=old_root, new=len(leaves), new_root=new_root)


@given(st.data())
def test_rewritten_history_is_found_out(data: st.DataObject) -> None:
    leaves = data.draw(st.lists(st.binary(max_size=8), min_size=1, max_size=40))
    old = data.draw(st.integers(1, len(leaves)))
    at = data.draw(st.integers(0, old - 1))
    rewritten = [*leaves[:at], leaves[at] + b"!", *leaves[at + 1 :]]
    proof = consistency_proof(naive.Leaves(rewritten), old, len(leaves))
    old_root, new_root = naive.root(leaves[:old]), naive.root(rewritten)
    with pytest.raises(InvalidProof):
        verify_consistency(proof, old=old, old_root=old_root, new=len(leaves), new_root=new_root)


@pytest.mark.parametrize("old", range(1, 8))
def test_consistency_proof_of_another_length_is_found_out(old: int) -> None:
    proof = consistency_proof(naive.Leaves(KNOWN_LEAVES), old, 8)
    old_root, new_root = bytes.fromhex(KNOWN_ROOTS[old]), bytes.fromhex(KNOWN_ROOTS[8])
    for false in (proof[:-1], [], [*proof, new_root]):
        with pytest.raises(InvalidProof):
            verify_consistency(false, old=old, old_root=old_root, new=8, new_root=new_root)


def test_trees_that_are_equal_or_empty_need_no_proof() -> None:
    root = bytes.fromhex(KNOWN_ROOTS[8])
    verify_consistency([], old=8, old_root=root, new=8, new_root=root)
    verify_consistency([], old=0, old_root=EMPTY_ROOT, new=8, new_root=root)
    for proof, old, old_root in (([root], 8, root), ([], 8, EMPTY_ROOT), ([], 0, root)):
        with pytest.raises(InvalidProof):
            verify_consistency(proof, old=old, old_root=old_root, new=8, new_root=root)
    with pytest.raises(InvalidProof, match="not the beginning"):
        verify_consistency([], old=9, old_root=root, new=8, new_root=root)


def test_there_is_no_proof_of_what_is_not_in_the_tree() -> None:
    nodes = naive.Leaves(KNOWN_LEAVES)
    for index in (-1, 8):
        with pytest.raises(ValueError, match="not in a tree"):
            inclusion_proof(nodes, index, 8)
    for old in (-1, 9):
        with pytest.raises(ValueError, match="not the beginning"):
            consistency_proof(nodes, old, 8)


def test_leaf_cannot_be_passed_off_as_a_node() -> None:
    left, right = leaf_hash(b"left"), leaf_hash(b"right")
    assert leaf_hash(left + right) != node_hash(left, right)


@pytest.mark.parametrize("length", [0, 31, 33, 3 * HASH_SIZE, 5 * HASH_SIZE])
def test_only_a_power_of_two_of_hashes_is_a_subtree(length: int) -> None:
    with pytest.raises(ValueError, match="power of two"):
        subtree_root(bytes(length))


def test_frontier_that_does_not_fit_its_size_is_refused() -> None:
    for size, data in ((3, bytes(HASH_SIZE)), (-1, b""), (1, bytes(31)), (0, bytes(HASH_SIZE))):
        with pytest.raises(ValueError, match="not"):
            Frontier.from_bytes(size, data)
    frontier = Frontier()
    frontier.push(leaf_hash(b""))
    with pytest.raises(ValueError, match="cannot follow"):
        frontier.push(leaf_hash(b""), 1)
