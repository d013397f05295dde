"""Headings of an export of a card manager (卡管导出), read to be compared with the ledger."""

from __future__ import annotations

from typing import Final

from cardledger.exchange.headings.actions import ACTIONS
from cardledger.exchange.headings.roster import ROSTER
from cardledger.exchange.headings.shared import CLASS, NUMBER, SCHOOL
from cardledger.exchange.reading.columns import Field, Vocabulary

_ACTIONS: Final = {one.name: one for one in ACTIONS.fields}
_NAME: Final = next(one for one in ROSTER.fields if one.name == "name")


def _like(field: Field, name: str, *headings: str) -> Field:
    """Return a field with further headings that only such a list gives it."""
    return Field(name, (*field.headings, *headings), field.weak)


CARDS: Final = Vocabulary(
    (
        _ACTIONS["card"],
        _ACTIONS["uid"],
        NUMBER,
        _like(_NAME, "name", "持卡人", "持卡人姓名", "holder", "card holder"),
        CLASS,
        # In a list of cards nothing else has a state.
        _like(_ACTIONS["card_state"], "state", "状态", "使用状态", "state", "status"),
        _ACTIONS["kind"],
        _like(_ACTIONS["upgraded"], "upgraded", "升级", "升级标志", "升级状态"),
        _like(_ACTIONS["issued_on"], "issued", "开卡日期", "issued"),
        SCHOOL,
        _ACTIONS["note"],
    ),
    required=("card",),
)
