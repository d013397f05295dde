"""Boarding: yes or no, never empty. Source: HANDBOOK 10."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.datacheck._base import Fault, Pupil, Setting
from cardledger.i18n import _

FIELD: Final = "boarding"
TITLE: Final = _("Boarding")

#: How the ledger keeps it; an import turns 是 and 否 into these.
_ANSWERS: Final = ("yes", "no", "是", "否")


def faults(pupil: Pupil, setting: Setting) -> Iterator[Fault]:
    answer = pupil.fact("boarding")
    if not answer:
        yield Fault(
            "boarding-missing",
            "",
            _("Nothing says whether the pupil boards."),
            _("Write 是 or 否, yes or no."),
        )
    elif answer not in _ANSWERS:
        yield Fault(
            "boarding-malformed",
            answer,
            _("“{value}” is neither yes nor no."),
            _("Write 是 or 否, yes or no."),
            {"value": answer},
        )
