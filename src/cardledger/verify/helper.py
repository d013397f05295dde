"""A process that examines a share of the lines: the share on stdin, what it gives on stdout.

A program of its own, and not a copy of the one that verifies: that may have threads, connections,
and things to do when it is loaded a second time.
"""

from __future__ import annotations

import sys

import msgspec

import cardledger.actions  # noqa: F401 - makes the events known
from cardledger.log import Log
from cardledger.verify.share import Share, Sound, examine
from cardledger.verify.source import snapshot


def main() -> None:
    """Answer with one message: what a sound share gives, else nothing."""
    share = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Share)
    found: Sound | None
    with Log.open(share.place) as log, snapshot(log.engine) as source:
        found = examine(source, share)
    sys.stdout.buffer.write(msgspec.msgpack.encode(found))


if __name__ == "__main__":
    main()
