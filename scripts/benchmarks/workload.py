"""The workload: mixed actions of many pupils, in an order in which an office would record them.

Each pupil is added, gets the old card registered, has it upgraded and swiped; every tenth loses
it and gets another, every fifth leaves and has the card taken back, the others swipe again in
autumn. Pupils come in groups whose acts are interleaved.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cardledger.commands import Command

SCHOOL = "01170001"
_GROUP = 400

Row = dict[str, str]


def acts_of(pupil: int) -> list[Row]:
    """Return the acts of one pupil, in order."""
    number, card = f"01170001{pupil:08d}", f"C{pupil:07d}"
    acts: list[Row] = [
        {"action": "student-add", "number": number, "name": f"学生{pupil}", "cohort": "2013"},
        {"action": "register", "card": card, "student": number, "uid": f"{pupil:08X}"},
        {"action": "upgrade", "card": card, "at": "2010-03-02T09:00"},
        {"action": "term-swipe", "card": card, "at": "2010-03-03T09:00", "uid": f"{pupil:08X}"},
    ]
    if pupil % 10 == 0:
        acts += [
            {"action": "lost", "card": card, "at": "2010-03-08T09:00"},
            {
                "action": "reissue",
                "card": f"D{pupil:07d}",
                "student": number,
                "reason": "lost",
                "at": "2010-03-09T09:00",
            },
        ]
    elif pupil % 5 == 1:
        acts += [
            {"action": "leave-swipe", "card": card, "reason": "dropout", "at": "2010-04-12T09:00"},
            {"action": "recycle", "card": card, "reason": "left", "at": "2010-04-13T09:00"},
        ]
    else:
        acts.append({"action": "term-swipe", "card": card, "at": "2010-09-06T09:00"})
    return [act | {"handler": "王敏"} for act in acts]


def rows(count: int, seed: int = 2010) -> list[Row]:
    """Return `count` acts, interleaved; the same for the same numbers."""
    chance = random.Random(seed)

    def endless() -> Iterator[Row]:
        first = 0
        while True:
            waiting = [acts_of(pupil) for pupil in range(first, first + _GROUP)]
            first += _GROUP
            while waiting:
                place = chance.randrange(len(waiting))
                yield waiting[place].pop(0)
                if not waiting[place]:
                    waiting[place] = waiting[-1]
                    waiting.pop()

    return list(islice(endless(), count))


def commands(acts: list[Row]) -> list[Command]:
    """Return acts as commands of the ledger."""
    # A peer makes the acts where there is no cardledger.
    import msgspec

    from cardledger.actions import ACTIONS

    return [msgspec.convert(act, ACTIONS[act["action"]].command, strict=False) for act in acts]
