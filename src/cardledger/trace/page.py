"""A trace as one page of HTML: a picture of custody, then every line with what it follows from.

The page needs nothing but itself (no script, no font, no picture from elsewhere) and says so to
the browser. It is made for paper too: A4, headings repeated, no row torn in two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from cardledger.i18n import LOCALES, Language, _, translator
from cardledger.ledger import Ledger
from cardledger.replay import Replay
from cardledger.streams import Cut, asked_for
from cardledger.trace.custody import LIMIT, Custody, Lane, Person, Span, custody
from cardledger.trace.elements import Markup, joined, tag
from cardledger.trace.follows import RELATIONS
from cardledger.trace.lines import trace
from cardledger.trace.picture import chip, legend, look_of, picture
from cardledger.trace.searching import subject_of
from cardledger.trace.style import STYLE
from cardledger.trace.telling import facts_of, marks_of, plain_value, sentence_of
from cardledger.version import __version__
from projections import PROJECTIONS, Shown

#: Which table has the row of a subject, and by what it is chosen.
_ROW_OF: Final = {"card": "cards", "student": "roster", "box": "boxes"}
_TITLES: Final = {
    "card": _("Trace of card {what}"),
    "student": _("Trace of pupil {what}"),
    "box": _("Trace of box {what}"),
}
_KINDS: Final = {"record": _("record card"), "identity": _("identity card")}
#: How something was learnt.
_LEARNT: Final = {
    "read": _("read by a reader"),
    "typed": _("typed"),
    "imported": _("from a file"),
    "inferred": _("inferred"),
}
_EMPTY: Final[tuple[object, ...]] = (None, "", [])
#: Nothing may be loaded from anywhere, and no script runs.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def page_of(
    ledger: Ledger,
    what: str,
    language: Language = "en",
    *,
    as_of: str | None = None,
    known: str | None = None,
) -> str:
    """Return the page of a trace in a language; `what`, `as_of`, `known` as for `trace`."""
    return _Page(ledger, subject_of(ledger, what), language, as_of, known).html()


class _Page:
    """What a page is made of."""

    def __init__(
        self,
        ledger: Ledger,
        subject: str,
        language: Language,
        as_of: str | None,
        known: str | None,
    ) -> None:
        self.ledger = ledger
        self.say = translator(language)
        self.language = language
        self.kind, _colon, self.key = subject.partition(":")
        self.as_of, self.known = as_of, known
        self.position = ledger.head()
        asked = asked_for(ledger, as_of, known)
        self.end = asked.moment if asked else ledger.clock()
        self.rows = trace(ledger, subject, as_of=as_of, known=known)
        self.custody: Custody = custody(ledger, subject, asked.cut if asked else Cut())
        self.row = self._own_row()
        self.here = {row["position"] for row in self.rows}

    def html(self) -> str:
        title = self._title()
        head = tag(
            "head",
            tag("meta", charset="utf-8"),
            tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("title", title),
            Markup(f"<style>{STYLE}</style>"),
        )
        body = tag(
            "body",
            tag("header", tag("h1", title), self._moments(), self._summary()),
            *self._custody(),
            *self._timeline(),
            self._foot(),
        )
        lang = LOCALES.get(self.language, "en").replace("_", "-")
        return f"<!DOCTYPE html>\n{tag('html', head, body, lang=lang)}\n"

    # What it is about

    def _own_row(self) -> Shown | None:
        table = _ROW_OF.get(self.kind)
        if table is None:
            return None
        # With its prefix, so that nothing else can be meant.
        rows = Replay(self.ledger).rows(
            table, as_of=self.as_of, known=self.known, where={self.kind: self.key}
        )
        return rows[0] if rows else None

    def _title(self) -> str:
        what = self.key
        if self.kind == "student" and self.row:
            what = " ".join(filter(None, (self.row["name"], self.row["student_number"]))) or what
        return self._said(_TITLES.get(self.kind, _("Trace of {what}")), what=what)

    def _moments(self) -> Markup | None:
        told = []
        if self.as_of:
            told.append(self._said(_("What had happened by {moment}."), moment=self.as_of))
        if self.known:
            told.append(self._said(_("What was written by {moment}."), moment=self.known))
        return tag("p", " ".join(told), class_="moment") if told else None

    def _summary(self) -> Markup | None:
        if self.row is None:
            return None
        facts = []
        for column in PROJECTIONS[_ROW_OF[self.kind]].COLUMNS:
            value = self.row[column.key]
            if value not in _EMPTY:
                title = tag("dt", self.say(column.title))
                facts.append(tag("div", title, tag("dd", self._fact(column.key, value))))
        return tag("dl", *facts)

    def _fact(self, key: str, value: Any) -> Markup | str:
        if key.endswith("state") and self.kind != "box":
            return chip(value, self.say)
        if key == "kind":
            return self.say(_KINDS.get(value, value))
        if isinstance(value, list):
            return " ".join(map(str, value))
        return moment_of(value) if key.endswith("_at") else plain_value(value, "text", self.say)

    # Custody

    def _custody(self) -> Iterator[Markup]:
        lanes = self.custody.lanes
        if not lanes:
            return
        drawn = picture(lanes, self.end, self._lane_titles, self._label, self.say)
        note = self.say(_("Years in which nothing happened are drawn shorter than they were."))
        caption = tag(
            "figcaption",
            legend({span.state for lane in lanes for span in lane.spans}, self.say),
            tag("small", note),
        )
        yield tag(
            "section",
            tag("h2", self.say(_("Who had which card when"))),
            tag("figure", drawn, caption),
            self._spans(lanes),
            self._left_out(),
        )

    def _left_out(self) -> Markup | None:
        if not self.custody.left_out:
            return None
        sentence = _("Shown are {shown} cards; {more} more are left out.")
        return tag("p", self._said(sentence, shown=LIMIT, more=self.custody.left_out))

    def _lane_titles(self, lane: Lane) -> tuple[str, str]:
        if self.kind == "student":
            return lane.card, self.say(_KINDS.get(lane.kind, lane.kind))
        return lane.card, ", ".join(self._person(one) for one in lane.holders)

    def _label(self, lane: Lane, span: Span) -> str:
        """Return what stands on a span: the state, and the holder where that is not plain."""
        word = self.say(look_of(span.state).word)
        plain = [self.key] if self.kind == "student" else lane.holders[:1]
        if span.student and [span.student] != plain:
            return f"{word} · {self._person(span.student)}"
        return word

    def _person(self, student: str) -> str:
        person = self.custody.people.get(student, Person(None, "", ""))
        return person.name or person.number or student

    def _spans(self, lanes: Iterable[Lane]) -> Markup:
        heads = (_("Card"), _("Whose card"), _("State"), _("From"), _("Until"), _("Line"))
        body = []
        for lane in lanes:
            for span in lane.spans:
                person = self.custody.people.get(span.student)
                number = person.number if person and person.name else ""
                cells = (
                    lane.card,
                    f"{self._person(span.student)} {number}".strip() if span.student else "–",
                    chip(span.state, self.say),
                    moment_of(span.since),
                    moment_of(span.until) if span.until else "–",
                    self._link(span.line),
                )
                body.append(tag("tr", *(tag("td", cell) for cell in cells)))
        return _table(map(self.say, heads), body, "spans")

    # The lines

    def _timeline(self) -> Iterator[Markup]:
        heads = (
            *(_("Line"), _("When"), _("What happened"), _("Handler")),
            *(_("Learnt how"), _("Recorded")),
        )
        body = [self._line(row) for row in self.rows]
        yield tag("h2", self.say(_("What happened")))
        yield _table(map(self.say, heads), body, "lines")

    def _line(self, row: Mapping[str, Any]) -> Markup:
        void = row["voided_by"] is not None
        told = joined(
            [
                tag("b", sentence_of(row["name"], self.say)),
                " ",
                self.say(_("; ")).join(facts_of(row, self.say, plain_value, self.key)),
            ]
        )
        what = [tag("div", tag("del", told) if void else told)]
        what += [tag("div", "← ", self._because(link)) for link in row["follows"]]
        signs = ("✗", "!") if void else ("!",)
        for sign, mark in zip(signs, marks_of(row, self.say), strict=False):
            what.append(tag("div", f"{sign} {mark}", class_="mark"))
        evidence = str(row["evidence"] or "")
        return tag(
            "tr",
            tag("td", str(row["position"]), class_="count"),
            tag("td", moment_of(row["at"] or ""), class_="when"),
            tag("td", *what),
            tag("td", row["handler"] or "–"),
            tag("td", self.say(_LEARNT.get(evidence, evidence)), class_="when"),
            tag("td", moment_of(row["recorded"] or ""), class_="when"),
            id=f"line-{row['position']}",
            class_="void" if void else None,
        )

    def _because(self, link: Mapping[str, Any]) -> Markup:
        """Return a cause; its number leads to the line, where that is on this page."""
        before, _place, after = self.say(RELATIONS[link["relation"]]).partition("{line}")
        return tag("span", before, self._link(link["position"]), after, class_="because")

    def _link(self, position: int) -> Markup | str:
        if position not in self.here:
            return str(position)
        return tag("a", str(position), href=f"#line-{position}")

    # Of what it is

    def _foot(self) -> Markup:
        ledger = self.ledger
        facts = (
            (_("Ledger"), ledger.id),
            (_("Lines of the ledger"), f"1–{self.position}"),
            (_("Root over them"), ledger.log.root(self.position).hex()),
            (_("Made at"), moment_of(ledger.clock())),
            (_("Made with"), f"cardledger {__version__}"),
        )
        told = [tag("span", f"{self.say(name)} {value}") for name, value in facts]
        warning = self.say(_("Personal data of minors: for the office only."))
        return tag("footer", *told, tag("strong", warning))

    def _said(self, template: str, **values: object) -> str:
        return self.say(template).format(**values)


def moment_of(value: str) -> str:
    """Return a moment as people read it: the day, with the minute unless it is the day's end."""
    end = value[10:23] == "T23:59:59.999" or len(value) < 16
    return value[:10] if end else value[:16].replace("T", " ")


def _table(heads: Iterable[str], body: Iterable[Markup], class_: str) -> Markup:
    head = tag("thead", tag("tr", *(tag("th", one, scope="col") for one in heads)))
    return tag("table", head, tag("tbody", *body), class_=class_)
