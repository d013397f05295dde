"""The file of a backup: a zip archive with a manifest of sizes and digests."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, LargeZipFile, ZipFile, ZipInfo

import msgspec

from cardledger.backup.partial import demand_whole
from cardledger.errors import IntegrityBroken, StorageError, UnreadableFile
from cardledger.i18n import _

FORMAT: Final = "cardledger-backup/1"
LEDGER: Final = "ledger.db"
KEYS: Final = "keys.db"
CHECKPOINT: Final = "checkpoint"

_MANIFEST: Final = "manifest.json"
_MEMBERS: Final = (LEDGER, KEYS, CHECKPOINT)
_CHUNK: Final = 1 << 20
#: A manifest is some hundred bytes; more is no manifest.
_MANIFEST_LIMIT: Final = 100_000
_HEADER: Final = b"PK"


class Member(msgspec.Struct, frozen=True):
    """One file of a backup: its length in bytes and its SHA-256 in hexadecimal."""

    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup says of itself.

    `lines` and `root` (hexadecimal): the size and the Merkle root of the log. `made`: the moment.
    """

    format: str = FORMAT
    ledger: str
    lines: int
    root: str
    made: str
    tool: str
    files: dict[str, Member]


def write_archive(archive: Path, folder: Path, about: Mapping[str, object]) -> None:
    """Write the members that lie in `folder` and a manifest into a new file for its owner alone."""
    for name in _MEMBERS:
        demand_whole(folder / name)
    files = {name: _member(folder / name) for name in _MEMBERS}
    manifest = msgspec.convert({**about, "files": msgspec.to_builtins(files)}, Manifest)
    descriptor = os.open(archive, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file, ZipFile(file, "w") as opened:
        encoded = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
        opened.writestr(ZipInfo(_MANIFEST), encoded)
        for name in _MEMBERS:
            # Keys are random bytes; packing them is in vain.
            packing = ZIP_DEFLATED if name == LEDGER else ZIP_STORED
            opened.write(folder / name, name, packing, compresslevel=1)


def _member(file: Path) -> Member:
    with file.open("rb") as opened:
        digest = sha256()
        size = 0
        for chunk in _chunks(opened):
            digest.update(chunk)
            size += len(chunk)
    return Member(size, digest.hexdigest())


def _chunks(opened: IO[bytes]) -> Iterator[bytes]:
    while chunk := opened.read(_CHUNK):
        yield chunk


def check_archive(archive: Path) -> Manifest:
    """Read a whole archive and compare it with its manifest; raises as `extract` does."""
    return _read(archive, None)


def extract(archive: Path, folder: Path) -> Manifest:
    """Put the members of a backup into a folder, each for its owner alone.

    Raises `UnreadableFile` for what is no backup, `IntegrityBroken` for one that is damaged.
    """
    return _read(archive, folder)


def _read(archive: Path, folder: Path | None) -> Manifest:
    with _errors(archive), ZipFile(archive) as opened:
        manifest = _manifest(opened, archive)
        for name in _MEMBERS:
            expected = manifest.files.get(name)
            if expected is None or _copy(opened, name, expected, folder) != expected:
                raise _damaged(archive, name)
    return manifest


def _manifest(opened: ZipFile, archive: Path) -> Manifest:
    with opened.open(_MANIFEST) as member:
        text = member.read(_MANIFEST_LIMIT)
    manifest = msgspec.json.decode(text, type=Manifest)
    if manifest.format != FORMAT:
        raise UnreadableFile(
            _("The backup {file} has the form {form}, which this version does not know."),
            hint=_("Use the version of cardledger that made it, or a newer one."),
            file=archive,
            form=manifest.format,
        )
    return manifest


def _copy(opened: ZipFile, name: str, expected: Member, folder: Path | None) -> Member:
    """Return what a member is, and put it into the folder; never more than it is said to be."""
    digest, size = sha256(), 0
    with opened.open(name) as member, _target(folder, name) as target:
        for chunk in _chunks(member):
            digest.update(chunk)
            size += len(chunk)
            if size > expected.bytes:
                break
            target.write(chunk)
    return Member(size, digest.hexdigest())


def _target(folder: Path | None, name: str) -> IO[bytes]:
    if folder is None:
        return Path(os.devnull).open("wb")
    descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    return os.fdopen(descriptor, "wb")


@contextmanager
def _errors(archive: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise UnreadableFile(_("There is no file {file}."), file=archive) from None
    except (KeyError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _no_backup(archive) from error
    except (BadZipFile, LargeZipFile, EOFError, NotImplementedError, zlib.error) as error:
        with archive.open("rb") as opened:
            begins = opened.read(len(_HEADER)) == _HEADER
        raise (_damaged(archive, error) if begins else _no_backup(archive)) from error
    except OSError as error:
        if error.filename == str(archive):
            raise UnreadableFile(
                _("{file} cannot be read: {reason}"),
                hint=_("Check the path and the permissions."),
                file=archive,
                reason=error,
            ) from None
        raise StorageError(reason=error) from error


def _no_backup(archive: Path) -> UnreadableFile:
    return UnreadableFile(
        _("{file} is not a backup of a ledger."),
        hint=_("A backup is made with `cardledger backup FILE`."),
        file=archive,
    )


def _damaged(archive: Path, reason: object) -> IntegrityBroken:
    return IntegrityBroken(
        _("The backup {file} is damaged: {reason}"),
        hint=_("Nothing was restored. Take another backup."),
        file=archive,
        reason=reason,
    )
