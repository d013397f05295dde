"""What the screen says: titles, keys and the help."""

from __future__ import annotations

from typing import Final, NamedTuple

from cardledger.i18n import Translator, _
from cardledger.station.swipe import Swipe


class Key(NamedTuple):
    """A key: its name on the keyboard, its word at the foot, and what the help says of it."""

    name: str
    word: str
    help: str


KEYS: Final = (
    Key("F1", _("Help"), _("This page, and back; also: type ? and press Enter.")),
    Key(
        "F2",
        _("Undo"),
        _("Undo the last act: it is asked once more. A void is written, nothing is deleted."),
    ),
    Key(
        "F3",
        _("Who is missing"),
        _("Who of each class, or what of a box, is still missing; and back."),
    ),
    Key("F4", _("Sound"), _("Sound on, the bell only, off.")),
    Key("F5", _("Write now"), _("Try at once to write what waits; else every few seconds.")),
    Key("F10", _("End"), _("End the station; also Ctrl+Q. What is in hand is done first.")),
)
#: Further keys, which only the help names.
FURTHER: Final = (
    (
        "0-9 Enter",
        _("A card number or UID that is typed counts like a card on the reader (evidence: typed)."),
    ),
    ("Esc", _("Clear what was typed, a question or a message.")),
    ("PgUp PgDn", _("Turn the pages of a long list.")),
)
SIGNS: Final = _("What the signs mean")
MEANINGS: Final = {
    "recorded": _("It stands in the ledger."),
    "repeated": _("It stood there already; nothing was written, nothing is wrong."),
    "refused": _("The office does not take it; read why, and what to do."),
    "queued": _("The ledger cannot be written now; kept on disk, and written by itself."),
    "shown": _("Only looked up; nothing is recorded."),
    "failed": _("The card could not be read; lay it on again."),
}
LAY: Final = _("Lay a card on the reader, or type its number and press Enter.")
TYPE: Final = _("Type a card number and press Enter.")
UNREADABLE: Final = _("(name cannot be read)")
PROMPT: Final = _("Card number:")
QUESTION: Final = _("Undo {what}?  Enter: undo   Esc: leave it")
CONCLUDE: Final = _("Is everything counted?  Enter: record it   Esc: go on")
CONCLUDED: Final = _("When all is done: type end and press Enter.")
NOTHING: Final = _("There is nothing to undo.")
ENDING: Final = _("Ending: what is in hand is done first …")
WRITING: Final = _("writing …")
ALL_WRITTEN: Final = _("All written")
WAITING: Final = _("Not yet written: {count}")
NO_READERS: Final = _("No reader in use: numbers are typed")
SEEKING: Final = _("No reader yet: plug one in")
SOUNDS: Final = {"on": _("Sound on"), "bell": _("Bell only"), "off": _("Sound off")}
SAID: Final = _("{word}: {said}")
LAST: Final = _("Last swipes")
CLASS: Final = _("{name}: {registered} of {pupils}")
WHOLE: Final = _("All classes: {registered} of {pupils}")
MISSING: Final = _("Missing: {count}")
COMPLETE: Final = _("Complete")
MORE: Final = _("… and {count} more (F3)")
NO_CLASSES: Final = _("This act counts no classes.")


def pupil(swipe: Swipe, translate: Translator) -> str:
    """Return the name of a swipe's pupil; what stands for it where it cannot be read."""
    if swipe.name:
        return swipe.name
    return translate(UNREADABLE) if swipe.student else ""


def subject(swipe: Swipe, translate: Translator) -> str:
    """Return whom or what a swipe is about, in one line."""
    about = [pupil(swipe, translate), swipe.class_, swipe.card or swipe.uid]
    return " ".join(filter(None, about))


def clock(at: str) -> str:
    """Return the time of day of a moment."""
    return at[11:19]
