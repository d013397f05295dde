"""What the three swipes share: a refused swipe is itself evidence and is kept (HANDBOOK 5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cardledger.decider import Case
from cardledger.events import CardEvent
from cardledger.states import REPLACED


class SwipeRefused(CardEvent, frozen=True, kw_only=True, omit_defaults=True, tag="swipe.refused/1"):
    """A swipe was refused.

    It is evidence, and kept with codes and ids, but without names.
    """

    voidable: ClassVar[bool] = False
    binds_key: ClassVar[bool] = False

    action: str
    codes: tuple[str, ...]

    def tags(self) -> tuple[str, ...]:
        tags = super().tags()
        return tags if self.card else tags[1:] or (f"school:{self.school}",)


def keep(case: Case, codes: tuple[str, ...]) -> SwipeRefused:
    """Return the event that keeps a refused swipe; it changes nothing in the book."""
    context = case.card_context()
    return SwipeRefused(**context, action=case.command.action(), codes=codes)


def retired(case: Case) -> Iterator[str]:
    """Yield the codes of a card that is lost, replaced or recycled."""
    if case.card.state == "recycled":
        yield "card-recycled"
    if case.card.state in REPLACED:
        yield "card-replaced"
    if case.card.state == "lost":
        yield "card-lost"


def lacks_upgrade(case: Case, declared: bool = False) -> bool:
    """Whether the policy of the day wants an upgrade that this card did not have."""
    return case.policy.upgrade_required and not (case.card.upgraded or declared)
