"""School types (digit 5) and pupil categories (digit 9) of student numbers (HANDBOOK 3)."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from cardledger.i18n import _
from cardledger.policy import Level, Policy

#: Whom a category is for: a normal entry, a guest, a guest who is treated as a local.
Kind = Literal["local", "guest", "treated-as-local"]


class SchoolType(NamedTuple):
    """What digit 5 says of a school: its title (an English msgid), and the levels it teaches."""

    title: str
    levels: tuple[Level, ...]


TYPES: Final[dict[str, SchoolType]] = {
    "0": SchoolType(_("primary school"), ("primary",)),
    "1": SchoolType(_("junior school"), ("junior",)),
    "2": SchoolType(_("primary and junior school"), ("primary", "junior")),
    "3": SchoolType(_("primary, junior and senior school"), ("primary", "junior", "senior")),
    "4": SchoolType(_("junior and senior school"), ("junior", "senior")),
    "5": SchoolType(_("senior school"), ("senior",)),
    "6": SchoolType(_("vocational school"), ("vocational",)),
    # General education beside the vocational one is that of a senior school.
    "7": SchoolType(_("vocational and general school"), ("vocational", "senior")),
}
#: What levels and kinds are called.
LEVEL_TITLES: Final[dict[Level, str]] = {
    "primary": _("primary pupil"),
    "junior": _("junior pupil"),
    "senior": _("senior pupil"),
    "vocational": _("vocational pupil"),
}
KIND_TITLES: Final[dict[Kind, str]] = {
    "local": _("normal entry"),
    "guest": _("guest"),
    "treated-as-local": _("guest treated as a local"),
}


def levels_of(school: str) -> tuple[Level, ...]:
    """Return the levels that a school teaches, by digit 5 of its code; none for no known type."""
    kind = TYPES.get(school[4:5])
    return kind.levels if kind else ()


def kind_of(policy: Policy, category: str) -> Kind:
    """Return whom a category is for."""
    if category and category in policy.treated_as_local:
        return "treated-as-local"
    return "guest" if category and category in policy.guests else "local"


def category_of(policy: Policy, level: Level, *, guest: bool, treated_as_local: bool) -> str:
    """Return digit 9 of a pupil; empty where the policy has no digit for the level.

    Guests of a level that has no digit for them (vocational schools) get that of a normal entry.
    """
    kind = expected_kind(guest=guest, treated_as_local=treated_as_local)
    digits = policy.levels.get(level, "")
    of_kind = [digit for digit in digits if kind_of(policy, digit) == kind]
    local = [digit for digit in digits if kind_of(policy, digit) == "local"]
    return next(iter((*of_kind, *local)), "")


def expected_kind(*, guest: bool, treated_as_local: bool) -> Kind:
    """Return what the category of a pupil must be, by the facts of the roster."""
    if not guest:
        return "local"
    return "treated-as-local" if treated_as_local else "guest"


def has_kind(policy: Policy, level: Level, kind: Kind) -> bool:
    """Whether a level has a category for a kind of pupil; vocational guests have none."""
    return any(kind_of(policy, digit) == kind for digit in policy.levels.get(level, ""))
