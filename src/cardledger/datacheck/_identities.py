"""Identity numbers (公民身份号码, GB 11643-1999), and how they are told from other documents.

Eighteen characters: a division of six digits, a birth date of eight, a serial of three (odd for
men), a check digit. Residents from Hong Kong, Macau and Taiwan have numbers of the same form that
begin with 81, 82, 83; the permit of a foreigner with permanent residence since 2023 has one that
begins with 9, then the province that gave it.
"""

from __future__ import annotations

import functools
import re
from datetime import date
from typing import Final, NamedTuple

MALE: Final = "男"
FEMALE: Final = "女"

_RESIDENT: Final = re.compile(r"\d{17}[\dX]")
#: Passports, permits to and from Hong Kong, Macau and Taiwan, the foreigners' older permits.
_OTHER: Final = re.compile(r"[A-Z]{1,4}[0-9A-Z()/-]{4,16}|\d{8,10}|\d{7,10}[A-Z()][A-Z()0-9]{0,3}")
_COMPATRIOTS: Final = frozenset({"81", "82", "83"})
_FOREIGNER: Final = "9"


class Resident(NamedTuple):
    """What an identity number of 18 characters says; `birth` is none for an impossible day."""

    province_known: bool
    birth: date | None
    sex: str
    check_digit: str


def written(text: str) -> str:
    """Return the number of a document without spaces, in capitals."""
    return re.sub(r"\s", "", text).upper()


def is_resident(number: str) -> bool:
    """Tell whether a number has the form of an identity number of 18 characters."""
    return _RESIDENT.fullmatch(number) is not None


def is_other(number: str) -> bool:
    """Tell whether a number may be that of a passport or a permit, which have many forms."""
    return _OTHER.fullmatch(number) is not None


def has_household(number: str) -> bool:
    """Tell whether somebody with this number is in a household register of the mainland.

    Foreigners, and residents of Hong Kong, Macau and Taiwan, are not. An empty or malformed number
    says nothing, and most people are.
    """
    if is_resident(number):
        return number[:2] not in _COMPATRIOTS and number[0] != _FOREIGNER
    return not is_other(number)


def resident(number: str) -> Resident | None:
    """Return what an identity number says; none where it has not the form of one."""
    if not is_resident(number):
        return None
    from stdnum.cn import ric
    from stdnum.exceptions import InvalidComponent

    try:
        birth: date | None = ric.get_birth_date(number)
    except InvalidComponent:
        birth = None
    sex = MALE if int(number[16]) % 2 else FEMALE
    return Resident(_is_province(number[:3]), birth, sex, ric.calc_check_digit(number))


@functools.cache
def _is_province(digits: str) -> bool:
    """Tell whether a number may begin so.

    Only the province is looked up. The four digits after it are those of the county of the day on
    which the number was given; lists of former counties have gaps, and a gap is no fault.
    """
    from stdnum import numdb

    code = digits[1:3] if digits[0] == _FOREIGNER else digits[:2]
    if code in _COMPATRIOTS:
        return True
    found = numdb.get("cn/loc").info(f"{code}0000")
    return any("province" in facts for _part, facts in found)
