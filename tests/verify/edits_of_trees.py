"""Tags, tiles, the edge of the tree and checkpoints that were altered, under sound lines."""

from __future__ import annotations

from cardledger.ledger import Ledger
from cardledger.tlog import Checkpoint, NoteSigner, sign_note
from tests.verify.edits import case, forged, leaves_of
from tests.verify.making import SIZE, Hand, frontier_of, leaf, other_leaves, rows

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


@case(257, "Tile 1 of level 0 is missing; the lines are as they were.")
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
def a_part_of_the_edge_of_the_tree(hand: Hand, _ledger: Ledger) -> None:
    hand("UPDATE frontier SET hashes = :h", h=bytes(32))


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
