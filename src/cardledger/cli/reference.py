"""Schools and policies: what every decision looks at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from cardledger.cli.base import Command, Option
from cardledger.cli.output import Output, options
from cardledger.cli.settings import settings
from cardledger.cli.speech import listed, say, translate
from cardledger.exchange.writing.tables_out import Column
from cardledger.i18n import _
from cardledger.moments import day_of, end_of, now, parse_date

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


def _schools(**output: Any) -> None:
    shape = Output.of(**output)
    with settings().opened() as ledger:
        found = ledger.reference().schools.values()
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
    "list", params=options(), callback=_schools, help=_("Schools of this ledger.")
)


#: What rules are called, and the names inside them.
NAMES: Final[dict[str, str]] = {
    "windows": _("Windows of the term swipe"),
    "upgrade_required": _("Upgrade required before a term swipe"),
    "lowest_tools": _("Lowest versions of the programs"),
    "cmis_optional_types": _("School types that may keep their CMIS"),
    "collect_from": _("Who hands the card in"),
    "levels": _("Level by digit 9 of the number"),
    "guests": _("Digit 9 of guests"),
    "treated_as_local": _("Digit 9 of guests treated as locals"),
    "check_digit": _("Check digit"),
}
WORDS: Final[dict[str, str]] = {
    "spring": _("spring"),
    "autumn": _("autumn"),
    "cmis": "CMIS",
    "card-manager": _("card manager"),
    "term-swipe": _("term swipe tool"),
    "transfer": _("transfer tool"),
    "junior-not-continuing": _("junior leavers who do not go on"),
    "senior": _("senior leavers"),
    "out-of-town": _("pupils from out of town"),
    "unknown": _("unknown"),
}
LEVELS: Final[dict[str, str]] = {
    "primary": _("primary"),
    "junior": _("junior"),
    "senior": _("senior"),
    "vocational": _("vocational"),
}
#: The first and the last day of a window.
_DAYS: Final = 2


def _readable(value: Any, words: Mapping[str, str] = WORDS) -> Any:
    """Return a rule as words: `spring 03-01 to 03-20, autumn …`."""
    if isinstance(value, dict):
        names = LEVELS if value.keys() <= LEVELS.keys() else WORDS
        return listed(f"{_word(name, names)} {_readable(one)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        if len(value) == _DAYS and all(str(one)[:1].isdecimal() for one in value):
            return say(_("{first} to {last}"), first=value[0], last=value[1])
        return listed(_word(str(one), words) for one in value)
    return _word(value, words) if isinstance(value, str) else value


def _word(code: str, words: Mapping[str, str]) -> str:
    return translate(words.get(code, code))


def _policy(at: str | None, **output: Any) -> None:
    import msgspec

    shape = Output.of(**output)
    day = parse_date(at) if at else day_of(now())
    with settings().opened() as ledger:
        book = ledger.reference()
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
            shown = _readable(value) if people else value
            yield {
                "rule": _word(name, NAMES) if people else name,
                "value": shown,
                "since": since.get(name),
            }

    shape.write(rows(), RULES, "policy")


policy_show: Final = Command(
    "show",
    params=[
        Option(["--at"], metavar=_("DATE"), help=_("Rules in force on this day; else today's")),
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
