"""What is altered on the sheet that says where a workbook comes from, and whose it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cardledger import Ledger, open_ledger
from cardledger.errors import BadInput
from tests.exchange.provenance.workbooks import (
    altered,
    problem_of,
    workbook,
)
from tests.support import ledgers
from tests.support.given import ANNA, BORIS, PRESENT, act, pupil


def statement_row(book: Any) -> int:
    """Return the row of the statement."""
    sheet = book["Provenance"]
    return next(row + 1 for row in range(1, 99) if sheet.cell(row, 1).value == "Check values")


def test_who_alters_the_list_of_check_values_is_found_out(
    ledger: Ledger, written: Path, tmp_path: Path
) -> None:
    def alter(book: Any) -> None:
        cell = book["Provenance"].cell(statement_row(book) + 2, 2)
        cell.value = cell.value[:-1] + ("A" if cell.value[-1] != "A" else "B")

    verdict = altered(written, tmp_path, alter, ledger)
    assert problem_of(verdict) == (
        "The sheet “Provenance”, which says where the workbook came from, was altered."
    )


def test_who_alters_the_statement_is_found_out_by_the_signature(
    ledger: Ledger, written: Path, tmp_path: Path
) -> None:
    def alter(book: Any) -> None:
        cell = book["Provenance"].cell(statement_row(book), 2)
        cell.value = cell.value.replace("cardledger cards", "cardledger boxes")

    verdict = altered(written, tmp_path, alter, ledger)
    assert problem_of(verdict) == "The signature of the workbook is false."
    unsigned = altered(written, tmp_path, alter, None)
    assert [one.text() for one in unsigned.unchecked] == [
        "There is no ledger here: the signature could not be checked."
    ]


def test_a_statement_made_unreadable_is_an_alteration(
    ledger: Ledger, written: Path, tmp_path: Path
) -> None:
    def alter(book: Any) -> None:
        cell = book["Provenance"].cell(statement_row(book), 2)
        cell.value = cell.value[:40]

    assert "was altered" in problem_of(altered(written, tmp_path, alter, ledger))


def test_a_signature_that_was_taken_off_is_missed(
    ledger: Ledger, written: Path, tmp_path: Path
) -> None:
    def alter(book: Any) -> None:
        cell = book["Provenance"].cell(statement_row(book), 2)
        cell.value = cell.value.split("\n\n")[0]

    assert "is not signed" in problem_of(altered(written, tmp_path, alter, ledger))


def test_what_people_read_of_the_provenance_is_checked_too(
    ledger: Ledger, written: Path, tmp_path: Path
) -> None:
    def alter(book: Any) -> None:
        sheet = book["Provenance"]
        row = next(row for row in range(1, 20) if sheet.cell(row, 1).value == "Command")
        sheet.cell(row, 2).value = "cardledger boxes"

    verdict = altered(written, tmp_path, alter, ledger)
    assert [(one.sheet, one.now) for one in verdict.altered] == [("Provenance", "cardledger boxes")]


def test_what_is_written_beside_the_list_is_named(
    ledger: Ledger, written: Path, tmp_path: Path
) -> None:
    def alter(book: Any) -> None:
        book["Provenance"].cell(statement_row(book) + 1, 4).value = "hello"

    verdict = altered(written, tmp_path, alter, ledger)
    assert [(one.sheet, one.cell[0], one.now) for one in verdict.altered] == [
        ("Provenance", "D", "hello")
    ]


def test_without_the_provenance_sheet_a_workbook_of_ours_is_altered(
    ledger: Ledger, written: Path, tmp_path: Path
) -> None:
    def alter(book: Any) -> None:
        del book["Provenance"]

    verdict = altered(written, tmp_path, alter, ledger)
    assert problem_of(verdict) == "The sheet that says where the workbook came from is missing."
    assert verdict.position is None

    def disguise(book: Any) -> None:
        alter(book)
        book.properties.creator = "somebody"

    with pytest.raises(BadInput, match="is not a workbook that cardledger wrote"):
        altered(written, tmp_path, disguise, ledger)


def test_a_workbook_of_another_ledger_is_told_from_our_own(written: Path, tmp_path: Path) -> None:
    with ledgers.made(str(tmp_path / "other.db"), tmp_path) as other:
        verdict = altered(written, tmp_path, lambda book: None, other)
    assert "is of another ledger" in problem_of(verdict)


def test_the_lines_behind_a_workbook_must_be_those_of_the_ledger(tmp_path: Path) -> None:
    place = str(tmp_path / "ledger.db")
    with ledgers.made(place, tmp_path) as first:
        ledgers.tell(first, pupil(ANNA))
    before = (tmp_path / "ledger.db").read_bytes()
    with open_ledger(place, keys=tmp_path / "keys.db") as first:
        ledgers.set_clock(first, PRESENT)
        ledgers.tell(first, act("issue", card="C1", student=ANNA, at="2010-01-05"))
        later = workbook(first)
        assert altered(later, tmp_path, lambda book: None, first).ok
    (tmp_path / "ledger.db").write_bytes(before)
    for rest in tmp_path.glob("ledger.db-*"):
        rest.unlink()
    with open_ledger(place, keys=tmp_path / "keys.db", check=False) as rolled_back:
        ledgers.set_clock(rolled_back, PRESENT)
        shorter = altered(later, tmp_path, lambda book: None, rolled_back)
        assert problem_of(shorter) == "The workbook knows 5 lines of the ledger, which has 4 now."
        ledgers.tell(rolled_back, pupil(BORIS))
        other = altered(later, tmp_path, lambda book: None, rolled_back)
        assert "are not those of the workbook" in problem_of(other)


def test_without_the_key_store_a_workbook_is_not_signed_and_not_believed(tmp_path: Path) -> None:
    place = str(tmp_path / "ledger.db")
    with ledgers.made(place, tmp_path):
        pass
    with open_ledger(place, keys=tmp_path / "nowhere.db") as closed:
        data = workbook(closed)
        assert "is not signed" in problem_of(altered(data, tmp_path, lambda book: None, closed))
    with open_ledger(place, keys=tmp_path / "keys.db") as whole:
        data = workbook(whole)
    with open_ledger(place, keys=tmp_path / "nowhere.db") as closed:
        verdict = altered(data, tmp_path, lambda book: None, closed)
        assert verdict.ok
        assert [one.text() for one in verdict.unchecked] == [
            "The key store is away: the signature was not checked."
        ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    row=st.integers(-1, 3),
    cut=st.integers(0, 400),
    text=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12),
)
def test_nothing_that_is_done_to_the_list_goes_unseen_or_breaks_the_program(
    ledger: Ledger, written: Path, tmp_path: Path, row: int, cut: int, text: str
) -> None:
    def alter(book: Any) -> None:
        cell = book["Provenance"].cell(statement_row(book) + row, 2)
        before = str(cell.value or "")
        cell.value = f"{before[:cut]}{text}{before[cut + len(text) :]}"
        cell.data_type = "s"
        changed.append(cell.value != before)

    changed: list[bool] = []
    try:
        verdict = altered(written, tmp_path, alter, ledger)
    except BadInput:
        # The statement is no statement any more, and openpyxl took our name off the file.
        return
    assert verdict.ok != changed[0], (verdict.problem, changed)
