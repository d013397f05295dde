"""A box holds a card of another cohort.

A box is packed for one cohort. A card belongs to the cohort of its holder on the day on which it
was taken back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.actions.box_open import BoxOpened
from cardledger.actions.box_put import CardBoxed
from cardledger.audit.finding import Finding
from cardledger.audit.history import History
from cardledger.audit.setting import Setting
from cardledger.i18n import _

RULE: Final = "wrong-cohort-in-box"
SEVERITY: Final = "warning"
SUBJECTS: Final = ("box",)
TODO: Final = _("Reopen the box, take the card out, and put it into the box of its cohort.")

_MESSAGE: Final = _("Box {box} of cohort {cohort} holds card {card} of cohort {other}.")


def findings(history: History, setting: Setting) -> Iterator[Finding]:
    box = history.box
    opened = tuple(line.position for line in history.of(BoxOpened))
    puts = {}
    for line in history.lines:
        if isinstance(line.event, CardBoxed):
            puts[line.event.card] = line
    for card, cohort in box.cards.items():
        # A card that nobody took back has no cohort to be wrong.
        if cohort and box.cohort and cohort != box.cohort:
            yield Finding(
                rule=RULE,
                subjects=(history.tag, f"card:{card}"),
                positions=(*opened[:1], puts[card].position),
                since=puts[card].event.at,
                message=_MESSAGE,
                values={"box": box.id, "cohort": box.cohort, "card": card, "other": cohort},
                school=box.school,
                cohort=box.cohort,
            )
