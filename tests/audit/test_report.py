"""The report of an audit: what it says, what it leaves out, that nothing gets out of its tags."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from cardledger import Ledger
from cardledger.actions.finding_accept import FindingAccept
from cardledger.actions.student_forget import StudentForget
from cardledger.audit import Wanted, audit
from cardledger.examining import examine
from cardledger.i18n import Language
from cardledger.report import Contents, PdfMissing, Scope, pdf, pdf_of, report
from tests.support import pdf as pdf_support
from tests.support.given import ANNA, BORIS, CLARA, act, pupil
from tests.support.ledgers import made, student_id, tell

EVIL = "<script>alert(1)</script>\"'&\u202e"
_HISTORY = (
    pupil(ANNA, name="安娜", identity="110226200309010010", at="2010-02-22", cohort=2015),
    pupil(BORIS, name=EVIL, at="2010-02-22", cohort=2015),
    act("issue", card="C1", student=ANNA, uid="04A1B2C3", at="2010-02-24"),
    act("issue", card="C9", student=ANNA, at="2010-04-01", evidence="imported"),
    act("issue", card="C2", student=BORIS, at="2010-02-24"),
    act("issue", card="C8", student=BORIS, at="2010-04-01", evidence="imported", handler=EVIL),
)
#: What a browser would fetch: a URL, or the rest of one where a value begins. Base64 has // too.
_FETCHED = re.compile(r"[a-z][a-z0-9+.-]*://(?!www\.w3\.org/2000/svg)|[\"'=(] *//", re.IGNORECASE)


class _Page(HTMLParser):
    """Reads a page: its tags, its attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.names: set[str] = set()
        self.said: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.names |= {name for name, _value in attrs}
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.names |= {name for name, _value in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.said).split())


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Return a ledger with two pupils who have two cards each."""
    with made(str(tmp_path / "ledger.db"), tmp_path) as ledger:
        tell(ledger, *_HISTORY)
        yield ledger


def written(ledger: Ledger, language: Language = "en", scope: Scope | None = None) -> _Page:
    contents = report(ledger, scope or Scope(), language, command="cardledger audit report")
    return _Page(html_of(contents))


def html_of(contents: Contents) -> str:
    try:
        return "".join(contents.html())
    finally:
        contents.gathered.close()


def test_a_report_says_what_it_is_of_what_was_found_and_by_which_lines(ledger: Ledger) -> None:
    page = written(ledger)
    assert page.open == []
    assert ledger.id in page.text
    assert f"安娜 ({ANNA}) has 2 live record cards: C1, C9." in page.text
    (finding,) = [
        one.finding
        for one in audit(ledger, ["two-live-cards"])
        if student_id(ledger, ANNA) in one.finding.pupils
    ]
    assert finding.id in page.text
    for position in finding.positions:
        assert f" {position} 2010-0" in page.text
    # Its figures are those of the audit.
    every = sum(1 for _one in audit(ledger))
    assert f"Open findings: {every} (" in page.text
    assert "cardledger audit report" in page.text


def test_it_is_chinese_for_those_who_read_chinese(ledger: Ledger) -> None:
    page = written(ledger, "zh")
    assert "审计报告" in page.text
    assert f"安娜（{ANNA}）" in page.text
    assert "学生有一张以上同类的在用卡" in page.text
    # Words between tags are Chinese, but for codes, names and the checkpoint.
    assert not re.search(r"\b(Findings|Lines|Pupils|Handler|Scope)\b", page.text)


def test_nothing_gets_out_of_its_tags_and_nothing_is_fetched(ledger: Ledger) -> None:
    page = written(ledger)
    assert "script" not in page.seen
    assert not any(name.startswith("on") for name in page.names)
    assert not page.names & {"src", "srcset", "background"}
    assert "<script>alert(1)</script>" in page.text
    assert "\u202e" not in page.text
    html = html_of(report(ledger, Scope()))
    assert not _FETCHED.search(html)
    assert "url(" not in html
    assert "@import" not in html


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("see HTTPS://example.org", True),
        ('<a href="svn+ssh://example.org">', True),
        ('<a href="//example.org">', True),
        ("<a href='//example.org'>", True),
        ("<a href=//example.org>", True),
        ('<a href=" //example.org">', True),
        ("{background: url(//example.org)}", True),
        ('<svg xmlns="http://www.w3.org/2000/svg">', False),
        ("<pre>cardledger/L0\n9\n//akqNq//8s=\n\n— cardledger/L0 //Zg//+x//w=\n</pre>", False),
    ],
)
def test_what_is_fetched_is_told_from_base64(html: str, found: bool) -> None:
    assert bool(_FETCHED.search(html)) is found


def test_names_are_told_but_nothing_else_of_persons(ledger: Ledger) -> None:
    assert "安娜" in written(ledger).text
    assert "110226200309010010" not in written(ledger).text


def test_what_was_accepted_stands_apart_with_the_reason_and_who_did_it(ledger: Ledger) -> None:
    first, second = audit(ledger, ["two-live-cards"])
    command = FindingAccept(
        finding=first.finding.id,
        rule="two-live-cards",
        subjects=first.finding.subjects,
        reason="放在保险柜里 <b>",
        handler="审计员",
    )
    ledger.record(command)
    page = written(ledger, scope=Scope(rules=("two-live-cards",)))
    _before, _sign, after = page.text.rpartition("Findings that were accepted")
    assert first.finding.id in after
    assert "by 审计员" in after
    assert "放在保险柜里 <b>" in after
    assert second.finding.id not in after
    assert "Open findings: 1 (serious 1, warning 0, notice 0). Accepted: 1." in page.text


def test_beyond_the_limit_findings_are_counted_and_it_says_how_to_get_them(ledger: Ledger) -> None:
    scope = Scope(rules=("two-live-cards",), limit=1, wanted=Wanted(cohort=2015))
    page = written(ledger, scope=scope)
    first, second = audit(ledger, ["two-live-cards"])
    assert first.finding.id in page.text
    assert second.finding.id not in page.text
    assert "Findings of this rule that are not listed: 1." in page.text
    assert "counted and not listed, for there are too many: 1." in page.text
    assert "cardledger audit two-live-cards --cohort 2015 --format xlsx" in page.text
    assert "Open findings: 2 (serious 2" in page.text


def test_together_findings_have_a_limit_which_leaves_room_for_every_rule(tmp_path: Path) -> None:
    """60 pupils with two cards each are not filed either: the grave rule does not crowd it out."""
    numbers = [f"{ANNA[:11]}{number // 30 + 1:02}{number % 30 + 1:02}1" for number in range(60)]
    with made(str(tmp_path / "many.db"), tmp_path) as ledger:
        tell(ledger, *(pupil(one, at="2010-02-22", cohort=2015) for one in numbers))
        for round_, at in (("A", "2010-02-24"), ("B", "2010-04-01")):
            tell(
                ledger,
                *(
                    act("issue", card=f"{round_}{one}", student=one, at=at, evidence="imported")
                    for one in numbers
                ),
            )
        scope = Scope(rules=("two-live-cards", "not-filed"), together=70)
        contents = report(ledger, scope)
        html = html_of(contents)
    assert contents.gathered.open == {"two-live-cards": 60, "not-filed": 120}
    assert html.count('class="finding serious"') == 50
    assert html.count('class="finding notice"') + html.count('class="finding warning"') == 20
    assert "Findings of this rule that are not listed: 10." in html
    assert "Findings of this rule that are not listed: 100." in html
    assert "counted and not listed, for there are too many: 110." in html
    assert "cardledger audit not-filed --format xlsx" in html


def test_it_says_what_was_not_examined(ledger: Ledger) -> None:
    tell(ledger, pupil(CLARA, at="2010-05-03"))
    ledger.record(StudentForget(student=CLARA))
    page = written(ledger, scope=Scope(rules=("not-filed",), as_of="2010-04-30"))
    _before, _sign, after = page.text.rpartition("What was not examined")
    assert "nobody verified them" in after
    assert "Rules that were not asked for: two-live-cards" in after
    assert "Lines of acts after the date of the report: " in after
    assert "does not say by which algorithm" in after
    now = written(ledger).text.rpartition("What was not examined")[2]
    assert "Pupils who were forgotten: 1." in now
    assert "Lines of acts after" not in now
    early = written(ledger, scope=Scope(as_of="@4")).text.rpartition("What was not examined")[2]
    assert "written later than line 4: " in early


def test_the_checkpoint_is_of_exactly_these_lines_and_the_verdict_is_told(
    ledger: Ledger, tmp_path: Path
) -> None:
    verdict = examine(tmp_path / "ledger.db", keys=tmp_path / "keys.db")
    assert verdict.ok
    html = html_of(report(ledger, Scope(verdict=verdict)))
    assert f"Whole: {ledger.head()} lines are what was written" in html
    (note,) = re.findall(r"<pre>(.*?)</pre>", html, re.DOTALL)
    assert note.splitlines()[1] == str(ledger.head())
    checked = examine(
        tmp_path / "ledger.db", keys=tmp_path / "keys.db", kept=note, kept_place="note"
    )
    assert checked.ok, checked.problem


def test_pictures_have_a_label_and_a_number_for_every_bar(ledger: Ledger) -> None:
    html = html_of(report(ledger, Scope(rules=("two-live-cards",))))
    pictures = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    assert len(pictures) >= 6
    by_rule = _Page(pictures[0]).text
    assert "two-live-cards 2" in by_rule
    for picture in pictures:
        _Page(picture)
        rows = picture.count("<g>")
        assert rows
        # Beside each bar its number, so that nothing is said by colour alone.
        assert len(re.findall(r">[\d.]+%?[^<]*</text></g>", picture)) == rows


@pytest.mark.slow
@pytest.mark.parametrize(("language", "heading"), [("en", "Audit report"), ("zh", "审计报告")])
def test_a_pdf_of_it_has_the_same_text(
    ledger: Ledger, tmp_path: Path, language: Language, heading: str
) -> None:
    pdf_support.needed()
    contents = report(ledger, Scope(rules=("two-live-cards",)), language)
    stream = io.BytesIO()
    pdf_of([html_of(contents)], stream)
    file = tmp_path / "report.pdf"
    file.write_bytes(stream.getvalue())
    text = pdf_support.text_of(file)
    assert heading in text
    assert "安娜" in text
    assert "two-live-cards" in text
    assert ledger.id in text
    assert "<script>" in text


def test_without_a_chinese_font_a_pdf_is_refused_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Fontconfig is asked in earnest; its configuration names a folder without fonts."""
    if shutil.which("fc-list") is None:
        pytest.skip("fc-list was not found on PATH")
    pdf_support.needed()
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    config = tmp_path / "fonts.conf"
    config.write_text(
        f"<fontconfig><dir>{fonts}</dir><cachedir>{tmp_path / 'cache'}</cachedir></fontconfig>"
    )
    monkeypatch.setenv("FONTCONFIG_FILE", str(config))
    with pytest.raises(PdfMissing) as caught:
        pdf.ready()
    assert "there is no font with Chinese" in str(caught.value)
    assert "fonts-noto-cjk" in caught.value.hint


def test_without_its_programs_a_pdf_is_refused_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # An import of what is none in sys.modules fails as if it were not installed.
    monkeypatch.setitem(__import__("sys").modules, "weasyprint", None)
    with pytest.raises(PdfMissing) as caught:
        pdf.ready()
    assert "weasyprint" in str(caught.value)
    assert "pip install 'cardledger[report]'" in caught.value.hint
    assert "fonts-noto-cjk" in caught.value.hint
