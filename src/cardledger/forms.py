"""Forms: how the text of a command's field is read, by the name of its form.

Each returns the value in canonical form, and raises `BadValue` where there is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
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
#: Largest whole number: that far every reader of JSON is exact. Positions end far below it.
COUNT_LIMIT: Final = (1 << 53) - 1
#: Most entries of one list, such as the cards of a filing: each is a subject of one line, and who
#: folds that line holds all of them. The largest school has some thousand pupils.
LIST_LIMIT: Final = 20_000
#: Longest subject of a finding, in characters: an index of PostgreSQL holds no tag of 2,700 bytes.
SUBJECT_LIMIT: Final = 200
#: Largest policy, in bytes of JSON: every decision looks at every policy there ever was.
RULES_LIMIT: Final = 64 << 10


_LARGEST: Final = _("The largest is {limit}.")


def _text(value: str) -> str:
    text = value.strip()
    try:
        if not text.isascii():
            text.encode()
    except UnicodeEncodeError:
        raise BadValue(
            _("“{value}” is not text."),
            hint=_("It was read in the wrong encoding; use UTF-8."),
            value=text.encode(errors="replace").decode(),
        ) from None
    if "\0" in text:
        # No workbook, no page and no program that people use would show it again as it was.
        raise BadValue(
            _("“{value}” has the sign U+0000 in it, which no text has."),
            hint=_("It was read in the wrong encoding; use UTF-8."),
            value=text,
        )
    return _at_most(TEXT_LIMIT, text)


def _at_most(limit: int, text: str) -> str:
    if len(text) > limit:
        raise BadValue(
            _("A text of {length} characters is too long."),
            hint=_("The longest is {limit} characters."),
            length=len(text),
            limit=limit,
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
    if value > COUNT_LIMIT:
        # Not shown: Python writes no number of more than some thousand digits.
        raise BadValue(_("The number is too large."), hint=_LARGEST, limit=COUNT_LIMIT)
    return value


def _rules(value: Any) -> Any:
    """Return rules as they are read again from the line: in JSON a pair is a list."""
    try:
        encoded = msgspec.json.encode(value)
    except OverflowError:
        raise BadValue(_("The number is too large."), hint=_LARGEST, limit=COUNT_LIMIT) from None
    if len(encoded) > RULES_LIMIT:
        raise BadValue(
            _("A policy of {length} bytes is too long."),
            hint=_("The longest is {limit} bytes."),
            length=len(encoded),
            limit=RULES_LIMIT,
        )
    rules = msgspec.json.decode(encoded)
    _check_numbers(rules)
    return rules


def _check_numbers(value: Any) -> None:
    """Raise `BadValue` for a number in rules that is too large, however deep it lies."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            _check_numbers(one)
    elif isinstance(value, int):
        _count(value)


def _each(read: Callable[[str], str]) -> Callable[[Collection[str]], tuple[str, ...]]:
    """Return what reads a list, entry by entry."""

    def all_of(values: Collection[str]) -> tuple[str, ...]:
        if len(values) > LIST_LIMIT:
            raise BadValue(
                _("A list of {length} entries is too long."),
                hint=_("The longest has {limit}: record it in several acts."),
                length=len(values),
                limit=LIST_LIMIT,
            )
        return tuple(read(value) for value in values)

    return all_of


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
    "student-reference": lambda value: ids.plain(_text(value)),
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
    "rules": _rules,
    "count": _count,
    # An object, which only a reader fills in: no option, and no column of a table.
    READING: _reading,
    "texts": _each(_text),
    "subjects": _each(lambda value: _at_most(SUBJECT_LIMIT, _text(value))),
    "cards": _each(ids.parse_card_number),
    "student-numbers": _each(ids.parse_student_number),
    "found-in-box": _each(_found_in_box),
    "cards-of-boxes": _each(_card_of_box),
}
