"""Findings on paper: the sentence, and the lines that prove it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from cardledger.audit import RULES, Reported, text_of
from cardledger.exchange.writing.tables_out import moment_shown, shown
from cardledger.i18n import Translator, _
from cardledger.report.gathering import PROOFS, Gathered
from cardledger.report.words import word
from cardledger.trace.elements import Markup, joined, tag
from cardledger.trace.telling import as_story
from projections import Shown

#: What lines hold of a person beside the name: a report goes through many hands, and none of it
#: proves anything here.
_PRIVATE: Final = frozenset(
    {
        *("address", "birth", "boarding", "ethnic_group", "family", "household", "identity"),
        *("migrant", "native_place", "present_address", "sex", "telephone"),
    }
)


def rule_text(code: str, translate: Translator) -> list[str]:
    """Return the text of a rule, paragraph by paragraph."""
    paragraphs = text_of(RULES[code]).strip().split("\n\n")
    return [translate(" ".join(paragraph.split())) for paragraph in paragraphs]


@dataclass(frozen=True)
class Writer:
    """Writes findings in one language. schools: names by code."""

    translate: Translator
    schools: Mapping[str, str] = field(default_factory=dict)

    def say(self, template: str, /, **values: object) -> str:
        """Return a sentence."""
        return self.translate(template).format(**values)

    def school(self, code: str) -> str:
        """Return what a school is called, with its code."""
        name = self.schools.get(code)
        return f"{name} {code}" if name else code

    def finding(self, one: Reported, lines: Mapping[int, Shown]) -> Markup:
        """Return a finding with its proofs."""
        severity = one.rule.SEVERITY
        return tag(
            *("div", tag("p", one.message(self.translate), class_="said")),
            tag("p", " · ".join(self._about(one)), class_="sub"),
            self._acceptance(one, lines) if one.accepted else None,
            self._proofs(one, lines),
            class_=f"finding {severity}",
            id=one.finding.id,
        )

    def _about(self, one: Reported) -> Iterator[str]:
        say, finding = self.say, one.finding
        yield say(_("Finding {id}"), id=finding.id)
        if one.school:
            yield say(_("school {school}"), school=self.school(one.school))
        if one.cohort:
            yield say(_("cohort {cohort}"), cohort=one.cohort)
        if finding.period:
            yield finding.period
        if finding.since:
            yield say(_("since {moment}"), moment=moment_shown(finding.since))

    def _acceptance(self, one: Reported, lines: Mapping[int, Shown]) -> Markup | None:
        row = lines.get(one.accepted_by)
        if row is None:
            return None
        text = self.say(
            _("Accepted on {moment} by {handler} (line {position}). Reason: {reason}"),
            moment=moment_shown(row["recorded"] or row["at"] or ""),
            handler=row["handler"] or self.translate(_("nobody named")),
            position=one.accepted_by,
            reason=row["data"].get("reason") or self.translate(_("sealed; no key opens it")),
        )
        return tag("p", text, class_="good")

    def _proofs(self, one: Reported, lines: Mapping[int, Shown]) -> Markup:
        positions = one.finding.positions
        there = [_spared(lines[one]) for one in positions[:PROOFS] if one in lines]
        rows = [self._proof(row) for row in as_story(there, self.translate, shown)]
        more = None
        if len(positions) > PROOFS:
            others = positions[PROOFS : PROOFS * 10]
            text = self.say(
                _("… and {count} more lines: {positions}"),
                count=len(positions) - PROOFS,
                positions=" ".join(map(str, others))
                + (" …" if len(positions) > PROOFS * 10 else ""),
            )
            more = tag("p", text, class_="small")
        return joined([tag("table", *rows), more or Markup()])

    def _proof(self, row: Mapping[str, object]) -> Markup:
        at, recorded = str(row["at"] or ""), str(row["recorded"] or "")
        late = recorded[:10] > at[:10] if at else False
        story = str(row["story"])
        return tag(
            *("tr", tag("td", row["position"], class_="line")),
            tag("td", moment_shown(at) if at else "—", class_="when"),
            tag(
                *("td", story),
                tag("span", self.say(_(" (written {day})"), day=recorded[:10]), class_="small")
                if late
                else None,
            ),
            tag("td", row["handler"] or "—", class_="who"),
            tag("td", word(str(row["evidence"] or ""), self.translate) or "—", class_="how"),
        )


def _spared(row: Shown) -> Shown:
    """Return a line without what is nobody's business here."""
    return row | {
        "data": {name: fact for name, fact in row["data"].items() if name not in _PRIVATE}
    }


def chapters(
    gathered: Gathered, writer: Writer, *, accepted: bool, more: Callable[[str], str]
) -> Iterator[Markup]:
    """Yield the findings, rule by rule. `more` says how those of a rule are got that lack here."""
    counts = gathered.accepted if accepted else gathered.open
    for code, count in counts.items():
        yield _heading(code, count, writer, accepted=accepted)
        yield from gathered.listed(code, accepted=accepted)
        if left_out := gathered.unlisted(code, accepted=accepted):
            text = writer.say(
                _("Findings of this rule that are not listed: {count}. All of them: {command}"),
                count=f"{left_out:,}",
                command=more(code),
            )
            yield tag("p", text, class_="bad")


def _heading(code: str, count: int, writer: Writer, *, accepted: bool) -> Markup:
    say, rule = writer.say, RULES[code]
    title, *further = rule_text(code, writer.translate)
    number = say(_("{count} findings") if count != 1 else _("{count} finding"), count=count)
    about = say(_(", ")).join((word(rule.SEVERITY, writer.translate), number))
    head = f"{title.rstrip('.。')} [{code}] — {about}"
    if accepted:
        return tag("h3", head)
    todo = say(_("What to do: {todo}"), todo=writer.translate(rule.TODO))
    return joined(
        [
            tag("h3", head, id=f"rule-{code}"),
            tag("div", *(tag("p", text) for text in (*further, todo)), class_="rule"),
        ]
    )
