"""The files of a made district: the same arguments give the same bytes, the fields are known."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Final

import pytest
from openpyxl import load_workbook

from scripts.district.main import main
from scripts.district.making import make
from tests.district.reading import District, rows_of

ROOT: Final = Path(__file__).resolve().parents[2]
COMMON: Final = {"action", "at", "school", "handler", "evidence", "note"}
#: The fields of each action, as the ledger's batches have them.
FIELDS: Final = {
    "issue": "card student kind uid confirmed_no_other_school",
    "register": "card student kind uid upgraded",
    "upgrade": "card uid",
    "term-swipe": "card student term uid",
    "leave-swipe": "card student reason uid",
    "transfer-swipe": "card student uid from_school upgraded leave_swiped",
    "recycle": "card student reason",
    "reissue": "card student reason kind uid replaces old_outstanding",
    "lost": "card student",
    "found": "card student",
    "student-add": "number name class cohort grade guest treated_as_local entered identity birth"
    " from_outside_city sex ethnic_group native_place household address present_address telephone"
    " family boarding migrant",
    "student-change": "student telephone present_address class",
    "student-renumber": "student number reason class cohort",
    "student-suspend": "student",
    "student-resume": "student",
    "student-transfer-in": "student from_school",
    "student-transfer-out": "student to_school",
    "student-repeat-year": "student cohort class number",
    "student-graduate": "student goes_on continues number cohort class",
    "tool-installed": "name version",
    "sync-sent": "by",
    "sync-confirmed": "by",
    "sync-failed": "by",
    "cards-filed": "digest cards",
    "numbers-filed": "digest accepted",
    "box-open": "box cohort",
    "box-put": "box card",
    "box-seal": "box count",
    "box-reopen": "box reason",
    "box-stocktake": "box found expected missing",
}


def _contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_arguments_give_the_same_bytes_in_another_process(
    one_school: District, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    options = ["--seed", "1", "--schools", "1", "--pupils", "300", "--terms", "2"]
    program = str(ROOT / "scripts" / "make_district")
    subprocess.run(
        [sys.executable, program, str(again), *options],
        check=True,
        env={"PYTHONHASHSEED": "7", "TZ": "America/New_York"},
    )
    assert _contents(again) == _contents(one_school.folder)


def test_another_seed_gives_another_district(one_school: District, tmp_path: Path) -> None:
    make(tmp_path, seed=2, schools=1, pupils=300, terms=2, start="2010-spring")
    ours, theirs = _contents(one_school.folder), _contents(tmp_path)
    assert ours.keys() == theirs.keys()
    same = {name for name in ours if ours[name] == theirs[name]}
    assert same <= {"schools.jsonl"}


def test_workbooks_say_nothing_of_the_moment_at_which_they_were_made(one_school: District) -> None:
    books = sorted(one_school.folder.rglob("*.xlsx"))
    assert len(books) == 5
    for path in books:
        with zipfile.ZipFile(path) as archive:
            assert {info.date_time for info in archive.infolist()} == {(2010, 1, 1, 8, 0, 0)}
        book = load_workbook(path, read_only=True)
        made = datetime(2010, 1, 1, 8)  # noqa: DTZ001
        assert (book.properties.created, book.properties.modified) == (made, made)
        book.close()


def test_every_field_is_one_of_the_batch(three_schools: District, one_school: District) -> None:
    seen: dict[str, set[str]] = {}
    for line in three_schools.lines + one_school.lines:
        seen.setdefault(line.fields["action"], set()).update(line.fields)
    assert seen.keys() == FIELDS.keys()
    for action, fields in seen.items():
        assert fields - COMMON <= set(FIELDS[action].split()), action
        assert {"at", "school", "handler"} <= fields


def test_the_files_of_the_schools_hold_the_rows_of_the_district(three_schools: District) -> None:
    names = [f"district-{term['term']}.jsonl" for term in three_schools.truth["terms"]]
    parts = [
        path
        for school in three_schools.truth["schools"]
        for path in sorted((three_schools.folder / school["code"]).glob("*.jsonl"))
    ]
    assert len(parts) == 3 * (2 * len(names) + 1)
    whole = Counter(str(row) for name in names for row in rows_of(three_schools.folder / name))
    assert whole == Counter(str(row) for path in parts for row in rows_of(path))


def test_every_entry_of_the_truth_points_at_rows_that_are_there(three_schools: District) -> None:
    files: dict[str, list[dict[str, object]]] = {}
    for entry in three_schools.truth["planted"]:
        assert entry["rows"], entry
        for row in entry["rows"]:
            for file in (row["file"], row["district_file"]):
                if file not in files:
                    files[file] = rows_of(three_schools.folder / file)
            in_school = files[row["file"]][row["row"] - 1]
            assert in_school == files[row["district_file"]][row["district_row"] - 1]
            subjects = {subject.split(":")[1] for subject in entry["subjects"]}
            named = {str(value) for value in in_school.values()}
            digits = {subject[:8] for subject in subjects}
            assert subjects & named or digits & {str(in_school["school"])} or not subjects


def test_rows_are_in_the_order_in_which_they_were_written(three_schools: District) -> None:
    backdated = {
        (one["district_file"], one["district_row"]) for one in three_schools.truth["backdated"]
    }
    assert 10 < len(backdated) < 200
    for line in three_schools.lines:
        assert (line.place in backdated) == (line.written != line.at), line.fields
        assert line.at <= line.written


def test_an_act_lies_between_the_first_and_the_last_day_of_its_term(
    three_schools: District,
) -> None:
    months = {"spring": range(2, 9), "autumn": (9, 10, 11, 12, 1)}
    for line in three_schools.lines:
        year, season = line.place[0].removesuffix(".jsonl").split("-")[1:]
        assert line.at.month in months[season]
        assert line.at.year == int(year) + (line.at.month == 1)
        assert line.at <= three_schools.as_of


def test_a_list_of_acts_is_the_same_as_workbook_and_as_json_lines(one_school: District) -> None:
    folder = one_school.folder / "01173011"
    rows = rows_of(folder / "actions-2010-spring.jsonl")
    book = load_workbook(folder / "actions-2010-spring.xlsx", read_only=True)
    head, *cells = list(book.worksheets[0].iter_rows(values_only=True))
    book.close()
    places = {str(name): place for place, name in reversed(list(enumerate(head)))}
    assert len(cells) == len(rows)
    for row, line in zip(rows, cells, strict=True):
        for name, field in (
            ("卡号", "card"),
            ("学籍号", "student"),
            ("时间", "at"),
            ("箱号", "box"),
        ):
            assert line[places[name]] == row.get(field)
        assert str(line[places["操作"]])
    assert {line[places["操作"]] for line in cells} >= {
        "学期刷卡注册",
        "升级",
        "回收",
        "装箱",
        "封装",
    }


def test_a_roster_has_a_merged_title_and_every_pupil_of_its_day(one_school: District) -> None:
    folder = one_school.folder / "01173011"
    sheet = load_workbook(folder / "roster-2010-spring.xlsx").worksheets[0]
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["A1:AA1"]
    assert sheet["A1"].value == "平谷区青松实验学校学生基本信息表（2010年春季学期）"
    rows = rows_of(folder / "roster-2010-spring.jsonl")
    numbers = [row[0].value for row in sheet.iter_rows(min_row=3)]
    assert numbers == [row["number"] for row in rows]
    assert sheet["A2"].value == "学籍号"
    later = load_workbook(folder / "roster-2010-autumn.xlsx").worksheets[0]
    new = {row["number"] for row in rows_of(folder / "roster-2010-autumn.jsonl")}
    listed = {row[0].value for row in later.iter_rows(min_row=3)}
    assert new < listed
    assert 250 < len(listed) < 350


@pytest.mark.parametrize(
    "wrong",
    [
        ["--start", "2010-summer"],
        ["--terms", "0"],
        ["--terms", "25"],
        ["--schools", "0"],
        ["--schools", "2", "--pupils", "20"],
        ["--pupils", "500000"],
    ],
)
def test_what_cannot_be_made_is_refused_with_status_2(
    wrong: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        status = main([str(tmp_path / "out"), *wrong])
    except SystemExit as stopped:
        status = int(stopped.code or 0)
    assert status == 2
    assert "make_district" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_folder_with_something_in_it_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SystemExit):
        main([str(tmp_path)])
    assert "is there already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
