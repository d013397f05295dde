"""Cuts of the history: `--as-of` and `--known` (DESIGN 5).

As of a day or moment: what had happened by then, by `at`. Known by a day or moment: what was
written by then, by `recorded`. `@1234` in either is: what was written up to that position. They
combine. A void counts once it is known, whenever that was.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from cardledger.errors import BadValue
from cardledger.events import UnknownEvent
from cardledger.i18n import _
from cardledger.ledger import Ledger, event_of
from cardledger.moments import Moment, end_of, parse_date, parse_moment

_POSITION: Final = re.compile(r"@\s*(\d{1,18})")


class Cut(NamedTuple):
    """Which lines count: by position, by when it happened, by when it was written; none is all."""

    upto: int | None = None
    until: Moment | None = None
    known: Moment | None = None


class Asked(NamedTuple):
    """What was asked for: the lines that count, and the moment of which rows speak."""

    cut: Cut
    moment: Moment


def asked_for(ledger: Ledger, as_of: str | None, known: str | None) -> Asked | None:
    """Read what `--as-of` and `--known` say; none where neither says anything.

    Raises `BadValue` for what is neither a day, a moment nor a position.
    """
    if not as_of and not known:
        return None
    position, until = _read(ledger, as_of)
    known_position, known_moment = _read(ledger, known)
    upto = min(position, known_position)
    moment = until or _written(ledger, position) or known_moment
    moment = moment or _written(ledger, known_position) or ledger.clock()
    return Asked(Cut(upto, until, known_moment), moment)


def _read(ledger: Ledger, text: str | None) -> tuple[int, Moment | None]:
    """Return the position and the moment that a text names; without a position, the head."""
    head = ledger.head()
    if not text:
        return head, None
    if found := _POSITION.fullmatch(text.strip()):
        position = int(found[1])
        if not 1 <= position <= head:
            raise BadValue(
                _("There is no line {position}."),
                hint=_("The last line of this ledger is {head}."),
                position=position,
                head=head,
            )
        return position, None
    try:
        return head, end_of(parse_date(text))
    except BadValue:
        return head, parse_moment(text, ledger.clock())


def _written(ledger: Ledger, position: int) -> Moment | None:
    """Return when a line was written; none for the last line of all, which is now."""
    raw = ledger.log.line(position) if position < ledger.head() else None
    event = event_of(raw) if raw is not None else None
    return None if event is None or isinstance(event, UnknownEvent) else event.recorded
