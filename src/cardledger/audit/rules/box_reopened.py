"""A sealed box was reopened.

There may be a good reason, and the ledger has it; somebody should have looked at it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.actions.box_reopen import BoxReopened
from cardledger.audit.finding import Finding
from cardledger.audit.history import History
from cardledger.audit.setting import Setting
from cardledger.audit.times import day
from cardledger.i18n import _

RULE: Final = "box-reopened"
SEVERITY: Final = "warning"
SUBJECTS: Final = ("box",)
TODO: Final = _("Read the reason, and see that the box was counted and sealed again.")

_MESSAGE: Final = _("Box {box} was reopened on {day} by {handler}.")


def findings(history: History, setting: Setting) -> Iterator[Finding]:
    box = history.box
    for line in history.of(BoxReopened):
        event = line.event
        yield Finding(
            rule=RULE,
            subjects=(history.tag,),
            positions=(line.position,),
            since=event.at,
            message=_MESSAGE,
            values={"box": box.id, "day": day(event.at), "handler": event.handler or "-"},
            which=event.at,
            school=box.school or event.school,
            cohort=box.cohort,
        )
