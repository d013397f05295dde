"""In which order people read the pupils of a school: by grade, class and number, not by letters."""

from __future__ import annotations

import re
from typing import Any, Final

from cardledger.exchange.reading.cells import grade_of_class
from cardledger.exchange.writing.tables_out import Row

_NUMERALS: Final = {numeral: place for place, numeral in enumerate("一二三四五六七八九十", 1)}
_PIECES: Final = re.compile(r"\d+|[一二三四五六七八九十]|.", re.DOTALL)
#: A class whose grade nobody knows stands behind the others.
_NO_GRADE: Final = 99


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return the place of a text among others, with numbers by their value: 2班 before 10班.

    >>> sorted(["10班", "2班", "三班", "一班"], key=natural)
    ['一班', '2班', '三班', '10班']
    """
    return tuple(
        (0, _NUMERALS.get(piece) or int(piece), "")
        if piece in _NUMERALS or piece.isdecimal()
        else (1, 0, piece)
        for piece in _PIECES.findall(text)
    )


def class_place(row: Row) -> tuple[Any, ...]:
    """Return the place of a row by school, grade and class."""
    name = row.get("class") or ""
    grade = row.get("grade") or grade_of_class(name) or _NO_GRADE
    return (row.get("school") or "", grade, natural(name))


def pupil_place(row: Row) -> tuple[Any, ...]:
    """Return the place of a row by school, grade, class and student number."""
    return (*class_place(row), row.get("student_number") or "", row.get("student") or "")
