"""The durable queue: what cannot be written now is kept on this machine, in order.

    with Queue(default_folder(), ledger.id) as queue:
        waiting = queue.put({"action": "term-swipe", "card": "C1", …})

Nothing in it names a person: a command names its card, and when, where and by whom it was swiped.
"""

from __future__ import annotations

from cardledger.station.queue.file import LIMIT, QueueFile, QueueFull, QueueUnwritable
from cardledger.station.queue.waiting import (
    Queue,
    QueueDamaged,
    QueueElsewhere,
    QueueUnknown,
    Waiting,
    default_folder,
)

__all__ = [
    "LIMIT",
    "Queue",
    "QueueDamaged",
    "QueueElsewhere",
    "QueueFile",
    "QueueFull",
    "QueueUnknown",
    "QueueUnwritable",
    "Waiting",
    "default_folder",
]
