"""Card states: what an export of a card manager says about a card, as the acts that led there.

Such an export has a row a card: its number, the pupil, the day on which it was issued, and what
it is now (正常, 挂失, 注销, 已回收). The row says that the card was made (`register`, or what the
list was said to be), and that it was reported lost or taken back. When is part of an act: a state
whose day the row does not tell is of the day of the list (`--at`), and without that the row is not
used.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from cardledger.errors import BadValue
from cardledger.exchange.reading import cells, dates, words
from cardledger.exchange.reading.cells import Cell
from cardledger.exchange.reading.source import RowReader
from cardledger.i18n import _

#: Acts that make a card known; the first is meant where nobody says which.
MAKING: Final = ("register", "issue", "reissue")

#: The act that a state is the result of; nothing for a card in use. A card manager cancels what was
#: taken back. How a card came to be replaced or swiped out a list of states does not tell.
_ACT_OF: Final = {
    "live": "",
    "lost": "lost",
    "recycled": "recycle",
    "boxed": "recycle",
    "cancelled": "recycle",
}
#: Of the words for a card out of use, those by which a card manager cancels what it has back. A
#: card that is void or disabled may lie anywhere, and what is recycled is so for good.
_CANCELLED: Final = frozenset({"注销", "已注销", "cancelled", "canceled"})
_DAYS: Final = {"lost": "lost_on", "recycle": "recycled_on"}

_FAILED: Final = re.compile(
    r"失败|不成功|未成功|无效|错误|拒绝|异常|fail|error|refused|invalid|^(?:否|n|no|false|×|✗|✘|x)$"
)
_DONE: Final = re.compile(r"成功|正常|有效|完成|ok|success|done|^(?:是|y|yes|true|√|✓|✔)$")


def state_act(cell: Cell) -> str:
    """Read what a card is now, as the act that made it so; empty for a card in use.

    Raises `BadValue`.
    """
    state = words.card_state(cell)
    if state not in _ACT_OF or (state == "cancelled" and _plain(cell) not in _CANCELLED):
        raise BadValue(
            _("“{value}” does not say which act made the card so."),
            hint=_("Write one of: {choices}."),
            value=cells.shown(cell),
            choices=", ".join(map(words.named_state, _ACT_OF)),
        )
    return _ACT_OF[state]


def succeeded(cell: Cell) -> bool:
    """Read whether an attempt succeeded, in the words of swipe tools; raises `BadValue`."""
    word = _plain(cell)
    if _FAILED.search(word):
        return False
    if _DONE.search(word):
        return True
    raise BadValue(
        _("“{value}” does not say whether it succeeded."),
        hint=_("Write 成功 or 失败."),
        value=cells.shown(cell),
    )


def _plain(cell: Cell) -> str:
    text = str(cell) if isinstance(cell, bool) else cells.text(cell)
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).casefold()


def acts_of_state(
    reader: RowReader, made: Mapping[str, Any], at: str
) -> tuple[Mapping[str, Any], ...]:
    """Return the acts beyond its making that the state of a card tells of.

    `made` is the row as an act that makes the card known, `at` the day of the list, if it has one.
    """
    act = reader.read("card_state", state_act, "row")
    if not act:
        return ()
    day = reader.read(_DAYS[act], dates.moment, "row") or at
    if not day:
        reader.add(
            "row",
            BadValue(
                _("The card is “{state}”, but the row does not say since when."),
                hint=_("Give a column with that day, or the day of the list with --at."),
                state=cells.text(reader.cell("card_state")),
            ),
            "card_state",
        )
        return ()
    shared = ("card", "student", "handler", "evidence", "tool", "school")
    return ({"action": act, "at": day} | {name: made[name] for name in shared if name in made},)
