"""Every specimen and every refusal of `tests/actions`, in one ledger, on both databases.

The cases are those of the pure core; each gets cards, boxes and pupils of its own, so that all of
them live together in one district.
"""

from __future__ import annotations

from typing import Final

import pytest

from cardledger.i18n import translator
from tests.actions import refused_acts, refused_cards
from tests.actions.specimens import SPECIMENS
from tests.ledger.conftest import Office, own

#: Positions and circulars are the whole ledger's; these cases have tests of their own.
_OF_THE_LEDGER: Final = {"void", "policy-adopt", "school-add"}


def test_every_specimen_is_recorded_once(office: Office) -> None:
    cases = {name: one for name, one in SPECIMENS.items() if name not in _OF_THE_LEDGER}
    for case, (name, specimen) in enumerate(sorted(cases.items()), 1):
        office.given(*(own(row, case) for row in specimen.given))
        row = own(specimen.when, case)
        outcome = office.record(row)
        assert (name, outcome.outcome) == (name, "recorded")
        assert office.names()[outcome.positions[0] - 1] == specimen.event
        again = office.another()
        assert (name, again.record(row).outcome) == (name, specimen.again)
        again.close()


def test_every_refusal_is_told_in_both_languages(office: Office) -> None:
    chinese = translator("zh")
    refusals = (*refused_cards.ALL, *refused_acts.ALL)
    for case, refusal in enumerate(refusals, 1):
        rows = [own(row, case) for row in (*refusal.given, refusal.when)]
        if _OF_THE_LEDGER & {row["action"] for row in rows}:
            continue
        office.given(*rows[:-1])
        # What cannot be understood at all is refused in a batch, and an error by itself.
        (outcome,) = office.batch(rows[-1], atomic=False)
        assert (refusal.says, outcome.codes) == (refusal.says, refusal.codes)
        for translate in (str, chinese):
            text = f"{outcome.message(translate)} {outcome.hint(translate)}"
            assert "?" not in text, (refusal.says, text)
            assert "{" not in text, (refusal.says, text)
        assert outcome.message(chinese) != outcome.message()
        assert outcome.as_json()["code"] == refusal.codes[0]


@pytest.mark.slow
def test_every_refusal_is_recorded_as_contested_if_imported(office: Office) -> None:
    refusals = (*refused_cards.ALL, *refused_acts.ALL)
    for case, refusal in enumerate(refusals, 1):
        rows = [own(row, case) for row in (*refusal.given, refusal.when)]
        if _OF_THE_LEDGER & {row["action"] for row in rows}:
            continue
        office.given(*rows[:-1])
        (outcome,) = office.batch(rows[-1] | {"evidence": "imported"}, atomic=False)
        if refusal.understood:
            assert (refusal.says, outcome.contested) == (refusal.says, refusal.codes)
        else:
            assert (refusal.says, outcome.codes) == (refusal.says, refusal.codes)
