"""Making: everything is read and counted first, then written piece by piece."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cardledger.audit import Wanted, audit, known_rules
from cardledger.audit.running import reference_of
from cardledger.book import fold
from cardledger.exchange.provenance import Made
from cardledger.i18n import Language, _, translator
from cardledger.ledger import Ledger
from cardledger.moments import Moment
from cardledger.policy import Adopted
from cardledger.replay import Replay
from cardledger.report import charts, sections
from cardledger.report.figures import Figures, figures
from cardledger.report.findings import Writer, chapters
from cardledger.report.gathering import Gathered, Limits, gather
from cardledger.report.limits import not_examined
from cardledger.report.style import STYLE
from cardledger.report.survey import Survey, survey
from cardledger.streams import Asked, Cut, Progress, asked_for
from cardledger.trace.document import document
from cardledger.trace.elements import Markup, tag
from cardledger.verify import Verdict
from projections import Shown

#: Findings of one rule that are listed, and of all rules: a report is to be read, and a browser
#: holds all of it.
LIMIT: Final = 2000
TOGETHER: Final = 10_000
#: The same in a PDF: WeasyPrint holds all pages at once, 0.35 MiB for each finding.
PDF_LIMIT: Final = 300
PDF_TOGETHER: Final = 1200
_EVERYTHING: Final = Wanted()


def silent(_done: int, _total: int) -> None:
    """Tell nobody of the progress."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What is asked for, and what was found of the ledger itself before.

    rules: all where there are none. as_of, known, wanted: as for `cardledger.audit.audit`.
    verdict: of the verification; none where it was left out. limit: findings of a rule that are
    listed at most; together: of all rules, no limit where it is none.
    """

    rules: Sequence[str] = ()
    as_of: str | None = None
    known: str | None = None
    wanted: Wanted = _EVERYTHING
    verdict: Verdict | None = None
    limit: int = LIMIT
    together: int | None = TOGETHER


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a report says. `head` is the last line of the ledger when it was finished."""

    scope: Scope
    made: Made
    moment: Moment
    policies: Sequence[Adopted]
    seen: Survey
    figures: Figures
    gathered: Gathered
    writer: Writer
    language: Language
    head: int
    keys_here: bool

    @property
    def open(self) -> int:
        """How many findings there are that nobody accepted."""
        return sum(self.gathered.open.values())

    def html(self) -> Iterator[str]:
        """Yield the report as one page of HTML, piece by piece."""
        title = self.writer.say(_("Audit report"))
        yield from document(title, _LANGUAGES[self.language], STYLE, self._body(title))

    def _body(self, title: str) -> Iterator[Markup]:
        say = self.writer.say
        yield tag("h1", title)
        yield tag("p", self._subtitle(), class_="sub")
        chosen = [name for name in _CHAPTERS if name != "accepted" or self.gathered.accepted]
        links = (tag("li", tag("a", say(_CHAPTERS[name]), href=f"#{name}")) for name in chosen)
        yield tag("nav", tag("ol", *links))
        for number, name in enumerate(chosen, 1):
            yield tag("h2", f"{number}. {say(_CHAPTERS[name])}", id=name)
            yield from self._chapter(name)

    def _subtitle(self) -> str:
        wanted = self.scope.wanted
        school = wanted.school or (
            next(iter(self.writer.schools)) if len(self.writer.schools) == 1 else ""
        )
        parts = [self.writer.school(school)] if school else []
        if wanted.cohort:
            parts.append(self.writer.say(_("cohort {cohort}"), cohort=wanted.cohort))
        parts.append(self.writer.say(_("date of the audit {day}"), day=self.moment[:10]))
        return " · ".join(
            [*parts, self.writer.say(_("line {position}"), position=self.made.position)]
        )

    def _chapter(self, name: str) -> Iterator[Markup]:
        match name:
            case "scope":
                yield sections.scope(self)
            case "evidence":
                yield from sections.evidence(self)
            case "summary":
                yield sections.summary(self)
                yield from charts.of_findings(self.gathered, self.writer)
            case "figures":
                yield from charts.of_projections(self.figures, self.writer)
            case "findings":
                told = _HOW_TO_READ if self.open else _("No open findings.")
                yield tag("p", self.writer.say(told), class_="small")
                yield from self._findings(accepted=False)
            case "accepted":
                yield from self._findings(accepted=True)
            case "policy":
                yield from sections.policy(self)
            case _:
                yield tag("ul", *(tag("li", one) for one in not_examined(self)))

    def _findings(self, *, accepted: bool) -> Iterator[Markup]:
        return chapters(self.gathered, self.writer, accepted=accepted, more=self._command)

    def _command(self, rule: str) -> str:
        """Return the command that gives all findings of a rule, with what was asked for here."""
        wanted = self.scope.wanted
        given = {
            "--school": wanted.school,
            "--cohort": wanted.cohort,
            "--since": wanted.since,
            "--as-of": self.scope.as_of,
            "--known": self.scope.known,
        }
        options = "".join(f" {name} {value}" for name, value in given.items() if value)
        return f"cardledger audit {rule}{options} --format xlsx --output {rule}.xlsx"


_HOW_TO_READ: Final = _(
    "Below each finding stand the lines that prove it: position, when it happened, what happened,"
    " who did it, how the ledger learnt it. Of persons only names are told, not what else the lines"
    " hold: identity numbers, addresses, telephones, families."
)
_LANGUAGES: Final = {"en": "en", "zh": "zh-Hans"}
#: The chapters in their order.
_CHAPTERS: Final[dict[str, str]] = {
    "scope": _("Scope"),
    "evidence": _("Is the ledger what was written?"),
    "summary": _("Findings at a glance"),
    "figures": _("Figures"),
    "findings": _("Findings with their evidence"),
    "accepted": _("Findings that were accepted"),
    "policy": _("Policy and date"),
    "limits": _("What was not examined"),
}


def report(
    ledger: Ledger,
    scope: Scope,
    language: Language = "en",
    *,
    command: str = "",
    made_by: str = "",
    jobs: int = 0,
    progress: Progress = silent,
) -> Contents:
    """Audit a ledger and return a report, which must be closed (`contents.gathered.close()`).

    It is of the lines up to the last one when it begins; what is written meanwhile is left out.
    Raises as `cardledger.audit.audit` does.
    """
    position = ledger.head()
    known = scope.known or f"@{position}"
    asked = asked_for(ledger, scope.as_of, known) or Asked(Cut(position), ledger.clock())
    schools = {code: one.name for code, one in ledger.reference().schools.items() if one.known}
    writer = Writer(translator(language), dict(sorted(schools.items())))
    seen = survey(ledger, asked.cut, progress)
    found = audit(
        *(ledger, scope.rules),
        as_of=scope.as_of,
        known=known,
        wanted=scope.wanted,
        jobs=jobs,
        progress=progress,
    )
    limits = Limits(scope.limit, scope.together, len(known_rules(scope.rules)))
    gathered = gather(ledger, found, writer.finding, limits)
    return Contents(
        scope=scope,
        made=Made.of(
            *(ledger, asked.cut.upto or position),
            as_of=scope.as_of,
            known=scope.known,
            command=command,
            made_by=made_by,
        ),
        moment=asked.moment,
        policies=tuple(fold(reference_of(ledger.log, asked.cut)).policies),
        seen=seen,
        figures=figures(lambda name: _rows(ledger, name, scope, position, progress)),
        gathered=gathered,
        writer=writer,
        language=language,
        head=ledger.head(),
        keys_here=ledger.keys is not None,
    )


def _rows(
    ledger: Ledger, name: str, scope: Scope, position: int, progress: Progress
) -> list[Shown]:
    """Return rows of a projection as the report's lines have them, also while others write."""
    wanted = scope.wanted
    where = {"school": wanted.school} if wanted.school else {}
    if wanted.cohort and name != "terms":
        where["cohort"] = str(wanted.cohort)
    rows = Replay(ledger).rows(
        name, as_of=scope.as_of, known=scope.known, where=where, progress=progress
    )
    if scope.known or ledger.log.size() == position:
        return rows
    return Replay(ledger).rows(name, as_of=scope.as_of, known=f"@{position}", where=where)
