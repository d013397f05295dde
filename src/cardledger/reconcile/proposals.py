"""Proposals: the acts that would settle those differences that have one honest settlement.

They are rows of a batch for a person to look at and to `record`. What a file reports as a fact is
`imported`; what is only concluded from it (that a pupil was renumbered, or came from another
school) is `inferred`, and the ledger refuses it where it breaks a rule. Each row's note says by
which row of which file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, NamedTuple

from cardledger.i18n import Translator, _
from cardledger.reconcile.differences import Difference

#: In this order the acts can follow each other; nothing else is ever proposed.
ORDER: Final = (
    "student-add",
    "student-transfer-in",
    "student-renumber",
    "student-change",
    "register",
    "upgrade",
    "lost",
    "cards-filed",
)


class Proposal(NamedTuple):
    """An act, or a part of one: those of one action about the same are put together.

    `about` is what they are put together by. `fields` are those of the action; lists grow. `at`
    is a day that the file itself says, else the day of the file holds.
    """

    action: str
    about: str
    fields: Mapping[str, Any]
    evidence: Literal["imported", "inferred"]
    at: str | None = ""


def batch(
    differences: Iterable[Difference], at: str = "", translate: Translator = str
) -> list[dict[str, Any]]:
    """Return the rows of a batch that settle what can be settled.

    `at` is the day of the files, if it is known.
    """
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    places: dict[tuple[str, str], list[str]] = {}
    for one in differences:
        proposal = one.proposal
        if proposal is None:
            continue
        key = (proposal.action, proposal.about)
        when = at if proposal.at == "" else proposal.at
        row = rows.setdefault(
            key,
            {
                "action": proposal.action,
                **({"at": when} if when else {}),
                "evidence": proposal.evidence,
            },
        )
        for name, value in proposal.fields.items():
            row[name] = [*row.get(name, ()), *value] if isinstance(value, list) else value
        if one.place is not None:
            places.setdefault(key, []).append(str(one.place))
    ordered = sorted(rows, key=lambda key: ORDER.index(key[0]))
    return [rows[key] | {"note": _note(places.get(key, []), translate)} for key in ordered]


def _note(places: list[str], translate: Translator) -> str:
    """Return by which cells a row is proposed; of many, the first and how many more."""
    text = translate(_("Proposed by the reconciliation with {place}.")).format(
        place=translate(_(", ")).join(places[:3])
    )
    more = len(places) - 3
    if more > 0:
        text += " " + translate(_("Further rows: {count}.")).format(count=more)
    return text
