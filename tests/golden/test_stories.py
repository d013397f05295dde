"""The twelve situations of HANDBOOK 7, and an untroubled year, on both databases.

Written anew by CARDLEDGER_GOLDEN=write; read in review.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cardledger import init_ledger
from cardledger.actions import ACTIONS
from cardledger.batch import command_of_row
from cardledger.commands import Command
from tests.golden.stories import STORIES, rows_of, tell
from tests.support.given import PRIMARY
from tests.support.golden import expected


@pytest.mark.parametrize("story", STORIES)
def test_a_story_ends_as_expected(story: str, ledger_url: str, tmp_path: Path) -> None:
    with init_ledger(ledger_url, school=PRIMARY, name="平谷一小", keys=tmp_path / "keys") as ledger:
        told = tell(story, ledger)
    assert told == expected(f"{story}/expected.txt", told)


def test_there_is_a_story_of_every_situation() -> None:
    assert [int(story[:2]) for story in STORIES] == list(range(1, 15))


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_every_action_is_in_a_story(action: str) -> None:
    assert any(row["action"] == action for story in STORIES for row in rows_of(story))


@pytest.mark.parametrize("story", STORIES)
def test_the_rows_of_a_story_are_rows_of_a_batch(story: str) -> None:
    for row in rows_of(story):
        if row.get("by") != "post":
            assert isinstance(command_of_row(row), Command), row
