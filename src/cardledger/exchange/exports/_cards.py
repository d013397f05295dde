"""Cards with their pupils: what several papers are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final

from cardledger.exchange.exports import Asked
from cardledger.ledger import Ledger
from cardledger.replay import Replay
from projections import Shown

#: So many pupils are looked up one by one; for more of them the whole roster is read.
FEW: Final = 50


def cards(ledger: Ledger, asked: Asked, where: Mapping[str, str]) -> list[Shown]:
    """Return the cards that fit, of the moment that is asked for."""
    return Replay(ledger).rows("cards", as_of=asked.as_of, known=asked.known, where=where)


def holders(ledger: Ledger, asked: Asked, found: Iterable[Shown], school: str) -> dict[str, Shown]:
    """Return the pupils of cards, by id; most of them are at `school`, if one is given."""
    read = partial(Replay(ledger).rows, "roster", as_of=asked.as_of, known=asked.known)
    wanted = {row["student"] for row in found if row["student"]}
    pupils: dict[str, Shown] = {}
    if school and wanted:
        pupils = {row["student"]: row for row in read(where={"school": school})}
    missing = wanted - pupils.keys()
    # Of the past, one pupil takes as long as all of them.
    if missing and (len(missing) > FEW or asked.as_of or asked.known):
        return {row["student"]: row for row in read()}
    for student in missing:
        pupils |= {row["student"]: row for row in read(where={"student": student})}
    return pupils
