"""Restoring a backup where there is no ledger, completely or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from cardledger.anchor import Anchor, replace_file
from cardledger.backup.archive import CHECKPOINT, KEYS, LEDGER, extract
from cardledger.backup.making import demand_sound
from cardledger.backup.partial import publish, workshop
from cardledger.backup.portable import fill
from cardledger.errors import (
    BadInput,
    IntegrityBroken,
    KeyStoreMissing,
    LedgerExists,
    NotALedger,
    RollbackFound,
    StorageError,
)
from cardledger.events import Codec, LedgerCreated, LedgerRolledBack, stored_name
from cardledger.i18n import _
from cardledger.keys import KeyStore
from cardledger.ledger import Ledger
from cardledger.log import Entry, Log
from cardledger.log.database import DEFAULT_TIMEOUT
from cardledger.log.place import ServerPlace, parse_place
from cardledger.log.schema import metadata
from cardledger.moments import now
from cardledger.opening import open_ledger
from cardledger.places import DEFAULT, Places, places_of
from cardledger.recorder import TOOL
from cardledger.tlog import Checkpoint
from cardledger.verify.examine import Progress, silent, verify_log
from cardledger.verify.source import snapshot

#: An existing ledger is never replaced; what to do then.
_OCCUPIED: Final = _(
    "Move the ledger that is there away, with its keys and its checkpoint; or restore elsewhere"
    " with: cardledger --ledger NEW restore {file}"
)
#: What SQLite would take for the newest lines of a database that is put beside it.
_REMAINS: Final = ("-wal", "-journal")


def restore(
    file: str | Path,
    place: str | Path = DEFAULT,
    *,
    keys: str | Path | None = None,
    accept_rollback: bool = False,
    handler: str = "",
    progress: Progress = silent,
) -> Ledger:
    """Put a backup in place where there is no ledger, and return the ledger open.

    Everything is verified before. A key store that is there already is kept and completed: who is
    forgotten in it, or by a line of the ledger, stays forgotten. Raises `LedgerExists`,
    `UnreadableFile`, `IntegrityBroken` for a backup that is damaged, and `RollbackFound` where the
    checkpoint outside the database knows of more lines than the backup has, unless
    `accept_rollback`: then a line says so, in the name of `handler`.
    """
    places = places_of(place, keys)
    # A path from here on means the same, whatever becomes the current folder.
    places = Places(places.database, places.keys, places.checkpoint.absolute())
    server = parse_place(places.database)
    near = places.checkpoint if isinstance(server, ServerPlace) else server.path
    try:
        _demand_vacant(places, file)
        with workshop(near) as folder:
            _prepare(Path(file), folder, places, accept_rollback, handler, progress)
            _put_in_place(folder, places)
    except FileExistsError:
        raise _exists(places.shown, file) from None
    except OSError as error:
        raise StorageError(reason=error) from error
    return open_ledger(places.database, keys=places.keys)


def _exists(place: str, file: str | Path) -> LedgerExists:
    return LedgerExists(hint=_OCCUPIED, place=place, file=file)


def _demand_vacant(places: Places, file: str | Path) -> None:
    place = parse_place(places.database)
    if isinstance(place, ServerPlace):
        from cardledger.log.postgres import PostgresDatabase

        database = PostgresDatabase(place.url, place.shown, DEFAULT_TIMEOUT)
        try:
            with database.reading() as session:
                taken = not database.tables(session).isdisjoint(metadata.tables)
        finally:
            database.close()
        if taken:
            raise _exists(places.shown, file)
        return
    if place.path.exists() or place.path.is_symlink():
        raise _exists(places.shown, file)
    for suffix in _REMAINS:
        remains = place.path.with_name(place.path.name + suffix)
        if remains.exists():
            raise BadInput(
                _("There are remains of another ledger: {file}."),
                hint=_("Move this file away; it would be mixed into the ledger that is restored."),
                file=remains,
            )


def _prepare(
    file: Path,
    folder: Path,
    places: Places,
    accept_rollback: bool,
    handler: str,
    progress: Progress,
) -> None:
    """Take a backup apart in a folder, verify all of it, and roll back if that is accepted."""
    manifest = extract(file, folder)
    with KeyStore.open(folder / KEYS) as store, Log.open(folder / LEDGER) as log:
        created = _first_event(log)
        anchor = Anchor(places.checkpoint, manifest.ledger, store)
        kept = anchor.kept()
        rolls_back = kept is not None and kept.size > log.size()
        if rolls_back and not accept_rollback:
            assert kept is not None  # nosec B101 # for the type checker
            raise RollbackFound(inside=log.size(), outside=kept.size)
        outside = folder / "nothing" if rolls_back else places.checkpoint
        verdict = verify_log(log, Anchor(outside, manifest.ledger, store), progress)
        demand_sound(verdict, _("Nothing was restored. Take another backup."))
        note = (folder / CHECKPOINT).read_text(encoding="utf-8")
        said = (manifest.lines, manifest.root, note)
        if said != (verdict.size, verdict.root, verdict.checkpoint):
            raise IntegrityBroken(
                _("The backup {file} does not hold what its manifest says."), file=file
            )
        if rolls_back:
            assert kept is not None  # nosec B101 # for the type checker
            note = _roll_back(log, anchor, kept, created.school, handler)
            (folder / CHECKPOINT).write_text(note, encoding="utf-8")


def _first_event(log: Log) -> LedgerCreated:
    """Return the first event of a ledger; NotALedger for the log of something else."""
    first = log.line(1)
    try:
        created = Codec.decode(first.name, first.data) if first else None
    except ValueError:
        created = None
    if not isinstance(created, LedgerCreated):
        raise NotALedger(place=log.place)
    return created


def _roll_back(log: Log, anchor: Anchor, kept: Checkpoint, school: str, handler: str) -> str:
    """Write the line that says that lines are gone; returns the note of the new checkpoint."""
    moment = now()
    event = LedgerRolledBack(
        at=moment,
        recorded=moment,
        school=school,
        handler=handler,
        tool=TOOL,
        before=kept.size,
        after=log.size(),
        checkpoint=anchor.note() or "",
    )
    log.append(
        [Entry(stored_name(LedgerRolledBack), Codec.encode(event), event.tags())], sign=anchor.sign
    )
    return log.checkpoint() or ""


def _put_in_place(folder: Path, places: Places) -> None:
    """Put keys, then checkpoint, then log in place: there is a ledger when there is its log.

    Whoever is interrupted before that starts anew and finds nothing in the way.
    """

    def beside() -> None:
        _put_keys(folder, places)
        _put_checkpoint(folder, places)

    place = parse_place(places.database)
    if isinstance(place, ServerPlace):
        _put_on_server(folder / LEDGER, place, beside)
    else:
        beside()
        publish(folder / LEDGER, place.path)


def _put_keys(folder: Path, places: Places) -> None:
    try:
        store = KeyStore.open(places.keys)
    except KeyStoreMissing:
        if "://" not in places.keys:
            fresh = folder / "fresh-keys.db"
            with KeyStore.create(fresh) as store:
                store.restore_from(folder / KEYS)
            publish(fresh, Path(places.keys))
            return
        store = KeyStore.create(places.keys)
    with store:
        store.restore_from(folder / KEYS)


def _put_checkpoint(folder: Path, places: Places) -> None:
    note = (folder / CHECKPOINT).read_text(encoding="utf-8")
    replace_file(places.checkpoint, note)


def _put_on_server(ledger: Path, place: ServerPlace, beside: Callable[[], None]) -> None:
    """Copy the log in one transaction; what lies beside it is put there just before its end."""
    from cardledger.log.postgres import PostgresDatabase

    database = PostgresDatabase(place.url, place.shown, DEFAULT_TIMEOUT)
    try:
        with (
            Log.open(ledger) as log,
            snapshot(log.engine) as source,
            database.writing() as session,
        ):
            if not database.tables(session).isdisjoint(metadata.tables):
                raise LedgerExists(place=place.shown)
            fill(source, database, session)
            beside()
    finally:
        database.close()
