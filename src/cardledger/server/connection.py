"""A connection that gives up a server which says nothing, and knows why it is of no use any more.

Only imported where a server is used: it needs psycopg, which is an extra.
"""

from __future__ import annotations

import select
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from weakref import ReferenceType, ref

from psycopg import Connection, OperationalError
from psycopg.abc import RV, PQGen
from psycopg.errors import Diagnostic
from psycopg.rows import RowFactory, tuple_row

if TYPE_CHECKING:
    from psycopg.pq.abc import PGconn

#: Where PostgreSQL waits for its standby; messages may be in any language, this is not.
_WAITS_FOR_STANDBY: Final = "SyncRepWaitForLSN"
#: Pieces of news that a server may have left on an idle connection before it closed it.
_PIECES: Final = 16


class NoConnection(OperationalError):
    """No server could be reached, or none took us."""


class Lost(OperationalError):
    """The connection broke off."""


class Silent(OperationalError):
    """The server said nothing for too long."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the server said nothing for {seconds:g} seconds")
        self.seconds: Final = seconds


class Unconfirmed(OperationalError):
    """A commit is on the disk of this server alone, although it is to wait for a standby."""


class PatientConnection(Connection[Any]):
    """A connection with a limit to its waiting."""

    #: Seconds without a word from the server; 0 is no limit.
    answer_timeout: float = 0.0

    def __init__(self, pgconn: PGconn, row_factory: RowFactory[Any] = tuple_row) -> None:
        super().__init__(pgconn, row_factory)
        self._why: OperationalError | None = None
        self._is_confirmed = True
        self.add_notice_handler(partial(_heed, ref(self)))

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Do what `gen` wants to do with the server. Raises `Silent` and `Lost`."""
        if self._why is not None:
            # What is tidied up after an error must not put another one in its place.
            raise self._why
        if self.answer_timeout and timeout is None:
            gen = _limited(gen, self.answer_timeout)
        # Who listens for news has a time of its own; only newer drivers ask for it here.
        named = {} if timeout is None else {"timeout": timeout}
        try:
            return super().wait(gen, interval, **named)
        except Silent as error:
            self._why = error
            self.close()
            raise
        except OperationalError as error:
            if not self.closed:
                raise
            self._why = Lost(str(error))
            raise self._why from error

    def commit(self) -> None:
        """Commit. Raises `Unconfirmed` where the server did not wait for its standby to the end.

        It answers as if all were well when somebody cancels the waiting, and only warns.
        """
        self._is_confirmed = True
        super().commit()
        if not self._is_confirmed:
            raise Unconfirmed("the waiting for a standby was cancelled")

    def set_read_only(self, value: bool | None) -> None:
        """Have transactions only read; or be what they are by themselves, at a standby too."""
        super().set_read_only(value or None)

    def is_cut(self) -> bool:
        """Whether the other end was closed meanwhile; nothing is sent to find that out."""
        if self.closed:
            return True
        poll = select.poll()
        poll.register(self.pgconn.socket, select.POLLIN)
        try:
            for _piece in range(_PIECES):
                if not poll.poll(0):
                    return False
                self.pgconn.consume_input()
        except OperationalError:
            return True
        return False


def connect(answer_timeout: float, *given: Any, **named: Any) -> PatientConnection:
    """Connect as the driver does. Raises `NoConnection`."""
    try:
        connection = PatientConnection.connect(*given, **named)
    except OperationalError as error:
        raise NoConnection(str(error)) from error
    connection.answer_timeout = answer_timeout
    return connection


def _heed(connection: ReferenceType[PatientConnection], told: Diagnostic) -> None:
    one = connection()
    if one is not None and told.source_function == _WAITS_FOR_STANDBY:
        one._is_confirmed = False


def _limited(gen: PQGen[RV], seconds: float) -> PQGen[RV]:
    """Do what `gen` does, but raise `Silent` when nothing comes or goes for some seconds."""
    try:
        wanted = next(gen)
        heard = time.monotonic()
        while True:
            ready = yield wanted
            if ready:
                heard = time.monotonic()
            elif time.monotonic() - heard > seconds:
                raise Silent(seconds)
            wanted = gen.send(ready)
    except StopIteration as end:
        result: RV = end.value
        return result
