"""One cell of a spreadsheet, read as what its column means.

A spreadsheet keeps text, numbers, dates and yes/no, and changes one into another unasked: a long
number loses its leading zero or its last digits, `1-2` becomes a day. Every reader takes a cell
as it was stored and returns the value, or raises `BadValue`; none guesses what was lost.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from cardledger.errors import BadStudentNumber, BadValue
from cardledger.i18n import _
from cardledger.ids import parse_cohort, parse_student_number

Cell = str | int | float | bool | date | datetime | time | timedelta | None

#: A spreadsheet keeps 15 digits of a number; the least number that has more.
INEXACT: Final = 10**15

_INVISIBLE: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
#: Text that was protected from being taken for a number, as CSV for spreadsheets has it.
_PROTECTED: Final = re.compile(r'="([^"]*)"')
_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+)?[Ee]\+\d{1,3}")
#: What spreadsheets show of a formula without a result.
_ERROR: Final = re.compile(r"#(?:N/A|NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|SPILL!|CALC!)|Err:\d{3}")
_ERROR_BEGINS: Final = ("#", "E")
_IDENTITY: Final = re.compile(r"[0-9A-Z()/-]{5,24}")
_GRADE: Final = re.compile(r"(小学|初中?|高中?)?(十?[一二三四五六七八九]|十|\d{1,2})(年级)?")
_GRADE_OF_CLASS: Final = re.compile(
    r"(?:小学|初中|高中)?(?:十?[一二三四五六七八九]|十|\d{1,2})年级|[初高][一二三]"
)
_NUMERALS: Final = {numeral: place for place, numeral in enumerate("一二三四五六七八九十", 1)}

_YES: Final = frozenset({"是", "有", "对", "y", "yes", "t", "true", "1", "√", "✓", "✔"})
_NO: Final = frozenset({"否", "无", "不是", "n", "no", "f", "false", "0", "×", "✗", "✘", "x"})
_SEXES: Final = {
    **dict.fromkeys(("男", "男性", "m", "male", "1"), "男"),
    **dict.fromkeys(("女", "女性", "f", "female", "2"), "女"),
}


def shown(cell: Cell) -> str:
    """Return a cell as people see it, for messages."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell)) if abs(cell) < INEXACT else f"{cell:.5E}"
    return str(cell).strip()


def is_empty(cell: Cell) -> bool:
    """Tell whether nothing can be seen in a cell."""
    if isinstance(cell, str):
        # Most cells begin with a letter or digit: no need to look further.
        return not cell[:1].isalnum() and not _bare(cell)
    return cell is None


def _bare(text: str) -> str:
    if text.isalnum():
        return text
    stripped = text.translate(_INVISIBLE).strip()
    protected = _PROTECTED.fullmatch(stripped)
    if protected:
        return protected[1].strip()
    # The sign by which people tell a spreadsheet that a text follows.
    return stripped.removeprefix("'").strip()


def text(cell: Cell) -> str:
    """Read a text; a whole number is its digits.

    Raises `BadValue` where the spreadsheet made a date of it, cut the digits of a number
    (1.10227E+17), or has an error (#N/A).
    """
    if isinstance(cell, str):
        value = _bare(cell)
        if "+" in value and _SCIENTIFIC.fullmatch(value):
            raise _digits_lost(value)
        if value[:1] in _ERROR_BEGINS and _ERROR.fullmatch(value):
            raise BadValue(
                _("The spreadsheet has the error {value} in place of a value."),
                hint=_("Mend its formula, or type the value."),
                value=value,
            )
        return value
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return shown(cell)
    if isinstance(cell, (int, float)):
        if not abs(cell) < INEXACT:  # what is no number at all is not below it either
            raise _digits_lost(shown(cell))
        return shown(cell)
    raise BadValue(
        _("The spreadsheet made the date or time {value} of it."),
        hint=_("Format the column as text and type it again."),
        value=cell,
    )


def label(cell: Cell) -> str:
    """Read a number that is a name (of a card, a chip, a pupil): half-width, without spaces."""
    value = text(cell)
    if value.isascii() and value.isalnum():
        return value
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", value))


def _digits_lost(value: str) -> BadValue:
    return BadValue(
        _("The spreadsheet turned a long number into {value}: its digits are lost."),
        hint=_("Get the file again with this column as text; it cannot be repaired."),
        value=value,
    )


def student_number(cell: Cell) -> str:
    """Read a student number; one that lost its leading zero gets it back (HANDBOOK 3).

    Raises `BadStudentNumber`.
    """
    try:
        value = label(cell)
        return str(parse_student_number(f"0{value}" if _lost_zero(value) else value))
    except BadStudentNumber:
        raise
    except BadValue as error:
        raise BadStudentNumber(error.template, hint=error.hint_template, **error.values) from None


def _lost_zero(value: str) -> bool:
    # Every number begins with the 0 of a province code below 10; Beijing's is 01.
    return len(value) == 15 and value.isascii() and value.isdigit() and value[0] != "0"


def zero_was_lost(cell: Cell) -> bool:
    """Tell whether a student number had lost its leading zero."""
    return _lost_zero(label(cell))


def student_reference(cell: Cell) -> str:
    """Read a student number or the ledger's own key of a pupil."""
    value = label(cell)
    return f"0{value}" if _lost_zero(value) else value


def identity(cell: Cell) -> str:
    """Read the number of an identity document: half-width, capital X. Its digits are not checked.

    Raises `BadValue` where digits were lost, and for what can be no such number.
    """
    value = label(cell).upper()
    if not _IDENTITY.fullmatch(value):
        raise BadValue(
            _("“{value}” is not the number of an identity document."),
            hint=_("An identity number has 18 characters: 17 digits and a digit or X."),
            value=shown(cell),
        )
    return value


def class_name(cell: Cell) -> str:
    """Read the name of a class as it is written: 一年级3班, 3班, 03, 3."""
    return unicodedata.normalize("NFKC", text(cell))


def cohort(cell: Cell) -> int:
    """Read a cohort: 2010, 2010届 or 10届."""
    value = label(cell)
    short = re.fullmatch(r"(\d{2})届", value)
    return int(parse_cohort(f"20{short[1]}" if short else value))


def count(cell: Cell) -> int:
    """Read a whole number from 0 on."""
    value = label(cell)
    if value.isascii() and value.isdigit():
        return int(value)
    raise BadValue(
        _("“{value}” is not a whole number."), hint=_("Write digits only."), value=shown(cell)
    )


def yes_no(cell: Cell) -> bool:
    """Read yes or no, in the words and signs that people use."""
    return cell if isinstance(cell, bool) else _yes_no(text(cell))


@lru_cache(maxsize=256)
def _yes_no(written: str) -> bool:
    word = unicodedata.normalize("NFKC", written).strip().lower()
    if word in _YES or written in _YES:
        return True
    if word in _NO or written in _NO:
        return False
    raise BadValue(
        _("“{value}” is neither yes nor no."), hint=_("Write 是 or 否, yes or no."), value=written
    )


def sex(cell: Cell) -> str:
    """Read a sex, 男 or 女: in words of both languages, or by the code of GB/T 2261 (1, 2)."""
    value = _SEXES.get(label(cell).lower())
    if value is None:
        raise BadValue(
            _("“{value}” is not a sex."), hint=_("Write 男 or 女, M or F."), value=shown(cell)
        )
    return value


def grade(cell: Cell) -> int:
    """Read a grade, 1 to 12: 一年级, 三年级, 初一, 七年级, 高中二年级, Grade 3, 3."""
    return _grade(label(cell))


@lru_cache(maxsize=256)
def _grade(written: str) -> int:
    found = _GRADE.fullmatch(re.sub(r"(?i)^grade", "", written))
    if found:
        numeral = found[2]
        number = int(numeral) if numeral.isdigit() else sum(_NUMERALS[one] for one in numeral)
        first, last = (
            {"小": (1, 6), "初": (7, 9), "高": (10, 12)}[found[1][0]] if found[1] else (1, 12)
        )
        if first <= number <= last:
            return number
        if found[1] and 1 <= number <= last - first + 1:
            return first + number - 1
    raise BadValue(
        _("“{value}” is not a grade."),
        hint=_("Write 一年级 to 六年级, 初一 to 初三, 高一 to 高三, or 1 to 12."),
        value=written,
    )


def grade_of_class(name: str) -> int | None:
    """Return the grade that the name of a class begins with: 1 for 一年级3班; none for 3班."""
    found = _GRADE_OF_CLASS.match(name)
    try:
        return _grade(found[0]) if found else None
    except BadValue:
        return None
