"""English and Chinese: message catalogues, and the one place where a text is translated.

Texts are written in English where they arise, marked with `_` so that the extractor finds them,
and travel as templates with their values. They become a sentence of the reader's language only
at the edge (`Translator`), so that one outcome can be shown in either language.
"""

from __future__ import annotations

import functools
import gettext
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

Language = Literal["en", "zh"]
Translator = Callable[[str], str]

LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")
DOMAIN: Final = "cardledger"
LOCALES: Final[dict[str, str]] = {"zh": "zh_CN"}
CATALOGUES: Final = Path(__file__).parent / "locale"


def _(message: str) -> str:
    """Mark a text for translation; the text itself stays English until it is shown."""
    return message


@functools.cache
def translator(language: str) -> Translator:
    """Return the function that turns an English template into one of `language`.

    English needs no catalogue. A text that the catalogue lacks stays English.
    """
    if language not in LOCALES:
        return str
    catalogue = gettext.translation(
        DOMAIN, str(CATALOGUES), languages=[LOCALES[language]], fallback=True
    )
    return lambda message: catalogue.gettext(message) if message else ""
