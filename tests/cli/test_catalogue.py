"""The Chinese catalogue is complete, and says with the same values what the English says."""

from __future__ import annotations

import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from cardledger.errors import CardledgerError
from cardledger.i18n import CATALOGUES, DOMAIN, LOCALES
from cardledger.refusals import REFUSALS
from scripts.extraction import extract

ROOT = Path(__file__).parents[2]
#: What of click talks to people; scripts/catalogue has the same list.
CLICK = ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types")


def sources() -> Iterator[Path]:
    """Yield the files whose texts people read."""
    yield from sorted((ROOT / "src" / "cardledger").rglob("*.py"))
    yield from sorted((ROOT / "projections").glob("*.py"))
    yield from (Path(click.__path__[0]) / f"{name}.py" for name in CLICK)


def texts() -> set[str]:
    """Return every text that people may read, in English."""
    found: set[str] = set()
    keywords: dict[str, Any] = {"_": None, "ngettext": (1, 2)}
    for source in sources():
        with source.open("rb") as file:
            for _line, _function, text, _comments in extract(file, keywords, [], {}):
                found.add(text if isinstance(text, str) else text[0])
    return found - {""}


@pytest.fixture(scope="module", params=sorted(LOCALES.values()))
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    """Return the catalogue of a language."""
    place = CATALOGUES / request.param / "LC_MESSAGES" / f"{DOMAIN}.po"
    with place.open("rb") as file:
        return read_po(file, locale=request.param)


def singular(message: Message) -> str:
    """Return the English text of an entry."""
    return message.id if isinstance(message.id, str) else message.id[0]


def forms(message: Message) -> tuple[str, ...]:
    """Return the translations of an entry: one, or one for each number."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def entries(catalogue: Catalog) -> dict[str, Message]:
    """Return the entries by their English text, without the header."""
    return {singular(message): message for message in catalogue if message.id}


def test_every_text_is_translated(catalogue: Catalog) -> None:
    known = entries(catalogue)
    assert sorted(texts() - set(known)) == [], "run scripts/catalogue and translate"
    assert [text for text, one in known.items() if one.fuzzy or not all(forms(one))] == []


def test_no_translation_is_left_over(catalogue: Catalog) -> None:
    assert sorted(set(entries(catalogue)) - texts()) == []
    assert not catalogue.obsolete


def placeholders(text: str) -> set[str]:
    """Return the names of the values in a template."""
    return {name for _text, name, _format, _kind in string.Formatter().parse(text) if name}


def test_a_translation_has_the_values_of_its_text_and_no_others(catalogue: Catalog) -> None:
    for text, entry in entries(catalogue).items():
        if "{" not in text or text.startswith("A row has the action"):
            continue
        english = [text, *(entry.id[1:] if isinstance(entry.id, tuple) else ())]
        known = {frozenset(placeholders(form)) for form in english}
        for translation in forms(entry):
            assert frozenset(placeholders(translation)) in known, text


def test_a_text_is_chinese_or_the_same_on_purpose(catalogue: Catalog) -> None:
    same = {text for text, one in entries(catalogue).items() if text == one.string}
    assert same <= {"UID"}


def errors(kind: type[CardledgerError]) -> Iterator[type[CardledgerError]]:
    """Yield an error and all that are one."""
    yield kind
    for one in kind.__subclasses__():
        yield from errors(one)


def test_messages_of_errors_and_refusals_are_in_the_catalogue() -> None:
    found = texts()
    for error in errors(CardledgerError):
        if error.__module__.startswith("cardledger"):
            message = (error.__doc__ or "").strip().splitlines()[0]
            assert message in found, error
            assert error.default_hint == "" or error.default_hint in found, error
    for refusal in REFUSALS.values():
        assert {refusal.message, refusal.hint} - {""} <= found
