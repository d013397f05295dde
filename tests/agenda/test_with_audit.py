"""On made districts the agenda and the audit, which do not know of each other, name the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardledger.agenda import agenda
from cardledger.audit import audit
from cardledger.moments import end_of, parse_date
from tests.audit.districts import made_district, recorded

#: Items, and the rules whose findings speak of the same subjects when everything is past its day.
SAME = {
    "outstanding-cards": "old-card-outstanding",
    "collect-cards": "left-not-collected",
    "upgrade-cards": "not-upgraded",
    "box-cards": "recycled-not-boxed",
    "seal-boxes": "box-not-sealed",
    "file-cards": "not-filed",
}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_the_agenda_names_what_the_audit_finds(seed: int, tmp_path: Path) -> None:
    district = made_district(tmp_path / "made", seed=seed, schools=2, pupils=240, terms=2)
    with recorded(district, tmp_path / "d.db", tmp_path / "keys") as ledger:
        day = ledger.clock()[:10]
        ledger.clock = lambda: end_of(parse_date(day))
        found = list(audit(ledger, list(SAME.values()), as_of=day, jobs=1))
        due = list(agenda(ledger, every=True, at=day))
        compared = 0
        for item, rule in SAME.items():
            expected = {one.finding.subjects[0] for one in found if one.finding.rule == rule}
            told = {tag for one in due if one.item == item for tag in one.entry.subjects}
            assert expected <= told, item
            # What the audit gives time, such as 30 days for an old card, is on the agenda already.
            assert told - expected == set() or item in ("outstanding-cards", "collect-cards")
            compared += len(expected)
        assert compared > 0
