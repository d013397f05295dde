"""Another implementation of RFC 6962 and RFC 9162 as a judge: pymerkle says the same as we do."""

from __future__ import annotations

import random

import pytest
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion

from cardledger import tlog
from tests.tlog.naive import Leaves

SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 31, 64, 100, 255, 256, 257, 300]


def leaves_of(size: int) -> list[bytes]:
    chance = random.Random(size)
    return [chance.randbytes(chance.randrange(40)) for _one in range(size)]


def judge_of(leaves: list[bytes]) -> InmemoryTree:
    tree = InmemoryTree(algorithm="sha256")
    tree.append_entries(leaves)
    return tree


@pytest.mark.parametrize("size", SIZES)
def test_roots_are_those_of_the_judge(size: int) -> None:
    leaves = leaves_of(size)
    judge = judge_of(leaves)
    frontier = tlog.Frontier()
    for count, leaf in enumerate(leaves, 1):
        frontier.push(tlog.leaf_hash(leaf))
        assert frontier.root() == judge.get_root(count)


@pytest.mark.parametrize("size", SIZES)
def test_inclusion_proofs_are_those_of_the_judge(size: int) -> None:
    leaves = leaves_of(size)
    judge, nodes = judge_of(leaves), Leaves(leaves)
    root = judge.get_root()
    for index in random.Random(size).sample(range(size), min(size, 12)):
        own = tlog.inclusion_proof(nodes, index, size)
        base = tlog.leaf_hash(leaves[index])
        theirs = judge.prove_inclusion(index + 1)
        # The judge's path begins with the leaf itself.
        assert theirs.path == [base, *own]
        verify_inclusion(base, root, theirs, index=index + 1, size=size)
        tlog.verify_inclusion(theirs.path[1:], leaf=base, index=index, size=size, root=root)


@pytest.mark.parametrize("size", SIZES)
def test_both_find_the_same_growth_and_refuse_the_same_lie(size: int) -> None:
    leaves = leaves_of(size)
    judge, nodes = judge_of(leaves), Leaves(leaves)
    for old in random.Random(size).sample(range(1, size + 1), min(size, 12)):
        own = tlog.consistency_proof(nodes, old, size)
        theirs = judge.prove_consistency(old)
        roots = judge.get_root(old), judge.get_root()
        verify_consistency(*roots, theirs)
        tlog.verify_consistency(own, old=old, old_root=roots[0], new=size, new_root=roots[1])
        # Its path is cut in another way than the RFC's, so that only the judgements are compared.
        lie = bytes(32)
        with pytest.raises(tlog.InvalidProof):
            tlog.verify_consistency(own, old=old, old_root=lie, new=size, new_root=roots[1])
        with pytest.raises(Exception, match="match"):
            verify_consistency(lie, roots[1], theirs)
