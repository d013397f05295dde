"""Survey: one look at every line, to say what a report covers and what it does not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from cardledger.actions.student_forget import StudentForgotten
from cardledger.book import VOIDS
from cardledger.events import UnknownEvent
from cardledger.ledger import Ledger, event_of
from cardledger.moments import ALWAYS
from cardledger.streams import Cut, Progress


@dataclass
class Survey:
    """Lines up to the position of a report, by what became of them.

    counted: what the report is of. later: happened after its date. unwritten: not yet written at
    the moment whose knowledge was asked for. first, last: acts between which the counted lie.
    """

    counted: int = 0
    later: int = 0
    unwritten: int = 0
    void: int = 0
    contested: int = 0
    forgotten: int = 0
    first: str = ALWAYS
    last: str = ALWAYS
    unknown: Counter[str] = field(default_factory=Counter)


def survey(ledger: Ledger, cut: Cut, progress: Progress) -> Survey:
    """Read all lines up to the position of a cut, one after the other."""
    found = Survey()
    upto = cut.upto or 0
    for raw in ledger.log.read(upto=upto):
        if raw.seq % 5000 == 0:
            progress(raw.seq, upto)
        event = event_of(raw)
        if isinstance(event, UnknownEvent):
            found.unknown[raw.name] += 1
        elif cut.known is not None and event.recorded > cut.known:
            found.unwritten += 1
        elif cut.until is not None and event.when > cut.until:
            found.later += 1
        else:
            found.counted += 1
            found.void += type(event) in VOIDS
            found.contested += bool(event.contested)
            found.forgotten += isinstance(event, StudentForgotten)
            if event.when:
                found.first = min(found.first, event.when) if found.first else event.when
                found.last = max(found.last, event.when)
    return found
