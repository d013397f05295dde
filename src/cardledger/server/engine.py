"""Engines whose connections have patience, and are replaced when they were cut."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.exc import InvalidatePoolError

from cardledger.server.patience import patience_of

if TYPE_CHECKING:
    from cardledger.server.connection import PatientConnection


def server_engine(url: URL, timeout: float, **options: Any) -> Engine:
    """Return an engine for a server by psycopg; nothing is connected yet.

    timeout: for how many seconds its user waits for another writer. Raises `ImportError` where
    psycopg is not installed, and `BadValue` for a timeout in the URL that cannot be read.
    """
    from cardledger.server.connection import connect

    url, patience = patience_of(url, timeout)
    arguments = options.pop("connect_args", {}) | patience.arguments
    # A traceback must not show what is in a row.
    engine = create_engine(url, connect_args=arguments, hide_parameters=True, **options)

    def do_connect(
        _dialect: object, _record: object, given: tuple[Any, ...], named: dict[str, Any]
    ) -> PatientConnection:
        return connect(patience.answer, *given, **named)

    event.listen(engine, "do_connect", do_connect)
    event.listen(engine, "checkout", _refuse_cut)
    return engine


def _refuse_cut(connection: PatientConnection, _record: object, _proxy: object) -> None:
    """Have a connection replaced that the server, or somebody between, has closed.

    With it all that are older than this moment: a server that was started again knows none.
    """
    if connection.is_cut():
        raise InvalidatePoolError
