"""For how long a server is waited for."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

from sqlalchemy import URL

from cardledger.errors import BadValue
from cardledger.i18n import _

#: The parameter of a URL that is ours; the others are libpq's.
ANSWER: Final = "answer_timeout"
#: Seconds: nobody waits longer for a connection or for a machine, and nobody less.
LONGEST_CONNECT: Final = 10
LONGEST_MACHINE: Final = 60
SHORTEST_CONNECT: Final = 2
SHORTEST_ANSWER: Final = 5.0
#: A connection on which nothing is said is looked after, so that its end is noticed.
KEEP_ALIVE: Final = {"keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3}


class Patience(NamedTuple):
    """`answer`: seconds without a word, 0 without end; `arguments` are libpq's."""

    answer: float
    arguments: dict[str, int]


def patience_of(url: URL, timeout: float) -> tuple[URL, Patience]:
    """Return the URL without what is ours, and the patience of somebody who waits for a writer.

    timeout: for how many seconds. Raises `BadValue` for an `answer_timeout` that is no number.
    """
    connect = min(max(math.ceil(timeout), SHORTEST_CONNECT), LONGEST_CONNECT)
    machine = min(max(math.ceil(timeout), SHORTEST_CONNECT) + 1, LONGEST_MACHINE)
    wanted = KEEP_ALIVE | {"connect_timeout": connect, "tcp_user_timeout": 1000 * machine}
    arguments = {name: value for name, value in wanted.items() if name not in url.query}
    answer = max(2 * timeout, SHORTEST_ANSWER)
    if ANSWER in url.query:
        answer = _seconds(url.query[ANSWER])
        url = url.difference_update_query([ANSWER])
    return url, Patience(answer, arguments)


def _seconds(text: str | tuple[str, ...]) -> float:
    try:
        seconds = float(text) if isinstance(text, str) else math.nan
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise BadValue(
            _("answer_timeout is a number of seconds, not {value}."),
            hint=_("Such as answer_timeout=600 for ten minutes, or 0 for no limit."),
            value=text,
        )
    return seconds
