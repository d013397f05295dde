"""Headings of a card filing file (学籍卡立案数据)."""

from __future__ import annotations

from typing import Final

from cardledger.exchange.headings.actions import ACTIONS
from cardledger.exchange.headings.shared import CLASS, COHORT, GRADE, NUMBER, SCHOOL
from cardledger.exchange.reading.columns import Field, Vocabulary

_SAME: Final = ("card", "uid", "name", "school_name", "kind", "issued_on", "card_state", "note")

FILING: Final = Vocabulary(
    (
        *(one for one in ACTIONS.fields if one.name in _SAME),
        Field("student", (*NUMBER.headings, "student", "pupil"), weak=NUMBER.weak),
        Field("place", ("序号", "编号", "no", "serial no"), weak=("number of the row",)),
        Field(
            "filed",
            (
                *("立案日期", "立案时间", "备案日期", "备案时间"),
                *("filed", "filed on", "filing date", "date of filing"),
            ),
        ),
        SCHOOL,
        CLASS,
        COHORT,
        GRADE,
    ),
    required=("card",),
)
