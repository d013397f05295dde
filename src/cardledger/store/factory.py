"""What an application of the library makes from its environment."""

from __future__ import annotations

import weakref
from typing import Final, NoReturn

from eventsourcing.dcb.persistence import DCBInfrastructureFactory
from eventsourcing.persistence import InfrastructureFactory, NotSupportedError
from eventsourcing.utils import Environment, EnvType, resolve_topic, strtobool

from cardledger.errors import LedgerExists
from cardledger.log import Database, Log, database_at
from cardledger.store.errors import library_errors
from cardledger.store.recorder import Recorder
from cardledger.store.tracking import SQLAlchemyTrackingRecorder

_DEFAULT_TIMEOUT: Final = "60"


class Factory(
    InfrastructureFactory[SQLAlchemyTrackingRecorder],
    DCBInfrastructureFactory[SQLAlchemyTrackingRecorder],
):
    """Makes recorders on the database of SQLALCHEMY_URL.

    A database holds one log: applications that name the same one share it. Variables, each also
    with the name of the application before it (`COURSES_SQLALCHEMY_URL`):

    - SQLALCHEMY_URL: path of a SQLite file, or a URL of SQLite or PostgreSQL (psycopg)
    - CREATE_TABLE: make what is not there; default yes
    - SQLALCHEMY_LOCK_TIMEOUT: seconds to wait for another writer; default 60
    - TAGS_TOPIC: function (name, data) -> tags, to read a ledger of cardledger itself
    - TRACKING_RECORDER_TOPIC: as in the library
    """

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        self._url = self._require("SQLALCHEMY_URL")
        timeout = self.env.get("SQLALCHEMY_LOCK_TIMEOUT", "") or _DEFAULT_TIMEOUT
        try:
            self._timeout = float(timeout)
        except ValueError:
            raise OSError(f"SQLALCHEMY_LOCK_TIMEOUT should be seconds, not {timeout!r}") from None
        self._opened: list[Log | Database] = []

    def dcb_recorder(self) -> Recorder:
        """Return the recorder of the log, which is made if need be and allowed."""
        with library_errors():
            log = self._log()
        topic = self.env.get("TAGS_TOPIC", "")
        recorder = Recorder(log, resolve_topic(topic) if topic else None)
        self._close_with(recorder, log)
        return recorder

    def tracking_recorder(
        self, tracking_recorder_class: type[SQLAlchemyTrackingRecorder] | None = None
    ) -> SQLAlchemyTrackingRecorder:
        """Return the recorder of a projection, its tables beside the log or elsewhere."""
        if tracking_recorder_class is None:
            topic = self.env.get("TRACKING_RECORDER_TOPIC", "")
            tracking_recorder_class = resolve_topic(topic) if topic else SQLAlchemyTrackingRecorder
        with library_errors():
            database = database_at(self._url, self._timeout)
        recorder = tracking_recorder_class(database)
        self._close_with(recorder, database)
        if self._create_table():
            recorder.create_table()
        return recorder

    def aggregate_recorder(self, purpose: str = "events") -> NoReturn:
        """Refuse: only DCB applications are kept here."""
        raise _not_here()

    def application_recorder(self) -> NoReturn:
        """Refuse: only DCB applications are kept here."""
        raise _not_here()

    def process_recorder(self) -> NoReturn:
        """Refuse: only DCB applications are kept here."""
        raise _not_here()

    def close(self) -> None:
        """Close all connections."""
        while self._opened:
            self._opened.pop().close()

    def _log(self) -> Log:
        if self._create_table():
            try:
                return Log.create(
                    self._url,
                    origin=f"dcb/{self.env.name or 'application'}",
                    timeout=self._timeout,
                    # The library asks for events by type alone as well.
                    index_names=True,
                    beside_others=True,
                )
            except LedgerExists:
                pass
        return Log.open(self._url, timeout=self._timeout)

    def _close_with(
        self, recorder: Recorder | SQLAlchemyTrackingRecorder, what: Log | Database
    ) -> None:
        """Close connections with this factory, or when nobody has the recorder any more.

        The library's runner of projections never closes the factory of the view.
        """
        self._opened.append(what)
        weakref.finalize(recorder, what.close)

    def _create_table(self) -> bool:
        return bool(strtobool(self.env.get("CREATE_TABLE", "") or "yes"))

    def _require(self, key: str) -> str:
        value = self.env.get(key)
        if not value:
            keys = ", ".join(self.env.create_keys(key))
            raise OSError(f"Database URL not found in environment with keys: {keys}")
        return value


def _not_here() -> NotSupportedError:
    return NotSupportedError(
        "cardledger.store keeps DCB applications and tracking; for aggregates name another"
        " persistence module, such as eventsourcing.sqlite"
    )
