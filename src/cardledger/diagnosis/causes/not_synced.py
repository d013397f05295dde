"""The pupil's data were not synchronised after the last change (HANDBOOK 7.8).

The last change is the last line about the pupil, the leave swipe included; the school that made it
sends the data. Ruled out by a synchronisation that was sent after the change and confirmed: only
“同步成功” counts, and what was sent before the change does not have it. Possible where nothing was
sent since, or what was sent was not confirmed. Unknown where the school never recorded a
synchronisation, and where no pupil is known.
"""

from __future__ import annotations

from typing import Final

from cardledger.actions._sync import SyncEvent
from cardledger.actions.leave_swipe import LeaveSwiped
from cardledger.actions.student_forget import StudentForgotten
from cardledger.actions.sync_confirmed import SyncWasConfirmed
from cardledger.actions.sync_failed import SyncWasFailed
from cardledger.actions.sync_sent import SyncWasSent
from cardledger.diagnosis.facts import Facts
from cardledger.diagnosis.verdict import Verdict, possible, ruled_out, unknown
from cardledger.events import Line, StudentEvent
from cardledger.i18n import _

CAUSE: Final = "not-synced"
TITLE: Final = _("Not synchronised")
ORDER: Final = 90

_SYNCED: Final = _("Changed on {changed}, and the synchronisation was confirmed on {day}.")
_FAILED: Final = _("Changed on {changed}; the synchronisation of {day} failed.")
_SENT: Final = _("Changed on {changed}; sent on {day}, and not confirmed yet.")
_NOTHING: Final = _("Changed on {changed}; school {school} has sent nothing since.")
_UNSAID: Final = _("Changed on {changed}; school {school} never recorded a synchronisation.")
_NOBODY: Final = _("The ledger has no pupil with this card, so none is in any synchronisation.")
_SEND: Final = _(
    "School {school} synchronises and looks after six hours; only a confirmed one counts."
)
_DISK: Final = _("School {school} synchronises again, or carries a disk to the centre.")
_LOOK: Final = _("Look six hours after it was sent; only a confirmed one counts.")
_ADD: Final = _("Look for the pupil in the roster; one who is missing is added: student add")


def verdict(facts: Facts) -> Verdict:
    changes = [
        line
        for line in facts.pupil
        if isinstance(line.event, StudentEvent | LeaveSwiped)
        and not isinstance(line.event, StudentForgotten)
    ]
    if not facts.student.known or not changes:
        return unknown(_NOBODY, _ADD)
    change = changes[-1]
    school, changed = change.event.school, change.event.at
    values = {"school": school, "changed": changed[:16].replace("T", " ")}
    own = [line for line in facts.syncs if line.event.school == school]
    since = [line for line in own if line.event.at >= changed]
    if confirmed := _confirmed(own, changed):
        day = confirmed.event.at[:16].replace("T", " ")
        return ruled_out(_SYNCED, change, confirmed, day=day, **values)
    if not since:
        nothing = possible if own else unknown
        return nothing(_NOTHING if own else _UNSAID, _SEND, change, *own[-1:], **values)
    last = since[-1]
    values["day"] = last.event.at[:16].replace("T", " ")
    if isinstance(last.event, SyncWasFailed):
        return possible(_FAILED, _DISK, change, last, **values)
    if isinstance(last.event, SyncWasSent):
        return possible(_SENT, _LOOK, change, last, **values)
    # Confirmed was what had been sent before the change.
    return possible(_NOTHING, _SEND, change, last, **values)


def _confirmed(syncs: list[Line], since: str) -> Line | None:
    """Return the first confirmation of something that was sent at or after a moment.

    One without a line of its sending counts by its own moment.
    """
    sent = ""
    for line in syncs:
        event = line.event
        if isinstance(event, SyncWasConfirmed):
            if (sent or event.at) >= since:
                return line
            sent = ""
        elif isinstance(event, SyncEvent):
            sent = event.at if isinstance(event, SyncWasSent) else ""
    return None
