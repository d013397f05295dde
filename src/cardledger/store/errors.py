"""Our errors as those that applications of the library expect."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from eventsourcing import persistence

from cardledger.errors import CardledgerError, Conflict, LedgerBusy, StorageError

#: By the name of the driver's error, which PEP 249 fixes.
_BY_NAME: Final[dict[str, type[persistence.PersistenceError]]] = {
    error.__name__: error
    for error in (
        persistence.InterfaceError,
        persistence.DataError,
        persistence.OperationalError,
        persistence.IntegrityError,
        persistence.InternalError,
        persistence.ProgrammingError,
        persistence.NotSupportedError,
    )
}


@contextmanager
def library_errors() -> Iterator[None]:
    """Raise the library's errors for ours, inside."""
    try:
        yield
    except CardledgerError as error:
        raise _library_error(error) from error


def _library_error(error: CardledgerError) -> persistence.PersistenceError:
    text = f"{error} {error.hint}".strip()
    if isinstance(error, Conflict):
        return persistence.IntegrityError(text)
    if isinstance(error, LedgerBusy):
        return persistence.OperationalError(text)
    if isinstance(error, StorageError):
        for kind in type(error.__cause__).__mro__:
            if kind.__name__ in _BY_NAME:
                return _BY_NAME[kind.__name__](text)
        return persistence.DatabaseError(text)
    return persistence.OperationalError(text)
