"""Forms: how the text of a command's field is read, by the name of its form.

Each returns the value in canonical form, and raises `BadValue` where there is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import msgspec

from cardledger import ids
from cardledger.errors import BadValue
from cardledger.events import Reading
from cardledger.i18n import _
from cardledger.moments import check_moment, parse_date

#: The form of the field that holds what a reader saw of the card.
READING: Final = "reading"
#: Longest text of one field, in characters; a note or an address is shorter.
TEXT_LIMIT: Final = 2000


def _text(value: str) -> str:
    text = value.strip()
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadValue(
            _("“{value}” is not text."),
            hint=_("It was read in the wrong encoding; use UTF-8."),
            value=text.encode(errors="replace").decode(),
        ) from None
    if len(text) > TEXT_LIMIT:
        raise BadValue(
            _("A text of {length} characters is too long."),
            hint=_("The longest is {limit} characters."),
            length=len(text),
            limit=TEXT_LIMIT,
        )
    return text


def _term(value: str) -> str:
    text = ids.plain(value)
    # Years as those of a cohort: a typing error must not become a term of its own.
    found = re.fullmatch(r"([0-9]{4})-(?:spring|autumn)", text)
    if not found or not ids.FIRST_YEAR <= int(found[1]) <= ids.LAST_YEAR:
        raise BadValue(
            _("“{value}” is not a term."),
            hint=_("Write it as 2010-spring or 2010-autumn."),
            value=value,
        )
    return text


def _day(value: str) -> str:
    return parse_date(value).isoformat()


def choice(choices: tuple[str, ...], value: str) -> str:
    if value not in choices:
        raise BadValue(
            _("“{value}” is not possible here."),
            hint=_("Possible are: {choices}."),
            value=value,
            choices=", ".join(choice for choice in choices if choice),
        )
    return value


def _found_in_box(value: str) -> str:
    """Read what was found in a box: the number of a card, or `uid:…` of a chip that no card has."""
    text = ids.plain(value)
    if text[:4].lower() == "uid:":
        return f"uid:{ids.parse_uid(text)}"
    return ids.parse_card_number(text)


def _card_of_box(value: str) -> str:
    """Read a card with the box in which it belongs, such as C0007@B2010-2."""
    card, at, box = ids.plain(value).partition("@")
    if not at:
        raise BadValue(
            _("“{value}” is not a card with its box."),
            hint=_("Write it as CARD@BOX, such as C0007@B2010-2."),
            value=value,
        )
    return f"{ids.parse_card_number(card)}@{ids.parse_box_id(box)}"


def _count(value: int) -> int:
    if value < 0:
        raise BadValue(_("{value} is not a count."), hint=_("Count from 0."), value=value)
    return value


#: Bytes that an answer to reset may have (ISO/IEC 7816-3).
_ATR_BYTES: Final = range(2, 34)
#: A reader counts its events in one word of PC/SC's event state; some keep a longer count.
_COUNTER_LIMIT: Final = 1 << 32


def _reading(value: Reading) -> Reading:
    """Return what a reader saw in canonical form: a reading is evidence, and never guessed at."""
    reader = _text(value.reader)
    if not reader:
        raise BadValue(
            _("The reading does not name its reader."),
            hint=_("Give the reader's name as PC/SC shows it: cardledger readers."),
        )
    for count in (value.counter_before, value.counter_after):
        if not 0 <= count < _COUNTER_LIMIT:
            raise BadValue(
                _("{value} is not an event counter of a reader."),
                hint=_("It is a whole number from 0 on, as the reader counts its events."),
                value=count,
            )
    return Reading(
        reader=reader,
        atr=_atr(value.atr),
        uid=ids.parse_uid(value.uid),
        counter_before=value.counter_before,
        counter_after=value.counter_after,
    )


def _atr(text: str) -> str:
    bare = re.sub(r"[\s:.-]", "", ids.plain(text).upper())
    if not re.fullmatch(r"(?:[0-9A-F]{2})+", bare) or len(bare) // 2 not in _ATR_BYTES:
        raise BadValue(
            _("“{value}” is not an ATR."),
            hint=_("An ATR has 2 to 33 bytes in hexadecimal, such as 3B8F8001."),
            value=text,
        )
    return bare


#: How the text of a field is read, by the name of its form.
FORMS: Final[dict[str, Callable[[Any], Any]]] = {
    "text": _text,
    "card-reference": _text,
    "card": ids.parse_card_number,
    "student-reference": ids.plain,
    "student-number": ids.parse_student_number,
    "student-number-place": ids.parse_number_place,
    "uid": ids.parse_uid,
    "school": ids.parse_school_code,
    "box": ids.parse_box_id,
    "cohort": ids.parse_cohort,
    "finding": ids.parse_finding_id,
    "term": _term,
    "day": _day,
    # A moment is read when the command is decided, by the clock of then.
    "moment": check_moment,
    # As they are read again from the line: in JSON a pair is a list.
    "rules": lambda rules: msgspec.json.decode(msgspec.json.encode(rules)),
    "count": _count,
    # An object, which only a reader fills in: no option, and no column of a table.
    READING: _reading,
    "texts": lambda values: tuple(_text(value) for value in values),
    "cards": lambda values: tuple(ids.parse_card_number(value) for value in values),
    "student-numbers": lambda values: tuple(ids.parse_student_number(value) for value in values),
    "found-in-box": lambda values: tuple(_found_in_box(value) for value in values),
    "cards-of-boxes": lambda values: tuple(_card_of_box(value) for value in values),
}
