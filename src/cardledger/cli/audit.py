"""`audit`: what the rules of the handbook find; `audit accept`: somebody has looked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

import click

from cardledger.actions.finding_accept import FindingAccept
from cardledger.cli.audit_report import report
from cardledger.cli.audit_scope import (
    FILTERS,
    finding_filters,
    jobs_option,
    rules_argument,
    wanted_of,
)
from cardledger.cli.base import Argument, Command, Group, Option
from cardledger.cli.edge import DIFFERENT, DONE, REFUSED, note
from cardledger.cli.output import Output, options
from cardledger.cli.progress import bar
from cardledger.cli.settings import settings
from cardledger.cli.speech import listed, say, say_text, translate
from cardledger.cli.tables import known_option, moment_options
from cardledger.exchange.writing.tables_out import Column
from cardledger.i18n import _

if TYPE_CHECKING:
    from cardledger.audit import Reported

COLUMNS: Final = (
    Column("id", _("Finding"), "id"),
    Column("rule", _("Rule"), "code"),
    Column("severity", _("Severity"), "code", 1),
    Column("subjects", _("Subjects"), "list", 3),
    Column("positions", _("Lines"), "list", 2),
    Column("message", _("What was found"), "long"),
    Column("todo", _("What to do"), "long", 1),
    Column("accepted", _("Accepted as it is"), "yesno", 1),
    Column("school", _("School"), "id", 3),
    Column("cohort", _("Cohort"), "id", 4),
    Column("since", _("Since"), "moment", 3),
    Column("period", _("Term or month"), "id", 4),
)


def _run(
    rules: tuple[str, ...],
    *,
    explain: str | None,
    as_of: str | None,
    known: str | None,
    school: str | None,
    cohort: str | None,
    since: str | None,
    hide_accepted: bool,
    jobs: int,
    **shape: Any,
) -> int:
    from cardledger.audit import audit

    answer = Output.of(**shape)
    if explain is not None:
        answer.write_text(_explained(explain))
        return DONE
    with settings().opened() as ledger, bar(_("Auditing")) as progress:
        from cardledger.cli.papers import Source

        position = ledger.log.size()
        found = audit(
            ledger,
            rules,
            as_of=as_of,
            known=known or f"@{position}",
            wanted=wanted_of(ledger, school, cohort, since),
            jobs=jobs,
            progress=progress,
        )
        counts: Counter[str] = Counter()
        rows = _rows(found, counts, hide_accepted=hide_accepted)
        source = Source(ledger=ledger, position=position, as_of=as_of, known=known)
        answer.write(rows, COLUMNS, "audit", source=source)
    _summarise(counts)
    return DIFFERENT if sum(counts.values()) > counts["accepted"] else DONE


def _rows(
    found: Iterable[Reported], counts: Counter[str], *, hide_accepted: bool
) -> Iterator[dict[str, Any]]:
    for one in found:
        counts["accepted" if one.accepted else one.rule.SEVERITY] += 1
        if not (hide_accepted and one.accepted):
            yield one.as_row(translate)


def _summarise(counts: Counter[str]) -> None:
    """Say how many findings there are, by their severity."""
    from cardledger.audit import SEVERITIES

    if not counts:
        note(say(_("No findings.")))
        return
    parts = [
        say(_("{severity} {count}"), severity=severity, count=counts[severity])
        for severity in (*SEVERITIES, "accepted")
        if counts[severity]
    ]
    note(say(_("Findings: {count} ({parts})."), count=sum(counts.values()), parts=listed(parts)))


def _explained(code: str) -> str:
    """Return the text of a rule: what it means, and what is to be done."""
    from cardledger.audit import RULES, known_rules, text_of

    (code,) = known_rules([code])
    rule = RULES[code]
    head = say(_("{rule} ({severity})"), rule=code, severity=rule.SEVERITY)
    todo = say(_("What to do: {todo}"), todo=translate(rule.TODO))
    return "\n\n".join((head, say_text(text_of(rule)), todo))


def _params() -> list[click.Parameter]:
    return [
        rules_argument(),
        Option(
            ["--explain"],
            metavar=_("RULE"),
            help=_("Print what a rule means and what to do, instead of auditing"),
        ),
        *moment_options(),
        jobs_option(),
        *finding_filters(),
        Option(
            ["--hide-accepted"],
            is_flag=True,
            section=FILTERS,
            help=_("Leave out what an auditor accepted"),
        ),
        *options(),
    ]


def _accept(finding: tuple[str, ...], reason: str, as_json: bool, **common: Any) -> int:
    """Accept findings that some rule finds now; anything else is a typing error."""
    from cardledger.audit import found
    from cardledger.cli import shown
    from cardledger.errors import NotFound
    from cardledger.ids import parse_finding_id

    wanted = [parse_finding_id(one) for one in finding]
    given = {name: value for name, value in common.items() if value}
    with settings().opened() as ledger, bar(_("Auditing")) as progress:
        moments = {name: given.pop(name, None) for name in ("as_of", "known")}
        known = found(ledger, wanted, **moments, progress=progress)
        for one in wanted:
            if one not in known:
                raise NotFound(
                    _("There is no finding {finding} now."),
                    hint=_("`cardledger audit` shows the findings and their ids."),
                    finding=one,
                )
        commands = [
            FindingAccept(
                finding=one,
                reason=reason,
                rule=known[one].finding.rule,
                subjects=known[one].finding.subjects,
                handler=given.get("handler") or settings().handler,
                note=given.get("note", ""),
            )
            for one in wanted
        ]
        outcomes = ledger.record_many(commands, retry_keys=False)
        for command, outcome in zip(commands, outcomes, strict=True):
            shown.show(ledger, command, outcome, as_json=as_json)
    return REFUSED if any(one.outcome == "refused" for one in outcomes) else DONE


accept: Final = Command(
    "accept",
    params=[
        Argument(
            ["finding"],
            metavar=_("FINDING"),
            nargs=-1,
            required=True,
            help=_("Id of the finding, as the audit shows it"),
        ),
        Option(
            ["--reason"], metavar=_("TEXT"), required=True, help=_("Why the finding is accepted")
        ),
        Option(
            ["--as-of"],
            metavar=_("WHEN"),
            help=_("Of which date the audit was that found it; else now"),
        ),
        known_option(),
        Option(["--handler"], metavar=_("TEXT"), help=_("Who did it")),
        Option(["--note"], metavar=_("TEXT"), help=_("A note; it is sealed")),
        Option(["--json", "as_json"], is_flag=True, help=_("Print the outcome as JSON")),
    ],
    callback=_accept,
    help=FindingAccept.__doc__,
)


class Audit(Group):
    """A command that lists findings, and a group of commands about them as well."""

    #: Options may come after the rules, as after the arguments of any command.
    allow_interspersed_args = True

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Begin a run: of a command of the group where one is named first, else of the list."""
        if args and args[0] in self.commands:
            group = Group(self.name, commands=self.commands, help=self.help)
            return group.make_context(info_name, args, parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


audit: Final = Audit(
    "audit",
    commands={"accept": accept, "report": report},
    invoke_without_command=True,
    subcommand_metavar="COMMAND [ARGS]...",
    params=_params(),
    callback=_run,
    help="\n\n".join(
        (
            _("Look for what is wrong or worth a look: duplicates, old cards, boxes, filings."),
            _(
                "Every finding names its rule, its subjects and the lines that prove it."
                " Exit status 4 where there are findings that nobody accepted."
            ),
        )
    ),
)
