"""Rules of the office in words: what they are called, and what a circular says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cardledger.i18n import Translator, _

#: What rules are called, and the names inside them.
NAMES: Final[dict[str, str]] = {
    "windows": _("Windows of the term swipe"),
    "upgrade_required": _("Upgrade required before a term swipe"),
    "lowest_tools": _("Lowest versions of the programs"),
    "cmis_optional_types": _("School types that may keep their CMIS"),
    "collect_from": _("Who hands the card in"),
    "levels": _("Level by digit 9 of the number"),
    "guests": _("Digit 9 of guests"),
    "treated_as_local": _("Digit 9 of guests treated as locals"),
    "check_digit": _("Check digit"),
}
WORDS: Final[dict[str, str]] = {
    "spring": _("spring"),
    "autumn": _("autumn"),
    "cmis": "CMIS",
    "card-manager": _("card manager"),
    "term-swipe": _("term swipe tool"),
    "transfer": _("transfer tool"),
    "junior-not-continuing": _("junior leavers who do not go on"),
    "senior": _("senior leavers"),
    "out-of-town": _("pupils from out of town"),
    "unknown": _("unknown"),
}
LEVELS: Final[dict[str, str]] = {
    "primary": _("primary"),
    "junior": _("junior"),
    "senior": _("senior"),
    "vocational": _("vocational"),
}
#: The first and the last day of a window.
_DAYS: Final = 2


def readable(value: Any, translate: Translator, words: Mapping[str, str] = WORDS) -> Any:
    """Return a rule as words: `spring 03-01 to 03-20, autumn …`."""
    if isinstance(value, dict):
        names = LEVELS if value.keys() <= LEVELS.keys() else WORDS
        return translate(_(", ")).join(
            f"{translate(names.get(str(name), str(name)))} {readable(one, translate)}"
            for name, one in value.items()
        )
    if isinstance(value, list | tuple):
        if len(value) == _DAYS and all(str(one)[:1].isdecimal() for one in value):
            return translate(_("{first} to {last}")).format(first=value[0], last=value[1])
        return translate(_(", ")).join(translate(words.get(str(one), str(one))) for one in value)
    return translate(words.get(value, value)) if isinstance(value, str) else value
