"""Whoever edits the database by hand is found, with the first line that is not as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from cardledger.events import Codec
from cardledger.ledger import Ledger
from cardledger.tlog import Checkpoint, NoteSigner, sign_note
from cardledger.verify import verify_place
from tests.verify.making import (
    SIZE,
    Hand,
    event_at,
    frontier_of,
    leaf,
    make_ledger,
    other_leaves,
    rows,
    unguarded,
)

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


# Changed


@case(1, "Line 1 was changed: it does not have its hash.")
def the_bytes_of_the_first_line(hand: Hand, ledger: Ledger) -> None:
    data = rows(ledger, "SELECT data FROM line WHERE seq = 1")[0][0].replace(b"2", b"3", 1)
    hand("UPDATE line SET data = :d WHERE seq = 1", d=data)


@case(100, "Line 100 was changed: it does not have its hash.")
def the_bytes_of_a_line(hand: Hand, _ledger: Ledger) -> None:
    hand("UPDATE line SET data = :d WHERE seq = 100", d=forged(100))


@case(650, "Line 650 was changed: it does not have its hash.")
def the_bytes_of_a_line_that_no_tile_covers(hand: Hand, _ledger: Ledger) -> None:
    hand("UPDATE line SET data = :d WHERE seq = 650", d=forged(650))


@case(100, "Line 100 was changed, and given a new hash.")
def the_bytes_and_the_hash(hand: Hand, _ledger: Ledger) -> None:
    forge(hand, 100)


@case(641, "Among lines 641 to 672 one was changed and given a new hash")
def the_bytes_and_the_hash_where_no_tile_remembers(hand: Hand, _ledger: Ledger) -> None:
    forge(hand, 650)


@case(None, "they agree with each other, but not with the signed checkpoint of 700 lines")
def everything_that_follows_from_a_line_but_the_signature(hand: Hand, ledger: Ledger) -> None:
    forge(hand, 698)
    leaves = leaves_of(ledger)
    leaves[697] = leaf(forged(698))
    put_frontier(hand, leaves)


@case(100, "The hash beside line 100 was altered; the line is as it was.")
def the_hash_beside_a_line(hand: Hand, _ledger: Ledger) -> None:
    hand("UPDATE line SET leaf = :l WHERE seq = 100", l=leaf(b""))


@case(650, "Line 650 was changed: it does not have its hash.")
def the_hash_beside_a_line_that_no_tile_covers(hand: Hand, _ledger: Ledger) -> None:
    hand("UPDATE line SET leaf = :l WHERE seq = 650", l=leaf(b""))


@case(102, "The name of line 102 was altered: it says card.lost/1, its bytes do not.")
def the_name_of_a_line(hand: Hand, _ledger: Ledger) -> None:
    hand("UPDATE line SET name = 'card.lost/1' WHERE seq = 102")


@case(102, "The name of line 102 was altered: it says a.name/9, its bytes do not.")
def the_name_of_a_line_to_one_that_nobody_knows(hand: Hand, _ledger: Ledger) -> None:
    hand("UPDATE line SET name = 'a.name/9' WHERE seq = 102")


@case(102, "it says that it belongs to the log elsewhere")
def the_origin_of_a_line(hand: Hand, _ledger: Ledger) -> None:
    hand("UPDATE line SET origin = 'elsewhere' WHERE seq = 102")


@case(700, "Line 700 was moved: it says that its place is 701.")
def the_position_of_a_line(hand: Hand, _ledger: Ledger) -> None:
    hand("UPDATE line SET position = 701 WHERE seq = 700")


@case(102, "The tags in line 102 were altered.")
def tags_given_to_a_line_of_our_own(hand: Hand, _ledger: Ledger) -> None:
    hand("UPDATE line SET tags = '[\"card:C1\"]' WHERE seq = 102")


@case(102, "The tags in line 102 were altered.")
def tags_of_a_line_that_are_no_list(hand: Hand, _ledger: Ledger) -> None:
    hand("UPDATE line SET tags = '[[[' WHERE seq = 102")


@case(650, "Line 650 cannot be read")
def bytes_that_are_no_event_with_their_hash(hand: Hand, _ledger: Ledger) -> None:
    data = b'{"event":"term.swiped/1"}'
    statement = "UPDATE line SET data = :d, leaf = :l, name = 'term.swiped/1' WHERE seq = 650"
    hand(statement, d=data, l=leaf(data))


# Removed, inserted, moved


@case(100, "Line 100 was removed.")
def a_line_taken_out(hand: Hand, _ledger: Ledger) -> None:
    hand("DELETE FROM line WHERE seq = 100")
    hand("DELETE FROM tag WHERE seq = 100")


@case(1, "Line 1 was removed.")
def the_first_line_taken_out(hand: Hand, _ledger: Ledger) -> None:
    hand("DELETE FROM line WHERE seq = 1")
    hand("DELETE FROM tag WHERE seq = 1")


@case(100, "Line 100 was removed, and those after it moved up.")
def a_line_taken_out_and_the_gap_closed(hand: Hand, _ledger: Ledger) -> None:
    hand("DELETE FROM line WHERE seq = 100")
    hand("DELETE FROM tag WHERE seq = 100")
    renumber(hand, 101, SIZE, -1)


@case(100, "A line was inserted at 100, and those after it moved.")
def a_line_put_in_between(hand: Hand, ledger: Ledger) -> None:
    renumber(hand, 100, SIZE, 1)
    data = forged(102)
    hand(
        "INSERT INTO line (seq, origin, position, name, data, leaf)"
        " VALUES (100, :o, 100, 'term.swiped/1', :d, :l)",
        o=ledger.log.origin,
        d=data,
        l=leaf(data),
    )
    for ordinal, tag in enumerate(event_at(102).tags()):
        hand("INSERT INTO tag VALUES (:t, 100, :o)", t=tag, o=ordinal)


@case(1, "A line was inserted before line 1.")
def a_line_put_before_all(hand: Hand, ledger: Ledger) -> None:
    hand(
        "INSERT INTO line (seq, origin, position, name, data, leaf)"
        " SELECT 0, origin, 0, name, data, leaf FROM line WHERE seq = 5"
    )


@case(100, "The order was changed: line 100 holds what was written as line 400.")
def the_bytes_of_two_lines_exchanged(hand: Hand, ledger: Ledger) -> None:
    found = dict(rows(ledger, "SELECT seq, data FROM line WHERE seq IN (100, 400)"))
    hand("UPDATE line SET data = :d WHERE seq = 100", d=found[400])
    hand("UPDATE line SET data = :d WHERE seq = 400", d=found[100])


@case(100, "The order of the lines was changed from line 100 on.")
def two_lines_of_a_tile_exchanged(hand: Hand, _ledger: Ledger) -> None:
    exchange(hand, 100, 200)


@case(100, "Line 100 was changed, and given a new hash.")
def two_lines_of_two_tiles_exchanged(hand: Hand, _ledger: Ledger) -> None:
    exchange(hand, 100, 400)


@case(100, "Line 100 was moved: it says that its place is 400.")
def two_lines_exchanged_that_still_know_their_place(hand: Hand, _ledger: Ledger) -> None:
    for old, new in ((100, 9999), (400, 100), (9999, 400)):
        hand("UPDATE line SET seq = :n WHERE seq = :o", n=new, o=old)


def exchange(hand: Hand, one: int, other: int) -> None:
    for old, new in ((one, 9999), (other, one), (9999, other)):
        hand("UPDATE line SET seq = :n, position = :n WHERE seq = :o", n=new, o=old)
        hand("UPDATE tag SET seq = :n WHERE seq = :o", n=new, o=old)


# The end cut off


def cut(hand: Hand, last: int) -> None:
    hand("DELETE FROM line WHERE seq > :s", s=last)
    hand("DELETE FROM tag WHERE seq > :s", s=last)


@case(698, "Lines were cut off: the tree has 700 leaves, 697 lines are left.")
def the_end(hand: Hand, _ledger: Ledger) -> None:
    cut(hand, 697)


@case(698, "Lines were cut off: the checkpoint in the database covers 700, 697 are left.")
def the_end_and_the_edge(hand: Hand, ledger: Ledger) -> None:
    cut(hand, 697)
    put_frontier(hand, leaves_of(ledger)[:697])


@case(698, "the checkpoint outside the database covers 700 lines, 697 are there")
def the_end_the_edge_and_the_checkpoint(hand: Hand, ledger: Ledger) -> None:
    leaves = leaves_of(ledger)[:697]
    cut(hand, 697)
    put_frontier(hand, leaves)
    note = ledger.anchor.sign(697, frontier_of(leaves).root())
    hand("UPDATE checkpoint SET size = 697, note = :n", n=note)


@case(301, "checkpoint outside the database covers 700 lines, 300 are there")
def the_end_with_a_tile_left_over(hand: Hand, ledger: Ledger) -> None:
    leaves = leaves_of(ledger)[:300]
    cut(hand, 300)
    put_frontier(hand, leaves)
    hand("DELETE FROM checkpoint")


@case(1, "Lines were cut off")
def everything(hand: Hand, _ledger: Ledger) -> None:
    for table in ("line", "tag", "tile"):
        hand(f"DELETE FROM {table}")


@case(701, "Line 701 and all after it were added without growing the tree.")
def a_line_added_at_the_end(hand: Hand, ledger: Ledger) -> None:
    data = forged(702)
    hand(
        "INSERT INTO line (seq, origin, position, name, data, leaf)"
        " VALUES (701, :o, 701, 'term.swiped/1', :d, :l)",
        o=ledger.log.origin,
        d=data,
        l=leaf(data),
    )
    for ordinal, tag in enumerate(event_at(702).tags()):
        hand("INSERT INTO tag VALUES (:t, 701, :o)", t=tag, o=ordinal)


# Tags


@case(102, "The tags of line 102 were altered: card:C00025 was removed.")
def a_tag_taken_away(hand: Hand, _ledger: Ledger) -> None:
    hand("DELETE FROM tag WHERE seq = 102 AND ordinal = 0")


@case(102, "The tags of line 102 were altered: card:C9 was added.")
def a_tag_added(hand: Hand, _ledger: Ledger) -> None:
    hand("INSERT INTO tag VALUES ('card:C9', 102, 2)")


@case(102, "The tags of line 102 were altered: card:C00025 became card:C9.")
def a_tag_changed(hand: Hand, _ledger: Ledger) -> None:
    hand("UPDATE tag SET tag = 'card:C9' WHERE seq = 102 AND ordinal = 0")


@case(102, "The tags of line 102 were altered: their order was changed.")
def the_place_of_a_tag_changed(hand: Hand, _ledger: Ledger) -> None:
    hand("UPDATE tag SET ordinal = 7 WHERE seq = 102 AND ordinal = 0")


@case(102, "The tags of line 102 were altered: card:C00025 was removed.")
def a_tag_moved_to_another_line(hand: Hand, _ledger: Ledger) -> None:
    hand("UPDATE tag SET seq = 600 WHERE seq = 102 AND ordinal = 0")


@case(102, "The tags of line 102 were altered: card:C00025 became card:C00075.")
def the_tags_of_two_lines_exchanged(hand: Hand, _ledger: Ledger) -> None:
    hand("UPDATE tag SET tag = 'card:C00075' WHERE seq = 102 AND ordinal = 0")
    hand("UPDATE tag SET tag = 'card:C00025' WHERE seq = 302 AND ordinal = 0")


@case(None, "The tag card:C9 was added for line 99999, which does not exist.")
def a_tag_of_no_line(hand: Hand, _ledger: Ledger) -> None:
    hand("INSERT INTO tag VALUES ('card:C9', 99999, 0)")


@case(102, "The tags of line 102 were altered: card:C00025 was removed.")
def a_tag_taken_away_before_a_changed_line(hand: Hand, _ledger: Ledger) -> None:
    hand("DELETE FROM tag WHERE seq = 102 AND ordinal = 0")
    hand("UPDATE line SET data = :d WHERE seq = 110", d=forged(110))


# Tiles, the edge of the tree, checkpoints


@case(300, "Tile 1 of level 0 was altered at its entry 43; the lines below it, from 300 on,")
def an_entry_of_a_tile(hand: Hand, ledger: Ledger) -> None:
    (hashes,) = rows(ledger, "SELECT hashes FROM tile WHERE level = 0 AND idx = 1")[0]
    altered = hashes[: 43 * 32] + leaf(b"") + hashes[44 * 32 :]
    hand("UPDATE tile SET hashes = :h WHERE level = 0 AND idx = 1", h=altered)


@case(257, "Tile 1 of level 0 was altered")
def the_root_of_a_tile(hand: Hand, _ledger: Ledger) -> None:
    hand("UPDATE tile SET root = :r WHERE level = 0 AND idx = 1", r=leaf(b""))


@case(257, "Tile 1 of level 0 was removed; the lines are as they were.")
def a_tile_taken_away(hand: Hand, _ledger: Ledger) -> None:
    hand("DELETE FROM tile WHERE level = 0 AND idx = 1")


@case(1, "Tile 0 of level 0 was altered")
def two_tiles_exchanged(hand: Hand, _ledger: Ledger) -> None:
    for old, new in ((0, 9), (1, 0), (9, 1)):
        hand("UPDATE tile SET idx = :n WHERE idx = :o", n=new, o=old)


@case(None, "A tile of level 0 was added, for which there are no lines.")
def a_tile_added(hand: Hand, _ledger: Ledger) -> None:
    hand(
        "INSERT INTO tile (origin, level, idx, hashes, root)"
        " SELECT origin, level, 2, hashes, root FROM tile WHERE idx = 1"
    )


@case(None, "A tile of level 1 was added, for which there are no lines.")
def a_tile_added_of_a_level_that_there_is_not(hand: Hand, _ledger: Ledger) -> None:
    hand(
        "INSERT INTO tile (origin, level, idx, hashes, root)"
        " SELECT origin, 1, 0, hashes, root FROM tile WHERE idx = 1"
    )


@case(None, "The edge of the tree, from which it grows, was altered.")
def the_edge_of_the_tree(hand: Hand, ledger: Ledger) -> None:
    frontier = frontier_of(other_leaves(SIZE))
    hand("UPDATE frontier SET hashes = :h", h=frontier.to_bytes())


@case(None, "The edge of the tree, from which it grows, was altered.")
def the_size_of_the_tree(hand: Hand, _ledger: Ledger) -> None:
    hand("UPDATE frontier SET size = 699")


@case(None, "The edge of the tree, from which it grows, was altered.")
def the_edge_of_the_tree_taken_away(hand: Hand, _ledger: Ledger) -> None:
    hand("DELETE FROM frontier")


@case(None, "The checkpoint in the database was removed.")
def the_checkpoint_taken_away(hand: Hand, _ledger: Ledger) -> None:
    hand("DELETE FROM checkpoint")


@case(None, "The checkpoint in the database was altered: the note is signed by no key")
def the_checkpoint_signed_by_another_key(hand: Hand, ledger: Ledger) -> None:
    origin = ledger.log.origin
    text = Checkpoint(origin, SIZE, ledger.log.root()).to_text()
    note = sign_note(text, [NoteSigner(origin, bytes(32))])
    hand("UPDATE checkpoint SET note = :n", n=note)


@case(None, "The checkpoint in the database was altered: the signature of")
def a_digit_of_the_checkpoint(hand: Hand, ledger: Ledger) -> None:
    note = ledger.log.checkpoint()
    assert note is not None
    hand("UPDATE checkpoint SET note = :n", n=note.replace("\n700\n", "\n701\n"))


@case(None, "The checkpoint in the database was altered: the size beside it is 5")
def the_size_beside_the_checkpoint(hand: Hand, _ledger: Ledger) -> None:
    hand("UPDATE checkpoint SET size = 5")


@case(None, "The checkpoint in the database was altered: it belongs to cardledger/LOTHER")
def the_checkpoint_of_another_log(hand: Hand, ledger: Ledger) -> None:
    assert ledger.keys is not None
    signer = NoteSigner(ledger.log.origin, ledger.keys.secret("signing"))
    text = Checkpoint("cardledger/LOTHER", SIZE, ledger.log.root()).to_text()
    hand("UPDATE checkpoint SET note = :n", n=sign_note(text, [signer]))


@case(101, "Line 101 and all after it are not covered by the signed checkpoint.")
def an_older_checkpoint_put_in_place(hand: Hand, ledger: Ledger) -> None:
    root = frontier_of(leaves_of(ledger)[:100]).root()
    hand("UPDATE checkpoint SET size = 100, note = :n", n=ledger.anchor.sign(100, root))


@case(None, "The lines were written anew: they agree with each other, but not with the signed")
def a_checkpoint_over_other_lines(hand: Hand, ledger: Ledger) -> None:
    root = frontier_of(other_leaves(100)).root()
    hand("UPDATE checkpoint SET size = 100, note = :n", n=ledger.anchor.sign(100, root))


@case(None, "The name of the log was altered: it says cardledger/LOTHER.")
def the_name_of_the_log(hand: Hand, ledger: Ledger) -> None:
    for table in ("line", "tile", "frontier", "checkpoint"):
        hand(f"UPDATE {table} SET origin = 'cardledger/LOTHER'")
    hand("UPDATE about SET value = 'cardledger/LOTHER' WHERE key = 'origin'")


@pytest.mark.parametrize("name", CASES)
def test_an_edit_is_found_and_named(name: str, ledger_url: str, tmp_path: Path) -> None:
    """The edit is the function of that name above."""
    keys = tmp_path / "keys.db"
    with make_ledger(ledger_url, keys) as ledger, unguarded(ledger) as hand:
        CASES[name].edit(hand, ledger)
    verdict = verify_place(ledger_url, keys=keys)
    assert not verdict.ok
    assert verdict.problem is not None
    assert CASES[name].problem in verdict.problem.text()
    assert verdict.first_bad_position == CASES[name].position
