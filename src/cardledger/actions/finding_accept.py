"""An auditor has looked at a finding and accepts it as it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Final

from cardledger.book import Book
from cardledger.commands import Command, help_of
from cardledger.decider import Case
from cardledger.events import Event
from cardledger.i18n import _

#: Subjects of which the ledger keeps lines; of others a finding may speak all the same.
_KINDS: Final = ("card", "uid", "student", "number", "person", "box", "school")


def _kept(subjects: tuple[str, ...]) -> tuple[str, ...]:
    """Return the subjects that are tags of this ledger, each once."""
    return tuple(dict.fromkeys(tag for tag in subjects if tag.partition(":")[0] in _KINDS))


class FindingAccept(Command, frozen=True, kw_only=True, omit_defaults=True, tag="finding-accept"):
    """Record that an auditor has looked at a finding. It stays in every audit, and is marked."""

    path: ClassVar[tuple[str, ...]] = ("audit", "accept")
    arguments: ClassVar[tuple[str, ...]] = ("finding",)
    needs_reason: ClassVar[bool] = True

    finding: Annotated[str, help_of(_("Id of the finding, as the audit shows it"), "finding")]
    reason: Annotated[str, help_of(_("Why the finding is accepted"), personal=True)]
    rule: Annotated[str, help_of(_("Rule of the finding"))] = ""
    subjects: Annotated[tuple[str, ...], help_of(_("Subjects of the finding"), "subjects")] = ()

    def further_tags(self) -> tuple[str, ...]:
        return (f"finding:{self.finding}", *_kept(self.subjects))


class FindingWasAccepted(
    Event, frozen=True, kw_only=True, omit_defaults=True, tag="finding.accepted/1"
):
    """An auditor looked at a finding and accepted it.

    `rule` and `subjects` say what it was, so that the line is among the lines of its subjects. The
    reason is sealed with the note.
    """

    finding: str
    rule: str = ""
    subjects: tuple[str, ...] = ()

    def tags(self) -> tuple[str, ...]:
        return (f"finding:{self.finding}", *_kept(self.subjects))


COMMAND = FindingAccept
EVENTS = (FindingWasAccepted,)


def refusals(case: Case) -> Iterator[str]:
    yield from ()


def repeated(case: Case) -> bool:
    return case.command.finding in case.whole.accepted


def decide(case: Case) -> FindingWasAccepted:
    command = case.command
    return FindingWasAccepted(
        **case.context(),
        finding=command.finding,
        rule=command.rule,
        subjects=command.subjects,
    )


def again(event: FindingWasAccepted) -> None:
    """Whatever an auditor accepted stays accepted; it is not decided anew."""


def evolve(book: Book, event: FindingWasAccepted, position: int) -> None:
    book.accepted[event.finding] = position
