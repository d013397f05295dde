"""The states of a card manager as acts: one table of words, and what it does not tell."""

from __future__ import annotations

import pytest

from cardledger.errors import BadValue
from cardledger.exchange.imports.card_states import state_act
from cardledger.exchange.reading.words import card_state


@pytest.mark.parametrize(
    ("said", "act"),
    [
        *(("正常", ""), ("已发卡", ""), ("In use", ""), ("live", "")),
        *(("挂失", "lost"), ("丢失", "lost")),
        *(("已回收", "recycle"), ("收回", "recycle"), ("注销", "recycle"), ("已装箱", "recycle")),
    ],
)
def test_a_state_is_the_result_of_an_act(said: str, act: str) -> None:
    assert state_act(said) == act
    assert card_state(said)


@pytest.mark.parametrize("said", ["已换卡", "未交回", "离校", "停用", "作废", "无效"])
def test_a_state_that_does_not_say_by_which_act_is_not_guessed(said: str) -> None:
    assert card_state(said)
    with pytest.raises(BadValue, match="does not say which act") as caught:
        state_act(said)
    assert "recycled 已回收" in caught.value.hint


def test_what_is_no_state_is_said_with_the_states_that_there_are() -> None:
    with pytest.raises(BadValue, match="“冻结” is not the state of a card") as caught:
        state_act("冻结")
    assert "live 正常" in caught.value.hint
