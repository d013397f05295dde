"""Acts as they are told in a sentence."""

from __future__ import annotations

import functools

from cardledger.events import Event


@functools.cache
def told(event: type[Event]) -> str:
    """Return how an event is told to people (an English msgid): the first sentence of its doc."""
    first = " ".join((event.__doc__ or "").split("\n\n")[0].split())
    end = first.find(". ")
    return first if end < 0 else first[: end + 1]
