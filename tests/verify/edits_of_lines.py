"""Lines that were changed, removed, inserted or moved, and ends that were cut off."""

from __future__ import annotations

from cardledger.ledger import Ledger
from tests.verify.edits import case, forge, forged, leaves_of, put_frontier, renumber
from tests.verify.making import SIZE, Hand, event_at, frontier_of, leaf, rows

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


@case(256, "Line 256 was changed, and given a new hash.")
def the_last_line_of_a_tile_and_its_hash(hand: Hand, _ledger: Ledger) -> None:
    forge(hand, 256)


@case(1, "Lines 1 to 256 or the tiles over them were altered.")
def a_line_its_hash_and_the_tile_over_it(hand: Hand, _ledger: Ledger) -> None:
    forge(hand, 100)
    hand("DELETE FROM tile WHERE idx = 0")


@case(100, "Line 100, or the tile over it, was altered.")
def a_line_with_its_hash_before_one_without(hand: Hand, _ledger: Ledger) -> None:
    forge(hand, 100)
    hand("UPDATE line SET data = :d WHERE seq = 400", d=forged(400))


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
