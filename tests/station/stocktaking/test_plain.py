"""A count in plain mode: the word `end`, the end of the input; and on the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.station.conftest import School
from tests.station.stocktaking.test_station import counter, packed
from tests.station.test_plain import work


@pytest.mark.parametrize("end", ["end\n", "END\n", ""])
def test_the_word_or_the_end_of_the_input_records_the_count(
    file_school: School, tmp_path: Path, end: str
) -> None:
    station = counter(packed(file_school), tmp_path)
    result, lines = work(station, f"C1\nC2\nundo\n{end}")
    assert [line["verdict"] for line in lines] == ["shown", "refused", "shown", "recorded"]
    assert lines[0]["action"] == "stocktake"
    assert lines[-1]["positions"] == [len(file_school.events())]
    assert (result.counts["shown"], station.closing) == (1, "done")


def test_an_input_without_a_card_records_nothing(file_school: School, tmp_path: Path) -> None:
    station = counter(packed(file_school), tmp_path)
    _result, lines = work(station, "\n")
    assert (lines, station.closing) == ([], "open")
    assert file_school.events("box.stocktaken/1") == []


def test_a_count_that_goes_on_says_so_first(file_school: School, tmp_path: Path) -> None:
    with packed(file_school).shift("stocktake", given={"box": "B1"}) as first:
        first.take(file_school.typed("C1"))
    station = counter(file_school, tmp_path)
    _result, lines = work(station, "end\n")
    assert (lines[0]["sign"], "goes on; 1 cards" in lines[0]["message"]) == ("note", True)
    assert lines[1]["verdict"] == "recorded"


def test_other_acts_have_no_end(file_school: School) -> None:
    _result, lines = work(file_school.station(), "end\n")
    assert [(line["verdict"], line["card"]) for line in lines] == [("refused", "END")]


@pytest.mark.parametrize(("scanned", "status"), [("C1\n", 0), ("C1\nC2\n", 4), ("\n", 1)])
def test_the_exit_status_says_how_it_ended(
    file_school: School, tmp_path: Path, scanned: str, status: int
) -> None:
    packed(file_school)
    words = ("--ledger", file_school.place, "--keys", str(file_school.keys), "--handler", "Wang")
    ran = subprocess.run(
        (
            *(sys.executable, "-m", "cardledger", *words, "station", "stocktake", "b1"),
            *("--plain", "--no-reader", "--queue", str(file_school.queue)),
        ),
        input=scanned,
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        timeout=60,
    )
    assert ran.returncode == status, ran.stderr
    assert len(list(tmp_path.glob("stocktake-B1-*.html"))) == (status != 1)
    told = [json.loads(line)["verdict"] for line in ran.stdout.splitlines()]
    if status == 1:
        assert (told, "The count is not ended." in ran.stderr) == ([], True)
    else:
        assert told[-1] == "recorded"
