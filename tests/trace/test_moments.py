"""A timeline and the history as of a moment, and as they were known."""

from __future__ import annotations

import pytest

from cardledger import Ledger
from cardledger.errors import BadValue
from cardledger.trace import exported, history, trace
from tests.support.given import ANNA, act, pupil
from tests.support.ledgers import set_clock, tell


@pytest.fixture
def told(ledger: Ledger) -> tuple[Ledger, list[int]]:
    """Return a ledger with a card that was issued, lost by mistake, and upgraded before that."""
    set_clock(ledger, "2010-03-02T12:00")
    lines = tell(ledger, pupil(ANNA), act("issue", card="C1", student=ANNA, at="2010-03-01"))[1:]
    set_clock(ledger, "2010-03-10T12:00")
    lines += tell(ledger, act("lost", card="C1", at="2010-03-08"))
    lines += tell(ledger, act("upgrade", card="C1", at="2010-03-05"))
    set_clock(ledger, "2010-03-20T12:00")
    lines += tell(ledger, act("void", position=lines[1], reason="a mistake", at="2010-03-20"))
    return ledger, lines


def places(ledger: Ledger, lines: list[int], **moment: str) -> str:
    """Return the lines of the card by number, in order; a void one is in brackets."""
    told = []
    for row in trace(ledger, "C1", **moment):
        place = str(lines.index(row["position"]))
        told.append(f"({place})" if row["voided_by"] else place)
    return " ".join(told)


def test_a_trace_ends_where_it_is_cut(told: tuple[Ledger, list[int]]) -> None:
    ledger, lines = told
    assert places(ledger, lines) == "0 2 (1) 3"
    assert places(ledger, lines, known="2010-03-10") == "0 2 1"
    assert places(ledger, lines, known="2010-03-02") == "0"
    assert places(ledger, lines, known=f"@{lines[1]}") == "0 1"
    assert places(ledger, lines, as_of=f"@{lines[2]}") == "0 2 1"
    assert places(ledger, lines, as_of="2010-03-05") == "0 2"


def test_a_void_counts_once_it_is_known_whenever_that_was(told: tuple[Ledger, list[int]]) -> None:
    ledger, lines = told
    assert places(ledger, lines, as_of="2010-03-09") == "0 2 (1)"
    assert places(ledger, lines, as_of="2010-03-09", known="2010-03-15") == "0 2 1"


def test_history_is_cut_alike(told: tuple[Ledger, list[int]]) -> None:
    ledger, lines = told
    (issued, lost, upgraded, void) = lines

    def of_card(**moment: str) -> list[tuple[int, int | None]]:
        rows = history(ledger, tags={"card:C1"}, **moment)  # type: ignore[arg-type]
        return [(row["position"], row["voided_by"]) for row in rows]

    assert of_card() == [(issued, None), (lost, void), (upgraded, None), (void, None)]
    assert of_card(known="2010-03-10") == [(issued, None), (lost, None), (upgraded, None)]
    assert of_card(as_of="2010-03-09") == [(issued, None), (lost, void), (upgraded, None)]
    assert of_card(as_of="2010-03-05") == [(issued, None), (upgraded, None)]
    assert of_card(as_of=f"@{lost}") == [(issued, None), (lost, None)]
    data = {raw.seq: raw.data + b"\n" for raw in ledger.raw_lines()}
    cut = exported(ledger, tags={"card:C1"}, as_of="2010-03-05")
    assert list(cut) == [data[issued], data[upgraded]]


@pytest.mark.parametrize("text", ["@0", "@99", "yesterday"])
def test_what_is_no_moment_is_refused(told: tuple[Ledger, list[int]], text: str) -> None:
    ledger, _lines = told
    for moment in ({"as_of": text}, {"known": text}):
        with pytest.raises(BadValue):
            trace(ledger, "C1", **moment)
        with pytest.raises(BadValue):
            list(history(ledger, **moment))  # type: ignore[arg-type]
