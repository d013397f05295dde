"""Adopt a policy: a circular changes rules from a date on (HANDBOOK 6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Self

import msgspec

from cardledger.book import Book
from cardledger.commands import Command, help_of
from cardledger.decider import Case
from cardledger.errors import BadValue
from cardledger.events import REFERENCE_TAG, Event
from cardledger.i18n import _
from cardledger.moments import ALWAYS, Moment
from cardledger.policy import Adopted, wrong_rules


class PolicyAdopt(Command, frozen=True, kw_only=True, omit_defaults=True, tag="policy-adopt"):
    """Adopt a policy from a date on. Rules that it does not name stay as they were."""

    path: ClassVar[tuple[str, ...]] = ("policy", "adopt")
    arguments: ClassVar[tuple[str, ...]] = ("changes",)

    changes: Annotated[dict[str, Any], help_of(_("File with the changed rules (JSON)"), "rules")]
    from_day: Annotated[str, help_of(_("First day on which the rules hold"), "day")] = (
        msgspec.field(name="from")
    )

    def normal(self) -> Self:
        try:
            wrong = wrong_rules(self.changes)
        except msgspec.ValidationError as error:
            raise BadValue(
                _("The policy cannot be read: {reason}"),
                hint=_("`cardledger policy show` prints one of the right form."),
                reason=error,
            ) from None
        if wrong or not self.changes:
            raise BadValue(
                _("A policy has no rule named “{value}”."),
                hint=_("`cardledger policy show` prints the rules and their names."),
                value=", ".join(wrong),
            )
        return super().normal()


class PolicyAdopted(Event, frozen=True, kw_only=True, omit_defaults=True, tag="policy.adopted/1"):
    """A policy was adopted.

    Its rules hold from a day on.
    """

    voidable: ClassVar[bool] = False

    from_day: str
    changes: dict[str, Any]

    @property
    def when(self) -> Moment:
        """A policy is found by the day from which it holds, not by when it was adopted."""
        return ALWAYS

    def tags(self) -> tuple[str, ...]:
        return (REFERENCE_TAG,)


COMMAND = PolicyAdopt
EVENTS = (PolicyAdopted,)


def refusals(case: Case) -> Iterator[str]:
    yield from ()


def repeated(case: Case) -> bool:
    """Whether the last circular of that day about one of these rules said the same."""
    changes = case.command.changes
    same_day = [
        one
        for one in case.whole.policies
        if one.from_day == case.command.from_day and not changes.keys().isdisjoint(one.changes)
    ]
    return bool(same_day) and max(same_day, key=lambda one: one.position).changes == changes


def decide(case: Case) -> PolicyAdopted:
    command = case.command
    return PolicyAdopted(**case.context(), from_day=command.from_day, changes=command.changes)


def evolve(book: Book, event: PolicyAdopted, position: int) -> None:
    book.policies.append(Adopted(event.from_day, position, event.changes))
