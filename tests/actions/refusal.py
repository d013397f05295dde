"""How a refusal of the office is told: a sentence, what happened before, the row, the codes."""

from __future__ import annotations

from typing import NamedTuple

from tests.support.given import Row


class Refusal(NamedTuple):
    """One row that the office refuses.

    `codes` are all that apply, the first being the `code`. `understood`: the same fact reported
    from elsewhere is recorded, contested by these codes; else it is refused all the same.
    """

    says: str
    given: tuple[Row, ...]
    when: Row
    codes: tuple[str, ...]
    understood: bool = True
