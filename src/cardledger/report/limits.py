"""Limits: what a report has not examined, said as plainly as what it has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cardledger.audit import RULES
from cardledger.exchange.writing.tables_out import moment_shown
from cardledger.i18n import _
from cardledger.moments import day_of
from cardledger.policy import in_force

if TYPE_CHECKING:
    from cardledger.report.making import Contents


def not_examined(of: Contents) -> list[str]:
    """Return what was left out, a sentence each."""
    return [*_chosen(of), *_lines(of), *_closed(of), *_unverified(of), *_always(of)]


def _chosen(of: Contents) -> Iterator[str]:
    say, scope = of.writer.say, of.scope
    left_out = [code for code in RULES if scope.rules and code not in scope.rules]
    if left_out:
        codes = say(_(", ")).join(left_out)
        yield say(_("Rules that were not asked for: {rules}."), rules=codes)
    wanted = scope.wanted
    if wanted.school:
        yield say(_("Findings and figures of other schools than {school}."), school=wanted.school)
    if wanted.cohort:
        yield say(
            _("Findings and figures of other cohorts than {cohort}; terms are of all cohorts."),
            cohort=wanted.cohort,
        )
    if wanted.since:
        text = _("Findings that hold since before {moment}.")
        yield say(text, moment=moment_shown(wanted.since))
    gathered = of.gathered
    unlisted = sum(
        gathered.unlisted(code, accepted=accepted)
        for accepted, counts in ((False, gathered.open), (True, gathered.accepted))
        for code in counts
    )
    if unlisted:
        text = _("Findings that are counted and not listed, for there are too many: {count}.")
        yield say(text, count=f"{unlisted:,}")


def _lines(of: Contents) -> Iterator[str]:
    say, seen = of.writer.say, of.seen
    if of.head > of.made.position:
        yield say(
            _("Lines that were written later than line {position}: {count}."),
            position=of.made.position,
            count=of.head - of.made.position,
        )
    if seen.later:
        yield say(_("Lines of acts after the date of the report: {count}."), count=seen.later)
    if seen.unwritten:
        text = _("Lines that were not written yet at the moment asked for: {count}.")
        yield say(text, count=seen.unwritten)
    if seen.unknown:
        yield say(
            _("Lines of events that this version does not know: {count} ({names})."),
            count=sum(seen.unknown.values()),
            names=say(_(", ")).join(sorted(seen.unknown)),
        )
    if seen.void:
        text = _("Lines that a later line made void: {count}. They are not judged.")
        yield say(text, count=seen.void)


def _closed(of: Contents) -> Iterator[str]:
    say = of.writer.say
    if of.seen.forgotten:
        text = _("Pupils who were forgotten: {count}. Their acts are judged, their names are gone.")
        yield say(text, count=of.seen.forgotten)
    closed = max(0, of.figures.closed - of.seen.forgotten)
    if not of.keys_here:
        yield say(_("No name could be read: the key store is away."))
    elif closed:
        yield say(_("Pupils without a name that could be read: {count}."), count=closed)


def _unverified(of: Contents) -> Iterator[str]:
    say, verdict = of.writer.say, of.scope.verdict
    if verdict is None:
        yield say(_("Whether the lines are what was written: nobody verified them."))
        return
    for remark in verdict.unchecked:
        yield say(_("Not checked: {what}"), what=remark.text(of.writer.translate))


def _always(of: Contents) -> Iterator[str]:
    say = of.writer.say
    rules = in_force(list(of.policies), day_of(of.moment))
    if rules.check_digit == "unknown":
        yield say(_("Check digits of student numbers: the policy does not say by which algorithm."))
    if of.seen.contested:
        yield say(
            _(
                "Whether reports from elsewhere are true: {count} lines break a rule of the office"
                " and were recorded as they came."
            ),
            count=of.seen.contested,
        )
    yield say(
        _(
            "Cards and boxes themselves: the report says what the ledger holds; nobody has counted"
            " by hand for it."
        )
    )
