"""The last line but one of the screen: which readers are there, and how it is with the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rich.text import Text

from cardledger.i18n import Translator
from cardledger.station.screen import texts
from cardledger.station.screen.drawing import draw_ends
from cardledger.station.sounds import Wish


@dataclass(frozen=True, slots=True)
class Status:
    """How it is at present.

    `readers` says of every reader whether it is there; it is None where none is used. `waiting`
    counts what is kept for later, `busy` is whether writing takes long, `leaving` whether the
    station ends.
    """

    readers: Mapping[str, bool] | None
    wish: Wish
    waiting: int
    busy: bool
    leaving: bool


def draw_status(status: Status, columns: int, translate: Translator) -> Text:
    """Return the readers on the left, sound and ledger on the right."""
    left, right = _readers(status, translate), _ledger(status, translate)
    return draw_ends(f" {left}", f"{right} ", columns)


def _readers(status: Status, translate: Translator) -> str:
    if status.readers is None:
        return translate(texts.NO_READERS)
    if not status.readers:
        return translate(texts.SEEKING)
    return "  ".join(f"{'●' if here else '○'} {name}" for name, here in status.readers.items())


def _ledger(status: Status, translate: Translator) -> str:
    if status.leaving:
        return translate(texts.ENDING)
    if status.busy:
        return translate(texts.WRITING)
    template = texts.WAITING if status.waiting else texts.ALL_WRITTEN
    written = translate(template).format(count=status.waiting)
    return f"{translate(texts.SOUNDS[status.wish])}   {written}"
