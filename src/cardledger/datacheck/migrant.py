"""Child of migrants: yes or no, and yes for a guest.

Source: HANDBOOK 10 (a guest also has migrant = yes).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.datacheck._base import Fault, Pupil, Setting
from cardledger.i18n import _

FIELD: Final = "migrant"
TITLE: Final = _("Child of migrants")

#: How the ledger keeps it; an import turns 是 and 否 into these.
_ANSWERS: Final = ("yes", "no", "是", "否")
_YES: Final = ("yes", "是")


def faults(pupil: Pupil, setting: Setting) -> Iterator[Fault]:
    answer = pupil.fact("migrant")
    if answer and answer not in _ANSWERS:
        yield Fault(
            "migrant-malformed",
            answer,
            _("“{value}” is neither yes nor no."),
            _("Write 是 or 否, yes or no."),
            {"value": answer},
        )
    elif pupil.state.guest and answer not in _YES:
        yield Fault(
            "migrant-of-guest",
            answer,
            _("The pupil is a guest, but not recorded as a child of migrants."),
            _("Write yes, or record that the pupil is no guest."),
        )
