"""The student number: there, of 16 digits with class and place from 01, and its digits fit.

Digit 9 must fit the school type (digit 5) and the source of the pupil: a guest has 4, 5 or 6, a
guest treated as a local 7, 8 or 9, all others 0 to 3; guests at vocational schools have no
category of their own. The check digit is judged by the algorithm of the policy in force; as long
as that is unknown, none is at fault (HANDBOOK 3, read by `cardledger.numbers`). The codes are
those of the audit's findings.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.datacheck._base import Fault, Pupil, Said, Setting
from cardledger.i18n import _
from cardledger.numbers import Facts, read_number

FIELD: Final = "student_number"
TITLE: Final = _("Student number")

_RENUMBER: Final = _("Look up the right number; the registrar records it with `student renumber`.")
_SOURCE: Final = _("Correct whether the pupil is a guest, or record another number.")


def faults(pupil: Pupil, setting: Setting) -> Iterator[Fault]:
    state = pupil.state
    if not state.number:
        yield Fault("number-missing", "", _("The student number is missing."), _RENUMBER)
        return
    # The cohort has a field of its own.
    facts = Facts(guest=state.guest, treated_as_local=state.treated_as_local)
    for one in read_number(state.number, setting.policy, facts=facts).faults:
        if one.finding:
            values = {
                name: Said(value) if isinstance(value, str) else value
                for name, value in one.values.items()
            }
            todo = _SOURCE if one.code == "category-not-of-pupil" else _RENUMBER
            yield Fault(one.finding, state.number, one.message, todo, values)
