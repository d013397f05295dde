"""The roster against the ledger: whom a row means, and what has one honest settlement."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cardledger import Ledger, init_ledger
from cardledger.batch import command_of_row
from cardledger.reconcile import SOURCES, Difference, Result, reconcile

HOME, AWAY = "01170011", "01170012"
ANNA, BORIS, CLARA = (f"011700110151010{place}" for place in (1, 2, 3))
IDENTITY = {
    ANNA: "110101200301011236",
    BORIS: "110101200302021224",
    CLARA: "110101200303031239",
}
HEAD = "学籍号,姓名,身份证号,班级,学校代码"


def act(ledger: Ledger, action: str, **fields: Any) -> None:
    row = {"action": action} | {name.rstrip("_"): value for name, value in fields.items()}
    outcome = ledger.record(command_of_row(row))  # type: ignore[arg-type]
    assert outcome.outcome == "recorded", outcome.codes


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with init_ledger(tmp_path / "ledger.db", school=HOME) as made:
        act(made, "school-add", code=AWAY, name="平谷二小")
        for number, name in ((ANNA, "安娜"), (BORIS, "李波"), (CLARA, "柯兰")):
            act(
                made,
                "student-add",
                number=number,
                name=name,
                identity=IDENTITY[number],
                class_="1班",
                cohort=2015,
            )
        yield made


def compare(ledger: Ledger, *rows: str, head: str = HEAD) -> Result:
    text = "\n".join((head, *rows)) + "\n"
    listing = SOURCES["roster"].read(io.BytesIO(text.encode()), name="roster.csv")
    return reconcile(ledger, {"roster": [listing]}, schools=[HOME, AWAY])


def about(result: Result, field: str) -> Difference:
    (found,) = [one for one in result.differences if one.field == field]
    return found


def row(number: str, name: str, identity: str = "", class_: str = "1班", school: str = HOME) -> str:
    return f"{number},{name},{identity},{class_},{school}"


def whole(*instead: str) -> list[str]:
    """Return the right rows of all pupils, but those whose numbers other rows have."""
    right = {
        ANNA: row(ANNA, "安娜", IDENTITY[ANNA]),
        BORIS: row(BORIS, "李波", IDENTITY[BORIS]),
        CLARA: row(CLARA, "柯兰", IDENTITY[CLARA]),
    }
    numbers = {one.split(",")[0] for one in instead}
    return [*(one for number, one in right.items() if number not in numbers), *instead]


def test_the_same_roster_has_no_differences(ledger: Ledger) -> None:
    assert compare(ledger, *whole()).differences == []


def test_another_name_and_another_identity_may_be_another_pupil(ledger: Ledger) -> None:
    strange = row(ANNA, "欧阳", "110101200304041240", "2班")
    result = compare(ledger, *whole(strange))
    assert {one.field for one in result.differences} == {"name", "identity", "class"}
    assert all(one.proposal is None for one in result.differences)
    assert "may be about another pupil" in result.differences[0].settle.text()
    assert result.batch() == []


def test_the_identity_number_of_another_pupil_is_told(ledger: Ledger) -> None:
    result = compare(ledger, *whole(row(ANNA, "安娜", IDENTITY[BORIS])))
    difference = about(result, "identity")
    assert f"李波 ({BORIS})" in difference.settle.text()
    assert difference.proposal is None


def test_a_new_number_is_told_by_the_identity_number_alone(ledger: Ledger) -> None:
    new = "0117001101510109"
    rows = [one for one in whole() if not one.startswith(ANNA)]
    by_identity = compare(ledger, *rows, row(new, "安娜", IDENTITY[ANNA]))
    difference = about(by_identity, "student_number")
    assert (difference.ledger, difference.file) == (ANNA, new)
    assert difference.act == "student-renumber"
    assert [one["evidence"] for one in by_identity.batch()] == ["inferred"]
    # A name is no proof: two pupils, one of them perhaps under a wrong number.
    by_name = compare(ledger, *rows, row(new, "安娜"))
    kinds = {one.kind: one for one in by_name.differences}
    assert set(kinds) == {"only-in-file", "only-in-ledger"}
    assert f"安娜 ({ANNA}) has the same name" in kinds["only-in-file"].settle.text()
    assert by_name.batch() == []


def test_one_person_under_two_numbers_in_one_file_is_not_renumbered(ledger: Ledger) -> None:
    result = compare(ledger, *whole(), row("0117001101510109", "安娜", IDENTITY[ANNA]))
    (difference,) = result.differences
    assert difference.kind == "only-in-file"
    assert "another number too" in difference.settle.text()
    assert result.batch() == []


def test_the_number_of_before_finds_the_pupil(ledger: Ledger) -> None:
    act(ledger, "student-renumber", student=ANNA, number="0117001101510109")
    difference = about(compare(ledger, *whole()), "student_number")
    assert (difference.ledger, difference.file) == ("0117001101510109", ANNA)
    assert difference.act == ""
    assert difference.proposal is None
    assert difference.positions == (ledger.head(),)


def test_two_pupils_with_one_number_are_told_apart_by_identity_then_by_name(
    ledger: Ledger,
) -> None:
    act(ledger, "student-renumber", student=BORIS, number=ANNA, evidence="imported")
    both = [row(ANNA, "安娜", IDENTITY[ANNA]), row(ANNA, "李波", IDENTITY[BORIS])]
    clara = row(CLARA, "柯兰")
    assert compare(ledger, *both, clara).differences == []
    by_name = [row(ANNA, "安娜"), row(ANNA, "李波"), clara]
    assert compare(ledger, *by_name).differences == []
    (unknown,) = [
        one
        for one in compare(ledger, row(ANNA, "某某"), clara).differences
        if one.kind == "only-in-file"
    ]
    assert "Several pupils of the ledger have it" in unknown.settle.text()


def test_a_pupil_of_another_roster_was_transferred_unless_here_before(ledger: Ledger) -> None:
    result = compare(ledger, *whole(row(ANNA, "安娜", IDENTITY[ANNA], "3班", AWAY)))
    (difference,) = result.differences
    assert (difference.field, difference.ledger, difference.file) == ("school", HOME, AWAY)
    (proposed,) = result.batch()
    assert proposed["action"] == "student-transfer-in"
    assert proposed["evidence"] == "inferred"
    assert (proposed["school"], proposed["from_school"]) == (AWAY, HOME)
    assert proposed["class"] == "3班"
    outcome = ledger.record(command_of_row(proposed))  # type: ignore[arg-type]
    assert outcome.outcome == "recorded"
    assert compare(ledger, *whole(row(ANNA, "安娜", "", "3班", AWAY))).differences == []
    back = compare(ledger, *whole(row(ANNA, "安娜", "", "1班", HOME)))
    (difference,) = back.differences
    assert difference.act == "student-resume"
    assert "was at 01170011 before" in difference.settle.text()
    assert back.batch() == []


def test_who_left_and_is_on_the_roster_is_for_people_to_decide(ledger: Ledger) -> None:
    act(ledger, "student-transfer-out", student=ANNA, to_school="01120101")
    (difference,) = compare(ledger, *whole()).differences
    assert (difference.field, difference.ledger, difference.file) == (
        *("status", "left"),
        "in-school",
    )
    assert difference.positions == (ledger.head(),)
    assert difference.proposal is None


def test_who_is_forgotten_is_compared_by_what_is_left(ledger: Ledger) -> None:
    act(ledger, "student-forget", student=ANNA)
    result = compare(ledger, *whole(row(ANNA, "安娜", IDENTITY[ANNA], "2班")))
    assert {one.field for one in result.differences} == {"class"}
    assert result.differences[0].name is None


def test_what_the_number_contradicts_is_not_proposed(ledger: Ledger) -> None:
    head = "学籍号,姓名,身份证号,届别,是否借读,出生日期,性别"
    rows = [
        f"{ANNA},安娜,{IDENTITY[ANNA]},2016,是,2003-01-02,女",
        f"{BORIS},李波,{IDENTITY[BORIS]},2015,否,2003-02-02,女",
        f"{CLARA},柯兰,{IDENTITY[CLARA]},2015,否,2003-03-03,男",
    ]
    result = compare(ledger, *rows, head=head)
    proposed = {(one.student_number, one.field): one.proposal for one in result.differences}
    contradicted = {(ANNA, field) for field in ("cohort", "guest", "birth")} | _sexes()
    assert {key for key, proposal in proposed.items() if proposal is None} == contradicted
    assert len(proposed) > len(contradicted), "what the number confirms is proposed"
    assert "says otherwise" in about_of(result, ANNA, "guest").settle.text()


def _sexes() -> set[tuple[str, str]]:
    """Return whose sex the row says otherwise than the last digit but one of the identity."""
    rows = {ANNA: "女", BORIS: "女", CLARA: "男"}
    inside = {number: "男" if int(one[16]) % 2 else "女" for number, one in IDENTITY.items()}
    assert set(inside.values()) == {"男", "女"}
    return {(number, "sex") for number in rows if rows[number] != inside[number]}


def about_of(result: Result, number: str, field: str) -> Difference:
    (found,) = [
        one for one in result.differences if (one.student_number, one.field) == (number, field)
    ]
    return found


def test_an_empty_cell_says_nothing_and_width_is_no_difference(ledger: Ledger) -> None:
    act(ledger, "student-change", student=ANNA, telephone="69960001", address="平谷区 府前街1号")
    head = "学籍号,姓名,联系电话,家庭住址"
    rows = [
        f"{ANNA},安 娜,６９９６０００１,平谷区府前街１号",
        f"{BORIS},李波,,",
        f"{CLARA},柯兰,69960003,",
    ]
    (difference,) = compare(ledger, *rows, head=head).differences
    assert (difference.field, difference.ledger, difference.file) == (
        *("telephone", None),
        "69960003",
    )
    assert difference.positions != ()
