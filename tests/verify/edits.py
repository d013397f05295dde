"""Edits of a database, each with what verification must say about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from cardledger.events import Codec
from cardledger.ledger import Ledger
from tests.verify.making import Hand, event_at, frontier_of, leaf, rows

Edit = Callable[[Hand, Ledger], None]


class Case(NamedTuple):
    """An edit, and what verification must say about it."""

    edit: Edit
    position: int | None
    problem: str


CASES: dict[str, Case] = {}


def case(position: int | None, problem: str) -> Callable[[Edit], Edit]:
    """Declare an edit; `problem` is in the sentence that tells of it."""

    def declare(edit: Edit) -> Edit:
        CASES[edit.__name__] = Case(edit, position, problem)
        return edit

    return declare


def forged(position: int) -> bytes:
    """Return other bytes for a line, of the same subjects."""
    return Codec.encode(event_at(position)).replace("李老师".encode(), "张老师".encode())


def forge(hand: Hand, position: int) -> None:
    """Give a line other bytes, and the hash that belongs to them."""
    data = forged(position)
    hand("UPDATE line SET data = :d, leaf = :l WHERE seq = :s", d=data, l=leaf(data), s=position)


def leaves_of(ledger: Ledger) -> list[bytes]:
    return [row[0] for row in rows(ledger, "SELECT leaf FROM line ORDER BY seq")]


def renumber(hand: Hand, first: int, last: int, by: int) -> None:
    """Move lines and their tags, one after the other, so that no two ever meet."""
    seqs = range(first, last + 1)
    for seq in seqs if by < 0 else reversed(seqs):
        hand("UPDATE line SET seq = :n, position = :n WHERE seq = :s", n=seq + by, s=seq)
        hand("UPDATE tag SET seq = :n WHERE seq = :s", n=seq + by, s=seq)


def put_frontier(hand: Hand, leaves: list[bytes]) -> None:
    """Let the edge of the tree fit some lines."""
    frontier = frontier_of(leaves)
    hand("UPDATE frontier SET size = :s, hashes = :h", s=frontier.size, h=frontier.to_bytes())
