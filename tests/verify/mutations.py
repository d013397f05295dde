"""Random single mutations of a ledger, each with the positions that may be named for it.

A mutation is done by somebody with a SQL tool who takes the triggers away and puts them back, or
who writes into the file. What was hit is known from the statement, or found by comparing all rows
before and after.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from tests.verify.making import SIZE, frontier_of, leaf

#: The tiles that are full; behind them no tile remembers what a line was.
TILED: Final = SIZE // 256 * 256
#: Tables whose content is evidence. The cursors of the projections only say how far they are.
EVIDENCE: Final = ("about", "line", "tag", "tile", "frontier", "checkpoint")
OTHER: Final = "cardledger/LOTHER"
#: Where lines are put while they are moved.
_FAR: Final = 1_000_000

Rows = dict[str, set[tuple[Any, ...]]]


class Expected(NamedTuple):
    """The positions of which one must be named; none where no position is affected."""

    first: int | None = None
    last: int | None = None

    def fits(self, position: int | None) -> bool:
        """Return whether a verdict names a position that is right."""
        if self.first is None:
            return position is None
        return position is not None and self.first <= position <= (self.last or self.first)


#: Any position, or none: where the file is damaged, the damage decides what can be seen.
ANY: Final = Expected(-1, -1)
NOWHERE: Final = Expected()


class Place(NamedTuple):
    """A copy of a closed ledger, and the chance by which it is mutated."""

    folder: Path
    chance: random.Random

    @property
    def file(self) -> Path:
        return self.folder / "ledger.db"

    @property
    def outside(self) -> Path:
        return self.folder / "ledger.checkpoint"

    def line(self) -> int:
        """Return the position of a line."""
        return self.chance.randint(1, SIZE)


Mutation = Callable[[Place], Expected]
MUTATIONS: dict[str, Mutation] = {}


def mutation(function: Mutation) -> Mutation:
    """Declare a mutation."""
    MUTATIONS[function.__name__] = function
    return function


@contextmanager
def by_hand(file: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection without triggers; they are put back as they were."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        triggers = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for name, _sql in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _name, sql in triggers:
            connection.execute(sql)
        connection.execute("COMMIT")


def value(connection: sqlite3.Connection, query: str, *values: Any) -> Any:
    return connection.execute(query, values).fetchone()[0]


def change(place: Place, statement: str, *values: Any) -> None:
    with by_hand(place.file) as connection:
        assert connection.execute(statement, values).rowcount == 1, statement


def flipped(data: bytes, chance: random.Random) -> bytes:
    """Return bytes of which one has another bit."""
    spoilt = bytearray(data)
    spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
    return bytes(spoilt)


def where_changed(position: int) -> Expected:
    """Return what can be said of a line that was given another hash: behind tiles only a range."""
    if position <= TILED:
        return Expected(position)
    first = TILED + 1
    for bit in reversed(range(8)):
        count = 1 << bit
        if (SIZE - TILED) & count:
            if position < first + count:
                return Expected(first, position)
            first += count
    raise AssertionError(position)


# Lines


@mutation
def a_bit_of_a_line(place: Place) -> Expected:
    seq = place.line()
    with by_hand(place.file) as connection:
        data = value(connection, "SELECT data FROM line WHERE seq = ?", seq)
        connection.execute(
            "UPDATE line SET data = ? WHERE seq = ?", (flipped(data, place.chance), seq)
        )
    return Expected(seq)


@mutation
def a_fact_of_a_line(place: Place) -> Expected:
    seq = place.line()
    with by_hand(place.file) as connection:
        facts = json.loads(value(connection, "SELECT data FROM line WHERE seq = ?", seq))
        facts["school"] = "01170012"
        data = json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()
        connection.execute("UPDATE line SET data = ? WHERE seq = ?", (data, seq))
    return Expected(seq)


@mutation
def a_line_and_its_hash(place: Place) -> Expected:
    seq = place.chance.randint(3, SIZE)
    with by_hand(place.file) as connection:
        old = value(connection, "SELECT data FROM line WHERE seq = ?", seq)
        data = old.replace("李老师".encode(), "张老师".encode())
        connection.execute(
            "UPDATE line SET data = ?, leaf = ? WHERE seq = ?", (data, leaf(data), seq)
        )
    return where_changed(seq)


@mutation
def the_hash_beside_a_line(place: Place) -> Expected:
    seq = place.line()
    change(place, "UPDATE line SET leaf = ? WHERE seq = ?", place.chance.randbytes(32), seq)
    return Expected(seq)


@mutation
def the_name_of_a_line(place: Place) -> Expected:
    seq = place.line()
    name = place.chance.choice(["card.lost/1", "card.blessed/9", "", "term.swiped/2"])
    change(place, "UPDATE line SET name = ? WHERE seq = ?", name, seq)
    return Expected(seq)


@mutation
def the_log_of_a_line(place: Place) -> Expected:
    seq = place.line()
    change(place, "UPDATE line SET origin = ? WHERE seq = ?", OTHER, seq)
    return Expected(seq)


@mutation
def the_place_of_a_line(place: Place) -> Expected:
    seq = place.line()
    change(place, "UPDATE line SET position = ? WHERE seq = ?", SIZE + seq, seq)
    return Expected(seq)


@mutation
def tags_inside_of_a_line(place: Place) -> Expected:
    seq = place.line()
    tags = place.chance.choice(["[]", '["card:C1"]', "none"])
    change(place, "UPDATE line SET tags = ? WHERE seq = ?", tags, seq)
    return Expected(seq)


# Row order, and lines that come and go


@mutation
def a_line_removed(place: Place) -> Expected:
    seq = place.line()
    with by_hand(place.file) as connection:
        connection.execute("DELETE FROM line WHERE seq = ?", (seq,))
        if place.chance.random() < 0.5:
            connection.execute("DELETE FROM tag WHERE seq = ?", (seq,))
    return Expected(seq)


def shift(connection: sqlite3.Connection, first: int, last: int, by: int) -> None:
    """Move lines and their tags up or down."""
    for table, columns in (("line", ("seq", "position")), ("tag", ("seq",))):
        # Far away first, so that no two ever meet.
        for start, offset in ((0, _FAR), (_FAR, by - _FAR)):
            sets = ", ".join(f"{column} = {column} + {offset}" for column in columns)
            connection.execute(
                f"UPDATE {table} SET {sets} WHERE seq BETWEEN ? AND ?",
                (first + start, last + start),
            )


@mutation
def a_line_removed_and_the_gap_closed(place: Place) -> Expected:
    seq = place.chance.randint(1, SIZE - 1)
    with by_hand(place.file) as connection:
        connection.execute("DELETE FROM line WHERE seq = ?", (seq,))
        connection.execute("DELETE FROM tag WHERE seq = ?", (seq,))
        shift(connection, seq + 1, SIZE, -1)
    expected = where_changed(seq)
    # Of the last four lines there is only one hash over all, and no longer four lines: that one
    # was removed and the others moved up cannot be told from a tail that was cut off.
    return expected if seq <= SIZE - 4 else Expected(expected.first, SIZE)


@mutation
def a_line_put_in_between(place: Place) -> Expected:
    seq, twin = place.chance.randint(1, SIZE - 1), place.chance.randint(3, SIZE)
    with by_hand(place.file) as connection:
        row = connection.execute(
            "SELECT origin, name, data, leaf FROM line WHERE seq = ?", (twin,)
        ).fetchone()
        tags = connection.execute("SELECT tag, ordinal FROM tag WHERE seq = ?", (twin,)).fetchall()
        data = row[2].replace("李老师".encode(), "张老师".encode())
        shift(connection, seq, SIZE, 1)
        connection.execute(
            "INSERT INTO line (seq, origin, position, name, data, leaf) VALUES (?, ?, ?, ?, ?, ?)",
            (seq, row[0], seq, row[1], data, leaf(data)),
        )
        connection.executemany(
            "INSERT INTO tag VALUES (?, ?, ?)", [(tag, seq, ordinal) for tag, ordinal in tags]
        )
    return where_changed(seq)


@mutation
def a_line_put_before_all(place: Place) -> Expected:
    change(
        place,
        "INSERT INTO line (seq, origin, position, name, data, leaf)"
        " SELECT -seq, origin, -seq, name, data, leaf FROM line WHERE seq = ?",
        place.line(),
    )
    return Expected(1)


def two(place: Place) -> tuple[int, int]:
    first, second = sorted(place.chance.sample(range(3, SIZE + 1), 2))
    return first, second


@mutation
def the_bytes_of_two_lines_exchanged(place: Place) -> Expected:
    first, second = two(place)
    with by_hand(place.file) as connection:
        query = "SELECT data FROM line WHERE seq = ?"
        one, other = value(connection, query, first), value(connection, query, second)
        connection.execute("UPDATE line SET data = ? WHERE seq = ?", (other, first))
        connection.execute("UPDATE line SET data = ? WHERE seq = ?", (one, second))
    return Expected(first)


@mutation
def two_lines_exchanged_with_all_that_is_theirs(place: Place) -> Expected:
    first, second = two(place)
    with by_hand(place.file) as connection:
        for old, new in ((first, 9999), (second, first), (9999, second)):
            connection.execute(
                "UPDATE line SET seq = ?, position = ? WHERE seq = ?", (new, new, old)
            )
            connection.execute("UPDATE tag SET seq = ? WHERE seq = ?", (new, old))
    return where_changed(first)


@mutation
def two_lines_exchanged_that_still_know_their_place(place: Place) -> Expected:
    first, second = two(place)
    with by_hand(place.file) as connection:
        for old, new in ((first, 9999), (second, first), (9999, second)):
            connection.execute("UPDATE line SET seq = ? WHERE seq = ?", (new, old))
    return Expected(first)


@mutation
def some_lines_moved_by_one(place: Place) -> Expected:
    first = place.chance.randint(3, SIZE - 2)
    last = place.chance.randint(first + 1, min(first + 20, SIZE))
    with by_hand(place.file) as connection:
        shift(connection, first, first, 20_000)
        shift(connection, first + 1, last, -1)
        shift(connection, first + 20_000, first + 20_000, last - first - 20_000)
    return where_changed(first)


# The tail


def cut(connection: sqlite3.Connection, last: int) -> None:
    connection.execute("DELETE FROM line WHERE seq > ?", (last,))
    connection.execute("DELETE FROM tag WHERE seq > ?", (last,))


def leaves(connection: sqlite3.Connection) -> list[bytes]:
    return [row[0] for row in connection.execute("SELECT leaf FROM line ORDER BY seq")]


@mutation
def the_tail_cut_off(place: Place) -> Expected:
    last = place.chance.randint(1, SIZE - 1)
    with by_hand(place.file) as connection:
        cut(connection, last)
    return Expected(last + 1)


@mutation
def the_tail_and_the_edge_cut_off(place: Place) -> Expected:
    last = place.chance.randint(1, SIZE - 1)
    with by_hand(place.file) as connection:
        cut(connection, last)
        edge = frontier_of(leaves(connection))
        connection.execute("UPDATE frontier SET size = ?, hashes = ?", (last, edge.to_bytes()))
        connection.execute("DELETE FROM tile WHERE (idx + 1) * 256 > ?", (last,))
    return Expected(last + 1)


@mutation
def an_older_state_put_in_place(place: Place) -> Expected:
    """All of the database is as it was, with the note that was signed then; outside it is not."""
    size, note = place.chance.choice(older_notes(place.folder))
    with by_hand(place.file) as connection:
        cut(connection, size)
        edge = frontier_of(leaves(connection))
        connection.execute("UPDATE frontier SET size = ?, hashes = ?", (size, edge.to_bytes()))
        connection.execute("DELETE FROM tile WHERE (idx + 1) * 256 > ?", (size,))
        connection.execute("UPDATE checkpoint SET size = ?, note = ?", (size, note))
    return Expected(size + 1)


def older_notes(folder: Path) -> list[tuple[int, str]]:
    """Return the notes that were signed while the ledger grew."""
    notes = json.loads((folder / "notes.json").read_text(encoding="utf-8"))
    return [(size, note) for size, note in notes]


@mutation
def a_line_added_behind_all(place: Place) -> Expected:
    with by_hand(place.file) as connection:
        row = connection.execute(
            "SELECT origin, name, data FROM line WHERE seq = ?", (place.chance.randint(3, SIZE),)
        ).fetchone()
        data = row[2].replace("李老师".encode(), "张老师".encode())
        connection.execute(
            "INSERT INTO line (seq, origin, position, name, data, leaf) VALUES (?, ?, ?, ?, ?, ?)",
            (SIZE + 1, row[0], SIZE + 1, row[1], data, leaf(data)),
        )
    return Expected(SIZE + 1)


# Tags


def a_tag(place: Place, connection: sqlite3.Connection) -> tuple[str, int, int]:
    rows = connection.execute("SELECT tag, seq, ordinal FROM tag ORDER BY tag, seq").fetchall()
    tag, seq, ordinal = place.chance.choice(rows)
    return str(tag), int(seq), int(ordinal)


_ONE_TAG: Final = "tag = ? AND seq = ? AND ordinal = ?"


@mutation
def a_tag_removed(place: Place) -> Expected:
    with by_hand(place.file) as connection:
        found = a_tag(place, connection)
        connection.execute(f"DELETE FROM tag WHERE {_ONE_TAG}", found)
    return Expected(found[1])


@mutation
def a_tag_changed(place: Place) -> Expected:
    with by_hand(place.file) as connection:
        found = a_tag(place, connection)
        other = place.chance.choice([found[0] + "0", found[0][:-1], "card:C00001x", ""])
        connection.execute(f"UPDATE tag SET tag = ? WHERE {_ONE_TAG}", (other, *found))
    return Expected(found[1])


@mutation
def a_tag_on_another_place(place: Place) -> Expected:
    with by_hand(place.file) as connection:
        found = a_tag(place, connection)
        connection.execute(f"UPDATE tag SET ordinal = ordinal + 5 WHERE {_ONE_TAG}", found)
    return Expected(found[1])


@mutation
def a_tag_on_another_line(place: Place) -> Expected:
    with by_hand(place.file) as connection:
        found = a_tag(place, connection)
        other = place.chance.choice([seq for seq in range(1, SIZE + 1) if seq != found[1]])
        connection.execute(f"UPDATE tag SET seq = ?, ordinal = 9 WHERE {_ONE_TAG}", (other, *found))
    return Expected(min(found[1], other))


@mutation
def a_tag_added(place: Place) -> Expected:
    seq = place.line()
    change(place, "INSERT INTO tag VALUES ('card:C77777', ?, 9)", seq)
    return Expected(seq)


@mutation
def a_tag_of_no_line(place: Place) -> Expected:
    seq = place.chance.choice([0, -5, SIZE + 1, 10**12])
    change(place, "INSERT INTO tag VALUES ('card:C77777', ?, 0)", seq)
    return NOWHERE


# Tiles and the edge of the tree


@mutation
def a_hash_in_a_tile(place: Place) -> Expected:
    idx, entry = place.chance.randrange(TILED // 256), place.chance.randrange(256)
    with by_hand(place.file) as connection:
        query = "SELECT hashes FROM tile WHERE level = 0 AND idx = ?"
        hashes = bytearray(value(connection, query, idx))
        hashes[entry * 32 + place.chance.randrange(32)] ^= 1 << place.chance.randrange(8)
        connection.execute("UPDATE tile SET hashes = ? WHERE idx = ?", (bytes(hashes), idx))
    return Expected(idx * 256 + entry + 1)


@mutation
def the_root_of_a_tile(place: Place) -> Expected:
    idx = place.chance.randrange(TILED // 256)
    change(place, "UPDATE tile SET root = ? WHERE idx = ?", place.chance.randbytes(32), idx)
    return Expected(idx * 256 + 1)


@mutation
def a_tile_removed(place: Place) -> Expected:
    idx = place.chance.randrange(TILED // 256)
    change(place, "DELETE FROM tile WHERE idx = ?", idx)
    return Expected(idx * 256 + 1)


@mutation
def a_tile_elsewhere(place: Place) -> Expected:
    idx = place.chance.randrange(TILED // 256)
    column, other = place.chance.choice([("level", 7), ("idx", 99), ("origin", OTHER)])
    change(place, f"UPDATE tile SET {column} = ? WHERE idx = ?", other, idx)
    return Expected(idx * 256 + 1)


@mutation
def a_tile_cut_short(place: Place) -> Expected:
    idx = place.chance.randrange(TILED // 256)
    kept = place.chance.randrange(256)
    change(place, "UPDATE tile SET hashes = substr(hashes, 1, ?) WHERE idx = ?", kept * 32, idx)
    return Expected(idx * 256 + 1, idx * 256 + kept + 1)


@mutation
def a_tile_added(place: Place) -> Expected:
    level, idx = place.chance.choice([(0, 2), (1, 0), (0, 50), (5, 0)])
    change(
        place,
        "INSERT INTO tile SELECT origin, ?, ?, hashes, root FROM tile WHERE level = 0 AND idx = 1",
        level,
        idx,
    )
    return NOWHERE


@mutation
def the_edge_of_the_tree(place: Place) -> Expected:
    statement = place.chance.choice(
        [
            "UPDATE frontier SET hashes = randomblob(length(hashes))",
            "UPDATE frontier SET hashes = substr(hashes, 33)",
            "UPDATE frontier SET hashes = x''",
            "UPDATE frontier SET size = size - 1",
            "UPDATE frontier SET size = size + 1",
            "UPDATE frontier SET origin = 'elsewhere'",
            "DELETE FROM frontier",
        ]
    )
    change(place, statement)
    return NOWHERE


# Checkpoints, and what the database says of itself


@mutation
def a_letter_of_the_checkpoint(place: Place) -> Expected:
    with by_hand(place.file) as connection:
        note = value(connection, "SELECT note FROM checkpoint")
        connection.execute("UPDATE checkpoint SET note = ?", (misspelt(note, place.chance),))
    return NOWHERE


def misspelt(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    other = chance.choice([one for one in "AZaz09+/ =\n" if one != text[at]])
    return text[:at] + other + text[at + 1 :]


@mutation
def the_checkpoint_or_what_is_beside_it(place: Place) -> Expected:
    statement = place.chance.choice(
        [
            "UPDATE checkpoint SET size = size - 1",
            "UPDATE checkpoint SET note = ''",
            "UPDATE checkpoint SET note = note || note",
            "UPDATE checkpoint SET origin = 'elsewhere'",
            "DELETE FROM checkpoint",
        ]
    )
    change(place, statement)
    return NOWHERE


@mutation
def an_older_checkpoint(place: Place) -> Expected:
    size, note = place.chance.choice(older_notes(place.folder))
    change(place, "UPDATE checkpoint SET size = ?, note = ?", size, note)
    return Expected(size + 1)


@mutation
def a_checkpoint_added(place: Place) -> Expected:
    change(place, f"INSERT INTO checkpoint SELECT '{OTHER}', size, note FROM checkpoint")
    return NOWHERE


@mutation
def the_checkpoint_outside(place: Place) -> Expected:
    note = place.outside.read_text(encoding="utf-8")
    spoilt = place.chance.choice(
        [misspelt(note, place.chance), note[: place.chance.randrange(len(note))], "x", note * 2]
    )
    place.outside.write_text(spoilt, encoding="utf-8")
    return NOWHERE


@mutation
def what_the_database_says_of_itself(place: Place) -> Expected:
    statement = place.chance.choice(
        [
            "UPDATE about SET value = value || 'x' WHERE key = 'format'",
            "UPDATE about SET value = 'cardledger/LOTHER' WHERE key = 'origin'",
            "UPDATE about SET key = 'origins' WHERE key = 'origin'",
            "DELETE FROM about WHERE key = 'format'",
            "INSERT INTO about VALUES ('note', 'all is well')",
        ]
    )
    change(place, statement)
    return NOWHERE


@mutation
def a_trigger(place: Place) -> Expected:
    with closing(sqlite3.connect(place.file)) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
        ).fetchall()
        (name,) = place.chance.choice(names)
        if place.chance.random() < 0.3:
            connection.execute(
                f"CREATE TRIGGER a AFTER INSERT ON {name.split('_')[0]} BEGIN SELECT 1; END"
            )
        else:
            connection.execute(f"DROP TRIGGER {name}")
        connection.commit()
    return NOWHERE


# Rows of the projections


@mutation
def a_stored_row(place: Place) -> Expected:
    with by_hand(place.file) as connection:
        table = place.chance.choice(["row_cards", "row_roster"])
        rows = connection.execute(f"SELECT subject, data FROM {table} ORDER BY subject").fetchall()
        subject, data = place.chance.choice(rows)
        how = place.chance.randrange(3)
        if how == 0:
            connection.execute(f"DELETE FROM {table} WHERE subject = ?", (subject,))
        elif how == 1:
            data = flipped(data, place.chance)
            connection.execute(f"UPDATE {table} SET data = ? WHERE subject = ?", (data, subject))
        else:
            connection.execute(f"UPDATE {table} SET data = '5' WHERE subject = ?", (subject,))
    return Expected(1, SIZE)


@mutation
def a_stored_row_of_nobody(place: Place) -> Expected:
    change(place, "INSERT INTO row_cards SELECT 'C99999', data FROM row_cards LIMIT 1")
    return NOWHERE


# The bytes of the file


def rows_of(file: Path) -> Rows | None:
    """Return all rows that are evidence, and what the tables are; none where they are damaged."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as connection:
            connection.text_factory = bytes
            tables = (*EVIDENCE, "row_cards", "row_roster")
            found = {
                table: set(connection.execute(f"SELECT * FROM {table} NOT INDEXED").fetchall())
                for table in tables
            }
            found["triggers"] = set(
                connection.execute(
                    "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"
                )
            )
            return found
    except (sqlite3.Error, OverflowError, UnicodeDecodeError):
        return None


@mutation
def a_byte_of_the_file(place: Place) -> Expected:
    """Flip bits until one of them is evidence: a file has unused parts, and bookkeeping."""
    whole = place.file.read_bytes()
    before = rows_of(place.file)
    assert before is not None
    while True:
        place.file.write_bytes(flipped(whole, place.chance))
        after = rows_of(place.file)
        if after is None:
            return ANY
        changed = {table for table in before if before[table] != after[table]}
        if changed:
            return _hit(before, after, changed)


def _hit(before: Rows, after: Rows, changed: set[str]) -> Expected:
    """Return what must be named where one row of one table is another; else anything."""
    (table, *others) = changed
    gone, come = before[table] - after[table], after[table] - before[table]
    if others or len(gone) != 1 or len(come) != 1:
        return ANY
    old, new = next(iter(gone)), next(iter(come))
    if table == "line" and old[0] == new[0]:
        return Expected(old[0])
    if table == "tag" and old[1] == new[1]:
        return Expected(old[1])
    return ANY
