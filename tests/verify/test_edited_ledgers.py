"""Whoever edits the database by hand is found, with the first line that is not as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardledger.verify import verify_place
from tests.verify import edits_of_lines, edits_of_trees  # noqa: F401 - they declare cases
from tests.verify.edits import CASES
from tests.verify.making import make_ledger, unguarded


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_an_edit_is_found_and_named(name: str, ledger_url: str, tmp_path: Path) -> None:
    """The edit is the function of that name above."""
    keys = tmp_path / "keys.db"
    with make_ledger(ledger_url, keys) as ledger, unguarded(ledger) as hand:
        CASES[name].edit(hand, ledger)
    verdict = verify_place(ledger_url, keys=keys)
    assert not verdict.ok
    assert verdict.problem is not None
    assert CASES[name].problem in verdict.problem.text()
    assert verdict.first_bad_position == CASES[name].position
