"""The log as tiles, read by a client that knows nothing of us, and judged by pymerkle."""

from __future__ import annotations

from pathlib import Path

import pytest
from pymerkle import InmemoryTree

from cardledger.errors import BadInput, IntegrityBroken
from cardledger.evidence import export_tiles
from cardledger.evidence.tiles import tile_name
from cardledger.ledger import Ledger
from cardledger.log import Entry
from cardledger.tlog import Checkpoint, NoteVerifier, open_note
from tests.evidence.tile_reader import Reader, path_of
from tests.verify.edits import forge
from tests.verify.making import append, grow, make_ledger, unguarded


def files_in(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("size", [2, 255, 256, 257, 512, 700])
def test_a_client_finds_what_it_needs_and_nothing_else(tmp_path: Path, size: int) -> None:
    with make_ledger(tmp_path / "l.db", tmp_path / "l.keys.db", size) as ledger:
        written = export_tiles(ledger, tmp_path / "tiles")
        lines = [line.data for line in ledger.raw_lines()]
        verifier, note = ledger.anchor.verifier, ledger.log.checkpoint()
    assert verifier is not None
    reader = Reader(tmp_path / "tiles")
    assert (written.size, reader.size, written.too_long) == (size, size, ())
    assert reader.audit() == lines
    assert files_in(tmp_path / "tiles") == reader.fetched
    assert written.files == len(reader.fetched)
    judge = InmemoryTree(algorithm="sha256")
    judge.append_entries(lines)
    assert judge.get_root() == reader.root
    published = (tmp_path / "tiles" / "checkpoint").read_text(encoding="utf-8")
    assert published == note
    signed = open_note(published, [NoteVerifier.from_text(str(verifier))])
    assert Checkpoint.from_text(signed)[:3] == (reader.origin, size, judge.get_root())


def test_a_server_gives_the_same_tiles(ledger: Ledger, tmp_path: Path) -> None:
    append(ledger, Entry("Dog", b"\xff\x00", ("dog:1",), foreign=True))
    grow(ledger, 520)
    export_tiles(ledger, tmp_path / "tiles")
    entries = Reader(tmp_path / "tiles").audit()
    # What the hash of a foreign line covers says more than its bytes.
    assert entries[300].startswith(b"cardledger foreign line/1\n")


@pytest.mark.slow
def test_a_log_with_tiles_of_the_second_level(tmp_path: Path) -> None:
    with make_ledger(tmp_path / "l.db", tmp_path / "l.keys.db", 66_000) as ledger:
        export_tiles(ledger, tmp_path / "tiles")
    reader = Reader(tmp_path / "tiles")
    reader.audit()
    assert files_in(tmp_path / "tiles") == reader.fetched
    assert "tile/2/000.p/1" in reader.fetched
    assert "tile/1/001.p/1" in reader.fetched


def test_a_line_that_is_too_long_for_an_entry_is_said(ledger: Ledger, tmp_path: Path) -> None:
    big = b'{"event":"later/1","text":"%s"}' % (b"x" * 70_000)
    append(ledger, Entry("later/1", big, ("card:C1",)))
    written = export_tiles(ledger, tmp_path / "tiles")
    assert written.too_long == (301,)
    files = files_in(tmp_path / "tiles")
    assert "tile/entries/000" in files
    assert not any(name.startswith("tile/entries/001") for name in files)
    assert len(Reader(tmp_path / "tiles").hashes(0)) == 301


@pytest.mark.parametrize("number", [0, 7, 999, 1000, 1234067, 10**9])
def test_the_numbers_of_tiles_are_written_as_the_specification_says(number: int) -> None:
    assert tile_name(number) == path_of(number)
    assert tile_name(1234067) == "x001/x234/067"


def test_a_ledger_that_was_edited_is_not_published(ledger: Ledger, tmp_path: Path) -> None:
    with unguarded(ledger) as hand:
        forge(hand, 98)
    with pytest.raises(IntegrityBroken):
        export_tiles(ledger, tmp_path / "tiles")
    assert not (tmp_path / "tiles" / "checkpoint").exists()
    with pytest.raises(BadInput, match="not an empty folder"):
        export_tiles(ledger, tmp_path / "tiles")
