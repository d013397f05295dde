"""The name: there, as the household register writes it, without digits, signs and stray letters.

A Chinese name has two characters or more and no space; the parts of the name of a minority are
parted by the dot · (U+00B7). A foreign name may be all in Latin letters. A character that a file
lost (a question mark, one of the private use) is no name. Source: HANDBOOK 10, and the rules of
the record system for names (姓名与户口簿一致).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from cardledger.datacheck._base import Fault, Pupil, Setting
from cardledger.i18n import _

FIELD: Final = "name"
TITLE: Final = _("Name")

DOT: Final = "·"
#: Other dots that are typed in its place; half-width forms of some come from NFKC.
_DOTS: Final = re.compile(r"[•・‧∙⋅●.。．｡･]")
_LATIN: Final = re.compile(r"[^\W\d_]+(?:[ .,'’-]+[^\W\d_]+)*\.?")
_LONGEST: Final = 50
_AS_REGISTERED: Final = _("Write the name as it stands in the household register.")


def faults(pupil: Pupil, setting: Setting) -> Iterator[Fault]:
    # As it stands: full-width letters and dots are what is to be found.
    name = pupil.facts.get("name", "").strip()
    if not name:
        yield Fault("name-missing", "", _("The name is missing."), _AS_REGISTERED)
        return
    chinese = any(_is_chinese(char) for char in name)
    if not chinese and name.isascii() and _LATIN.fullmatch(name):
        return
    found = _wrong(name, chinese)
    if found:
        code, message = found
        yield Fault(code, name, message, _AS_REGISTERED, {"value": name, "dot": DOT})


def _wrong(name: str, chinese: bool) -> tuple[str, str] | None:
    """Return the code and the message of what is wrong with a name that is not empty."""
    if any(_is_lost(char) for char in name):
        return "name-unreadable", _("“{value}” holds a character that was lost on the way.")
    if any(unicodedata.category(char).startswith("N") and char != "〇" for char in name):
        return "name-has-digits", _("The name “{value}” holds digits.")
    if chinese and any(char.isspace() for char in name):
        return "name-has-space", _("The name “{value}” holds a space.")
    if chinese and _DOTS.search(name):
        return "name-wrong-dot", _("The name “{value}” is parted by another dot than “{dot}”.")
    if not _parts_are_chinese(name) and not (not chinese and _LATIN.fullmatch(name)):
        return "name-has-signs", _("The name “{value}” holds letters or signs that no name has.")
    if chinese and len(name) < 2:
        return "name-too-short", _("The name “{value}” has one character only.")
    if len(name) > _LONGEST:
        return "name-too-long", _("The name “{value}” is longer than any name.")
    return None


def _parts_are_chinese(name: str) -> bool:
    return all(part and all(map(_is_chinese, part)) for part in name.split(DOT))


def _is_chinese(char: str) -> bool:
    # The two planes of rare characters are all Chinese, those of a newer Unicode included.
    rare = "\U00020000" <= char <= "\U0003fffd"
    return rare or char == "〇" or unicodedata.name(char, "").startswith("CJK ")


def _is_lost(char: str) -> bool:
    # Co: private use, where old programs kept rare characters; Cn: no character at all.
    if _is_chinese(char):
        return False
    return char in "?？\ufffd□" or unicodedata.category(char) in ("Co", "Cn", "Cc", "Cf", "Cs")
