"""Undoing an act: a further line that makes its line void, never a deletion."""

from __future__ import annotations

from typing import Final

from cardledger.actions.void import Void
from cardledger.commands import Command
from cardledger.i18n import _
from cardledger.moments import Moment
from cardledger.station.acts import TOOL

#: Why a line is void that was undone here; it is stored, and so it is said in one language.
REASON: Final = "undone at the station"
#: What is said of it.
UNDONE: Final = _("Undone: line {position} is void.")
TAKEN_OUT: Final = _("Undone: it was not written yet, and is taken out of the queue.")
KEPT: Final = _("Undone: its line is void as soon as the ledger can be written.")
NOTHING: Final = _("There is nothing to undo.")
NOTHING_HINT: Final = _("What was recorded elsewhere is corrected with: cardledger void POSITION")


def void_of(position: int, command: Command, at: Moment) -> Void:
    """Return the command that makes the line void that a command became.

    Its retry key follows from the other's: an act is undone once, whatever is killed meanwhile.
    """
    return Void(
        position=position,
        reason=REASON,
        at=at,
        handler=command.handler,
        tool=TOOL,
        key=f"{command.key} undo",
    )
