"""Lists of actions become rows of a batch, in the words of the office or in codes."""

from __future__ import annotations

import typing
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from cardledger.actions import ACTIONS
from cardledger.batch import command_of_row
from cardledger.commands import Command
from cardledger.errors import BadValue, UnreadableFile
from cardledger.exchange.imports.actions import read_actions
from cardledger.exchange.reading import words
from cardledger.exchange.reading.source import SourceRow
from tests.exchange.making import text, workbook

STUDENT = "0117001101010110"


def read(
    tmp_path: Path, head: Sequence[str], *rows: Sequence[Any], **options: Any
) -> list[SourceRow]:
    path = workbook(tmp_path / "list.xlsx", [["刷卡名单"], head, *rows])
    return list(read_actions(path, **options).rows())


def test_a_list_in_the_words_of_the_office_becomes_commands(tmp_path: Path) -> None:
    head = ["业务", "卡号", "学籍号", "办理时间", "经手人", "原因", "箱号", "姓名"]
    at = datetime.combine(date(2010, 3, 4), time(9, 30))
    rows = read(
        tmp_path,
        head,
        ["学期刷卡注册", "10001", STUDENT, at, "王老师", None, None, "张三"],
        ["离校刷卡", 10002.0, 117001101010110, "2010年3月4日", "王老师", "转学", None, "李四"],
        ["回收", "10002", None, "2010-3-5", "王老师", "毕业", None, None],
        ["装箱", "10002", None, "2010-3-5", "王老师", None, "b-1", None],
    )
    shared = {"handler": "王老师"}
    assert [row.values for row in rows] == [
        {"action": "term-swipe", "card": "10001", "student": STUDENT, "at": "2010-03-04T09:30:00"}
        | shared,
        {"action": "leave-swipe", "card": "10002", "student": STUDENT, "at": "2010-03-04"}
        | {"reason": "transfer"}
        | shared,
        {"action": "recycle", "card": "10002", "at": "2010-03-05", "reason": "graduation"} | shared,
        {"action": "box-put", "card": "10002", "at": "2010-03-05", "box": "b-1"} | shared,
    ]
    assert [fault.kind for row in rows for fault in row.faults] == ["restored"]
    assert rows[1].faults[0].place == "名册!C4"
    for row in rows:
        assert isinstance(command_of_row(row.values), Command)


def test_a_list_of_one_action_needs_no_column_for_it(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        ["卡号", "刷卡时间"],
        ["10001", date(2010, 3, 4)],
        default_action="term-swipe",
        evidence="imported",
    )
    assert rows[0].values == {
        "action": "term-swipe",
        "card": "10001",
        "at": "2010-03-04",
        "evidence": "imported",
    }


def test_a_row_may_say_its_own_action_and_evidence(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        ["操作", "卡号", "来源"],
        ["挂失", "10001", "读卡"],
        [None, "10002", None],
        default_action="found",
        evidence="imported",
    )
    assert [(row.values["action"], row.values["evidence"]) for row in rows] == [
        ("lost", "read"),
        ("found", "imported"),
    ]


def test_a_list_that_does_not_say_what_was_done_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="what was done"):
        read(tmp_path, ["卡号", "学籍号"], ["10001", STUDENT])


def test_a_row_without_an_action_or_with_an_unknown_one_is_reported(tmp_path: Path) -> None:
    rows = read(tmp_path, ["操作", "卡号"], [None, "10001"], ["跳舞", "10001"], ["挂失", "10001"])
    assert [row.usable for row in rows] == [False, False, True]
    assert "missing" in rows[0].faults[0].text()
    assert "跳舞" in rows[1].faults[0].text()
    assert rows[1].faults[0].place == "名册!A4"


def test_a_cell_that_cannot_be_read_makes_its_row_useless(tmp_path: Path) -> None:
    # Without its date the act would be recorded as of now.
    (row,) = read(tmp_path, ["操作", "卡号", "时间", "原因"], ["离校刷卡", "1", "昨天", "不知道"])
    assert row.values == {}
    assert [(fault.kind, fault.letter) for fault in row.faults] == [("row", "C"), ("row", "D")]


def test_totals_are_no_act(tmp_path: Path) -> None:
    rows = read(tmp_path, ["操作", "卡号"], ["挂失", "1"], ["合计", "2张"], ["制表：王", None])
    assert [(row.usable, row.ignored) for row in rows] == [
        (True, False),
        (False, True),
        (False, True),
    ]


def test_columns_mean_what_the_action_takes_them_for(tmp_path: Path) -> None:
    head = ["操作", "学籍号", "姓名", "工具", "版本", "卡号", "已离校刷卡", "学校名称", "code"]
    rows = read(
        tmp_path,
        head,
        ["新增学生", STUDENT, "张三"],
        ["安装工具", None, None, "cmis", 96],
        ["持卡转学注册", STUDENT, "张三", None, None, "1", "是"],
        ["登记旧卡", STUDENT, "张三", None, None, "1", "否"],
        ["新增学校", None, None, None, None, None, None, "青松小学", "01170011"],
    )
    assert [row.values for row in rows] == [
        {"action": "student-add", "number": STUDENT, "name": "张三"},
        {"action": "tool-installed", "name": "cmis", "version": "96"},
        {"action": "transfer-swipe", "card": "1", "student": STUDENT, "leave_swiped": True},
        {"action": "register", "card": "1", "student": STUDENT, "swiped_out": False},
        {"action": "school-add", "name": "青松小学", "code": "01170011"},
    ]


def test_lists_numbers_terms_kinds_and_rules_are_read(tmp_path: Path) -> None:
    head = [
        "action",
        "cards",
        "accepted",
        "count",
        "box",
        "term",
        "card",
        "student",
        "kind",
        "from",
    ]
    rows = read(
        tmp_path,
        [*head, "changes"],
        ["cards-filed", "1, 2；3 4"],
        ["numbers-filed", None, f"{STUDENT}\n{STUDENT}"],
        ["封装", None, None, 12.0, "b-1"],
        ["学期注册", None, None, None, None, "2009-2010学年第二学期", "1"],
        ["发卡", None, None, None, None, None, "2", "P0123456789", "证件卡"],
        ["policy-adopt", *[None] * 8, date(2010, 3, 1), '{"upgrade_required": false}'],
    )
    assert [row.values for row in rows] == [
        {"action": "cards-filed", "cards": ["1", "2", "3", "4"]},
        {"action": "numbers-filed", "accepted": [STUDENT, STUDENT]},
        {"action": "box-seal", "count": 12, "box": "b-1"},
        {"action": "term-swipe", "term": "2010-spring", "card": "1"},
        {"action": "issue", "card": "2", "student": "P0123456789", "kind": "identity"},
        {"action": "policy-adopt", "from": "2010-03-01", "changes": {"upgrade_required": False}},
    ]


def test_rules_that_are_no_json_are_reported(tmp_path: Path) -> None:
    (row,) = read(tmp_path, ["action", "changes"], ["policy-adopt", "upgrade: no"])
    assert not row.usable
    assert "not JSON" in row.faults[0].text()


def test_every_column_of_every_action_is_read_from_csv(tmp_path: Path) -> None:
    samples = {
        "bool": ("是", True),
        "count": ("7", 7),
        "cohort": ("2010届", 2010),
        "moment": ("2010-3-4 9:30", "2010-03-04T09:30:00"),
        "day": ("2010年3月4日", "2010-03-04"),
        "term": ("2010年春季", "2010-spring"),
        "student-number": (STUDENT[1:], STUDENT),
        "cards": ("1 2", ["1", "2"]),
        "found-in-box": ("1 uid:04A1B2C3", ["1", "uid:04A1B2C3"]),
        "cards-of-boxes": ("1@B2 2@B3", ["1@B2", "2@B3"]),
        "student-numbers": (STUDENT, [STUDENT]),
        "texts": ("照片不清；重号", ["照片不清", "重号"]),
        "subjects": ("card:C1 uid:04A1B2C3", ["card:C1", "uid:04A1B2C3"]),
        "rules": ("{}", {}),
    }
    special = {
        **dict.fromkeys(("boarding", "migrant"), ("是", "yes")),
        "identity": ("11022620000101123x", "11022620000101123X"),
        "grade": ("初一", 7),
        "sex": ("F", "女"),
        "birth": ("2000/1/1", "2000-01-01"),
        "entered": ("2004年9月", "2004-09-01"),
    }
    for name, action in ACTIONS.items():
        written, expected = {"action": name}, {"action": name}
        for field in action.command.describe():
            kinds = typing.get_args(field.type)
            form = "bool" if bool in (field.type, *kinds) else field.form
            if typing.get_origin(field.type) is typing.Literal:
                pair: tuple[str, Any] = (kinds[-1], kinds[-1])
            else:
                pair = special.get(field.column) or samples.get(form) or ("123", "123")
            written[field.column], expected[field.column] = pair
        head = ",".join(written)
        line = ",".join('"' + cell.replace('"', '""') + '"' for cell in written.values())
        (row,) = read_actions(text(tmp_path / "a.csv", f"{head}\n{line}\n")).rows()
        assert row.values == expected
        assert all(fault.kind == "restored" for fault in row.faults)


# Words


def test_every_word_for_an_action_stands_for_one_that_there_is() -> None:
    assert set(words._ACTION_WORDS) <= set(ACTIONS)
    for code, spoken in words._ACTION_WORDS.items():
        for word in (code, code.upper(), code.replace("-", " "), code.replace("-", "_"), *spoken):
            assert words.action(f" {word} ") == code


def test_a_word_that_stands_for_two_actions_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="two actions"):
        words._by_word({"lost": ("挂失",), "found": ("挂 失",)})


@pytest.mark.parametrize(
    ("action", "column", "word", "code"),
    [
        ("leave-swipe", "reason", "转往外省市", "out-of-province"),
        ("recycle", "reason", "换卡", "replaced"),
        ("recycle", "reason", "离校", "left"),
        ("reissue", "reason", "丢失", "lost"),
        ("reissue", "reason", "学籍号变更", "renumbered"),
        ("student-renumber", "reason", "复学", "resumed"),
        ("reissue", "reason", "复学", "returned"),
        ("issue", "kind", "学籍卡", "record"),
        ("issue", "format", "CPU卡", "cpu"),
        ("sync-sent", "by", "U盘", "disk"),
        ("student-graduate", "goes_on", "不升学", "no"),
        ("lost", "evidence", "读卡器", "read"),
    ],
)
def test_a_choice_is_read_in_words_by_what_its_action_knows(
    action: str, column: str, word: str, code: str
) -> None:
    (field,) = (one for one in ACTIONS[action].command.describe() if one.column == column)
    assert words.choice(word, typing.get_args(field.type)) == code


def test_a_choice_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(BadValue, match="record, identity"):
        words.choice("公交卡", ("record", "identity"))


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("2010-spring", "2010-spring"),
        ("2010 Autumn", "2010-autumn"),
        ("2010年春季学期", "2010-spring"),
        ("2010秋", "2010-autumn"),
        ("2009-2010学年第一学期", "2009-autumn"),
        ("2009—2010学年度第二学期", "2010-spring"),
        ("2009-2010学年第2学期", "2010-spring"),
    ],
)
def test_a_term_is_read_in_its_usual_wordings(word: str, expected: str) -> None:
    assert words.term(word) == expected


@pytest.mark.parametrize("word", ["2010", "春季", "2009-2011学年第一学期", "2010-summer", ""])
def test_what_is_no_term_is_refused(word: str) -> None:
    with pytest.raises(BadValue, match="not a term"):
        words.term(word)
