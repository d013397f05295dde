"""Schools and policies: what every decision looks at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from cardledger.book import fold
from cardledger.cli.base import Command, Option
from cardledger.cli.output import Output, options
from cardledger.cli.settings import settings
from cardledger.cli.speech import translate
from cardledger.cli.tables import known_option, moment_options
from cardledger.events import REFERENCE_TAG
from cardledger.exchange.writing.tables_out import Column
from cardledger.i18n import _
from cardledger.moments import day_of, end_of, now
from cardledger.streams import Cut, asked_for, counted, reference_of

SCHOOLS: Final = (
    Column("school", _("School"), "id"),
    Column("name", _("Name of the school")),
    Column("default", _("Default"), "yesno"),
)
RULES: Final = (
    Column("rule", _("Rule"), "code"),
    Column("value", _("Value"), "long"),
    Column("since", _("Since"), "day"),
)


def _schools(as_of: str | None, known: str | None, **output: Any) -> None:
    shape = Output.of(**output)
    with settings().opened() as ledger:
        asked = asked_for(ledger, as_of, known)
        cut = asked.cut if asked else Cut()
        found = fold(counted(ledger, (REFERENCE_TAG,), cut), cut.until).schools.values()
        rows = [
            {
                "school": school.code,
                "name": school.name or None,
                "default": school.code == ledger.default_school,
            }
            for school in sorted(found, key=lambda one: one.code)
            if school.known
        ]
    shape.write(rows, SCHOOLS, "schools")


school_list: Final = Command(
    "list",
    params=[*moment_options(), *options()],
    callback=_schools,
    help=_("Schools of this ledger."),
)


def _policy(at: str | None, known: str | None, **output: Any) -> None:
    import msgspec

    from cardledger.report.policies import NAMES, readable

    shape = Output.of(**output)
    with settings().opened() as ledger:
        asked = asked_for(ledger, at, known)
        day = day_of(asked.moment if asked else now())
        book = reference_of(ledger, asked.cut if asked else Cut())
    rules = msgspec.to_builtins(book.policy(end_of(day)))
    if shape.format in ("json", "jsonl"):
        indent = 2 if shape.format == "json" else -1
        shape.write_text(msgspec.json.format(msgspec.json.encode(rules), indent=indent).decode())
        return
    since = {
        name: one.from_day
        for one in sorted(book.policies, key=lambda one: (one.from_day, one.position))
        if one.from_day <= day.isoformat()
        for name in one.changes
    }

    def rows() -> Iterator[dict[str, Any]]:
        for name, value in rules.items():
            people = shape.format in ("table", "xlsx")
            shown = readable(value, translate) if people else value
            yield {
                "rule": translate(NAMES.get(name, name)) if people else name,
                "value": shown,
                "since": since.get(name),
            }

    shape.write(rows(), RULES, "policy")


policy_show: Final = Command(
    "show",
    params=[
        Option(
            ["--at", "--as-of", "at"],
            metavar=_("WHEN"),
            help=_("Rules in force on this day; else today's"),
        ),
        known_option(),
        *options(),
    ],
    callback=_policy,
    help="\n\n".join(
        (
            _("Rules in force, each with the day from which it holds."),
            _(
                "With --json it is one object, in the form that `cardledger policy adopt` reads;"
                " a circular needs only the rules that it changes."
            ),
        )
    ),
)
