"""Districts that the tests look at; each is made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.district.making import make
from tests.district.books import Verdict, judge_all
from tests.district.reading import District, Line, read


@pytest.fixture(scope="session")
def one_school(tmp_path_factory: pytest.TempPathFactory) -> District:
    """One school with 300 pupils over two terms, with its workbooks."""
    folder = tmp_path_factory.mktemp("one") / "district"
    make(folder, seed=1, schools=1, pupils=300, terms=2, start="2010-spring")
    return read(folder)


@pytest.fixture(scope="session")
def three_schools(tmp_path_factory: pytest.TempPathFactory) -> District:
    """Three schools with 700 pupils over three terms, without workbooks."""
    folder: Path = tmp_path_factory.mktemp("three") / "district"
    make(
        folder,
        seed=5,
        schools=3,
        pupils=700,
        terms=3,
        start="2010-spring",
        with_workbooks=False,
    )
    return read(folder)


@pytest.fixture(scope="session")
def judged(three_schools: District) -> list[tuple[Line, Verdict]]:
    """The rows of the three schools with what the small office says of each."""
    return judge_all(three_schools.lines)
