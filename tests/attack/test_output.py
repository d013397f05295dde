"""An answer is never written over what it is the answer of."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from cardledger import init_ledger
from cardledger.cli.program import PROGRAM
from tests.support.given import PRIMARY


@pytest.mark.parametrize("name", ["ledger.db", "ledger.keys.db", "ledger.checkpoint"])
def test_an_answer_never_replaces_a_file_of_the_ledger(tmp_path: Path, name: str) -> None:
    place = tmp_path / "ledger.db"
    init_ledger(place, school=PRIMARY).close()
    before = (tmp_path / name).read_bytes()
    (tmp_path / "link").symlink_to(tmp_path / name)
    for output in (tmp_path / name, tmp_path / "x" / ".." / name, tmp_path / "link"):
        for command in (["cards"], ["history"]):
            arguments = ["--ledger", str(place), *command, "--output", str(output)]
            result = CliRunner().invoke(PROGRAM, arguments, env={"CARDLEDGER_LANG": "en"})
            assert result.exit_code == 2
            assert "belongs to the ledger" in result.stderr
    assert (tmp_path / name).read_bytes() == before
