"""Allocating student numbers: which class is meant, which number there is the next free one.

    allocate(ledger, Wanted(class_="小2016届1班"), count=30)

A number is decided and recorded like any other act; nobody can have taken it meanwhile.
"""

from __future__ import annotations

from cardledger.allocating.allocation import Allocation, accepted_numbers, allocate
from cardledger.allocating.wanted import ClassOf, Wanted, class_meant

__all__ = ["Allocation", "ClassOf", "Wanted", "accepted_numbers", "allocate", "class_meant"]
