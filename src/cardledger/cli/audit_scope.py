"""What an audit is of, asked for alike by the list and by the report: rules, filters, processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from cardledger.cli.base import Argument, Option, Whole
from cardledger.cli.tables import filter_options
from cardledger.i18n import _

if TYPE_CHECKING:
    from cardledger.audit import Wanted
    from cardledger.ledger import Ledger

FILTERS: Final = _("Filters")


def rules_argument() -> click.Parameter:
    """Return the argument that names rules."""
    return Argument(
        ["rules"],
        metavar=_("RULE"),
        nargs=-1,
        help=_("Rules such as two-live-cards; all of them where none is named"),
    )


def jobs_option() -> click.Parameter:
    """Return the option that says how many processes share the work."""
    return Option(
        ["--jobs"],
        type=Whole(),
        default=0,
        metavar=_("N"),
        help=_("Processes at most; without it one for each core"),
    )


def finding_filters() -> list[click.Parameter]:
    """Return the options that choose findings."""
    return [
        *filter_options(["school", "cohort"]),
        Option(
            ["--since"],
            metavar=_("WHEN"),
            section=FILTERS,
            help=_("Only what has held since that day or later"),
        ),
    ]


def wanted_of(ledger: Ledger, school: str | None, cohort: str | None, since: str | None) -> Wanted:
    """Return which findings the filters ask for."""
    from cardledger import ids
    from cardledger.audit import Wanted
    from cardledger.errors import BadValue
    from cardledger.moments import ALWAYS, Moment, parse_date, parse_moment

    moment = ALWAYS
    if since:
        try:
            moment = Moment(f"{parse_date(since).isoformat()}T00:00:00.000+08:00")
        except BadValue:
            moment = parse_moment(since, ledger.clock())
    return Wanted(
        ids.parse_school_code(school) if school else "",
        ids.parse_cohort(cohort) if cohort else 0,
        moment,
    )
