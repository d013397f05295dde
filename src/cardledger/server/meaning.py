"""What an error of the driver says of the server."""

from __future__ import annotations

import sys
from typing import Final

from cardledger.errors import (
    ServerAway,
    ServerLost,
    ServerReadOnly,
    ServerSilent,
    StorageError,
    Unreplicated,
)

#: SQLSTATE of a standby, and of whatever else may only be read.
_READ_ONLY: Final = "25006"
#: Classes of SQLSTATE: the server is being stopped, or crashed; the connection failed.
_LOST: Final = ("57P", "08")


def meaning_of(error: BaseException) -> StorageError | None:
    """Return what an error means where it is about the server itself, and not about the data."""
    module = sys.modules.get("cardledger.server.connection")
    if module is None:
        # Nobody has connected to a server.
        return None
    if isinstance(error, module.Silent):
        return ServerSilent(seconds=f"{error.seconds:g}")
    if isinstance(error, module.Unconfirmed):
        return Unreplicated()
    reason = str(error).strip() or type(error).__name__
    if isinstance(error, module.NoConnection):
        # One line of each server that was asked.
        return ServerAway(reason=" ".join(reason.split()))
    state = str(getattr(error, "sqlstate", None) or "")
    if isinstance(error, module.Lost) or state.startswith(_LOST):
        return ServerLost(reason=reason.splitlines()[0])
    if state == _READ_ONLY:
        return ServerReadOnly(reason=reason.splitlines()[0])
    return None
