"""Check values: one form for a value, whichever program saved it, and a list that is read again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardledger.exchange.provenance import checks
from cardledger.exchange.provenance.checks import Coder, SheetChecks, digest_of, form_of, listed
from cardledger.exchange.provenance.made import FORM, Made, read_statement

VALUES = st.one_of(
    st.none(), st.text(max_size=5), st.integers(), st.booleans(), st.floats(allow_nan=False)
)
ROWS = st.lists(st.lists(VALUES, max_size=6), max_size=8)


def at(text: str) -> Any:
    """Return a moment without an offset, as spreadsheets have it."""
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (3, 3.0),
        (0.0, -0.0),
        (1 / 3, 0.333333333333333),
        (date(2010, 3, 5), at("2010-03-05")),
        (at("2010-03-05T09:30:12"), at("2010-03-05T09:30:11.9995")),
        ("a\nb", "a\r\nb"),
        (None, ""),
    ],
)
def test_what_other_programs_make_of_a_value_is_the_same_value(one: Any, other: Any) -> None:
    assert form_of(one) == form_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3", 3),
        ("007", "7"),
        (True, 1),
        (0, None),
        (date(2010, 3, 5), "2010-03-05"),
        (at("2010-03-05T09:30:12"), at("2010-03-05T09:30:13")),
        ("a", "a "),
        (0.1, 0.1000001),
    ],
)
def test_another_value_is_another_value(one: Any, other: Any) -> None:
    assert form_of(one) != form_of(other)


@given(ROWS, ROWS)
def test_the_list_is_read_as_it_was_written(one: list[list[Any]], other: list[list[Any]]) -> None:
    coder = Coder(b"salt")
    sheets = [
        SheetChecks(name, place, [coder.code(row) for row in rows])
        for place, (name, rows) in enumerate((("1班 a", one), ("sheet 2", other)))
    ]
    assert checks.read_list(listed(sheets)) == sheets


def test_a_long_list_is_cut_into_cells() -> None:
    coder = Coder(b"salt")
    sheet = SheetChecks("long", 1, [coder.code([place] * 40) for place in range(2000)])
    texts = list(listed([sheet]))
    assert len(texts) > 2
    assert max(map(len, texts)) < 32_767
    assert checks.read_list(texts) == [sheet]
    assert digest_of(texts) != digest_of(texts[::-1])


@pytest.mark.parametrize(
    "texts",
    [
        ["1: AAAA"],
        ["sheet 1 2 a", "1: -"],
        ["sheet 1 1 a", "2: -"],
        ["sheet 1"],
        ["sheet x 1 a", "1: -"],
        ["sheet 1 0 a", "nothing"],
    ],
)
def test_what_is_no_list_is_refused(texts: list[str]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is for nobody
        checks.read_list(texts)


def test_the_same_value_has_another_code_in_another_workbook() -> None:
    assert Coder(Made().salt).code(["王小明"]) != Coder(Made().salt).code(["王小明"])


@given(st.text(max_size=60))
def test_any_text_is_a_statement_or_none(text: str) -> None:
    assert read_statement(text) is None
    assert read_statement(f"{FORM}\n{text}\n") is None


def test_a_statement_is_read_as_it_was_made() -> None:
    made = Made(ledger="L1", position=3, root="ab", checkpoint="x")
    facts = made.facts("Title", "School")
    found = read_statement(made.statement(facts, "digest"))
    assert found is not None
    assert found.facts | facts == found.facts
    assert (found.facts["digest"], found.signed) == ("digest", False)
    for name in ("salt", "ledger", "root", "digest", "checkpoint", "position"):
        text = made.statement({**facts, name: []}, "digest")
        assert name in ("salt", "root", "digest") or read_statement(text) is None
