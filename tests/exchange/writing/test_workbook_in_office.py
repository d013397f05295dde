"""LibreOffice opens what we write: it loads, shows text as text, computes nothing, prints on A4."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cardledger import Ledger
from cardledger.exchange.provenance import Made, verify_workbook
from cardledger.exchange.reading.files import open_file
from cardledger.exchange.writing.paper import Paper
from cardledger.exchange.writing.tables_out import Row
from cardledger.exchange.writing.workbook_out import write_workbook
from cardledger.i18n import translator
from tests.exchange.writing.test_tables_out import COLUMNS
from tests.support import ledgers, office

pytestmark = pytest.mark.slow

TEXTS = ["=1+1", "+1", "-1", "@SUM(A1)", "'quoted", "_x0041_", "王小明", "a\nb", "1-2", "007"]


def rows() -> list[Row]:
    """Return rows with everything that a spreadsheet likes to change."""
    return [
        {
            "card": "0117001101510101",
            "name": text,
            "at": "2010-03-05T09:30:12.345+08:00",
            "day": "2010-03-05",
            "count": 1200,
            "percent": 66.7,
            "guest": True,
            "cards": ["C1", "C2"],
            "message": "很长的说明。" * 30,
        }
        for text in TEXTS * 12
    ]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a workbook in Chinese, and the folder of its ledger."""
    folder = tmp_path_factory.mktemp("office")
    with ledgers.made(str(folder / "ledger.db"), folder) as ledger:
        file = io.BytesIO()
        paper = Paper(
            title="学生名册",
            columns=COLUMNS,
            rows=rows(),
            schools={"01170011": "平谷一小"},
            totals=("count", "card"),
        )
        write_workbook(paper, translator("zh"), file, Made.of(ledger, ledger.log.size()))
    target = folder / "roster.xlsx"
    target.write_bytes(file.getvalue())
    return target, folder


def ledger_in(folder: Path) -> Ledger:
    """Open the ledger of the fixture."""
    from cardledger import open_ledger

    return open_ledger(folder / "ledger.db", keys=folder / "keys.db")


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a_workbook_that_is_saved_again_is_not_altered(
    written: tuple[Path, Path], kind: str, tmp_path: Path
) -> None:
    saved = office.convert(written[0], kind, tmp_path)
    with ledger_in(written[1]) as ledger:
        verdict = verify_workbook(saved, ledger)
    assert verdict.ok, [one.text() for one in verdict.altered][:5]
    told = [one.text() for one in verdict.unchecked]
    assert told == ([] if kind == "xlsx" else ["Formulas can be looked for in .xlsx only."])


def test_a_cell_that_was_altered_there_is_named_there(
    written: tuple[Path, Path], tmp_path: Path
) -> None:
    from openpyxl import load_workbook

    book = load_workbook(written[0])
    book.worksheets[0]["B9"].value = "改了"
    book.save(tmp_path / "altered.xlsx")
    saved = office.convert(tmp_path / "altered.xlsx", "ods")
    with ledger_in(written[1]) as ledger:
        verdict = verify_workbook(saved, ledger)
    assert [(one.cell, one.now) for one in verdict.altered] == [("B9", "改了")]


def test_text_is_text_and_dates_are_dates(written: tuple[Path, Path], tmp_path: Path) -> None:
    saved = office.convert(written[0], "xlsx", tmp_path)
    sheet = open_file(saved.read_bytes(), "saved.xlsx").sheets[0]
    found = [list(cells) for _number, cells in sheet.rows()][3:]
    assert [row[1] for row in found[: len(TEXTS)]] == TEXTS
    first = found[0]
    assert first[0] == "0117001101510101"
    assert [str(first[2]), str(first[3])] == ["2010-03-05 09:30:12", "2010-03-05"]
    assert (first[4], first[5], first[6]) == (1200, 0.667, "是")
    csv = office.convert(written[0], "csv", tmp_path).read_text("utf-8")
    assert '0117001101510101,=1+1,2010-03-05 09:30,2010-03-05,"1,200",66.7%,是,C1 C2' in csv


def printed(pdf: Path, *options: str) -> str:
    """Return what poppler says of a document."""
    program = shutil.which(options[0])
    if program is None:
        pytest.skip(f"{options[0]} is not here")
    done = subprocess.run(
        [program, *options[1:], str(pdf), *(["-"] if "text" in options[0] else [])],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_it_is_printed_on_a4_with_the_school_and_the_page(
    written: tuple[Path, Path], tmp_path: Path
) -> None:
    pdf = office.convert(written[0], "pdf", tmp_path)
    about = printed(pdf, "pdfinfo")
    assert re.search(r"Page size:\s+841\.\d+ x 595\.\d+ pts \(A4\)", about), about
    pages = int(re.search(r"Pages:\s+(\d+)", about)[1])  # type: ignore[index]
    assert pages > 2
    text = printed(pdf, "pdftotext", "-layout")
    sides = text.split("\f")[:pages]
    for place, side in enumerate(sides, 1):
        words = re.sub(r"\s", "", side)
        assert f"第{place}页共{pages}页" in words
        if place < pages:
            assert "平谷一小" in words
            assert "卡号" in words or "Card" in words, "headings stand on every page"
    assert "出处" in sides[-1]


def opened(file: Path) -> Any:
    """Return the styles of a workbook that LibreOffice wrote."""
    from openpyxl import load_workbook

    return load_workbook(file).worksheets[0]


def test_no_cell_is_a_formula_after_libreoffice(written: tuple[Path, Path], tmp_path: Path) -> None:
    sheet = opened(office.convert(written[0], "xlsx", tmp_path))
    assert not [
        cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ]
    assert sheet["A4"].number_format == "@"
    assert sheet.print_title_rows == "$3:$3"
