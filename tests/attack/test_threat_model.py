"""The threat model names tests and commands that exist, and rules that the audit has."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from cardledger.audit.rules import RULES
from cardledger.cli.program import PROGRAM

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")


def test_the_tests_that_it_names_are_there() -> None:
    named = re.findall(r"`(tests/[\w/.]+)(?:::(\w+))?`", PAGE)
    assert len(named) > 10
    for path, test in named:
        place = ROOT / path
        assert place.exists(), path
        assert not test or f"def {test}(" in place.read_text(encoding="utf-8"), test


def test_the_commands_and_rules_that_it_names_are_there() -> None:
    commands = set(re.findall(r"`(?:cardledger )([a-z-]+)", PAGE))
    assert {"verify", "checkpoint"} <= commands
    assert commands <= set(PROGRAM.list_commands(None))  # type: ignore[arg-type]
    rules = re.findall(r"`([a-z]+(?:-[a-z]+)+)`", PAGE)
    assert {"uid-on-two-cards", "recorded-late"} <= set(rules)
    assert set(rules) <= set(RULES)


def test_both_readmes_lead_to_it() -> None:
    for name in ("README.md", "README.zh.md"):
        assert "docs/threat-model.md" in (ROOT / name).read_text(encoding="utf-8")
