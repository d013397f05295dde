"""A reconciliation on SQLite and on PostgreSQL finds the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardledger.reconcile import reconcile
from tests.reconcile.districts import compared, found, lists_of, made, planted, recorded


@pytest.mark.slow
def test_both_databases_find_what_is_planted(
    ledger_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The keys of a ledger on a server lie in the current folder.
    monkeypatch.chdir(tmp_path)
    truth = made(tmp_path / "district", seed=31, schools=1, pupils=90, terms=1)
    with recorded(tmp_path / "district", ledger_url) as ledger:
        then = compared(ledger, tmp_path / "district", truth)
        now = reconcile(ledger, lists_of(tmp_path / "district"))
    assert found(then.differences) == planted(truth)
    # Nothing happened since the day of the lists: the tables say what the fold of that day says.
    assert [one.id for one in now.differences] == [one.id for one in then.differences]
    assert [one.positions for one in now.differences] == [one.positions for one in then.differences]
