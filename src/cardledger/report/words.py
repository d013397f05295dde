"""Words: what codes are called on paper. The code itself stands beside where scripts use it."""

from __future__ import annotations

from typing import Final

from cardledger.i18n import Translator, _

WORDS: Final[dict[str, str]] = {
    "serious": _("serious"),
    "warning": _("warning"),
    "notice": _("notice"),
    "in-school": _("in school"),
    "suspended": _("suspended"),
    "graduated": _("graduated"),
    "live": _("in use"),
    "lost": _("reported lost"),
    "left": _("swiped out"),
    "outstanding": _("replaced, not handed in"),
    "replaced-lost": _("lost and replaced"),
    "recycled": _("taken back, in no box"),
    "boxed": _("in a box"),
    "unknown": _("unknown"),
    "record": _("record card"),
    "identity": _("identity card"),
    "read": _("read by a reader"),
    "typed": _("typed"),
    "imported": _("imported"),
    "inferred": _("inferred"),
}
#: `left` is a pupil's status as well as a card's state.
PUPILS: Final = {"left": _("has left")}


def word(code: str, translate: Translator, words: dict[str, str] = WORDS) -> str:
    """Return what a code is called; the code where it has no other name."""
    return translate(words.get(code) or WORDS.get(code, code))
