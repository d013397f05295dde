"""What readers tell can be said to people, whatever goes wrong."""

from __future__ import annotations

import typing
from collections.abc import Mapping

import pytest

from cardledger.events import Reading
from cardledger.i18n import translator
from cardledger.moments import Moment
from cardledger.station import signs


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        pytest.param(signs.WRONG, signs.Reason, id="wrong"),
        pytest.param(signs.HINTS, signs.Reason, id="hints"),
        pytest.param(signs.TYPES, signs.CardType, id="types"),
    ],
)
def test_every_fault_and_type_has_words(words: Mapping[str, str], wanted: object) -> None:
    assert set(words) == set(typing.get_args(wanted))
    assert len({translator("zh")(text) for text in words.values()}) == len(words)


def test_a_card_that_was_read_names_its_reader() -> None:
    reading = Reading(reader="R 00", atr="3B", uid="04A1B2C3", counter_before=1, counter_after=1)
    read = signs.CardRead(reading, "unknown", Moment("2010-03-20T08:00:00.000+08:00"), 0.0)
    assert read.reader == "R 00"
