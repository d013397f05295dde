"""No text in a CSV file becomes a formula, and our own reader reads what there was."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cardledger.errors import BadValue
from cardledger.exchange.reading import cells
from cardledger.exchange.reading.files import open_file
from cardledger.exchange.writing.tables_out import Column, csv_lines, no_formula
from tests.support import office

COLUMNS = (Column("number", "Number", "id"), Column("name", "Name"), Column("count", "C", "count"))
EVIL = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "＝1+1", "－1", " =1+1", "\t=1+1", "\r=1", "\n=1", "'=1")

TEXTS = st.text(
    st.one_of(
        st.sampled_from("=+-@'＝＋－＠\"\t\r\n ,;\u3000\u200b\ufeff"),
        st.characters(exclude_categories=("Cs", "Cc", "Cn")),
    ),
    max_size=8,
)


def read(text: str) -> object:
    """Return what a reader makes of a text; its complaint where it is none."""
    try:
        return cells.text(text)
    except BadValue as error:
        return error.template


def is_clear(text: str) -> bool:
    """Whether a text means the same to our reader as to anybody.

    Our reader takes what people write to protect a text for just that; a text that looks so from
    the beginning is read without it, wherever it stands.
    """
    seen = text.translate(dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))).strip()
    return not seen.startswith("'") and not (seen.startswith('="') and seen.endswith('"'))


@given(TEXTS.filter(is_clear))
@example("=1+1")
@example("-")
@example("\u200b=1")
@example("+1.10227E+17")
def test_what_is_protected_is_read_as_what_it_was(text: str) -> None:
    assert read(no_formula(text)) == read(text)


@given(TEXTS.map(str.strip))
@example("'")
@example("''=1")
@example('="1"')
def test_also_a_text_that_begins_with_an_apostrophe_comes_back(text: str) -> None:
    seen = text.translate(dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))).strip()
    assert read(no_formula(text)) in (seen, read(text))


@given(TEXTS)
def test_nothing_begins_like_a_formula(text: str) -> None:
    protected = no_formula(text)
    bare = "".join(char for char in protected if unicodedata.category(char) != "Cf").lstrip()
    assert not bare.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert not protected.startswith(("\t", "\r", "\n"))


@pytest.mark.parametrize("value", [0, 12, 66.7, "0117001101510101", "C-001", "04A1B2C3"])
def test_numbers_and_identifiers_stay_as_they_are(value: object) -> None:
    assert no_formula(value) == str(value)


def test_a_file_is_read_back_cell_for_cell() -> None:
    rows = [{"number": f"{place:016}", "name": text, "count": 3} for place, text in enumerate(EVIL)]
    data = "".join(csv_lines(rows, COLUMNS, defended=True)).encode("utf-8-sig")
    (sheet,) = open_file(data, "list.csv").sheets
    found = [[cells.text(cell) for cell in row] for _number, row in sheet.rows()][1:]
    assert [row[0] for row in found] == [row["number"] for row in rows]
    assert [row[1] for row in found] == [text.strip() for text in EVIL]


@pytest.mark.slow
def test_libreoffice_computes_nothing_of_a_csv_file(tmp_path: Path) -> None:
    rows = [{"number": "0117", "name": text, "count": 1} for text in EVIL]
    file = tmp_path / "list.csv"
    file.write_text("".join(csv_lines(rows, COLUMNS, defended=True)), "utf-8-sig")
    (sheet,) = open_file(office.convert(file, "xlsx").read_bytes(), "list.xlsx").sheets
    names = [row[1] for _number, row in sheet.rows()][1:]
    assert all(isinstance(name, str) and name.lstrip().startswith("'") for name in names), names
    plain = tmp_path / "plain.csv"
    plain.write_text("".join(csv_lines(rows, COLUMNS)), "utf-8-sig")
    (computed,) = open_file(office.convert(plain, "xlsx").read_bytes(), "plain.xlsx").sheets
    assert 2 in [row[1] for _number, row in computed.rows()], "else the test proves nothing"
