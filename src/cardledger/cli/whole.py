"""Files and input that are read whole: never more than what such a file can be.

A stdin that never ends, or a file of another kind that was named by mistake, must not take all
memory before anybody says what is wrong with it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from cardledger.cli.edge import reason_of
from cardledger.errors import UnreadableFile
from cardledger.i18n import _

STDIN: Final = "-"


def whole(file: str, limit: int) -> bytes:
    """Return all bytes of a file, or of stdin for `-`.

    Raises `UnreadableFile` where it cannot be read, or has more than `limit` bytes.
    """
    try:
        if file == STDIN:
            data = sys.stdin.buffer.read(limit + 1)
        else:
            with Path(file).open("rb") as stream:
                data = stream.read(limit + 1)
    except OSError as error:
        raise UnreadableFile(
            _("{file} cannot be read: {reason}"), file=file, reason=reason_of(error)
        ) from error
    if len(data) > limit:
        raise UnreadableFile(
            _("{file} has more than {limit} bytes, which no file of that kind has."),
            hint=_("Check which file it is."),
            file=file,
            limit=limit,
        )
    return data
