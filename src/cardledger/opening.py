"""Making a ledger and opening one. Opening never creates; making refuses what is there."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Final

from cardledger import ids
from cardledger.actions.school_add import SchoolAdded
from cardledger.anchor import Anchor, origin_of
from cardledger.errors import KeyStoreMissing, LedgerExists, RollbackFound
from cardledger.events import Codec, Event, LedgerCreated, stored_name
from cardledger.keys import KeyStore
from cardledger.ledger import Ledger
from cardledger.log import Entry, Log
from cardledger.moments import now
from cardledger.places import DEFAULT, Places, places_of
from cardledger.recorder import TOOL

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
    in both. Raises `LedgerExists` where there is a ledger.
    """
    code = ids.parse_school_code(school)
    places = places_of(place, keys)
    ledger = "L" + "".join(secrets.choice(_ALPHABET) for _place in range(10))
    person = _person_key(matches)
    log = Log.create(places.database, origin=origin_of(ledger))
    try:
        store = KeyStore.create(places.keys)
    except LedgerExists:
        log.close()
        _remove(places)
        raise
    store.set_secret("person", person)
    for secret in ("retry", "signing"):
        store.set_secret(secret, secrets.token_bytes(32))
    moment = now()
    context = {
        "at": moment,
        "recorded": moment,
        "school": code,
        "handler": handler,
        "tool": TOOL,
    }
    events: list[Event] = [
        LedgerCreated(**context, ledger=ledger),  # type: ignore[arg-type]
        SchoolAdded(**context, code=code, name=name),  # type: ignore[arg-type]
    ]
    anchor = Anchor(places.checkpoint, ledger, store)
    entries = [Entry(stored_name(type(one)), Codec.encode(one), one.tags()) for one in events]
    log.append(entries, sign=anchor.sign)
    anchor.keep()
    return Ledger(log, store, places)


def _person_key(matches: str | Path | None) -> bytes:
    """Return the key of `person:` tags: a new one, or that of another ledger's key store."""
    if matches is None:
        return secrets.token_bytes(32)
    with KeyStore.open(matches) as other:
        return other.secret("person")


def _remove(places: Places) -> None:
    """Take back the database file that was just made, because the key store could not be."""
    if "://" not in places.database:
        for suffix in ("", "-wal", "-shm"):
            Path(places.database + suffix).unlink(missing_ok=True)


def open_ledger(
    place: str | Path = DEFAULT, *, keys: str | Path | None = None, check: bool = True
) -> Ledger:
    """Open a ledger. Without its key store it can be read, with names closed.

    `check` compares the ledger with its checkpoint outside the database, and raises
    `RollbackFound` where its end was cut off. Raises `LedgerMissing` and `NotALedger`.
    """
    places = places_of(place, keys)
    log = Log.open(places.database)
    try:
        store: KeyStore | None = KeyStore.open(places.keys)
    except KeyStoreMissing:
        store = None
    try:
        ledger = Ledger(log, store, places)
        if check:
            compare(ledger)
            ledger.forget_again()
    except BaseException:
        log.close()
        if store is not None:
            store.close()
        raise
    return ledger


def compare(ledger: Ledger) -> None:
    """Compare a ledger with its checkpoint outside the database.

    Raises `RollbackFound` where the ledger is shorter, and `IntegrityBroken` where the checkpoint
    is not this ledger's.
    """
    kept = ledger.anchor.kept()
    if kept is not None and kept.size > ledger.head():
        raise RollbackFound(inside=ledger.head(), outside=kept.size)
