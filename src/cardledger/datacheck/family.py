"""Members of the family: at least one with a name; each has a relation, one has a telephone.

Source: HANDBOOK 10.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.datacheck import _telephones
from cardledger.datacheck._base import Fault, Pupil, Setting
from cardledger.datacheck._relatives import relatives
from cardledger.i18n import _

FIELD: Final = "family"
TITLE: Final = _("Members of the family")

_FORM: Final = _(
    "Write relation, name and telephone of each, parted by “；”, such as"
    " “父亲 王某 010-69961234；母亲 李某”."
)


def faults(pupil: Pupil, setting: Setting) -> Iterator[Fault]:
    text = pupil.fact("family")
    if not text:
        yield Fault("family-missing", "", _("No member of the family is recorded."), _FORM)
        return
    members = relatives(text)
    named = [one for one in members if one.name]
    if not named:
        yield Fault("family-no-name", text, _("No member of the family has a name."), _FORM)
    for one in named:
        if not one.relation:
            yield Fault(
                "family-no-relation",
                text,
                _("Nothing says how “{name}” is related to the pupil."),
                _FORM,
                {"name": one.name},
            )
    telephones = [number for one in members for number in one.telephones]
    if not telephones:
        yield Fault(
            "family-no-telephone", text, _("No member of the family has a telephone."), _FORM
        )
    for number in telephones:
        if _telephones.judged(number):
            yield Fault(
                "family-telephone-malformed",
                text,
                _("“{number}” is not a telephone number."),
                _FORM,
                {"number": number},
            )
