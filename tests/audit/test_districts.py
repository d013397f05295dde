"""Made districts: the audit finds what is planted and what it implies, and nothing else."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from cardledger.audit import RULES, Reported, audit
from cardledger.audit import found as found_by_id
from cardledger.ledger import Ledger
from tests.audit.districts import as_truth, made_district, recorded, truth_of
from tests.district.reading import District


def _audited(ledger: Ledger, district: District, **how: int) -> list[Reported]:
    return list(audit(ledger, as_of=district.truth["as_of"], **how))  # type: ignore[arg-type]


def _precise(ledger: Ledger, district: District) -> None:
    found = as_truth(ledger, [one.finding for one in _audited(ledger, district)])
    wanted = truth_of(district)
    assert found - wanted == Counter(), "found, and not true"
    assert wanted - found == Counter(), "true, and not found"
    assert max(found.values()) == 1
    every = {one.finding.id: one.as_row() for one in _audited(ledger, district)}
    by_id = found_by_id(ledger, every, as_of=district.truth["as_of"])
    assert {name: one.as_row() for name, one in by_id.items()} == every


def test_one_school_on_either_database(ledger_url: str, tmp_path: Path) -> None:
    district = made_district(tmp_path / "made", seed=1, schools=1, pupils=120, terms=2)
    with recorded(district, ledger_url, tmp_path / "keys.db") as ledger:
        _precise(ledger, district)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seed", "schools", "pupils", "terms", "start"),
    [
        (5, 3, 700, 3, "2010-spring"),
        (6, 3, 600, 2, "2010-autumn"),
        (9, 14, 1500, 4, "2011-spring"),
        (22, 3, 400, 10, "2010-spring"),
    ],
)
def test_precision_and_recall_are_1(
    seed: int, schools: int, pupils: int, terms: int, start: str, tmp_path: Path
) -> None:
    district = made_district(
        tmp_path / "made", seed=seed, schools=schools, pupils=pupils, terms=terms, start=start
    )
    with recorded(district, tmp_path / "ledger.db") as ledger:
        _precise(ledger, district)


@pytest.mark.long
def test_precision_and_recall_are_1_over_twelve_years(tmp_path: Path) -> None:
    district = made_district(tmp_path / "made", seed=24, schools=6, pupils=3000, terms=24)
    with recorded(district, tmp_path / "ledger.db") as ledger:
        _precise(ledger, district)


@pytest.mark.slow
def test_every_rule_is_put_to_the_test(tmp_path: Path) -> None:
    district = made_district(tmp_path / "made", seed=1, schools=3, pupils=2000, terms=4)
    with recorded(district, tmp_path / "ledger.db") as ledger:
        _precise(ledger, district)
        found = _audited(ledger, district)
        assert {one.finding.rule for one in found} == set(RULES)
        assert [one.as_row() for one in _audited(ledger, district, jobs=2, share=3000)] == [
            one.as_row() for one in found
        ]
