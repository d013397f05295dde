"""The count of a sealed box differs from the cards that the ledger has in it.

The count is the one that the handler stated when the box was sealed last. A wrong one is refused at
the desk; it comes from paper lists, and from corrections that came later.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.actions.box_seal import BoxSealed
from cardledger.audit.finding import Finding
from cardledger.audit.history import History
from cardledger.audit.setting import Setting
from cardledger.i18n import _

RULE: Final = "box-count-off"
SEVERITY: Final = "warning"
SUBJECTS: Final = ("box",)
TODO: Final = _(
    "Reopen the box and count again; correct what the ledger has, or seal it with the right count."
)

_MESSAGE: Final = _("Box {box} was sealed with {count} cards, and the ledger has {cards} in it.")


def findings(history: History, setting: Setting) -> Iterator[Finding]:
    box = history.box
    if box.state == "sealed" and box.count is not None and box.count != len(box.cards):
        last = history.of(BoxSealed)[-1]
        yield Finding(
            rule=RULE,
            subjects=(history.tag,),
            positions=(last.position,),
            since=last.event.at,
            message=_MESSAGE,
            values={"box": box.id, "count": box.count, "cards": len(box.cards)},
            which=last.event.at,
            school=box.school,
            cohort=box.cohort,
        )
