"""The key store itself: keys of pupils, tombstones of the forgotten, secrets of the ledger."""

from __future__ import annotations

import stat
import threading
import time
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from sqlalchemy import URL, Connection, Engine, func, select

from cardledger.errors import BadInput, KeyDestroyed, NotFound
from cardledger.i18n import _
from cardledger.keys import copying, sealing
from cardledger.keys.creation import check_store, create_store, set_journal
from cardledger.keys.scrubbing import scrub
from cardledger.keys.tables import (
    BUSY_SECONDS,
    KEY,
    META,
    SECRET,
    file_of,
    insert_if_absent,
    make_engine,
    parse_place,
    place_of,
    reading,
    upsert,
    writing,
)

#: Keys kept in memory; about 200 bytes each.
CACHED_KEYS: Final = 65_536
#: Ciphers kept in memory; about 2.4 KiB each.
CACHED_CIPHERS: Final = 4_096
#: For how long, in seconds, a process may go on using a key that another one destroyed.
STALE_SECONDS: Final = 1.0
#: The rights of all who are not the owner of a file.
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
#: Owners in one query.
CHUNK: Final = 500


class KeyStore:
    """Keys of pupils and secrets of one ledger, in a place of their own.

    A process sees what another one destroyed within `STALE_SECONDS`. One store may be used by
    several threads, not across a fork.
    """

    def __init__(self, url: URL, engine: Engine) -> None:
        """For `create` and `open` only."""
        self.url: Final = url
        self._engine = engine
        self._keys: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()
        self._cipher = lru_cache(maxsize=CACHED_CIPHERS)(sealing.cipher_of)
        self._secrets: dict[str, bytes] = {}
        self._epoch = 0
        self._forgotten = 0
        self._fresh_until = 0.0

    @classmethod
    def create(cls, place: str | Path) -> Self:
        """Make an empty key store at a path or URL, and open it.

        The file is readable by its owner alone, whatever the umask. Raises `KeyStoreExists`
        where there is one; a creation that was interrupted may be repeated.
        """
        url = parse_place(place)
        engine = make_engine(url)
        try:
            create_store(url, engine)
            set_journal(engine, "wal")
        except BaseException:
            engine.dispose()
            raise
        return cls(url, engine)

    @classmethod
    def open(cls, place: str | Path, *, timeout: float = BUSY_SECONDS) -> Self:
        """Open a key store; raises `KeyStoreMissing`, or `NotAKeyStore` where another thing is.

        timeout: as `open_ledger` has it; it bounds the wait for a server.
        """
        url = parse_place(place)
        engine = make_engine(url, timeout)
        try:
            check_store(url, engine)
        except BaseException:
            engine.dispose()
            raise
        return cls(url, engine)

    @property
    def place(self) -> str:
        """Where the keys are, as people are told it: a path, or a URL without its password."""
        return place_of(self.url)

    def is_open_to_others(self) -> bool:
        """Whether the store is a file that others than its owner may read or write."""
        file = file_of(self.url)
        return file is not None and bool(file.stat().st_mode & OTHERS)

    def close(self) -> None:
        """Give the connections back and forget every key in memory."""
        self._clear()
        self._secrets.clear()
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # Keys of pupils

    def ensure(self, owners: Collection[str]) -> None:
        """Make the keys that are missing, in one transaction, durable on return.

        Processes that ensure the same owner at once end with the same key. A forgotten owner
        gets no new one.
        """
        self._refresh()
        with self._lock:
            unknown = sorted(set(owners).difference(self._keys))
        if unknown:
            # One order for all writers, so that two of them never wait for each other.
            made = {owner: sealing.new_key() for owner in unknown}
            rows = [{"owner": owner, "key": key} for owner, key in made.items()]
            epoch = self._epoch
            with writing(self._engine) as connection:
                inserted = insert_if_absent(connection, KEY, rows)
            if inserted == len(made):
                self._remember(made, epoch)
            else:
                # Another process was faster, or some are forgotten.
                self.keys(unknown)

    def key(self, owner: str) -> bytes | None:
        """Return the key of an owner; nothing where it was destroyed or never made."""
        self._refresh()
        with self._lock:
            key = self._keys.get(owner)
            if key is not None:
                self._keys.move_to_end(owner)
                return key
        return self.keys([owner]).get(owner)

    def keys(self, owners: Iterable[str]) -> dict[str, bytes]:
        """Return the keys of many owners at once; those without a key are left out."""
        self._refresh()
        wanted = dict.fromkeys(owners)
        with self._lock:
            found = {owner: self._keys[owner] for owner in wanted if owner in self._keys}
        absent = [owner for owner in wanted if owner not in found]
        if absent:
            epoch = self._epoch
            with reading(self._engine) as connection:
                read = dict(_keys_of(connection, absent))
            self._remember(read, epoch)
            found |= read
        return found

    def _remember(self, keys: dict[str, bytes], epoch: int) -> None:
        with self._lock:
            # What was read before a key was destroyed must not come back after it.
            if epoch == self._epoch:
                self._keys.update(islice(keys.items(), CACHED_KEYS))
                while len(self._keys) > CACHED_KEYS:
                    self._keys.popitem(last=False)

    def destroy(self, *owners: str) -> None:
        """Destroy the keys of owners for good, and remember that they were destroyed.

        What they sealed stays shut. The store's file is rewritten, so that the key is in neither
        the database nor its write-ahead log; on a server the table is rewritten, but the
        server's own log holds the key until it is recycled. Copies made before (backups, a
        medium's worn blocks) are beyond reach: restoring such a backup forgets again.
        Destroying twice is harmless, and finishes what a crash left.
        """
        if owners:
            rows = [{"owner": owner, "key": None} for owner in sorted(set(owners))]
            with writing(self._engine) as connection:
                upsert(connection, KEY, rows)
            self._clear()
            scrub(self._engine)

    def destroyed(self) -> set[str]:
        """Return the owners whose key was destroyed."""
        with reading(self._engine) as connection:
            return set(connection.scalars(select(KEY.c.owner).where(KEY.c.key.is_(None))))

    # Secrets and marks of the ledger

    def secret(self, name: str) -> bytes:
        """Return a secret of the ledger: `person`, `retry` or `signing`; raises `NotFound`."""
        value = self._secrets.get(name)
        if value is None:
            with reading(self._engine) as connection:
                value = connection.scalar(select(SECRET.c.value).where(SECRET.c.name == name))
            if value is None:
                raise NotFound(
                    _("There is no secret “{name}” in the key store {place}."),
                    hint=_("Put the key store back from a backup."),
                    name=name,
                    place=self.place,
                )
            self._secrets[name] = value
        return value

    def set_secret(self, name: str, value: bytes) -> None:
        """Set a secret once. The same value again is fine, another one raises `BadInput`."""
        with writing(self._engine) as connection:
            insert_if_absent(connection, SECRET, [{"name": name, "value": value}])
            stored = connection.scalar(select(SECRET.c.value).where(SECRET.c.name == name))
        if stored != value:
            raise BadInput(
                _("The secret “{name}” of the key store {place} is set and cannot be changed."),
                hint=_("A new secret needs a new ledger."),
                name=name,
                place=self.place,
            )

    def meta(self, name: str) -> str | None:
        """Return a mark of the store, such as the id of its ledger; nothing where it is not set."""
        with reading(self._engine) as connection:
            return connection.scalar(select(META.c.value).where(META.c.name == name))

    def set_meta(self, name: str, value: str) -> None:
        """Set a mark of the store, or change it."""
        with writing(self._engine) as connection:
            upsert(connection, META, [{"name": name, "value": value}])

    # Sealing

    def seal(self, ledger_id: str, event_name: str, owner: str, facts: dict[str, str]) -> str:
        """Seal personal data for an owner, bound to ledger, event name and owner.

        The owner's key is made where it is missing. Raises `KeyDestroyed` for a forgotten owner.
        """
        key = self.key(owner)
        if key is None:
            self.ensure([owner])
            key = self.key(owner)
            if key is None:
                raise KeyDestroyed(owner=owner)
        bound = sealing.binding(ledger_id, event_name, owner)
        return sealing.seal_with(self._cipher(key), bound, facts)

    def unseal(
        self, ledger_id: str, event_name: str, owner: str, sealed: str
    ) -> dict[str, str] | None:
        """Open sealed data; nothing where the key is gone.

        Raises `SealBroken` where the text was altered or belongs to another place.
        """
        key = self.key(owner)
        if key is None:
            return None
        bound = sealing.binding(ledger_id, event_name, owner)
        return sealing.unseal_with(self._cipher(key), bound, sealed)

    def person_hash(self, identity_number: str) -> str:
        """Return the keyed hash of an identity number: 20 hexadecimal digits.

        Written in full width, with spaces or with a small x it is the same. Two of n people meet
        with probability below n² / 2^81.
        """
        return sealing.person_hash_with(self.secret("person"), identity_number)

    # Copies

    def backup_to(self, file: Path) -> None:
        """Write a consistent copy into a new SQLite file, readable by its owner alone.

        Raises `KeyStoreExists` where the file is there; a copy that fails leaves none.
        """
        copying.backup(self._engine, file)

    def restore_from(self, file: Path) -> None:
        """Take in what a backup holds, in one transaction; nothing that is here is lost.

        Who is forgotten here or there stays forgotten. Raises `KeyStoreMissing`, `NotAKeyStore`,
        and `BadInput` where a secret or a key differs: then the backup is another ledger's.
        """
        with KeyStore.open(file) as source:
            doomed = copying.merge(source._engine, self._engine, source.place, self.place)
        self._clear()
        if doomed:
            scrub(self._engine)

    def _clear(self) -> None:
        with self._lock:
            self._epoch += 1
            self._keys.clear()
            self._cipher.cache_clear()

    def _refresh(self) -> None:
        """Drop the keys in memory when another process destroyed one, asked once a second."""
        moment = time.monotonic()
        if moment < self._fresh_until:
            return
        with reading(self._engine) as connection:
            forgotten = connection.scalar(
                select(func.count()).select_from(KEY).where(KEY.c.key.is_(None))
            )
        if forgotten != self._forgotten:
            self._clear()
            self._forgotten = forgotten or 0
        self._fresh_until = moment + STALE_SECONDS


def _keys_of(connection: Connection, owners: list[str]) -> Iterator[tuple[str, bytes]]:
    for start in range(0, len(owners), CHUNK):
        chunk = owners[start : start + CHUNK]
        rows = connection.execute(
            select(KEY.c.owner, KEY.c.key).where(KEY.c.owner.in_(chunk), KEY.c.key.is_not(None))
        )
        yield from rows
