"""Student numbers, card numbers and chip serials (handbook, sections 3 and 12)."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Final

#: Levels of schooling: digit 9 of a local pupil's number, lowest grade less one, years.
LEVELS: Final = {
    "primary": (0, 0, 6),
    "junior": (1, 6, 3),
    "senior": (2, 9, 3),
    "vocational": (3, 9, 3),
}
#: Levels at a school of each type (digit 5 of the number).
TYPES: Final = {
    0: ("primary",),
    1: ("junior",),
    2: ("primary", "junior"),
    3: ("primary", "junior", "senior"),
    4: ("junior", "senior"),
    5: ("senior",),
    6: ("vocational",),
    7: ("vocational", "senior"),
}
#: The check digit of this district's numbers; real ones are not public.
CHECK_DIGIT: Final = "mod-11-10"


def mod_11_10(digits: str) -> str:
    """Return the check digit of ISO 7064 MOD 11,10."""
    check = 5
    for digit in digits:
        check = (((check or 10) * 2) % 11 + int(digit)) % 10
    return str((1 - ((check or 10) * 2) % 11) % 10)


def mod_11_2(digits: str) -> str:
    """Return the check character of ISO 7064 MOD 11-2: that of an identity number."""
    check = 0
    for digit in digits:
        check = (check + int(digit)) * 2 % 11
    return "0123456789X"[(1 - check) % 11]


def category(level: str, *, guest: bool, treated_as_local: bool) -> int:
    """Return digit 9. Guests at vocational schools have no category of their own."""
    local = LEVELS[level][0]
    if level == "vocational" or not guest:
        return local
    return local + 7 if treated_as_local else local + 4


def with_check(digits: str) -> str:
    """Return a student number of 16 digits from its first 15."""
    return digits + mod_11_10(digits)


class Mint:
    """Makes numbers that are each made once."""

    def __init__(self, seed: str) -> None:
        self._rng = Random(f"{seed}/mint")
        self._in_class: Counter[tuple[str, str, int, int]] = Counter()
        self._foreign = 0
        self._uids: set[str] = set()
        self._record = 1_700_000_000
        self._identity = 20_100_000

    def student_number(
        self, school: str, level: str, cohort: int, class_no: int, digit: int
    ) -> str:
        """Return the next free number of a class. Raises `ValueError` where a class has 99."""
        key = (school, level, cohort, class_no)
        self._in_class[key] += 1
        if self._in_class[key] > 99 or class_no > 99:
            raise ValueError("a class has at most 99 pupils and a cohort 99 classes")
        return with_check(f"{school}{digit}{cohort % 100:02}{class_no:02}{self._in_class[key]:02}")

    def foreign_number(self, level: str, cohort: int) -> str:
        """Return a number that a school outside this district gave."""
        self._foreign += 1
        kind = next(code for code, levels in TYPES.items() if levels == (level,))
        school = f"0112{kind}{100 + self._foreign // 4000:03}"
        rest = self._foreign % 4000
        digit = LEVELS[level][0]
        return with_check(f"{school}{digit}{cohort % 100:02}{rest // 90 + 1:02}{rest % 90 + 1:02}")

    def card_number(self, kind: str) -> str:
        """Return the next card number: of 17 digits as on a transit purse, or ZJ and 10 digits."""
        if kind == "record":
            self._record += self._rng.randint(1, 3)
            return f"1000751{self._record:010}"
        self._identity += self._rng.randint(1, 3)
        return f"ZJ17{self._identity:08}"

    def unused_card_number(self) -> str:
        """Return a record card's number that no card ever has: a slip of the pen."""
        self._record += 1
        return f"1000752{self._record:010}"

    def uid(self, *, new: bool) -> str:
        """Return a chip's serial: 4 bytes for the cards of old, 7 for new ones."""
        while True:
            uid = (
                f"04{self._rng.getrandbits(48):012X}" if new else f"{self._rng.getrandbits(32):08X}"
            )
            if uid not in self._uids:
                self._uids.add(uid)
                return uid
