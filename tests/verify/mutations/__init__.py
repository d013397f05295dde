"""Random single mutations of a ledger, each with the positions that may be named for it.

A mutation is done by somebody with a SQL tool who takes the triggers away and puts them back, or
who writes into the file. What was hit is known from the statement, or found by comparing all rows
before and after.
"""

from __future__ import annotations

from tests.verify.mutations import ends, lines, order, others, tags, tiles
from tests.verify.mutations.hand import ANY, MUTATIONS, Place

__all__ = ["ANY", "MUTATIONS", "Place", "ends", "lines", "order", "others", "tags", "tiles"]
