"""What the items about synchronisation share."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from cardledger.actions._sync import SyncEvent
from cardledger.actions.sync_sent import SyncWasSent
from cardledger.agenda.office import Office
from cardledger.audit.times import later
from cardledger.events import Line
from cardledger.i18n import _

#: After so long somebody looks whether the data arrived.
LOOK: Final = timedelta(hours=6)

RUN: Final = _(
    "Synchronise, look after six hours, and record it with: cardledger sync sent, cardledger sync"
    " confirmed. Where the network fails, carry a disk to the centre."
)
WAIT: Final = _("Sent on {sent}: look on {look}; only “同步成功” counts.")


def last_step(office: Office) -> Line | None:
    """Return the last step of a synchronisation of the school."""
    steps = [line for line in office.lines.lines if isinstance(line.event, SyncEvent)]
    return steps[-1] if steps else None


def waiting(office: Office) -> tuple[Line, str] | None:
    """Return what was sent and not answered yet, and when to look; none if nothing was."""
    last = last_step(office)
    if last is None or not isinstance(last.event, SyncWasSent):
        return None
    return last, later(last.event.at, LOOK)


def minute(moment: str) -> str:
    """Return a moment to the minute, for a sentence."""
    return moment[:16].replace("T", " ")
