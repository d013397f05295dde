"""A station that takes a UID a line from its input, and says what became of each.

    python -m tests.station.worker PLACE KEYS QUEUE TERM

A line of the output is an acknowledgement: what it says must hold whatever becomes of the process.
It is a station like any other; it has no screen.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from cardledger.events import Reading
from cardledger.moments import now
from cardledger.station.acts import ACTS
from cardledger.station.signs import CardRead
from cardledger.station.station import Station
from cardledger.station.swipe import Swipe

#: Seconds that it waits for a lock: less than the tests hold it.
PATIENCE = 0.05
#: Cards after which it tries to write what waits.
EVERY = 5


def main(place: str, keys: str, queue: str, term: str) -> None:
    """Take cards until the input ends."""
    act = ACTS["term-swipe"]
    given = {"term": term}
    with Station(place, act, given, keys=keys, queue=Path(queue), patience=PATIENCE) as station:
        _tell(*station.flush())
        _say("ready")
        for count, uid in enumerate(sys.stdin, 1):
            _tell(station.take(_card(uid.strip())))
            station.progress()
            if count % EVERY == 0:
                _tell(*station.flush())


def _card(uid: str) -> CardRead:
    reading = Reading(reader="R", atr="3B8F8001", uid=uid, counter_before=1, counter_after=1)
    return CardRead(reading=reading, type="unknown", at=now(), seen=time.monotonic())


def _tell(*swipes: Swipe) -> None:
    for one in swipes:
        _say(json.dumps([one.verdict, one.uid, one.at]))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
