"""A trace as a page: one golden story in both languages, and what any page must hold to.

Written anew by CARDLEDGER_GOLDEN=write; read in review, and looked at in a browser.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import pytest

from cardledger import Ledger, init_ledger
from cardledger.i18n import Language
from cardledger.trace.elements import Markup, tag
from cardledger.trace.page import page_of
from cardledger.trace.picture import LOOKS, look_of
from cardledger.version import __version__
from tests.golden.stories import tell as tell_story
from tests.support.given import ANNA, PRIMARY, act, pupil
from tests.support.golden import expected
from tests.support.ledgers import tell

_EMPTY: Final = {"meta"}


class Checked(HTMLParser):
    """Reads a page: every element ends, nothing is loaded, and links lead somewhere."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        assert not set(told) & {"src", "srcset", "style", "onload", "onclick"}
        assert tag not in ("script", "link", "img", "iframe", "object", "embed")
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.links += [value for name, value in attrs if name == "href" and value]
        if tag not in _EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words)


def checked(page: str) -> Checked:
    found = Checked(page)
    assert len(set(found.ids)) == len(found.ids)
    assert all(link[0] == "#" and link[1:] in found.ids for link in found.links)
    assert "url(" not in page
    assert "@import" not in page
    return found


def normal(page: str) -> str:
    """Return a page, an element a line, without what differs from run to run."""
    page = re.sub(r"\b[0-9a-f]{64}\b", "(root)", page)
    page = re.sub(r"\bL[0-9A-HJKMNP-TV-Z]{10}\b", "L**********", page)
    page = re.sub(r"\bP[0-9A-HJKMNP-TV-Z]{10}\b", "P**********", page)
    page = page.replace(f"cardledger {__version__}", "cardledger (version)")
    return re.sub(r"(?<=>)(?=<(?!/|use|path))", "\n", page)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_renumbered_pupil_with_two_cards(language: Language, tmp_path: Path) -> None:
    place = f"sqlite:///{tmp_path / 'ledger.db'}"
    with init_ledger(place, school=PRIMARY, name="平谷一小", keys=tmp_path / "keys") as ledger:
        tell_story("03-renumbered-two-cards", ledger)
        page = page_of(ledger, "王小明", language)
    checked(page)
    actual = normal(page)
    assert actual == expected(f"trace/{language}.html", actual)


@pytest.fixture
def told(ledger: Ledger) -> Ledger:
    """Return a ledger whose texts try to be markup."""
    lines = tell(
        ledger,
        pupil(ANNA, name="<script>alert(1)</script>", class_='1"班'),
        act("issue", card="C1", student=ANNA, at="2010-01-01", note="<b>&amp;"),
        act("lost", card="C1", at="2010-01-02", handler="O'Hara <x>"),
    )
    tell(ledger, act("void", position=lines[-1], reason="</del></td>\u202e"))
    return ledger


@pytest.mark.parametrize("what", ["C1", ANNA, f"school:{PRIMARY}"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_whatever_is_typed_is_text(told: Ledger, what: str, language: Language) -> None:
    page = page_of(told, what, language)
    found = checked(page)
    assert "<script" not in page
    if what != f"school:{PRIMARY}":
        assert "<script>alert(1)</script>" in found.text
        assert "</del></td> " in found.text
        assert "O'Hara <x>" in found.text


def test_a_void_line_is_struck_and_says_by_which_line(told: Ledger) -> None:
    page = page_of(told, "C1")
    (lost,) = re.findall(r'<tr id="line-\d+" class="void">.*?</tr>', page)
    assert "<del><b>A card was reported lost.</b>" in lost
    assert re.search(r"✗ void by line \d+: ", lost)


def test_a_page_of_the_past_says_so_and_shows_no_more(told: Ledger) -> None:
    page = page_of(told, "C1", as_of="2010-01-01")
    assert "What had happened by 2010-01-01." in page
    assert "lost" not in checked(page).text
    known = page_of(told, "C1", "zh", known=f"@{told.head() - 1}")
    assert f"截至 @{told.head() - 1} 已写入的记录。" in known
    assert 'class="void"' not in known


def test_a_page_without_keys_has_no_names(told: Ledger, ledger_url: str) -> None:
    from cardledger import open_ledger

    with open_ledger(ledger_url, keys="away.db") as closed:
        assert "alert(1)" not in page_of(closed, "C1")


def test_states_differ_by_sign_and_word_and_not_by_colour_alone() -> None:
    assert len({look.sign for look in LOOKS.values()}) == len(LOOKS)
    assert len({look.word for look in LOOKS.values()}) == len(LOOKS)
    assert len({look.fill for look in LOOKS.values()}) == len(LOOKS)
    assert look_of("eaten").word == "unknown"
    for look in LOOKS.values():
        assert _contrast(look.fill, look.ink) >= 3, look


def _contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 counts it."""

    def luminance(colour: str) -> float:
        parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
        red, green, blue = (
            part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_many_changes_on_one_day_and_of_many_cards_still_fit(ledger: Ledger) -> None:
    rows = [
        pupil(ANNA),
        act("issue", card="C1", student=ANNA, at="2010-01-01T08:00"),
        act("box-open", box="B1", cohort=2015, at="2010-01-01"),
    ]
    for place in range(2, 80):
        at = f"2010-01-01T{8 + place // 60:02}:{place % 60:02}"
        again = act("reissue", card=f"C{place}", student=ANNA, reason="lost", at=at)
        back = act("recycle", card=f"C{place - 1}", handler="Wang", at=f"{at}:30")
        rows += [again, back, act("box-put", box="B1", card=f"C{place - 1}", at="2010-01-03")]
    tell(ledger, *rows)
    page = page_of(ledger, "box:B1")
    checked(page)
    assert "Shown are 60 cards; 18 more are left out." in page
    places = [float(x) for x in re.findall(r'<rect x="([\d.]+)"', page)]
    assert min(places) >= 0
    assert max(places) <= 860


def test_elements_escape_what_is_no_markup() -> None:
    assert tag("p", "<", Markup("<b>"), None, title='"\n') == '<p title="&quot; ">&lt;<b></p>'
    assert tag("td", class_="", id=None) == "<td></td>"
