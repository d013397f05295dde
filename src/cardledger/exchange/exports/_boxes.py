"""The boxes that papers about boxes are asked for."""

from __future__ import annotations

from cardledger.errors import NotFound
from cardledger.exchange.exports import Asked
from cardledger.i18n import _
from cardledger.ids import parse_box_id
from cardledger.ledger import Ledger
from cardledger.replay import Replay
from projections import Shown


def boxes_asked(ledger: Ledger, asked: Asked) -> list[Shown]:
    """Return the boxes that are named, in that order; all that fit where none is named.

    Raises `NotFound` for a box that there is not.
    """
    boxes = Replay(ledger).rows("boxes", as_of=asked.as_of, known=asked.known, where=asked.where)
    if not asked.names:
        return boxes
    known = {box["box"]: box for box in boxes}
    wanted = dict.fromkeys(parse_box_id(name) for name in asked.names)
    for name in wanted:
        if name not in known:
            raise NotFound(
                _("There is no box {box}."), hint=_("All boxes: cardledger boxes"), box=name
            )
    return [known[name] for name in wanted]
