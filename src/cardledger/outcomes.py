"""Outcomes: what became of a command, as data, and as a sentence at the edge."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Literal, Protocol, runtime_checkable

import msgspec

from cardledger.errors import GIVEN, CardledgerError, quotable
from cardledger.i18n import Translator
from cardledger.refusals import LOST_ZERO, REFUSALS


@runtime_checkable
class Sentence(Protocol):
    """Something that says itself in a language, such as what is wrong with a student number."""

    def text(self, translate: Translator = str) -> str: ...


class Outcome(msgspec.Struct, frozen=True):
    """`recorded`, `repeated` (nothing was written, nothing is wrong) or `refused`.

    `positions`: the lines that were written; a refused swipe writes one as evidence. `code` and
    `codes`: why it was refused, in the handbook's order. `contested`: the rules that a recorded
    fact from elsewhere breaks. `about`: the values that messages speak of; a `problem` among them
    speaks for itself.
    """

    outcome: Literal["recorded", "repeated", "refused"]
    positions: tuple[int, ...] = ()
    codes: tuple[str, ...] = ()
    contested: tuple[str, ...] = ()
    about: dict[str, object] = {}

    def at_position(self, position: int) -> Outcome:
        """Return this outcome with the position of the line that was written."""
        return Outcome(self.outcome, (position,), self.codes, self.contested, self.about)

    @property
    def code(self) -> str | None:
        """The first of the codes, or none."""
        return self.codes[0] if self.codes else None

    def message(self, translate: Translator = str) -> str:
        """Return why it was refused, or by what it is contested, as a sentence."""
        problem = self.about.get("problem")
        if isinstance(problem, CardledgerError):
            return problem.text(translate)
        return " ".join(
            self._filled(REFUSALS[code].message, translate)
            for code in (self.codes or self.contested)[:1]
        )

    def hint(self, translate: Translator = str) -> str:
        """Return what to do instead; empty where nothing is to be done."""
        if not self.codes:
            return ""
        problem = self.about.get("problem")
        if isinstance(problem, CardledgerError):
            return problem.hint_text(translate)
        typed = str(self.about.get("student", ""))
        if self.code == "bad-student-number" and len(typed) == 15 and typed.isdecimal():
            return translate(LOST_ZERO)
        return self._filled(REFUSALS[self.codes[0]].hint, translate)

    def _filled(self, template: str, translate: Translator) -> str:
        values = dict(self.about)
        why = values.get("why")
        if isinstance(why, CardledgerError):
            # Whoever typed it may have typed braces: only our own templates are filled in.
            values["why"] = f"{why.text(translate)} {why.hint_text(translate)}".strip()
        elif isinstance(why, Sentence):
            values["why"] = why.text(translate)
        elif why is not None:
            values["why"] = translate(str(why)).format_map(_known(values))
        return translate(template).format_map(_known(values))

    def as_json(self, translate: Translator = str) -> dict[str, Any]:
        """Return the outcome in the form that scripts rely on (DESIGN 5)."""
        return {
            "outcome": self.outcome,
            "positions": list(self.positions),
            "code": self.code,
            "codes": list(self.codes),
            "contested": list(self.contested),
            "message": self.message(translate) or None,
            "hint": self.hint(translate) or None,
        }


def _known(values: dict[str, Any]) -> defaultdict[str, object]:
    """Return values for a template; one that is not known is shown as a question mark."""
    told = {
        name: quotable(value) if name in GIVEN else value
        for name, value in values.items()
        if value != ""
    }
    return defaultdict(lambda: "?", told)
