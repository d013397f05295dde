"""What a checked field is: the names that its module offers, and what it is given and finds."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from cardledger.i18n import Translator
from cardledger.moments import school_year
from cardledger.policy import Policy
from cardledger.states import Student


@dataclass(frozen=True, slots=True, kw_only=True)
class Pupil:
    """A pupil as the ledger has one: the state of schooling, and the personal facts, opened."""

    state: Student
    facts: Mapping[str, str]

    def fact(self, name: str) -> str:
        """Return a personal fact in half-width characters, without space around it."""
        return half_width(self.facts.get(name, ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The day of the check, and the policy in force on it."""

    day: date
    policy: Policy

    @property
    def school_year(self) -> int:
        """The year in which the school year of the day began."""
        return school_year(self.day)


class Said(str):
    """A value of a message that is itself a text to be translated."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with one field of a pupil.

    `code` is the same for ever; `value` is what stands in the ledger, empty where nothing does.
    The message says what is wrong, the hint what to do: English templates with their values.
    """

    code: str
    value: str
    message_template: str
    todo_template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def message(self, translate: Translator = str) -> str:
        """Return what is wrong, in the language of `translate`."""
        return translate(self.message_template).format(**self._said(translate))

    def todo(self, translate: Translator = str) -> str:
        """Return what to do, in the language of `translate`."""
        return translate(self.todo_template).format(**self._said(translate))

    def _said(self, translate: Translator) -> dict[str, object]:
        return {
            name: translate(value) if isinstance(value, Said) else value
            for name, value in self.values.items()
        }


class Field(Protocol):
    """What every module of this package offers. Its docstring is the rule with its source.

    FIELD: the field, by the name that rosters and `student change` give it. TITLE: what people
    call it (an English msgid).
    """

    @property
    def FIELD(self) -> str: ...

    @property
    def TITLE(self) -> str: ...

    def faults(self, pupil: Pupil, setting: Setting) -> Iterator[Fault]:
        """Yield what is wrong with the field of this pupil; nothing where all is well."""


def half_width(text: str) -> str:
    """Return text in half-width characters, without space around it."""
    stripped = text.strip()
    return stripped if stripped.isascii() else unicodedata.normalize("NFKC", stripped).strip()
