"""Damage below the rows: triggers taken away, text that is none, pages of the file, the anchor."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from cardledger import open_ledger
from cardledger.errors import StorageError
from cardledger.ledger import Ledger
from cardledger.verify import Verdict, verify, verify_place
from tests.verify.edits import forge
from tests.verify.making import SIZE, grow, make_ledger, rows, unguarded


@pytest.fixture
def ledger(ledger_url: str, tmp_path: Path) -> Iterator[Ledger]:
    with make_ledger(ledger_url, tmp_path / "keys.db", 300) as ledger:
        yield ledger


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return the closed SQLite file of a ledger."""
    file = tmp_path / "ledger.db"
    make_ledger(file, tmp_path / "ledger.keys.db").close()
    return file


def told(verdict: Verdict) -> str:
    assert not verdict.ok
    assert verdict.problem is not None
    return verdict.problem.text()


def edit(file: Path, *statements: str) -> None:
    """Edit a closed file with the triggers away; they are put back."""
    connection = sqlite3.connect(file, isolation_level=None)
    triggers = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall()
    for name, _sql in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        assert connection.execute(statement).rowcount != 0, statement
    for _name, sql in triggers:
        connection.execute(sql)
    connection.close()


def execute(ledger: Ledger, statement: str) -> None:
    with ledger.log.engine.begin() as connection:
        connection.execute(text(statement))


# Triggers


def test_every_trigger_that_is_missing_is_named(ledger: Ledger) -> None:
    is_sqlite = ledger.log.engine.dialect.name == "sqlite"
    if is_sqlite:
        found = rows(ledger, "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'")
    else:
        found = rows(
            ledger,
            "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal",
        )
    assert len(found) >= 5
    for name, table in found:
        execute(ledger, f"DROP TRIGGER {name}" + ("" if is_sqlite else f" ON {table}"))
    for name, _table in found:
        assert "which keeps history from being changed, is missing" in told(verify(ledger)), name
    assert verify(ledger).first_bad_position is None


def test_a_trigger_that_does_nothing_is_found(ledger: Ledger) -> None:
    if ledger.log.engine.dialect.name == "sqlite":
        execute(ledger, "DROP TRIGGER line_no_update")
        execute(
            ledger,
            "CREATE TRIGGER line_no_update BEFORE UPDATE ON line BEGIN SELECT 1; END",
        )
        name = "line_no_update"
    else:
        execute(
            ledger,
            "CREATE OR REPLACE FUNCTION history_stays() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RETURN NULL; END $$",
        )
        name = "line_stays"
    assert told(verify(ledger)) == (
        f"The trigger {name}, which keeps history from being changed, was altered."
    )


def test_a_trigger_that_is_switched_off_is_found(postgres_place: str, tmp_path: Path) -> None:
    with make_ledger(postgres_place, tmp_path / "keys.db", 10) as ledger:
        execute(ledger, "ALTER TABLE tag DISABLE TRIGGER tag_stays")
        assert "The trigger tag_stays, which keeps history" in told(verify(ledger))


# Tables that are not what they were


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("DROP TABLE tag", "tag"),
        ("DROP TABLE tile", "tile"),
        ("DROP TABLE checkpoint", "checkpoint"),
        ("ALTER TABLE tag RENAME COLUMN ordinal TO place", "tag"),
        ("ALTER TABLE line RENAME COLUMN leaf TO hash", "line"),
        ("ALTER TABLE frontier RENAME TO edge", "frontier"),
    ],
)
def test_a_table_that_is_gone_is_named(ledger: Ledger, statement: str, table: str) -> None:
    execute(ledger, statement)
    verdict = verify(ledger)
    assert told(verdict).startswith(f"The table {table} cannot be read: ")
    assert (verdict.size, verdict.root, verdict.first_bad_position) == (0, None, None)


def test_trouble_with_the_server_is_not_a_broken_ledger(
    postgres_place: str, tmp_path: Path
) -> None:
    keys = tmp_path / "keys.db"
    make_ledger(postgres_place, keys, 3000).close()
    with (
        open_ledger(postgres_place, keys=keys) as ledger,
        open_ledger(postgres_place, keys=keys) as other,
    ):

        def cut_connection(_done: int, _total: int) -> None:
            execute(
                other,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )

        with pytest.raises(StorageError):
            verify(ledger, cut_connection)
    assert verify_place(postgres_place, keys=keys).ok


def test_bytes_that_became_text_are_found(postgres_place: str, tmp_path: Path) -> None:
    with make_ledger(postgres_place, tmp_path / "keys.db", 300) as ledger:
        execute(
            ledger, "ALTER TABLE line ALTER COLUMN data TYPE text USING convert_from(data, 'UTF8')"
        )
        verdict = verify(ledger)
    assert told(verdict) == "Line 1 was changed: it is not what a line is."
    assert verdict.size == 300


# What only SQLite lets happen


@pytest.mark.parametrize(
    ("statement", "position", "problem"),
    [
        (
            "UPDATE line SET data = CAST(data AS TEXT) WHERE seq = 100",
            100,
            "Line 100 was changed: it is not what a line is.",
        ),
        (
            "UPDATE line SET name = CAST(name AS BLOB) WHERE seq = 100",
            100,
            "Line 100 was changed: it is not what a line is.",
        ),
        (
            "UPDATE line SET name = CAST(x'ff' AS TEXT) WHERE seq = 100",
            100,
            "The name of line 100 was altered",
        ),
        (
            "UPDATE line SET origin = CAST(x'ff' AS TEXT) WHERE seq = 100",
            100,
            "it says that it belongs to the log \N{REPLACEMENT CHARACTER}",
        ),
        (
            "UPDATE line SET leaf = CAST(leaf AS TEXT) WHERE seq = 650",
            650,
            "Line 650 was changed: it does not have its hash.",
        ),
        (
            "UPDATE line SET tags = x'5b5d' WHERE seq = 100",
            100,
            "The tags in line 100 were altered.",
        ),
        (
            "UPDATE tag SET tag = CAST(x'ff' AS TEXT) WHERE seq = 102 AND ordinal = 0",
            102,
            "The tags of line 102 were altered: card:C00025 became",
        ),
        (
            "UPDATE tag SET tag = CAST(tag AS BLOB) WHERE seq = 102 AND ordinal = 0",
            102,
            "The tags of line 102 were altered",
        ),
        (
            "UPDATE tag SET ordinal = 'first' WHERE seq = 102 AND ordinal = 0",
            102,
            "The tags of line 102 were altered",
        ),
        (
            "UPDATE tag SET seq = 'x' WHERE seq = 102 AND ordinal = 0",
            102,
            "The tags of line 102 were altered: card:C00025 was removed.",
        ),
        (
            "UPDATE tile SET hashes = 'text' WHERE idx = 0",
            1,
            "Tile 0 of level 0 is missing",
        ),
        (
            "UPDATE frontier SET hashes = 'text'",
            None,
            "The edge of the tree, from which it grows, was altered.",
        ),
        (
            "UPDATE checkpoint SET note = x'00'",
            None,
            "The checkpoint in the database was altered: it is not text",
        ),
    ],
)
def test_values_of_another_type_are_found(
    file: Path, statement: str, position: int | None, problem: str
) -> None:
    edit(file, statement)
    verdict = verify_place(file)
    assert problem in told(verdict)
    assert verdict.first_bad_position == position


def test_tags_in_the_wrong_place_of_the_file_are_found(file: Path) -> None:
    """Exchange two tags inside of the file, below SQL: they are all there, but not found."""
    data = file.read_bytes()
    one, other = b"number:0117001101000100", b"number:0117001101000200"
    places = [[at for at in range(len(data)) if data.startswith(tag, at)] for tag in (one, other)]
    assert places[0]
    assert places[1]
    altered = bytearray(data)
    for at in places[0]:
        altered[at : at + len(one)] = other
    for at in places[1]:
        altered[at : at + len(one)] = one
    file.write_bytes(altered)
    assert not verify_place(file).ok


@pytest.mark.parametrize("page", [1, 2, 5, 20, -1])
def test_a_page_full_of_nonsense_is_found(file: Path, page: int) -> None:
    content = bytearray(file.read_bytes())
    start = (page % (len(content) // 4096)) * 4096
    content[start : start + 4096] = os.urandom(4096)
    file.write_bytes(content)
    assert not verify_place(file).ok


def root_page(file: Path, table: str) -> int:
    connection = sqlite3.connect(file)
    sql = "SELECT rootpage FROM sqlite_master WHERE name = ?"
    page = connection.execute(sql, [table]).fetchone()[0]
    connection.close()
    return int(page)


@pytest.mark.parametrize("table", ["about", "line", "tag", "tile", "frontier", "checkpoint"])
def test_a_table_whose_first_page_is_nonsense_is_found(file: Path, table: str) -> None:
    content = bytearray(file.read_bytes())
    start = (root_page(file, table) - 1) * 4096
    content[start : start + 4096] = b"\xa5" * 4096
    file.write_bytes(content)
    words = "is missing" if table == "tile" else "malformed"
    assert words in told(verify_place(file))


def test_tags_out_of_order_in_the_file_are_found(file: Path) -> None:
    """Two cells of a page exchanged: every row is there, but a search passes them by."""
    content = bytearray(file.read_bytes())
    at = content.index(b"number:0117001101000100")
    page = at - at % 4096
    assert content[page] == 0x0A, "a leaf of an index"
    first, second = content[page + 8 : page + 10], content[page + 10 : page + 12]
    content[page + 8 : page + 12] = second + first
    file.write_bytes(content)
    assert told(verify_place(file)) in (
        "The rows of the tags were put out of order: they cannot be found.",
    )


def test_the_only_line_after_the_last_tile_is_named(tmp_path: Path) -> None:
    with make_ledger(tmp_path / "b.db", tmp_path / "b.keys.db", 257) as ledger:
        with unguarded(ledger) as hand:
            forge(hand, 257)
        verdict = verify(ledger)
    assert told(verdict) == "Line 257 was changed, and given a new hash."
    assert verdict.first_bad_position == 257


def test_a_file_that_vanished_is_trouble(file: Path) -> None:
    with open_ledger(file) as ledger:
        ledger.log.engine.dispose()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{file}{suffix}").unlink(missing_ok=True)
        with pytest.raises(StorageError):
            verify(ledger)


MUTATIONS: dict[str, Callable[[random.Random], str]] = {
    "bytes": lambda chance: (
        f"UPDATE line SET data = data || x'20' WHERE seq = {chance.randint(1, SIZE)}"
    ),
    "hash": lambda chance: (
        f"UPDATE line SET leaf = randomblob(32) WHERE seq = {chance.randint(1, SIZE)}"
    ),
    "name": lambda chance: (
        f"UPDATE line SET name = name || ' ' WHERE seq = {chance.randint(1, SIZE)}"
    ),
    "gone": lambda chance: f"DELETE FROM line WHERE seq = {chance.randint(1, SIZE - 1)}",
    "tag": lambda chance: (
        f"UPDATE tag SET tag = tag || 'x' WHERE seq = {chance.randint(1, SIZE)} AND ordinal = 0"
    ),
    "no tag": lambda chance: (
        f"DELETE FROM tag WHERE seq = {chance.randint(1, SIZE)} AND ordinal = 0"
    ),
}


@pytest.mark.parametrize("seed", range(60))
def test_a_random_edit_is_found_at_its_line(tmp_path: Path, pristine: Path, seed: int) -> None:
    for suffix in (".db", ".keys.db", ".checkpoint"):
        shutil.copy(pristine / f"ledger{suffix}", tmp_path / f"ledger{suffix}")
    chance = random.Random(seed)
    statement = MUTATIONS[chance.choice(sorted(MUTATIONS))](chance)
    edit(tmp_path / "ledger.db", statement)
    verdict = verify_place(tmp_path / "ledger.db")
    assert verdict.first_bad_position == int(statement.partition("seq = ")[2].split()[0])


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a closed ledger that is never edited."""
    folder = tmp_path_factory.mktemp("pristine")
    make_ledger(folder / "ledger.db", folder / "ledger.keys.db").close()
    return folder


# The checkpoint outside


def test_an_altered_checkpoint_outside_is_found(ledger: Ledger) -> None:
    place = ledger.places.checkpoint
    note = place.read_text()
    place.write_text(note.replace("\n300\n", "\n299\n"))
    assert "The checkpoint outside the database was altered: the signature" in told(verify(ledger))
    place.write_bytes(b"\xff\xfe")
    assert told(verify(ledger)) == (
        "The checkpoint outside the database was altered: it is not text"
    )
    place.write_text("")
    assert "The checkpoint outside the database was altered" in told(verify(ledger))


def test_a_checkpoint_outside_of_other_lines_is_found(ledger: Ledger) -> None:
    ledger.places.checkpoint.write_text(ledger.anchor.sign(200, bytes(32)))
    verdict = verify(ledger)
    assert "checkpoint of 200 lines outside the database" in told(verdict)
    assert verdict.first_bad_position is None


def test_a_checkpoint_outside_that_cannot_be_read_is_trouble(ledger: Ledger) -> None:
    ledger.places.checkpoint.unlink()
    ledger.places.checkpoint.mkdir()
    with pytest.raises(StorageError):
        verify(ledger)


def test_growing_after_an_edit_does_not_hide_it(ledger: Ledger) -> None:
    with unguarded(ledger) as hand:
        hand("UPDATE line SET data = :d WHERE seq = 100", d=b"{}")
    grow(ledger, 600)
    assert verify(ledger).first_bad_position == 100
