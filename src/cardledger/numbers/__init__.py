"""Student numbers: what their digits say by a policy, and how a new one is put together.

    reading = read_number("0117001101510107", policy)
    reading.faults
    candidates(["0117001101510107", ...])

All of it is pure: policy, schools and what the roster says of a pupil come in.
"""

from __future__ import annotations

from cardledger.numbers.categories import TYPES, category_of, kind_of, levels_of
from cardledger.numbers.checks import ALGORITHMS, Candidate, candidates, check_digit_of
from cardledger.numbers.places import cohort_of_number, place_of, prefixes_of, whole_number
from cardledger.numbers.reading import Facts, Fault, Part, Reading, read_number

__all__ = [
    "ALGORITHMS",
    "TYPES",
    "Candidate",
    "Facts",
    "Fault",
    "Part",
    "Reading",
    "candidates",
    "category_of",
    "check_digit_of",
    "cohort_of_number",
    "kind_of",
    "levels_of",
    "place_of",
    "prefixes_of",
    "read_number",
    "whole_number",
]
