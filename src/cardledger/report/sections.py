"""Sections: what stands in a report beside the findings and the charts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from cardledger.audit import RULES, SEVERITIES
from cardledger.exchange.writing.tables_out import moment_shown, shown
from cardledger.i18n import _
from cardledger.moments import day_of
from cardledger.policy import in_force
from cardledger.report.findings import rule_text
from cardledger.report.policies import NAMES, readable
from cardledger.report.words import word
from cardledger.trace.elements import Markup, joined, tag

if TYPE_CHECKING:
    from cardledger.report.making import Contents


#: Classes that give the columns of the summary their widths.
_WIDTHS: Final = ("code", None, "grave", "number", "number")


def scope(of: Contents) -> Markup:
    """Return what the report is of."""
    say, made, seen = of.writer.say, of.made, of.seen
    nothing = say(_("all"))
    wanted = of.scope.wanted
    period = say(_("no line"))
    if seen.first:
        period = say(_("{first} to {last}"), first=seen.first[:10], last=seen.last[:10])
    schools = [of.writer.school(code) for code in of.writer.schools]
    rows = [
        (_("Ledger"), f"{made.ledger} ({made.place})"),
        (_("Schools in the ledger"), _short(schools, say(_(", ")))),
        (_("School examined"), of.writer.school(wanted.school) or nothing),
        (_("Cohort examined"), str(wanted.cohort or nothing)),
        (_("Findings since"), moment_shown(wanted.since) if wanted.since else nothing),
        (_("Rules"), say(_(", ")).join(of.scope.rules) or say(_("all {count}"), count=len(RULES))),
        (_("Date of the audit"), moment_shown(of.moment)),
        (_("As of"), made.as_of or say(_("the date of the audit"))),
        (_("As known by"), made.known or say(_("the last line"))),
        (_("Acts between"), period),
        (
            _("Lines"),
            say(
                _("1 to {position}, {count} of which count"),
                position=made.position,
                count=seen.counted,
            ),
        ),
        (
            _("Made"),
            say(_("{moment} by {who}"), moment=moment_shown(made.made_at), who=made.made_by or "—"),
        ),
    ]
    # A line is broken between the words of the command, and not at a dash.
    words = (part for word in made.command.split(" ") for part in (tag("span", word), " "))
    return joined([facts(of, rows), tag("p", tag("code", *words), class_="small command")])


def facts(of: Contents, rows: Sequence[tuple[str, object]]) -> Markup:
    """Return labels and values, one below the other."""
    return tag(
        *("table",),
        *(tag("tr", tag("th", of.writer.say(label)), tag("td", value)) for label, value in rows),
        class_="facts",
    )


def _short(names: Sequence[str], between: str, most: int = 100) -> str:
    return between.join(names[:most]) + (f" … ({len(names)})" if len(names) > most else "")


def evidence(of: Contents) -> Iterator[Markup]:
    """Yield whether the ledger is what was written, and the checkpoint that others compare."""
    say, verdict, made = of.writer.say, of.scope.verdict, of.made
    translate = of.writer.translate
    if verdict is None:
        yield tag("p", say(_("The ledger was not verified for this report.")), class_="bad")
    elif verdict.ok:
        text = _("Whole: {size} lines are what was written, by their bytes, hashes, tags and tree.")
        yield tag("p", say(text, size=verdict.size), class_="good")
    else:
        problem = verdict.problem.text(translate) if verdict.problem else ""
        yield tag("p", say(_("Broken: {problem}"), problem=problem), class_="bad")
        if verdict.first_bad_position is not None:
            text = say(_("First bad position: {position}"), position=verdict.first_bad_position)
            yield tag("p", text, class_="bad")
    if verdict is not None and not verdict.anchored:
        text = _("There was no checkpoint outside of the ledger: a cut end would go unseen.")
        yield tag("p", say(text), class_="bad")
    yield facts(of, [(_("Lines"), made.position), (_("Root"), tag("code", made.root))])
    unsigned = _("Checkpoint of these lines; the key store is away, so it is not signed:")
    signed = _("Signed checkpoint of these lines:")
    yield tag("p", say(signed if made.sign is not None else unsigned))
    yield tag("pre", *_lines_of(made.checkpoint))
    yield tag(
        *("p",),
        *_coded(
            say(
                _(
                    "Whoever has the ledger checks it with `cardledger verify --checkpoint FILE`,"
                    " where FILE holds the text above. A line that is named here is shown by"
                    " `cardledger history --raw` byte for byte and proved to others by"
                    " `cardledger prove`."
                )
            )
        ),
        class_="small",
    )


def _lines_of(note: str) -> Iterator[object]:
    """Yield the lines of a text that is shown as it stands: in others a line break is a space."""
    for line in note.splitlines():
        yield line
        yield Markup("\n")


def _coded(text: str) -> Iterator[object]:
    """Yield a text with what stands in backticks as code."""
    for place, part in enumerate(text.split("`")):
        yield tag("code", part) if place % 2 else part


def summary(of: Contents) -> Markup:
    """Return how many findings there are by severity, and by rule with what each rule says."""
    say, found = of.writer.say, of.gathered
    head = (_("Rule"), _("Meaning"), _("Severity"), _("Open"), _("Accepted as it is"))
    rows = []
    for code in [*found.open, *(code for code in found.accepted if code not in found.open)]:
        name = tag("a", code, href=f"#rule-{code}") if found.open[code] else code
        rows.append(
            tag(
                *("tr", tag("td", name), tag("td", rule_text(code, of.writer.translate)[0])),
                tag("td", word(RULES[code].SEVERITY, of.writer.translate)),
                tag("td", f"{found.open[code]:,}", class_="number"),
                tag("td", f"{found.accepted[code]:,}", class_="number"),
            )
        )
    total = tag("p", _totals(of))
    if not rows:
        return total
    titles = [tag("th", say(one), class_=_WIDTHS[place]) for place, one in enumerate(head)]
    return joined([total, tag("table", tag("thead", tag("tr", *titles)), tag("tbody", *rows))])


def _totals(of: Contents) -> str:
    say, found = of.writer.say, of.gathered
    open_, accepted = sum(found.open.values()), sum(found.accepted.values())
    if not open_ and not accepted:
        return say(_("No findings."))
    parts = []
    for severity in SEVERITIES:
        count = sum(n for code, n in found.open.items() if severity == RULES[code].SEVERITY)
        parts.append(
            say(
                _("{severity} {count}"),
                severity=word(severity, of.writer.translate),
                count=f"{count:,}",
            )
        )
    return say(
        _("Open findings: {count} ({parts}). Accepted: {accepted}."),
        count=f"{open_:,}",
        parts=say(_(", ")).join(parts),
        accepted=f"{accepted:,}",
    )


def _rule(value: object, of: Contents) -> str:
    return shown(readable(value, of.writer.translate), "text", of.writer.translate)


def policy(of: Contents) -> Iterator[Markup]:
    """Yield the rules of the office in force on the date of the audit, and the circulars."""
    say, translate = of.writer.say, of.writer.translate
    rules = msgspec.to_builtins(in_force(list(of.policies), day_of(of.moment)))
    yield tag(
        "p",
        say(
            _("In force on {day}. Every act is judged by the policy of its own day."),
            day=of.moment[:10],
        ),
    )
    yield facts(of, [(NAMES.get(name, name), _rule(value, of)) for name, value in rules.items()])
    if not of.policies:
        yield tag("p", say(_("No circular is recorded: these are the rules of spring 2010.")))
        return
    yield tag("p", say(_("Circulars recorded:")))
    rows = []
    for one in sorted(of.policies, key=lambda one: (one.from_day, one.position)):
        changes = say(_("; ")).join(
            f"{translate(NAMES.get(name, name))}: {_rule(value, of)}"
            for name, value in one.changes.items()
        )
        text = say(_("from {day}, line {position}"), day=one.from_day, position=one.position)
        rows.append((text, changes))
    yield facts(of, rows)
