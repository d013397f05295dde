"""Verdicts: what the ledger says of one cause, as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from cardledger.events import Line
from cardledger.i18n import Translator, _

Ruling = Literal["ruled-out", "possible", "unknown"]

#: What verdicts are called.
VERDICTS: Final[dict[Ruling, str]] = {
    "ruled-out": _("ruled out"),
    "possible": _("possible"),
    "unknown": _("unknown"),
}


class Term(str):
    """A value of a message that is itself a text to be translated."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a cause is ruled out or possible; `unknown` where no line speaks of it.

    positions: the lines by which it is so. message: a sentence, todo: what to do next; English
    templates with their values.
    """

    verdict: Ruling
    message_template: str
    todo_template: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    positions: tuple[int, ...] = ()

    def message(self, translate: Translator = str) -> str:
        """Return the sentence, in the language of `translate`."""
        return filled(self.message_template, self.values, translate)

    def todo(self, translate: Translator = str) -> str:
        """Return what to do next, in the language of `translate`; empty where nothing is."""
        return filled(self.todo_template, self.values, translate)


def filled(template: str, values: Mapping[str, object], translate: Translator) -> str:
    """Return a template in a language, with its values; several are told as a list."""
    said: dict[str, object] = {}
    for name, value in values.items():
        if isinstance(value, Term):
            said[name] = translate(value)
        elif isinstance(value, tuple):
            said[name] = translate(_(", ")).join(map(str, value))
        else:
            said[name] = value
    return translate(template).format(**said)


def positions(lines: Iterable[Line | None]) -> tuple[int, ...]:
    """Return the positions of lines, each once; those that are not there are left out."""
    return tuple(sorted({line.position for line in lines if line is not None}))


def ruled_out(message: str, *lines: Line | None, **values: object) -> Verdict:
    """Return that a cause is ruled out by some lines."""
    return Verdict("ruled-out", message, "", values, positions(lines))


def possible(message: str, todo: str, *lines: Line | None, **values: object) -> Verdict:
    """Return that a cause is possible, by some lines."""
    return Verdict("possible", message, todo, values, positions(lines))


def unknown(message: str, todo: str, *lines: Line | None, **values: object) -> Verdict:
    """Return that the ledger does not tell."""
    return Verdict("unknown", message, todo, values, positions(lines))
