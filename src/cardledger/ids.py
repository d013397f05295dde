"""Identifiers. Each is made only by its parse function; after the edge nothing is a bare string.

A parse function takes what people type (full-width digits, spaces, lower case) and returns the
canonical form, or raises `BadValue` with the value and the form that is expected.
"""

from __future__ import annotations

import functools
import re
import secrets
import unicodedata
from typing import Final, NewType

from cardledger.errors import BadStudentNumber, BadValue
from cardledger.i18n import _

CardNumber = NewType("CardNumber", str)
Uid = NewType("Uid", str)
StudentNumber = NewType("StudentNumber", str)
StudentId = NewType("StudentId", str)
SchoolCode = NewType("SchoolCode", str)
BoxId = NewType("BoxId", str)
Cohort = NewType("Cohort", int)
FindingId = NewType("FindingId", str)

_LABEL = re.compile(r"[0-9A-Z][0-9A-Z-]{0,31}")
_FINDING_ID = re.compile(r"F[0-9A-HJKMNP-TV-Z]{12}(?:[0-9A-HJKMNP-TV-Z]{2})?")
_STUDENT_ID = re.compile(r"P[0-9A-HJKMNP-TV-Z]{10}")
#: Turns each byte into one of 32 letters and digits, by five of its bits.
_BASE32: Final = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ" * 8
_UID_BYTES: Final = (4, 7, 10)
#: Years that cohorts and terms may have.
FIRST_YEAR: Final = 1980
LAST_YEAR: Final = 2120
#: A batch names the same card several times; reading the text again would cost as much as deciding.
REMEMBERED: Final = 1 << 16


def plain(text: str) -> str:
    """Return `text` without surrounding space, with full-width characters made half-width."""
    return text.strip() if text.isascii() else unicodedata.normalize("NFKC", text).strip()


def _capitals(text: str) -> str:
    """Return `text` in capitals; a letter whose capital is another one (ß, ı) stays as it is."""
    value = plain(text)
    return value.upper() if value.isascii() else value


@functools.lru_cache(REMEMBERED)
def parse_card_number(text: str) -> CardNumber:
    """Read a card number: 1 to 32 digits, letters or hyphens; letters become capitals."""
    value = _capitals(text)
    if not _LABEL.fullmatch(value):
        raise BadValue(
            _("“{value}” is not a card number."),
            hint=_("A card number has 1 to 32 digits, letters or hyphens."),
            value=text,
        )
    return CardNumber(value)


def parse_box_id(text: str) -> BoxId:
    """Read a box's name: 1 to 32 digits, letters or hyphens; letters become capitals."""
    value = _capitals(text)
    if not _LABEL.fullmatch(value):
        raise BadValue(
            _("“{value}” is not the name of a box."),
            hint=_("A box's name has 1 to 32 digits, letters or hyphens."),
            value=text,
        )
    return BoxId(value)


@functools.lru_cache(REMEMBERED)
def parse_uid(text: str) -> Uid:
    """Read a UID in hexadecimal, with or without separators: 4, 7 or 10 bytes as the chip sends."""
    value = re.sub(r"[\s:.-]", "", plain(text).upper().removeprefix("UID:").removeprefix("0X"))
    if re.fullmatch(r"[0-9A-F]+", value) and len(value) in {2 * size for size in _UID_BYTES}:
        return Uid(value)
    raise BadValue(
        _("“{value}” is not a UID."),
        hint=_("A UID has 4, 7 or 10 bytes in hexadecimal, such as 04A1B2C3."),
        value=text,
    )


def uid_readings(text: str) -> list[Uid]:
    """Return every UID that `text` may mean: hexadecimal or decimal, in either byte order.

    Readers show a UID in either order and as decimal (HANDBOOK 12), so a search tries all. What
    begins with 0x is hexadecimal and nothing else, also where all its digits are decimal ones.
    """
    told = plain(text).upper().removeprefix("UID:").strip()
    bare = re.sub(r"[\s:.-]", "", told.removeprefix("0X"))
    raw: list[bytes] = []
    if re.fullmatch(r"[0-9A-F]+", bare) and len(bare) in {2 * size for size in _UID_BYTES}:
        raw.append(bytes.fromhex(bare))
    if bare.isascii() and bare.isdigit() and len(bare) <= 25 and not told.startswith("0X"):
        raw += [
            int(bare).to_bytes(size, "big") for size in _UID_BYTES if int(bare) < 1 << (8 * size)
        ]
    readings = [form.hex().upper() for one in raw for form in (one, one[::-1])]
    return [Uid(value) for value in dict.fromkeys(readings)]


@functools.lru_cache(REMEMBERED)
def parse_student_number(text: str) -> StudentNumber:
    """Read a student number: 16 digits (HANDBOOK 3)."""
    value = plain(text)
    if len(value) == 16 and value.isascii() and value.isdigit():
        return StudentNumber(value)
    hint = _("A student number has 16 digits.")
    if len(value) == 15 and value.isascii() and value.isdigit():
        hint = _("It has 15 digits: a spreadsheet may have dropped the leading zero.")
    raise BadStudentNumber(_("“{value}” is not a student number."), hint=hint, value=text)


def parse_number_place(text: str) -> str:
    """Read a student number, or its first 15 digits: the place that nobody else ever has."""
    value = plain(text)
    if len(value) == 15 and value.isascii() and value.isdigit() and value.startswith("0"):
        return value
    return parse_student_number(value)


def parse_student_id(text: str) -> StudentId:
    """Read the ledger's own key of a pupil: P and ten characters."""
    value = plain(text).upper()
    if not _STUDENT_ID.fullmatch(value):
        raise BadValue(
            _("“{value}” is neither a student number nor a pupil's id."),
            hint=_("A student number has 16 digits; an id is P and ten characters."),
            value=text,
        )
    return StudentId(value)


def parse_finding_id(text: str) -> FindingId:
    """Read the id of a finding: F and fourteen characters, formerly twelve."""
    value = plain(text).upper()
    if not _FINDING_ID.fullmatch(value):
        raise BadValue(
            _("“{value}” is not the id of a finding."),
            hint=_("An id is F and fourteen characters; `cardledger audit` shows them."),
            value=text,
        )
    return FindingId(value)


def new_student_id() -> StudentId:
    """Make a new key of a pupil: 50 random bits; the append refuses one that is taken."""
    return StudentId("P" + secrets.token_bytes(10).translate(_BASE32).decode())


def parse_school_code(text: str) -> SchoolCode:
    """Read a school's code: positions 1-8 of its pupils' numbers."""
    value = plain(text)
    if len(value) == 8 and value.isascii() and value.isdigit():
        return SchoolCode(value)
    raise BadValue(
        _("“{value}” is not a school code."),
        hint=_("A school's code has 8 digits, such as 01170011."),
        value=text,
    )


def parse_cohort(text: str | int) -> Cohort:
    """Read a cohort: the four-digit year in which the pupil graduates."""
    value = plain(str(text)).removesuffix("届")
    if len(value) == 4 and value.isascii() and value.isdigit():
        year = int(value)
        if FIRST_YEAR <= year <= LAST_YEAR:
            return Cohort(year)
    raise BadValue(
        _("“{value}” is not a cohort."),
        hint=_("A cohort is the year of graduation, such as 2010."),
        value=str(text),
    )
