"""The language of this run: what people read is translated here, at the edge.

`say` turns an English template into a sentence. click's own texts (usage, help, complaints) come
from the same catalogue, by way of the standard library's `gettext`, which click asks.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from cardledger.i18n import CATALOGUES, DOMAIN, LANGUAGES, LOCALES, Language, _, translator

VARIABLE: Final = "CARDLEDGER_LANG"
#: Where the system says which language messages are in, the strongest first (POSIX).
_LOCALE_VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")

_language: ContextVar[Language] = ContextVar("language", default="en")


def language() -> Language:
    """Return the language of this run."""
    return _language.get()


def translate(message: str) -> str:
    """Return a template in the language of this run."""
    return translator(_language.get())(message)


def say(message: str, /, **values: object) -> str:
    """Return a sentence in the language of this run."""
    return translate(message).format(**values)


def say_text(text: str) -> str:
    """Return a help text in the language of this run, paragraph by paragraph."""
    return "\n\n".join(translate(paragraph) for paragraph in paragraphs(text))


def listed(words: Iterable[object]) -> str:
    """Return words as a list in a sentence."""
    return translate(_(", ")).join(map(str, words))


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a docstring, each in one line: what the catalogue has."""
    return [" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n")]


def first_sentence(text: str) -> str:
    """Return the first sentence of a docstring: how an event is told to people."""
    first = paragraphs(text)[0]
    end = first.find(". ")
    return first if end < 0 else first[: end + 1]


def language_of(arguments: Sequence[str], environ: Mapping[str, str]) -> Language:
    """Return the language that `--lang` names, else the environment, else the locale.

    It must be known before the arguments are read, because complaints about them are in it.
    """
    wanted = _named(arguments) or environ.get(VARIABLE, "")
    if not wanted:
        wanted = next((environ[name] for name in _LOCALE_VARIABLES if environ.get(name)), "")
    short = wanted.lower().replace("-", "_").split("_")[0].split(".")[0]
    return next((one for one in LANGUAGES if one == short), "en")


def _named(arguments: Sequence[str]) -> str:
    for place, argument in enumerate(arguments):
        if argument == "--lang":
            return "".join(arguments[place + 1 : place + 2])
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
    return ""


@contextmanager
def speaking(chosen: Language) -> Iterator[None]:
    """Use a language for what is said inside."""
    token = _language.set(chosen)
    domain, folder = gettext.textdomain(), gettext.bindtextdomain(DOMAIN)
    before = os.environ.get("LANGUAGE")
    gettext.bindtextdomain(DOMAIN, str(CATALOGUES))
    gettext.textdomain(DOMAIN)
    # gettext looks here first, whatever the locale is.
    os.environ["LANGUAGE"] = LOCALES.get(chosen, "C")
    try:
        yield
    finally:
        _language.reset(token)
        gettext.textdomain(domain)
        gettext.bindtextdomain(DOMAIN, folder)
        os.environ.pop("LANGUAGE")
        if before is not None:
            os.environ["LANGUAGE"] = before
