"""For every rule one story that it must find, and one that it must not: given / when / then."""

from __future__ import annotations

from typing import Final

from tests.audit.stories import boxes, cards, duties
from tests.audit.stories.telling import Case

__all__ = ["CASES", "Case"]

CASES: Final = (*cards.CASES, *boxes.CASES, *duties.CASES)
