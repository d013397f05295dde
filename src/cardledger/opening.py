"""Making a ledger and opening one. Opening never creates; making refuses what is there."""

from __future__ import annotations

import contextlib
import secrets
from pathlib import Path
from typing import Any, Final

from cardledger.actions.school_add import SchoolAdd, SchoolAdded
from cardledger.anchor import Anchor, origin_of
from cardledger.errors import (
    BadInput,
    KeyStoreExists,
    KeyStoreMissing,
    LedgerExists,
    LedgerMissing,
    NotFound,
    RollbackFound,
)
from cardledger.events import Codec, Event, LedgerCreated, stored_name
from cardledger.i18n import _
from cardledger.keys import KeyStore
from cardledger.ledger import Ledger
from cardledger.log import DEFAULT_TIMEOUT, Entry, Log
from cardledger.moments import now
from cardledger.places import DEFAULT, Places, places_of
from cardledger.recorder import TOOL
from cardledger.tlog import Checkpoint, InvalidCheckpoint

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def init_ledger(
    place: str | Path = DEFAULT,
    *,
    school: str,
    name: str = "",
    keys: str | Path | None = None,
    handler: str = "",
    matches: str | Path | None = None,
) -> Ledger:
    """Make a ledger with its key store, and return it open.

    `place` is the path of an SQLite file or a SQLAlchemy URL; `school` the code of the default
    school, `name` its name. `matches` is the key store of another ledger of the district: the
    keyed hashes of identity numbers are made with its key, so that one person can be recognised
    in both. Raises `LedgerExists` where there is a ledger. One whose making was interrupted is
    not there yet, and is finished.
    """
    first = SchoolAdd(code=school, name=name, handler=handler).normal()
    places = places_of(place, keys)
    person = _person_key(matches)
    log = _empty_log(places)
    try:
        ledger = log.origin.removeprefix(origin_of(""))
        store = _new_keys(places, ledger, person)
        context: dict[str, Any] = {
            "at": now(),
            "recorded": now(),
            "school": first.code,
            "handler": first.handler,
            "tool": TOOL,
        }
        events: list[Event] = [
            LedgerCreated(**context, ledger=ledger),
            SchoolAdded(**context, code=first.code, name=first.name),
        ]
        entries = [Entry(stored_name(type(one)), Codec.encode(one), one.tags()) for one in events]
        anchor = Anchor(places.checkpoint, ledger, store)
        log.append(entries, sign=anchor.sign)
        anchor.keep()
    except BaseException:
        log.close()
        raise
    return Ledger(log, store, places)


def _empty_log(places: Places) -> Log:
    """Make the log, or open one that was made and never written to."""
    ledger = "L" + "".join(secrets.choice(_ALPHABET) for _place in range(10))
    try:
        return Log.create(places.database, origin=origin_of(ledger))
    except LedgerExists:
        log = Log.open(places.database)
        if log.head() == 0:
            return log
        log.close()
        raise


def _new_keys(places: Places, ledger: str, person: bytes) -> KeyStore:
    """Make the key store of a new ledger, or finish that of one whose making was interrupted."""
    try:
        store = KeyStore.create(places.keys)
    except KeyStoreExists:
        store = KeyStore.open(places.keys)
        if store.meta("ledger") not in (None, ledger):
            store.close()
            raise
    if store.meta("ledger") is None:
        store.set_meta("ledger", ledger)
    for secret, value in (
        ("person", person),
        ("retry", secrets.token_bytes(32)),
        ("signing", secrets.token_bytes(32)),
    ):
        try:
            store.secret(secret)
        except NotFound:
            store.set_secret(secret, value)
    return store


def _person_key(matches: str | Path | None) -> bytes:
    """Return the key of `person:` tags: a new one, or that of another ledger's key store."""
    if matches is None:
        return secrets.token_bytes(32)
    with KeyStore.open(matches) as other:
        return other.secret("person")


def open_ledger(
    place: str | Path = DEFAULT,
    *,
    keys: str | Path | None = None,
    check: bool = True,
    timeout: float = DEFAULT_TIMEOUT,
) -> Ledger:
    """Open a ledger. Without its key store it can be read, with names closed.

    `check` compares the ledger with its checkpoint outside the database, and raises
    `RollbackFound` where its end was cut off. `timeout`: for how many seconds recording waits for
    another writer before it raises `LedgerBusy`. Raises `LedgerMissing` and `NotALedger`.
    """
    places = places_of(place, keys)
    log = open_log(places, timeout)
    store: KeyStore | None = None
    try:
        with contextlib.suppress(KeyStoreMissing):
            store = KeyStore.open(places.keys, timeout=timeout)
        ledger = Ledger(log, store, places)
        if store is not None and store.meta("ledger") != ledger.id:
            raise BadInput(
                _("The key store {place} belongs to another ledger, {other}."),
                hint=_("Name the right one with --keys."),
                place=places.keys_shown,
                other=store.meta("ledger"),
            )
        if check:
            compare(ledger)
            ledger.forget_again()
    except BaseException:
        log.close()
        if store is not None:
            store.close()
        raise
    return ledger


def open_log(places: Places, timeout: float = DEFAULT_TIMEOUT) -> Log:
    """Open the log of a ledger; raises as `open_ledger`.

    A file that was emptied is not one that was never there: its checkpoint says so.
    """
    try:
        return Log.open(places.database, timeout=timeout)
    except LedgerMissing:
        emptied = "://" not in places.database and Path(places.database).exists()
        with contextlib.suppress(InvalidCheckpoint, OSError, ValueError):
            note = places.checkpoint.read_text(encoding="utf-8") if emptied else ""
            outside = Checkpoint.from_text(note.rpartition("\n\n")[0] + "\n").size
            raise RollbackFound(inside=0, outside=outside) from None
        raise


def compare(ledger: Ledger) -> None:
    """Compare a ledger with its checkpoint outside the database.

    Raises `RollbackFound` where the ledger is shorter, and `IntegrityBroken` where the checkpoint
    is not this ledger's.
    """
    kept = ledger.anchor.kept()
    if kept is not None and kept.size > ledger.head():
        raise RollbackFound(inside=ledger.head(), outside=kept.size)
