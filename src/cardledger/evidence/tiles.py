"""The whole log as static files, after https://c2sp.org/tlog-tiles.

    checkpoint               the signed checkpoint
    tile/<L>/<N>             256 hashes of level L
    tile/<L>/<N>.p/<W>       the W hashes at the right edge of a level
    tile/entries/<N>[.p/<W>] the lines themselves, each after its length in two bytes

Any monitor of that format can check us: every root, every proof, every line. Hashes are computed
from the lines, not taken from the database, and must give the root of the checkpoint. The files
hold what the lines hold: personal data only as it is sealed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, NamedTuple

from cardledger.errors import BadInput, IntegrityBroken
from cardledger.evidence.making import content_of
from cardledger.i18n import _
from cardledger.ledger import Ledger
from cardledger.tlog import TILE_WIDTH, Frontier, leaf_hash, subtree_root

#: An entry has a length of two bytes.
_LONGEST: Final = 0xFFFF


class Tiles(NamedTuple):
    """What was written: how many lines and files, and lines that are too long for an entry.

    The bundles of those lines are left out; their hashes are in the tiles all the same.
    """

    size: int
    files: int
    too_long: tuple[int, ...]


class _Folder:
    """Collects the entries of one kind, and writes a file whenever there are 256."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._part: list[bytes] = []
        self._count = 0
        self.files = 0

    def add(self, entry: bytes) -> list[bytes]:
        """Take an entry; return all 256 of a file that became full."""
        self._part.append(entry)
        self._count += 1
        if self._count % TILE_WIDTH:
            return []
        full, self._part = self._part, []
        self._write(tile_name(self._count // TILE_WIDTH - 1), full)
        return full

    def finish(self) -> None:
        """Write what hangs over."""
        if self._part:
            width = len(self._part)
            self._write(f"{tile_name(self._count // TILE_WIDTH)}.p/{width}", self._part)

    def _write(self, name: str, entries: list[bytes]) -> None:
        # An entry that is too long is empty here: no bundle can hold it.
        if all(entries):
            file = self._folder / name
            _make_folders(self._folder.parent.parent, file.parent)
            _write_file(file, b"".join(entries))
            self.files += 1


def export_tiles(ledger: Ledger, folder: Path) -> Tiles:
    """Write the log up to its latest checkpoint into a folder that is empty or not there.

    Raises `BadInput` for a folder that holds something, `IntegrityBroken` where the lines do not
    give the root that was signed; the checkpoint is written last, so that a folder with one is
    whole.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInput(
            _("{place} is not an empty folder."),
            hint=_("Name one that is not there yet."),
            place=folder,
        )
    note = ledger.log.checkpoint()
    if note is None:
        raise IntegrityBroken(_("The checkpoint in the database was removed."))
    checkpoint = ledger.anchor.read(note)
    levels, entries = [_Folder(folder / "tile" / "0")], _Folder(folder / "tile" / "entries")
    frontier, too_long = Frontier(), []
    for line in ledger.raw_lines():
        if line.origin != checkpoint.origin or line.position > checkpoint.size:
            continue
        content = content_of(line)
        fits = len(content) <= _LONGEST
        entries.add(len(content).to_bytes(2, "big") + content if fits else b"")
        if not fits:
            too_long.append(line.position)
        leaf = leaf_hash(content)
        frontier.push(leaf)
        _raise(levels, folder, leaf)
    if (frontier.size, frontier.root()) != (checkpoint.size, checkpoint.root):
        raise IntegrityBroken
    for one in (*levels, entries):
        one.finish()
    _make_folders(folder, folder)
    _write_file(folder / "checkpoint", note.encode())
    files = entries.files + sum(level.files for level in levels) + 1
    return Tiles(checkpoint.size, files, tuple(too_long))


def _make_folders(top: Path, folder: Path) -> None:
    """Make a folder, and what is missing of those between it and `top`, for their owner alone.

    Names are sealed in a line, but not the numbers of pupils: whoever publishes a log opens the
    folder to others on purpose.
    """
    if folder != top:
        _make_folders(top, folder.parent)
    folder.mkdir(mode=0o700, parents=folder == top, exist_ok=True)


def _write_file(file: Path, content: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)


def _raise(levels: list[_Folder], folder: Path, entry: bytes) -> None:
    """Put an entry into the lowest level; a file that became full is an entry one level up."""
    for number in range(64):
        if number == len(levels):
            levels.append(_Folder(folder / "tile" / str(number)))
        full = levels[number].add(entry)
        if not full:
            return
        entry = subtree_root(b"".join(full))


def tile_name(number: int) -> str:
    """Return the path of a tile within its level: 1234067 is x001/x234/067."""
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
