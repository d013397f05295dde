"""For how long a server is waited for, and how the URL says otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import make_url

from cardledger.errors import BadValue
from cardledger.log import Log
from cardledger.server.patience import patience_of

URL = "postgresql+psycopg://wang@host/cards"


def test_a_command_waits_longer_for_an_answer_than_for_another_writer() -> None:
    _url, patience = patience_of(make_url(URL), 60)
    assert patience.answer == 120
    assert patience.arguments["connect_timeout"] == 10
    assert patience.arguments["tcp_user_timeout"] == 60_000


def test_a_station_waits_shortly_for_all_of_it() -> None:
    _url, patience = patience_of(make_url(URL), 1)
    assert patience.answer == 5
    assert patience.arguments["connect_timeout"] == 2
    assert patience.arguments["tcp_user_timeout"] == 3_000


def test_what_the_url_says_goes_first() -> None:
    given_url = make_url(f"{URL}?answer_timeout=600&connect_timeout=3&keepalives_idle=7")
    url, patience = patience_of(given_url, 60)
    assert patience.answer == 600
    assert "connect_timeout" not in patience.arguments
    assert "keepalives_idle" not in patience.arguments
    # The driver gets its own parameters, and would refuse ours.
    assert dict(url.query) == {"connect_timeout": "3", "keepalives_idle": "7"}


def test_no_limit_can_be_asked_for() -> None:
    assert patience_of(make_url(f"{URL}?answer_timeout=0"), 60)[1].answer == 0


@pytest.mark.parametrize("value", ["soon", "-1", "inf", "nan", "1&answer_timeout=2"])
def test_a_time_that_is_none_is_refused_with_its_value(value: str) -> None:
    with pytest.raises(BadValue, match="number of seconds") as refused:
        Log.open(f"{URL}?answer_timeout={value}")
    assert refused.value.exit_status == 2


@given(st.floats(min_value=0, max_value=1e9))
def test_every_time_that_is_one_is_taken(seconds: float) -> None:
    url, patience = patience_of(make_url(f"{URL}?answer_timeout={seconds!r}"), 60)
    assert patience.answer == seconds
    assert not url.query
