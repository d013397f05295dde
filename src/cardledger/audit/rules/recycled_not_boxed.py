"""A card was taken back and lies in no box.

Whatever was taken back is packed by cohort and sealed before graduation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.actions.recycle import CardRecycled
from cardledger.audit.finding import Finding
from cardledger.audit.history import History
from cardledger.audit.setting import Setting
from cardledger.audit.times import day
from cardledger.i18n import _
from cardledger.moments import Moment

RULE: Final = "recycled-not-boxed"
SEVERITY: Final = "notice"
SUBJECTS: Final = ("card",)
TODO: Final = _("Put it into the box of its cohort.")

_MESSAGE: Final = _(
    "Card {card} was taken back on {day} by {handler} and lies in no box (cohort {cohort})."
)


def findings(history: History, setting: Setting) -> Iterator[Finding]:
    card = history.card
    if card.state == "recycled" and not card.box:
        yield Finding(
            rule=RULE,
            subjects=(history.tag,),
            positions=tuple(line.position for line in history.of(CardRecycled)),
            since=Moment(card.recycled_at),
            message=_MESSAGE,
            values={
                "card": card.number,
                "day": day(card.recycled_at),
                "handler": card.recycled_by or "-",
                "cohort": card.cohort or "-",
            },
            which=card.recycled_at,
            school=card.school,
            cohort=card.cohort,
        )
