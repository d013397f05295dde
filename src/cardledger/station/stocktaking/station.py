"""A station that counts a box: nothing is written to the ledger before the end."""

from __future__ import annotations

import contextlib
import os
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Final, Self

from cardledger.actions.box_stocktake import BoxStocktake, BoxStocktaken
from cardledger.decider import Case
from cardledger.errors import BadInput, CardledgerError
from cardledger.events import Line
from cardledger.exchange.exports import EXPORTS, Asked
from cardledger.i18n import LANGUAGES, Language, Translator, _, translator
from cardledger.ledger import Ledger
from cardledger.outcomes import Outcome
from cardledger.station.acts import TOOL
from cardledger.station.books import Away
from cardledger.station.signs import CardRead
from cardledger.station.station import Station
from cardledger.station.stocktaking.counting import Counting, Judged, expected_in
from cardledger.station.stocktaking.journal import Journal, journals
from cardledger.station.swipe import ClassProgress, Missing, Progress, Swipe, Typed, Verdict
from cardledger.station.touch import Touch, touch_of
from cardledger.station.undoing import NOTHING, NOTHING_HINT

_VERDICTS: Final[dict[str, Verdict]] = {
    "found": "shown",
    "repeated": "repeated",
    "elsewhere": "refused",
    "unexpected": "refused",
}
_MESSAGES: Final[dict[str, str]] = {
    "found": _("Card {card} belongs here. {left} are still missing."),
    "repeated": _("Card {card} was counted already."),
    "elsewhere": _("Card {card} belongs in box {box}."),
    "unexpected": _("Card {card} does not belong in this box: no box of the ledger has it."),
}
_STRANGER: Final = _("{card}: the ledger knows no such card.")
_ADDED: Final = _("Card {card} was put into this box after the count began.")
_UNKNOWN: Final = _("Unknown card: the ledger knows no {card}. It is not counted yet.")
_AGAIN: Final = _("Check the number. If the card really lies in the box, give it once more.")
_OVER: Final = _("The count is recorded.")
_ANEW: Final = _("Leave, and begin a new count.")
_HINTS: Final[dict[str, str]] = {
    "elsewhere": _("Lay it aside; it is noted."),
    "unexpected": _("Lay it aside; it is noted. See: cardledger trace {card}"),
}


class StocktakeStation(Station):
    """A station at work on a box. `given` has `box`, and `drop` to begin anew.

    Entering it notes what should lie in the box, or goes on with a count that was not ended.
    """

    ends: ClassVar[bool] = True

    def __enter__(self) -> Self:
        self._handler_said()
        try:
            ledger = self._books.open()
            expected = expected_in(ledger, str(self._given["box"]))
            self._journal = Journal.open(
                journals(self._folder),
                ledger.id,
                expected,
                self._clock(),
                drop=bool(self._given.get("drop")),
            )
            self._seen = self._journal.counting.expected.frozen
            self._ended = False
            #: What was typed last, where the ledger knows no such card.
            self._doubted = ""
            self._counted_here: dict[str, Verdict] = {}
            self.closing = "open"
            self._notes = self._begun()
            self._notes += self._changes()
        except BaseException:
            self._books.close()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self._journal.close()
        self._books.close()

    def _handler_said(self) -> None:
        """Raise `BadValue` where no handler is named: better now than at the end."""
        BoxStocktake(box="0", found=0, handler=self._handler).normal()

    @property
    def counting(self) -> Counting:
        """What was counted so far."""
        return self._journal.counting

    def notes(self) -> list[str]:
        """Return what is to be said before the first card, each once."""
        told, self._notes = self._notes, []
        return told

    def _begun(self) -> list[str]:
        counting = self.counting
        if not self._journal.resumed:
            return []
        text = _(
            "Box {box}: the count of {began} goes on; {count} cards were counted. To begin anew:"
            " --drop."
        )
        began = self._journal.began[:16].replace("T", " ")
        box, count = counting.expected.box, len(counting.counted)
        return [self._teller.say(text, box=box, began=began, count=count)]

    # What comes in

    def take(self, what: CardRead | Typed) -> Swipe:
        """Count a card, and return what it is when that is on the disk."""
        with self._lock:
            doubted, self._doubted = self._doubted, ""
            touch = touch_of(what)
            if self._ended:
                swipe = self._teller.told(touch, "refused")
                return replace(swipe, message=self._translate(_OVER), hint=self._translate(_ANEW))
            try:
                case = self._books.named(touch.card, touch.reading)
                judged = self.counting.judge(touch.card, case)
                if judged is None:
                    about = {"card": touch.card} | case.about
                    outcome = Outcome("refused", codes=("ambiguous-card",), about=about)
                    return self._teller.told(touch, "refused", outcome, case)
                if judged.is_stranger and not touch.uid and judged.card != doubted:
                    return self._unknown(touch, judged)
                if judged.result != "repeated":
                    self._journal.count(judged._replace(read=bool(touch.uid)))
            except BadInput as error:
                return self._unreadable(touch, error)
            except Away as away:
                return self._teller.fault(away.error, touch)
            except CardledgerError as error:
                return self._teller.fault(error, touch)
            return self._counted(touch, judged, case)

    def _unknown(self, touch: Touch, judged: Judged) -> Swipe:
        """Say that no card has a number that was typed; only who types it again means it."""
        self._doubted = judged.card
        outcome = Outcome("refused", codes=("unknown-card",), about={"card": judged.card})
        swipe = self._teller.told(touch, "refused", outcome)
        message = self._teller.say(_UNKNOWN, card=judged.card)
        return replace(swipe, message=message, hint=self._translate(_AGAIN))

    def _counted(self, touch: Touch, judged: Judged, case: Case) -> Swipe:
        message, hint = _MESSAGES[judged.result], _HINTS.get(judged.result, "")
        if judged.is_stranger:
            message, hint = _STRANGER, _HINTS["elsewhere"]
        elif judged.added:
            message, hint = _ADDED, _HINTS["elsewhere"]
        values = {"card": judged.card, "box": judged.box, "left": len(self.counting.missing())}
        swipe = self._teller.told(touch, _VERDICTS[judged.result], None, case)
        if judged.result != "repeated":
            self._counted_here[judged.card] = swipe.verdict
        said = [self._teller.say(message, **values), *self._changes()]
        return replace(
            swipe,
            card=judged.card if ":" not in judged.card else swipe.card,
            message=" ".join(said),
            hint=self._teller.say(hint, **values),
        )

    def undo(self) -> Swipe:
        """Do not count the last card that was counted."""
        with self._lock:
            if self._ended:
                return self._teller.nothing(self._translate(_OVER), self._translate(NOTHING_HINT))
            self._doubted = ""
            try:
                card = self._journal.undo()
            except CardledgerError as error:
                return self._teller.fault(error)
            if card in self._counted_here:
                self._teller.counts[self._counted_here.pop(card)] -= 1
            text = _("Undone: card {card} is not counted.") if card else NOTHING
            return self._teller.nothing(self._teller.say(text, card=card), "")

    def flush(self) -> list[Swipe]:
        """Return nothing: a count waits in its journal, not in a queue."""
        return []

    def waiting(self) -> int:
        """Return 0: nothing waits to be written before the end."""
        return 0

    def progress(self) -> Progress:
        """Return how far the count has come: the box as a class, its cards as who is missing."""
        with self._lock:
            counting = self.counting
            missing = tuple(self._missing(card) for card in counting.missing())
            box = ClassProgress(
                school=str(self._given.get("school") or ""),
                class_=counting.expected.box,
                pupils=len(counting.expected.cards),
                registered=counting.found,
                missing=missing,
            )
            counts = {one: count for one, count in self._teller.counts.items() if count}
            return Progress(counts=counts, classes=(box,))

    def _missing(self, card: str) -> Missing:
        return Missing(student=card, student_number=card, name=None)

    # What others did meanwhile

    def _changes(self) -> list[str]:
        """Return what others did with the box since the count began or they were last told."""
        box = self.counting.expected.box
        try:
            lines = self._books.ask(lambda ledger: _since(ledger, box, self._seen))
        except Away:
            return []
        if not lines:
            return []
        self._seen = lines[-1].position
        text = _(
            "Somebody else changed box {box} meanwhile (lines {lines}); what is expected stays as"
            " it was at the start."
        )
        told = ", ".join(str(line.position) for line in lines)
        return [self._teller.say(text, box=box, lines=told)]

    # The end

    def end(self) -> Swipe:
        """Record the count, and write the manifest; until that is done the count stays.

        Where the ledger is away nothing is lost: end it again, or begin again and end it then.
        """
        with self._lock:
            if self._ended:
                return self._teller.nothing(self._translate(_OVER), self._translate(_ANEW))
            try:
                outcome = self._books.record([self._command_at_end()])[0]
            except Away as away:
                return self._not_ended(away.error)
            except BadInput as error:
                return self._not_ended(error)
            if outcome.outcome == "refused":
                said = outcome.message(self._translate)
                nothing = self._teller.nothing(said, outcome.hint(self._translate))
                return replace(nothing, verdict="refused", outcome=outcome)
            self._ended = True
            counting = self.counting
            same = not counting.missing() and counting.found == len(counting.counted)
            self.closing = "done" if same else "differs"
            self._journal.end()
            return self._recorded_at_end(outcome)

    def _command_at_end(self) -> BoxStocktake:
        read = any(one.read for one in self.counting.counted.values())
        return self.counting.command(
            at=self._clock(),
            handler=self._handler,
            evidence="read" if read else "typed",
            tool=TOOL,
            # Whatever is killed meanwhile, it is recorded once.
            key=self._journal.key,
        )

    def _not_ended(self, error: CardledgerError) -> Swipe:
        say = self._teller.say
        why = error.text(self._translate)
        return self._teller.failed(
            say(_("The count is not recorded yet; it is kept on this machine. {why}"), why=why),
            say(_("End it again when the ledger can be written.")),
            at=self._clock(),
            evidence="typed",
        )

    def _recorded_at_end(self, outcome: Outcome) -> Swipe:
        command = self.counting.command(handler=self._handler)
        said = self._teller.say(
            _(
                "Box {box} is counted. Expected {expected}: {found} found, {missing} missing;"
                " {unexpected} unexpected, {elsewhere} belong in other boxes."
            ),
            box=command.box,
            expected=command.expected,
            found=command.found,
            missing=len(command.missing),
            unexpected=len(command.unexpected),
            elsewhere=len(command.elsewhere),
        )
        swipe = self._teller.nothing(said, self._manifest(outcome.positions))
        self._teller.counts[outcome.outcome] += 1
        return replace(swipe, verdict=outcome.outcome, outcome=outcome, positions=outcome.positions)

    def _manifest(self, positions: tuple[int, ...]) -> str:
        """Write the manifest into the folder of the shift; return what is said of it."""
        box, say = self.counting.expected.box, self._teller.say
        again = _("Print the manifest with: cardledger export stocktake {box} --output FILE.pdf")
        line = positions[0] if positions else "again"
        file = Path(self._given.get("folder") or ".") / f"stocktake-{box}-{line}.html"
        asked = Asked(names=(box,), language=_language_of(self._translate), say=self._translate)
        try:
            page = self._books.ask(lambda ledger: _page_of(ledger, asked))
            with contextlib.suppress(FileNotFoundError):
                file.unlink()
            # It has names of children: for its owner only.
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as stream:
                stream.write(page)
        except (OSError, Away, CardledgerError):
            return say(again, box=box)
        return say(_("The manifest to print and sign: {file}"), file=file)


def _page_of(ledger: Ledger, asked: Asked) -> str:
    export = EXPORTS["stocktake"]
    page: str = export.page(ledger, export.rows(ledger, asked), asked)
    return page


def _language_of(translate: Translator) -> Language:
    """Return the language in which a translator speaks."""
    text = _STRANGER
    return next((one for one in LANGUAGES if translator(one)(text) == translate(text)), "en")


def _since(ledger: Ledger, box: str, position: int) -> list[Line]:
    """Return the lines about a box after a position, but not what was only counted."""
    lines = ledger.lines((f"box:{box}",), after=position)
    return [line for line in lines if not isinstance(line.event, BoxStocktaken)]
