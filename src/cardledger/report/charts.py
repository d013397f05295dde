"""Charts: findings, pupils, cards and registrations, as bars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from cardledger.audit import RULES, SEVERITIES
from cardledger.i18n import Translator, _
from cardledger.report.bars import Bar, Series, bars
from cardledger.report.figures import Figures
from cardledger.report.findings import Writer
from cardledger.report.gathering import Gathered
from cardledger.report.style import COLOURS, SEVERITY_COLOURS
from cardledger.report.words import PUPILS, word
from cardledger.trace.elements import Markup, tag

_STATUSES: Final = ("in-school", "suspended", "left", "graduated")
_STATES: Final = ("live", "lost", "left", "outstanding", "replaced-lost", "recycled", "boxed")
#: So many terms are drawn, the last ones.
_TERMS: Final = 24


def of_findings(gathered: Gathered, writer: Writer) -> Iterator[Markup]:
    """Yield the findings by rule, by school and by cohort."""
    series = [Series(word(one, writer.translate), SEVERITY_COLOURS[one]) for one in SEVERITIES]
    rows = [
        Bar(code, [count if one == RULES[code].SEVERITY else 0 for one in SEVERITIES])
        for code, count in gathered.open.items()
    ]
    yield from _drawn(_("Open findings by rule"), rows, series, writer)
    by_school = _stacked(gathered.by_school, SEVERITIES, _school(writer))
    yield from _drawn(_("Open findings by school"), by_school, series, writer)
    by_cohort = _stacked(gathered.by_cohort, SEVERITIES, _cohort(writer))
    yield from _drawn(_("Open findings by cohort"), by_cohort, series, writer)


def of_projections(found: Figures, writer: Writer) -> Iterator[Markup]:
    """Yield pupils by school and cohort, cards by state, registrations by term and school."""
    translate = writer.translate
    pupils = _series(_STATUSES, translate, PUPILS)
    rows = _stacked(found.pupils, _STATUSES, _school(writer))
    yield from _drawn(_("Pupils by school"), rows, pupils, writer)
    rows = _stacked(found.pupils_of, _STATUSES, _cohort(writer))
    yield from _drawn(_("Pupils by cohort"), rows, pupils, writer)
    kinds = Counter({(state, kind): count for (kind, state), count in found.kinds.items()})
    states = [one for one in (*_STATES, "unknown") if any(state == one for state, _k in kinds)]
    rows = [
        Bar(word(state, translate), [kinds[state, kind] for kind in ("record", "identity")])
        for state in states
    ]
    yield from _drawn(_("Cards by state"), rows, _series(("record", "identity"), translate), writer)
    rows = _stacked(found.cards, (*_STATES, "unknown"), _school(writer))
    cards = _series((*_STATES, "unknown"), translate)
    used = [place for place in range(len(cards)) if any(row.counts[place] for row in rows)]
    rows = [row._replace(counts=[row.counts[place] for place in used]) for row in rows]
    yield from _drawn(
        _("Cards by school and state"), rows, [cards[place] for place in used], writer
    )
    yield from _registrations(found, writer)


def _registrations(found: Figures, writer: Writer) -> Iterator[Markup]:
    series = [Series("", COLOURS[0])]
    terms = list(found.terms.items())[-_TERMS:]
    rows = [_registered(term, counts) for term, counts in terms]
    yield from _drawn(_("Registered by term swipe, percent of pupils"), rows, series, writer, 100)
    if len(found.last) > 1:
        rows = [
            _registered(writer.school(school) or writer.translate(_("no school")), counts)
            for school, counts in sorted(found.last.items())
        ]
        title = writer.say(
            _("Registered in {term} by school, percent of pupils"), term=found.last_term
        )
        yield from _drawn(title, rows, series, writer, 100)


def _registered(label: str, counts: Sequence[int]) -> Bar:
    registered, pupils = counts
    percent = 100 * registered / pupils if pupils else 0
    return Bar(label, [percent], f"{percent:.1f}% ({registered:,} / {pupils:,})")


def _stacked(counts: Counter[Any], kinds: Sequence[str], label: Callable[[Any], str]) -> list[Bar]:
    keys = sorted({key for key, _kind in counts})
    return [Bar(label(key), [counts[key, kind] for kind in kinds]) for key in keys]


def _series(
    codes: Sequence[str], translate: Translator, words: dict[str, str] | None = None
) -> list[Series]:
    return [
        Series(word(code, translate, words or {}), colour)
        for code, colour in zip(codes, COLOURS, strict=False)
    ]


def _school(writer: Writer) -> Callable[[str], str]:
    return lambda code: writer.school(code) or writer.translate(_("no school"))


def _cohort(writer: Writer) -> Callable[[int], str]:
    return lambda year: str(year) if year else writer.translate(_("no cohort"))


def _drawn(
    title: str, rows: Sequence[Bar], series: Sequence[Series], writer: Writer, full: float = 0
) -> Iterator[Markup]:
    if rows:
        said = writer.translate(title)
        yield tag("h3", said)
        yield from bars(rows, series, said, full=full)
