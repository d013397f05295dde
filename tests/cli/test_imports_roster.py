"""A roster is shown as a diff beside the ledger before anything is written, and then recorded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import SCHOOL, Run
from tests.support.golden import expected

ELSEWHERE = "01170022"
HEAD = "学籍号,姓名,身份证号,出生日期,班级,届别,现住址"
ASKED = ("--at", "2010-03-01")


def number(place: int, school: str = SCHOOL) -> str:
    return f"{school}01501{place:02}0"


def identity(place: int) -> str:
    return f"1102272003090100{place:02}"


def pupil(
    place: int,
    name: str,
    *,
    school: str = SCHOOL,
    number_: str = "",
    identity_: str | None = None,
    class_: str = "1班",
    address: str = "甲路1号",
) -> str:
    known = identity(place) if identity_ is None else identity_
    return ",".join(
        (number_ or number(place, school), name, known, "2003-09-01", class_, "2015", address)
    )


def file(name: str, *rows: str) -> str:
    Path(name).write_text("\n".join((HEAD, *rows)) + "\n", encoding="utf-8")
    return name


@pytest.fixture
def district(run: Run) -> Run:
    """Return `run` in a ledger of two schools; in one some pupils left, paused or came back."""
    assert run("init", "--school", SCHOOL, "--name", "平谷一小").status == 0
    assert run("school", "add", ELSEWHERE, "--name", "平谷二小").status == 0
    names = ("王小明", "李红", "张三丰", "赵六", "钱七", "孙八")
    here = [pupil(place, name) for place, name in enumerate(names, 1)]
    assert run("import", "roster", file("a.csv", *here), "--at", "2009-09-01").status == 0
    there = [pupil(11, "周九", school=ELSEWHERE), pupil(12, "吴十", school=ELSEWHERE)]
    taken = run(
        *("import", "roster", file("b.csv", *there), "--at", "2009-09-01", "--school", ELSEWHERE)
    )
    assert taken.status == 0
    # 4 left for the other school and is there; 5 left and went nowhere; 6 pauses.
    for command in (
        ("transfer-out", number(4), "--at", "2009-10-01"),
        ("transfer-in", number(4), "--at", "2009-10-02", "--school", ELSEWHERE),
        ("transfer-out", number(5), "--at", "2009-10-01"),
        ("suspend", number(6), "--at", "2009-10-01"),
    ):
        assert run("student", *command).status == 0
    return run


#: Of everybody what may become of a pupil.
SPRING = (
    pupil(1, "王小明", address="乙路2号", class_="2班"),
    pupil(2, "李红", number_=number(52)),
    pupil(4, "赵六"),
    pupil(5, "钱七"),
    pupil(6, "孙八"),
    pupil(11, "周九", school=ELSEWHERE),
    pupil(21, "郑新"),
)


def kinds(ran: Any) -> dict[str, str]:
    """Return the kinds by rows, with the names of those who stand on none."""
    return {
        str(row["row"] or row["message"].split()[0]): row["kind"]
        for row in ran.json()
        if row["kind"]
    }


def lines(run: Run, after: int) -> list[tuple[str, str]]:
    return [
        (line["name"], line["evidence"])
        for line in run("history", "--json", "--after", after).json()
    ]


def test_a_dry_run_tells_of_every_pupil_what_it_is(district: Run) -> None:
    before = district("checkpoint").out
    ran = district("import", "roster", file("c.csv", *SPRING), *ASKED, "--dry-run", "--json")
    assert ran.status == 0, ran.err
    assert kinds(ran) == {
        "2": "changed",
        "3": "renumbered",
        "4": "returned",
        "5": "returned",
        "6": "same",
        "7": "transferred",
        "8": "new",
        "张三丰": "gone",
    }
    changes = {row["row"]: row["changes"] for row in ran.json()}
    assert changes[2] == {"class": ["1班", "2班"], "present_address": ["甲路1号", "乙路2号"]}
    assert changes[3] == {"number": [number(2), number(52)]}
    assert changes[4] == {"school": [ELSEWHERE, SCHOOL], "class": [None, "1班"]}
    assert changes[5] == {"status": ["left", "in-school"]}
    assert changes[6] == {}
    faults = {row["row"]: row["faults"] for row in ran.json()}
    assert faults[6][0]["message"] == "By the ledger the pupil is suspended."
    assert changes[7] == {"school": [ELSEWHERE, SCHOOL]}
    assert district("checkpoint").out == before


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_diff_reads_as_it_should(district: Run, language: str) -> None:
    rows = file("c.csv", *SPRING, SPRING[-1])
    ran = district("--lang", language, "import", "roster", rows, *ASKED, "--dry-run")
    told = f"{ran.out}\n{ran.err}"
    assert told == expected(f"imports/roster-{language}.txt", told)


def test_what_was_shown_is_recorded_and_the_same_file_again_changes_nothing(district: Run) -> None:
    rows = file("c.csv", *SPRING)
    start = len(district("history", "--json").json())
    ran = district("import", "roster", rows, *ASKED)
    assert ran.status == 0, ran.err
    assert "rows: 7 = 6 recorded + 1 repeated + 0 refused" in ran.err
    assert lines(district, start) == [
        ("student.changed/1", "imported"),
        ("student.renumbered/1", "imported"),
        ("student.resumed/1", "imported"),
        ("student.resumed/1", "imported"),
        ("student.transferred_in/1", "imported"),
        ("student.added/1", "imported"),
    ]
    states = {
        row["name"]: (row["school"], row["status"]) for row in district("roster", "--json").json()
    }
    # Who pauses stays on the rolls: a roster is no proof of the return.
    assert states.pop("孙八") == (SCHOOL, "suspended")
    assert set(states.values()) == {(SCHOOL, "in-school"), (ELSEWHERE, "in-school")}
    assert [name for name, state in states.items() if state[0] == ELSEWHERE] == ["吴十"]
    for _again in range(2):
        ran = district("import", "roster", rows, *ASKED)
        assert "rows: 7 = 0 recorded + 7 repeated + 0 refused" in ran.err
    assert len(district("history", "--json").json()) == start + 6


def test_who_is_gone_is_only_listed_unless_it_is_said_what_that_means(district: Run) -> None:
    rows = file("c.csv", *SPRING)
    ran = district("import", "roster", rows, *ASKED)
    assert "The file was taken as the whole roster of 01170011" in ran.err
    assert "nothing is recorded of them" in ran.err
    start = len(district("history", "--json").json())
    ran = district("import", "roster", rows, *ASKED, "--gone", "transfer-out", "--json")
    assert [(row["kind"], row["outcome"]) for row in ran.json() if row["row"] is None] == [
        ("gone", "recorded")
    ]
    assert lines(district, start) == [("student.transferred_out/1", "inferred")]
    again = district("import", "roster", rows, *ASKED, "--gone", "transfer-out")
    assert "gone" not in again.err
    assert len(district("history", "--json").json()) == start + 1


def test_a_partial_roster_says_nothing_of_other_classes(district: Run) -> None:
    moved = file("m.csv", pupil(3, "张三丰", class_="3班"))
    assert district("import", "roster", moved, *ASKED, "--partial").status == 0
    rows = file("p.csv", pupil(1, "王小明"))
    part = district("import", "roster", rows, *ASKED, "--partial", "--dry-run", "--json")
    assert kinds(part) == {"2": "same", "李红": "gone"}
    assert "Gone are pupils of the classes in the file" in part.err
    whole = district("import", "roster", rows, *ASKED, "--dry-run", "--json")
    assert kinds(whole) == {"2": "same", "李红": "gone", "张三丰": "gone"}


def test_nobody_is_recorded_as_gone_while_rows_cannot_be_read(district: Run) -> None:
    rows = file("c.csv", pupil(1, "王小明"), pupil(2, "李红"), "0117,张三丰,,,,,")
    start = len(district("history", "--json").json())
    ran = district(
        *("import", "roster", rows, *ASKED, "--gone", "transfer-out", "--on-refusal", "skip")
    )
    assert ran.status == 3
    assert "Rows that could not be read: 1." in ran.err
    assert len(district("history", "--json").json()) == start


def test_name_and_birth_alone_are_no_proof(district: Run) -> None:
    row = pupil(3, "张三丰", number_=number(53), identity_="")
    ran = district("import", "roster", file("c.csv", row), *ASKED, "--json")
    assert ran.status == 3
    told = ran.json()[0]
    assert (told["kind"], told["outcome"], told["code"]) == (
        "probably",
        "refused",
        "ambiguous-student",
    )
    assert "of the same name and day of birth" in told["message"]
    assert (
        f"student renumber {told['message'].split('probably ')[1][:11]} {number(53)}"
        in told["hint"]
    )
    assert "张三丰" not in {row["kind"] for row in ran.json()}


def test_another_name_under_the_same_number_and_birth_is_asked_about(district: Run) -> None:
    row = pupil(3, "张三峰", identity_="")
    ran = district("import", "roster", file("c.csv", row), *ASKED, "--json")
    told = ran.json()[0]
    assert (told["kind"], told["outcome"]) == ("probably", "refused")
    assert f"cardledger student change {number(3)} --name 张三峰" in told["hint"]
    # With the identity number it is proof, and the name is a fact that changed.
    row = pupil(3, "张三峰")
    ran = district("import", "roster", file("c.csv", row), *ASKED, "--dry-run", "--json")
    assert ran.json()[0]["changes"] == {"name": ["张三丰", "张三峰"]}


def test_rows_that_contradict_each_other_are_reported_with_both(district: Run) -> None:
    rows = file(
        "c.csv",
        pupil(31, "甲"),
        pupil(32, "乙", number_=number(31)),
        pupil(33, "丙"),
        pupil(34, "丁", identity_=identity(33)),
    )
    ran = district("import", "roster", rows, *ASKED, "--json")
    assert ran.status == 0, ran.err
    faults = [
        (fault["place"], fault["heading"], fault["message"])
        for row in ran.json()
        for fault in row["faults"]
    ]
    assert faults == [
        ("c!A2", "学籍号", "The student number stands in c!3 too."),
        ("c!A3", "学籍号", "The student number stands in c!2 too."),
        ("c!C4", "身份证号", "The identity number stands in c!5 too."),
        ("c!C5", "身份证号", "The identity number stands in c!4 too."),
    ]
    again = district("import", "roster", rows, *ASKED)
    assert "rows: 4 = 0 recorded + 4 repeated + 0 refused" in again.err


def test_a_known_pupil_on_two_rows_is_not_renumbered_by_the_second(district: Run) -> None:
    rows = file("c.csv", pupil(3, "张三丰"), pupil(3, "张三丰", number_=number(53)))
    ran = district("import", "roster", rows, *ASKED, "--json")
    assert [row["kind"] for row in ran.json()] == ["same", "new"]
    assert any("has this identity number too" in one["message"] for one in ran.json()[1]["faults"])


def test_an_earlier_number_is_still_the_pupil_and_is_said(district: Run) -> None:
    district("student", "renumber", number(3), number(53), "--at", "2010-02-01")
    ran = district("import", "roster", file("c.csv", pupil(3, "张三丰")), *ASKED, "--json")
    told = ran.json()[0]
    assert told["kind"] == "same"
    assert f"the ledger has {number(53)}" in told["faults"][0]["message"]


def test_a_later_roster_may_say_again_what_an_earlier_one_said(district: Run) -> None:
    first = file("1.csv", pupil(1, "王小明"), pupil(2, "李红"), pupil(3, "张三丰"))
    moved = file("2.csv", pupil(1, "王小明", class_="2班"), pupil(2, "李红"), pupil(3, "张三丰"))
    back = file("3.csv", pupil(1, "王小明"), pupil(2, "李红"))
    for name in (first, moved, back):
        assert district("import", "roster", name, *ASKED).status == 0
        classes = {row["name"]: row["class"] for row in district("roster", "--json").json()}
    assert classes["王小明"] == "1班"
    # The very same file again is no news, however old.
    ran = district("import", "roster", moved, *ASKED)
    assert "rows: 3 = 0 recorded + 3 repeated + 0 refused" in ran.err


def test_a_roster_of_an_earlier_day_is_compared_with_the_ledger_of_that_day(district: Run) -> None:
    rows = file("c.csv", pupil(6, "孙八"))
    ran = district("import", "roster", rows, "--at", "2009-09-15", "--dry-run", "--json")
    assert kinds(ran) == {
        "2": "same",
        "王小明": "gone",
        "李红": "gone",
        "张三丰": "gone",
        "赵六": "gone",
        "钱七": "gone",
    }


def test_a_row_without_a_number_is_a_refused_row_like_others(district: Run) -> None:
    rows = file("c.csv", ",张三丰,,,,,甲路1号", "0117,李红,,,,,")
    ran = district("import", "roster", rows, *ASKED, "--json")
    assert ran.status == 3
    assert [(row["code"], row["message"]) for row in ran.json()] == [
        ("bad-student-number", "The student number is missing."),
        ("bad-student-number", "“0117” is not a student number."),
    ]


def test_a_new_number_tells_that_a_pause_is_over(district: Run) -> None:
    row = pupil(6, "孙八", number_=number(56))
    ran = district("import", "roster", file("c.csv", row), *ASKED, "--partial", "--json")
    assert (ran.status, ran.json()[0]["kind"]) == (0, "renumbered")
    (back,) = (one for one in district("roster", "--json").json() if one["name"] == "孙八")
    assert (back["status"], back["student_number"]) == ("in-school", number(56))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("command", [("roster",), ("export", "roster")])
def test_a_roster_that_we_wrote_says_nothing_new(
    district: Run, language: str, command: tuple[str, ...]
) -> None:
    district("issue", "I1", "--student", number(1), "--kind", "identity", "--at", "2009-10-01")
    written = district("--lang", language, *command, "--school", SCHOOL, "--output", "own.xlsx")
    assert written.status == 0, written.err
    ran = district("import", "roster", "own.xlsx", "--dry-run", "--json")
    assert ran.status == 0, ran.err
    assert {row["kind"] for row in ran.json()} <= {"same", None}


def test_a_roster_may_say_who_is_not_in_school(district: Run) -> None:
    Path("c.csv").write_text(
        "学籍号,姓名,学籍状态\n"
        f"{number(1)},王小明,在读\n{number(2)},李红,转出\n{number(3)},张三丰,休学\n"
        f"{number(5)},钱七,已离校\n{number(21)},郑新,在籍？\n{number(22)},冯新,毕业\n",
        encoding="utf-8",
    )
    ran = district("import", "roster", "c.csv", *ASKED, "--dry-run", "--json")
    assert ran.status == 0, ran.err
    assert {str(row["row"] or row["message"].split()[0]): row["kind"] for row in ran.json()} == {
        "2": "same",
        "3": None,
        "4": "same",
        "5": None,
        "6": "new",
        "7": None,
        "李红": "gone",
    }
    told = {row["row"]: row["faults"][0]["message"] for row in ran.json() if row["faults"]}
    assert told == {
        3: "By the roster the pupil is not in school: 转出.",
        4: "By the roster the pupil is suspended.",
        5: "By the roster the pupil is not in school: 已离校.",
        6: "“在籍？” does not say whether the pupil is in school.",
        7: "By the roster the pupil is not in school: 毕业.",
    }
    assert "rows: 6 = 1 would be recorded + 2 repeated + 0 refused + 3 ignored" in ran.err
