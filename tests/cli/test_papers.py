"""Of which lines a paper is, also while others keep writing; and what it tells of its making."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cardledger import Ledger
from cardledger.cli.papers import PATIENCE, read_at_rest
from tests.cli.conftest import Run
from tests.support import ledgers
from tests.support.given import ANNA, pupil
from tests.support.sheets import sheet_of


def writing(ledger: Ledger, times: int, asked: list[str | None]) -> Callable[[str | None], str]:
    """Return a reader during which somebody else writes, so many times."""

    def read(known: str | None) -> str:
        asked.append(known)
        if len(asked) <= times:
            ledgers.tell(ledger, pupil(f"{ANNA[:14]}{len(asked):02}"))
        return f"read {len(asked)}"

    return read


@pytest.mark.parametrize("times", [0, 1, PATIENCE - 1, PATIENCE, PATIENCE + 1])
def test_rows_are_of_exactly_the_position_that_is_told(tmp_path: Path, times: int) -> None:
    with ledgers.made(str(tmp_path / "ledger.db"), tmp_path) as ledger:
        before = ledger.log.size()
        asked: list[str | None] = []
        read = writing(ledger, times, asked)
        rows, source = read_at_rest(ledger, read, "2010-03-20", None)
        assert rows == f"read {len(asked)}"
        if times < PATIENCE:
            assert asked == [None] * (times + 1)
            assert source.position == before + times
        else:
            assert asked == [*[None] * PATIENCE, f"@{source.position}"]
            assert source.position == before + PATIENCE - 1
        assert (source.as_of, source.known) == ("2010-03-20", None)


def test_what_was_known_once_is_read_once(tmp_path: Path) -> None:
    with ledgers.made(str(tmp_path / "ledger.db"), tmp_path) as ledger:
        asked: list[str | None] = []
        read = writing(ledger, 1, asked)
        source = read_at_rest(ledger, read, None, "@2")[1]
        assert (asked, source.known) == (["@2"], "@2")


@pytest.mark.parametrize(
    "words", [("audit",), ("reconcile", "--roster", "roster.csv"), ("student", "check")]
)
def test_judgements_in_a_workbook_carry_where_they_came_from(
    cards: Run, words: tuple[str, ...]
) -> None:
    assert cards("export", "roster", "--output", "roster.csv").status == 0
    ran = cards(*words, "--output", "out.xlsx")
    assert ran.status in (0, 4), ran.err
    verified = cards("verify", "out.xlsx", "--json")
    assert (verified.status, verified.json()["ok"]) == (0, True), verified.out
    facts = dict(
        sheet_of("out.xlsx", "Provenance").iter_rows(min_row=4, max_col=2, values_only=True)
    )
    assert facts["Command"] == " ".join(("cardledger", *words, "--output out.xlsx"))


def test_more_rows_than_a_sheet_holds_are_refused(
    cards: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cardledger.exchange.writing.sheet_out.MOST_ROWS", 6)
    ran = cards("history", "--output", "history.xlsx")
    assert (ran.status, "A sheet holds 6 rows, and there are more." in ran.err) == (2, True)
    assert not Path("history.xlsx").exists()
    assert not list(Path().glob(".history*"))
