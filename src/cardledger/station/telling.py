"""Telling: from what became of a touch to the swipe that people see, with card and pupil."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec

from cardledger.decider import Case
from cardledger.errors import BadInput, CardledgerError
from cardledger.i18n import Translator, _
from cardledger.moments import Moment
from cardledger.outcomes import Outcome
from cardledger.station.books import Away, Books
from cardledger.station.swipe import Swipe, Verdict
from cardledger.station.touch import Touch


class Teller:
    """Gives swipes their numbers, and counts them by verdict."""

    def __init__(self, books: Books, translate: Translator, clock: Callable[[], Moment]) -> None:
        self._books = books
        self._translate = translate
        self._clock = clock
        self._number = 0
        self.counts: Counter[Verdict] = Counter()

    def say(self, message: str, **values: object) -> str:
        """Return a sentence in the language of the station."""
        return self._translate(message).format(**values)

    def case_of(self, touch: Touch) -> Case | None:
        """Return what the ledger knows of a card; none where it cannot be asked."""
        try:
            return self._books.named(touch.card, touch.reading)
        except (Away, BadInput):
            return None

    def told(
        self,
        touch: Touch,
        verdict: Verdict,
        outcome: Outcome | None = None,
        case: Case | None = None,
        *,
        number: int = 0,
    ) -> Swipe:
        """Return the swipe of a touch; it keeps its `number` where it has one."""
        if outcome is not None and outcome.about.get("card") == touch.card and touch.uid:
            outcome = msgspec.structs.replace(
                outcome, about=outcome.about | {"card": f"UID {touch.uid}"}
            )
        typed = "" if touch.uid else touch.card
        self.counts[verdict] += 1
        return Swipe(
            number=number or self._next(),
            verdict=verdict,
            uid=touch.uid,
            outcome=outcome,
            message=self._message(outcome),
            hint=outcome.hint(self._translate) if outcome else "",
            at=touch.at,
            reader=touch.reader,
            evidence=touch.evidence,
            positions=outcome.positions if outcome else (),
            milliseconds=_since(touch.seen),
            **({"card": typed} | (self._who(case) if case is not None else {})),
        )

    def fault(self, error: CardledgerError, touch: Touch | None = None) -> Swipe:
        """Return what is said where nothing could be done at all."""
        return self.failed(
            error.text(self._translate),
            error.hint_text(self._translate),
            at=touch.at if touch else self._clock(),
            uid=touch.uid if touch else "",
            card=touch.card if touch and not touch.uid else "",
            reader=touch.reader if touch else "",
            evidence=touch.evidence if touch else "typed",
        )

    def failed(self, message: str, hint: str, *, at: Moment, **about: Any) -> Swipe:
        """Return a swipe that is none."""
        self.counts["failed"] += 1
        return Swipe(
            number=self._next(), verdict="failed", message=message, hint=hint, at=at, **about
        )

    def again(self, swipe: Swipe, verdict: Verdict, message: str, **changes: Any) -> Swipe:
        """Return what was done to an earlier swipe, as a swipe of its own; it is not counted."""
        cleared: dict[str, Any] = {
            "hint": "",
            "outcome": None,
            "positions": (),
            "milliseconds": None,
            "at": self._clock(),
        }
        return replace(
            swipe,
            number=self._next(),
            verdict=verdict,
            message=message,
            **(cleared | changes),
        )

    def nothing(self, message: str, hint: str) -> Swipe:
        """Return what is said where nothing was to be done."""
        return Swipe(
            number=self._next(),
            verdict="shown",
            message=message,
            hint=hint,
            at=self._clock(),
            evidence="typed",
        )

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _message(self, outcome: Outcome | None) -> str:
        if outcome is None:
            return ""
        if outcome.outcome == "repeated":
            return self._translate(_("The same is in the ledger already; nothing was written."))
        return outcome.message(self._translate)

    def _who(self, case: Case) -> dict[str, Any]:
        found: dict[str, Any] = {"card": case.card.number} if case.card.number else {}
        if case.student.id:
            student = case.whole.student(case.student.id)
            try:
                facts = self._books.ask(lambda ledger: ledger.opened(student))
            except Away:
                facts = {}
            found |= {
                "student": student.id,
                "student_number": student.number,
                "name": facts.get("name"),
                "school": student.school,
                "class_": student.class_,
            }
        return found


def _since(seen: float | None) -> float | None:
    return None if seen is None else round(1000 * (time.monotonic() - seen), 1)
