"""All readers, watched for as long as somebody wants: what they tell, one sign after the other."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Collection, Iterator
from typing import Final

from cardledger.station.readers.lane import FAREWELL, LIMIT, WAIT, Lane
from cardledger.station.readers.pcsc import Context, ServiceAway, Silent, scard
from cardledger.station.signs import ReaderCame, ReaderGone, ServiceCame, ServiceGone, Sign

#: Seconds between two looks at whether to stop, and whether a reader hangs. Signs do not wait.
_GLANCE: Final = 0.1
#: Seconds between two tries to reach a service that is away: nothing tells when it comes back.
_AGAIN: Final = 0.25


def watch(stop: threading.Event, only: Collection[str] = ()) -> Iterator[Sign]:
    """Yield what the readers tell, until `stop` is set; goes on after every fault.

    `only`: names of readers, or their beginnings; else all. A card that lies on a reader at the
    start is read too: whoever laid it there before the station was ready waits for its answer.
    Raises `ReadersMissing` where the library is not here.
    """
    scard()
    return _signs(stop, tuple(only))


def _signs(stop: threading.Event, only: tuple[str, ...]) -> Iterator[Sign]:
    watcher = _Watch(only)
    try:
        while not stop.is_set():
            try:
                yield watcher.signs.get(timeout=_GLANCE)
            except queue.Empty:
                watcher.check()
    finally:
        watcher.stop()


class _Watch:
    """A thread that keeps a lane for each reader, as they come and go."""

    def __init__(self, only: tuple[str, ...]) -> None:
        self.signs: queue.SimpleQueue[Sign] = queue.SimpleQueue()
        self._only = only
        self._lanes: dict[str, Lane] = {}
        self._lying: dict[str, str] = {}
        self._context: Context | None = None
        self._stopping = threading.Event()
        #: None until the service was looked for.
        self._here: bool | None = None
        self._overdue_at: float | None = None
        self._thread = threading.Thread(target=self._run, name="readers", daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Say what takes longer than it may: the service as a whole, else single readers."""
        limit = self._overdue_at
        if limit is not None and time.monotonic() > limit:
            self._service(here=False)
            return
        for lane in list(self._lanes.values()):
            lane.check()

    def stop(self) -> None:
        """End all threads."""
        self._stopping.set()
        context = self._context
        if context is not None:
            context.cut()
        self._thread.join(FAREWELL)
        self._end_lanes()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._overdue_at = time.monotonic() + LIMIT
            try:
                with Context() as context:
                    self._context = context
                    self._keep(context)
            except (ServiceAway, Silent):
                self._service(here=False)
                self._end_lanes()
                self._overdue_at = None
                self._stopping.wait(_AGAIN)
            finally:
                self._context = None

    def _keep(self, context: Context) -> None:
        while not self._stopping.is_set():
            self._overdue_at = time.monotonic() + LIMIT
            names = [name for name in context.readers() if name.startswith(self._only or "")]
            self._service(here=True)
            for name in [name for name in self._lanes if name not in names]:
                self._end(self._lanes.pop(name))
                self.signs.put(ReaderGone(name))
            for name in names:
                lane = self._lanes.get(name)
                if lane is None:
                    self.signs.put(ReaderCame(name))
                if lane is None or not lane.alive:
                    self._lanes[name] = Lane(name, self.signs.put, self._lying)
            self._overdue_at = time.monotonic() + WAIT + LIMIT
            context.wait_for_readers(WAIT)

    def _service(self, *, here: bool) -> None:
        if here != self._here:
            self._here = here
            self.signs.put(ServiceCame() if here else ServiceGone())

    def _end_lanes(self) -> None:
        lanes, self._lanes = self._lanes, {}
        for lane in lanes.values():
            lane.stop()
        for lane in lanes.values():
            lane.join()

    def _end(self, lane: Lane) -> None:
        lane.stop()
        lane.join()
