"""Progress bars: on stderr, for somebody who waits in front of a terminal."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable

import pytest

from cardledger.cli import progress
from cardledger.cli.speech import speaking


class Terminal(io.StringIO):
    """What is written to a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Callable[[io.StringIO], str]:
    """Return a function that reports progress in Chinese and returns what was shown."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")

    def work(stream: io.StringIO) -> str:
        monkeypatch.setattr(sys, "stderr", stream)
        with speaking("zh"), progress.bar("Recording", 40) as report:
            for done in range(0, 41, 10):
                report(done)
            report(100, 200)
        return stream.getvalue()

    return work


def test_who_has_to_wait_sees_how_far_it_is_and_of_how_many(
    shown: Callable[[io.StringIO], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "PATIENCE", -1)
    text = shown(Terminal())
    assert "正在记录" in text
    assert "100/200" in text


def test_what_is_done_at_once_shows_no_bar(shown: Callable[[io.StringIO], str]) -> None:
    assert shown(Terminal()) == ""


def test_without_a_terminal_nothing_is_shown(
    shown: Callable[[io.StringIO], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "PATIENCE", -1)
    assert shown(io.StringIO()) == ""
