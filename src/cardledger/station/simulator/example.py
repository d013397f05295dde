"""A script for training, which shows all that can happen at a station."""

from __future__ import annotations

from typing import Final

from cardledger.i18n import Translator, _

#: A remark, and the lines that it is about.
PARTS: Final = (
    (_("A training for the station. Play it with: cardledger readers simulate FILE"), ()),
    (
        _("Five pupils, one after the other; the next card comes when this one was read."),
        ("repeat 5", "    lay next", "    wait for reading", "    pull", "    wait 1 s", "end"),
    ),
    (
        _("A card is left lying: it is registered once."),
        ("lay next", "wait for reading", "wait 3 s", "pull", "wait 1 s"),
    ),
    (
        _("The same card again: the station says that it was here already."),
        ("lay 1 for 800 ms", "wait 1 s"),
    ),
    (
        _("Taken away too early: the station asks for it again."),
        (
            "fault 7 pulled at 1",
            "lay 7 for 1 s",
            "wait 1 s",
            "fault 7 none",
            "lay 7",
            "wait for reading",
            "pull",
            "wait 1 s",
        ),
    ),
    (
        _("Two cards are exchanged so fast that the reader does not notice."),
        ("lay 8", "wait for reading", "swap 9", "wait for reading", "wait 1 s", "pull", "wait 1 s"),
    ),
    (
        _("A card that gives no UID."),
        ("fault 10 no-uid", "lay 10 for 2 s", "fault 10 none", "wait 1 s"),
    ),
    (
        _("A card that no school gave out."),
        ("card 11 04A1B2C3D4E5F6 cpu", "lay 11 for 1 s", "wait 1 s"),
    ),
)


def example(translate: Translator) -> str:
    """Return the script, with its remarks in the language of `translate`."""
    parts = []
    for remark, lines in PARTS:
        parts.append("\n".join((f"# {translate(remark)}", *lines)) + "\n")
    return "\n".join(parts)
