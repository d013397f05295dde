"""How a rule is declared: one module of `cardledger.audit.rules` for every rule of HANDBOOK 9."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from cardledger.audit.finding import Finding, Severity
from cardledger.audit.history import History
from cardledger.audit.setting import Setting
from cardledger.states import Student


class Told(NamedTuple):
    """What the lines of one subject say of another: of whom, about what, and what."""

    subject: str
    about: str
    what: tuple[str, int]


class Rule(Protocol):
    """What every module of `cardledger.audit.rules` offers. Its docstring is the rule's text.

    RULE: its code. SEVERITY: how grave a finding is. SUBJECTS: the kinds of subjects that it folds,
    such as `card` for the tags `card:…`. TODO: what is to be done (an English msgid).

    Some offer more. TELLS: the kind of subjects whose lines say something of those that the rule
    folds, and `tells(history)`, what one of them says: it comes back as `setting.told`.
    `still(finding, students)`: whether it holds once the pupils of whom it speaks are folded too.
    """

    @property
    def RULE(self) -> str: ...

    @property
    def SEVERITY(self) -> Severity: ...

    @property
    def SUBJECTS(self) -> tuple[str, ...]: ...

    @property
    def TODO(self) -> str: ...

    def findings(self, history: History, setting: Setting) -> Iterator[Finding]:
        """Yield what the rule finds about one subject. It never raises, whatever the lines say."""


class Telling(Protocol):
    """A rule that looks at what the lines of other subjects say."""

    @property
    def TELLS(self) -> str: ...

    def tells(self, history: History) -> Iterator[Told]: ...


class Confirming(Protocol):
    """A rule whose findings depend on how the pupils are now."""

    def still(self, finding: Finding, students: Mapping[str, Student]) -> bool: ...


def telling(rule: Any) -> Telling | None:
    """Return a rule as one that looks at what other subjects say, if it is one."""
    return rule if hasattr(rule, "tells") else None


def confirming(rule: Any) -> Confirming | None:
    """Return a rule as one whose findings are confirmed by the pupils, if it is one."""
    return rule if hasattr(rule, "still") else None
