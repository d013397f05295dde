"""Every format × every import: the same events as of the plain .xlsx.

What a format cannot hold is said where it is left out. Formats without kinds of cells (HTML, CSV)
have days and numbers as they are shown; a text has one table only; LibreOffice no longer writes
BIFF5, so it reads ours and writes what it saw; in HTML and .ods it writes 1
for a yes, which is no result of anything.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from cardledger.exchange.reading.cells import Cell
from cardledger.exchange.reading.files import open_spreadsheet
from tests.exchange.formats import biff5, samples
from tests.exchange.matrix import ledgers
from tests.exchange.matrix.ledgers import Taken
from tests.exchange.matrix.tables import IMPORTS, Rows
from tests.support import office

#: What LibreOffice writes, by kind: the format that is found in it, and the name of the file then.
OFFICE: Final = {
    "xlsx": ("xlsx", "a.xlsx"),
    "xls": ("xls", "a.xls"),
    "ods": ("ods", "a.ods"),
    "xml": ("xml2003", "a.xls"),
    "html": ("html", "a.xls"),
    "csv": ("csv", "a.csv"),
    "csv-gb18030": ("csv", "a.csv"),
    "tsv-utf16": ("csv", "a.xls"),
}
#: Of these LibreOffice writes the first sheet only.
ONE_SHEET: Final = frozenset({"csv", "csv-gb18030", "tsv-utf16"})
#: In these it has the number 1 in place of a yes.
WITHOUT_YES: Final = frozenset({"html", "ods"})


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger before any file."""
    return ledgers.make_base(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def plain(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Taken]:
    """What becomes of the plain .xlsx of every import."""
    folder = tmp_path_factory.mktemp("plain")
    taken = {}
    for name, one in IMPORTS.items():
        file = samples.xlsx(folder / f"{name}.xlsx", one.rows)
        taken[name] = ledgers.take(base, folder / name, one, file)
    return taken


def styled(path: Path, sheets: Mapping[str, Rows], *, yes: Cell = True) -> Path:
    """Write a workbook as an office has it: a merged title, widths, formats of cells."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        assert isinstance(sheet, Worksheet)
        for number, row in enumerate(rows, 1):
            for place, cell in enumerate(row, 1):
                if cell is not None:
                    # An error is written as the formula that has it; long numbers show all digits.
                    value = "=NA()" if cell == "#N/A" else yes if cell is True else cell
                    one = sheet.cell(number, place, value)
                    if isinstance(cell, float) and 1e6 < cell < 1e15:
                        one.number_format = "0"
        sheet.merge_cells("A1:E1")
        sheet.column_dimensions["A"].width = 30
    book.save(path)
    return path


def test_the_tables_hold_what_can_become_of_a_row(plain: Mapping[str, Taken]) -> None:
    for name, taken in plain.items():
        assert taken.events, name
        assert taken.sums["recorded"], name
        assert taken.sums["refused"], name
        assert taken.sums["ignored"], name
        # What is told of cells is no part of the report of `record`.
        assert name == "record" or any(columns for *_row, columns, _unused in taken.report), name
    assert {name for name, taken in plain.items() if taken.sums["repeated"]} >= {
        "actions",
        "cards",
        "record",
    }


@pytest.mark.parametrize("name", IMPORTS)
@pytest.mark.parametrize("kind", samples.ALL)
def test_each_format_gives_the_same_events(
    kind: str, name: str, base: Path, plain: Mapping[str, Taken], tmp_path: Path
) -> None:
    file = samples.make(kind, tmp_path / "file", IMPORTS[name].rows)
    same(ledgers.take(base, tmp_path / "ledger", IMPORTS[name], file), plain[name])


@pytest.mark.parametrize("name", IMPORTS)
def test_two_sheets_give_the_same_events_as_one(
    name: str, base: Path, plain: Mapping[str, Taken], tmp_path: Path
) -> None:
    file = styled(tmp_path / "a.xlsx", IMPORTS[name].halves())
    taken = ledgers.take(base, tmp_path / "ledger", IMPORTS[name], file)
    assert not differences(taken, plain[name], report=False)


@pytest.mark.parametrize("name", ["roster", "actions", "swipes", "cards"])
def test_a_text_has_one_table_so_two_files_stand_for_two_sheets(
    name: str, base: Path, plain: Mapping[str, Taken], tmp_path: Path
) -> None:
    """But for `record`, which takes one file; for filings, of which each file is one; and for the
    data check, where what is said of a pupil in one file is one change.
    """
    files = [
        samples.separated(tmp_path / f"{sheet}.csv", rows, ",", "gb18030")
        for sheet, rows in [*IMPORTS[name].halves().items()][:2]
    ]
    taken = ledgers.take(base, tmp_path / "ledger", IMPORTS[name], *files)
    assert without_keys(taken) == without_keys(plain[name])


def without_keys(taken: Taken) -> list[dict[str, object]]:
    """Leave out the retry keys: each roster is a list of its own, so that its keys are."""
    return [{name: one for name, one in line.items() if name != "key"} for line in taken.events]


def same(taken: Taken, expected: Taken) -> None:
    """See that a file was taken in as the plain .xlsx was."""
    assert not differences(taken, expected)


def differences(taken: Taken, expected: Taken, *, report: bool = True) -> list[tuple[Any, Any]]:
    """Return what came of a file, and what should have come of it, where they differ."""
    here = [*taken.events, *(taken.report if report else ()), taken.sums, taken.status]
    there = [*expected.events, *(expected.report if report else ()), expected.sums, expected.status]
    return [pair for pair in zip_longest(here, there) if pair[0] != pair[1]]


def all_differences(
    files: Mapping[str, Path], base: Path, folder: Path, plain: Mapping[str, Taken], *, report: bool
) -> dict[str, list[tuple[Any, Any]]]:
    """Take in a file of every import; return what is not as it should be."""
    found = {
        name: differences(
            ledgers.take(base, folder / name, IMPORTS[name], file), plain[name], report=report
        )
        for name, file in files.items()
    }
    return {name: pairs for name, pairs in found.items() if pairs}


@pytest.mark.slow
@pytest.mark.parametrize("kind", OFFICE)
def test_what_libreoffice_writes_gives_the_same_events(
    kind: str, base: Path, plain: Mapping[str, Taken], tmp_path: Path
) -> None:
    """One sheet and two, of every import, all converted in one run of the program."""
    path = tmp_path / "plain"
    path.mkdir()
    sources = [
        styled(path / f"{name}-{count}.xlsx", sheets, yes="是" if kind in WITHOUT_YES else True)
        for name, one in IMPORTS.items()
        for count, sheets in (("one", {"名册": one.rows}), ("two", one.halves()))
        if count == "one" or kind not in ONE_SHEET
    ]
    made = {one.stem: one for one in office.convert_all(sources, kind, tmp_path / "made")}
    form, called = OFFICE[kind]
    for stem, file in made.items():
        (tmp_path / "named" / stem).mkdir(parents=True)
        made[stem] = Path(shutil.move(file, tmp_path / "named" / stem / called))
        assert open_spreadsheet(made[stem], "a").format == form
    ones = {name: made[f"{name}-one"] for name in IMPORTS}
    assert not all_differences(ones, base, tmp_path / "one", plain, report=True)
    if kind not in ONE_SHEET:
        twos = {name: made[f"{name}-two"] for name in IMPORTS}
        # Their rows stand elsewhere, so the report tells of other places.
        assert not all_differences(twos, base, tmp_path / "two", plain, report=False)


@pytest.mark.slow
def test_what_libreoffice_sees_in_biff5_gives_the_same_events(
    base: Path, plain: Mapping[str, Taken], tmp_path: Path
) -> None:
    (tmp_path / "old").mkdir()
    sources = [
        biff5.workbook(tmp_path / "old" / f"{name}.xls", one.rows) for name, one in IMPORTS.items()
    ]
    made = office.convert_all(sources, "xlsx", tmp_path / "made")
    files = {file.stem: file for file in made}
    assert not all_differences(files, base, tmp_path / "ledgers", plain, report=True)
