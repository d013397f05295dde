"""A box with cards in it is not sealed.

Boxes are sealed before graduation, with handler and date. An empty box is none yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.audit.finding import Finding
from cardledger.audit.history import History
from cardledger.audit.setting import Setting
from cardledger.i18n import _

RULE: Final = "box-not-sealed"
SEVERITY: Final = "notice"
SUBJECTS: Final = ("box",)
TODO: Final = _("Count the cards in the box and seal it.")

_MESSAGE: Final = _("Box {box} holds {count} cards and is not sealed.")


def findings(history: History, setting: Setting) -> Iterator[Finding]:
    box = history.box
    if box.state == "open" and box.cards:
        yield Finding(
            rule=RULE,
            subjects=(history.tag,),
            positions=(history.lines[0].position, history.lines[-1].position),
            since=history.lines[0].event.at,
            message=_MESSAGE,
            values={"box": box.id, "count": len(box.cards)},
            which=str(box.reopened),
            school=box.school,
            cohort=box.cohort,
        )
