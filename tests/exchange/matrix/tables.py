"""What every import takes in, as a table with all that happens to spreadsheets.

A title (merged where the format has that), blank rows, zeros that were lost, days as text and as
dates, full-width digits, numbers in place of text, digits lost for good, the header once more,
totals, a note; rows that are recorded, repeated, contested, refused and left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from cardledger.exchange.reading.cells import Cell
from tests.support.given import ANNA, BORIS, CLARA, DAVID, NEIGHBOUR, PRIMARY, number

Rows = list[list[Cell]]

_MORNING: Final = datetime.fromisoformat("2010-03-05T08:30:00")

#: The base of all: what is in the ledger before a file is taken in (see `ledgers`).
ALLOCATED: Final = (number(40), number(41), number(42))
IDENTITY: Final = "110226200304050017"
OTHER_IDENTITY: Final = "11022620030405002X"
NEW: Final = tuple(number(index) for index in range(10, 20))


def _as_number(text: str) -> float:
    return float(int(text))


def full_width(text: str) -> str:
    """Return a text with full-width digits."""
    return text.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})


class Import(NamedTuple):
    """A way in: the command before the file, the options after it, and a table for it.

    `rows` are title, blank row, header, data, and what stands below.
    """

    command: tuple[str, ...]
    options: tuple[str, ...]
    head: list[Cell]
    data: Rows
    below: Rows

    @property
    def rows(self) -> Rows:
        """The table as one sheet."""
        return [["平谷区青松小学"], [], self.head, *self.data, [], *self.below]

    def halves(self) -> dict[str, Rows]:
        """The table on two sheets, with another title and order of columns on the second."""
        middle = len(self.data) // 2
        second = [[*reversed(self._wide(row))] for row in (self.head, *self.data[middle:])]
        return {
            "一班": [["平谷区青松小学 一班"], [], self.head, *self.data[:middle], [], *self.below],
            "二班": [["平谷区青松小学"], ["二班"], [], *second],
            "说明": [["填表说明"], ["学籍号按文本填写"]],
        }

    def _wide(self, row: Sequence[Cell]) -> list[Cell]:
        return [*row, *[None] * (len(self.head) - len(row))]


_SKIP: Final = ("--on-refusal", "skip")
_WHEN: Final = ("--at", "2010-04-01")

_ROSTER: Final = Import(
    ("import", "roster"),
    (*_SKIP, *_WHEN, "--gone", "transfer-out"),
    [
        *("学籍号", "姓名", "性别", "出生日期", "身份证号", "班级", "届别", "入学日期"),
        *("是否借读", "联系电话", "备注", "宿舍"),
    ],
    [
        [ANNA, "安娜", "女", date(2003, 4, 5), IDENTITY, "一年级2班", "2015届", "2009年9月"],
        [_as_number(NEW[0]), "李四", "女", "2003年4月6日", None, 3.0, 2015.0, date(2009, 9, 1)],
        [full_width(NEW[1]), "　王五　", "M", "20030407", None, "３班", "15届", None, "是"],
        # A day whose format was lost, and a telephone that became a number.
        [NEW[2], "赵六", "男", 37716.0, None, "3班", 2015.0, None, "否", 13800138000.0, "a, b;c"],
        [NEW[3], "钱七", "女", "#N/A", 1.10227e17, "3班", None, "2003-13-45", None, None, '"x"'],
        [],
        [number(30), "鲍里斯", "男", None, OTHER_IDENTITY, "1班", None, None, None, None, "改号"],
        [DAVID, "大卫", "男", "2003.4.8", None, "1班", "2015", None, "", None, None, "3号"],
        [PRIMARY, "孙八"],
        [NEW[4], None, "女"],
    ],
    [
        ["学籍号", "姓名", "性别", "出生日期", "身份证号", "班级", "届别", "入学日期"],
        ["合计", 8.0],
        ["制表人：周老师"],
    ],
)

_ACTIONS: Final = Import(
    ("import", "actions"),
    _SKIP,
    ["操作", "卡号", "学籍号", "办理时间", "经手人", "原因", "备注", "网点"],
    [
        ["学期刷卡注册", "C0001", ANNA, date(2010, 3, 5), "周老师"],
        ["学期刷卡注册", "c 0002", _as_number(BORIS), _MORNING, "周老师"],
        ["离校刷卡", 10003.0, CLARA, "2010年3月6日", "周老师", "毕业", "第一行；<b>&amp;"],
        ["挂失", "Ｃ０００２", None, "2010/3/7 下午2:05", "周老师", None, "，丢在“操场”"],
        ["发卡", "C0009", full_width(ANNA), "20100308", "周老师", None, None, "东校区"],
        ["补卡吗", "C0009", ANNA, "2010-03-08"],
        [],
        ["学期刷卡注册", "C9999", "0117001101999990", "2010-03-08"],
        ["学期刷卡注册", "C0001", ANNA, "昨天"],
        ["学期刷卡注册", "C0001", ANNA, "2010-03-05", "周老师"],
        ["回收", 10003.0, CLARA, 40250.0, "周老师", "毕业"],
    ],
    [["合计", 10.0], ["填表：周老师"]],
)

_SWIPES: Final = Import(
    ("import", "actions", "--action", "term-swipe"),
    _SKIP,
    ["序号", "卡号", "姓名", "刷卡时间", "刷卡结果", "终端"],
    [
        [1.0, "C0001", "安娜", _MORNING, "成功", "POS-1"],
        [2.0, "C0002", "鲍里斯", "2010-03-05 08:31:07", "成功", 7.0],
        [3.0, "C0002", "鲍里斯", "2010-03-05 08:31:02", "失败", "POS-1"],
        [4.0, 10003.0, "克拉拉", date(2010, 3, 6), True, "POS-1"],
        [5.0, "1.00030E+16", "克拉拉", date(2010, 3, 6), "成功", "POS-1"],
        [6.0, "C7777", "无名", "2010年3月6日 9时5分", "成功", "POS-1"],
        [7.0, None, "无名", "2010年3月6日", "不详", "POS-1"],
    ],
    [[None, "合计", 7.0]],
)

_CARDS: Final = Import(
    ("import", "actions"),
    (*_SKIP, *_WHEN),
    [
        *("卡号", "芯片号", "学籍号", "姓名", "卡状态", "卡型", "发卡日期", "挂失日期", "回收日期"),
        "经办人",
    ],
    [
        ["C0001", "04A1B2C3", ANNA, "安娜", "正常", "M1", date(2009, 10, 1)],
        ["C0021", None, BORIS, "鲍里斯", "挂失", "CPU", "2009-10-01", date(2010, 3, 1)],
        [
            10022.0,
            "04A1B2C4",
            CLARA,
            "克",
            "已回收",
            None,
            "20091001",
            None,
            "2010年3月2日",
            "周老师",
        ],
        ["C0023", None, _as_number(ANNA), "安娜", "冻结", None, "2009-10-01"],
        ["C0024", None, ANNA, "安娜", "挂失", None, 40087.0],
    ],
    [["合计", 5.0]],
)

_FILING: Final = Import(
    ("import", "filing"),
    (*_SKIP, *_WHEN),
    ["学校代码", "班级", "学籍号", "姓名", "卡号", "芯片号", "发卡日期"],
    [
        [PRIMARY, "1班", ANNA, "安娜", "C0001", "04A1B2C3", date(2009, 10, 1)],
        [PRIMARY, 1.0, _as_number(BORIS), "鲍里斯", "Ｃ０００２", None, "2009年10月1日"],
        [full_width(PRIMARY), "1班", CLARA, "克拉拉", 10003.0, None, 40087.0],
        [NEIGHBOUR, "1班", DAVID, "大卫", "C0777", "无", "昨天"],
        [PRIMARY, "1班", ANNA, "安娜", "1.00030E+16", None, None],
        [PRIMARY, "1班", ANNA, "安娜", None, None, None],
        ["平谷一小", "1班", ANNA, "安娜", "C0001", None, None],
    ],
    [["合计", 7.0]],
)

_NUMBERS: Final = Import(
    ("import", "numbers"),
    (*_SKIP, *_WHEN),
    ["序号", "预分配学籍号", "姓名", "班级", "备案结果", "原因"],
    [
        [1.0, ALLOCATED[0], "李四", "1班", "通过"],
        [2.0, _as_number(ALLOCATED[1]), "王五", 1.0, "未通过", "与 110226200304050017 重复"],
        [3.0, full_width(ALLOCATED[2]), "赵六", "1班", True],
        [4.0, number(50), "钱七", "1班", "×", 3.0],
        [5.0, number(51), "孙八", "1班", "大概"],
        [6.0, "0117", "孙八", "1班", "通过"],
        [7.0, 1.17e17, "孙八", "1班", "通过"],
    ],
    [["合计", None, None, None, 7.0]],
)

_DATA_CHECK: Final = Import(
    ("import", "data-check"),
    (*_SKIP, *_WHEN),
    ["学校", "班级", "学籍号", "姓名", "项目", "问题", "现有值", "正确值", "备注"],
    [
        [PRIMARY, "1班", ANNA, "安娜", "出生日期", "缺", None, date(2003, 4, 5), "看过户口本"],
        [PRIMARY, "1班", ANNA, "安娜", "民族", "缺", None, "汉族"],
        [PRIMARY, "1班", _as_number(BORIS), "鲍里斯", "联系电话", "缺", None, 13800138000.0],
        [PRIMARY, 1.0, full_width(CLARA), "克拉拉", "出生日期", "错", "x", "2003年4月5日"],
        [PRIMARY, "1班", BORIS, "鲍里斯", "是否寄宿", "缺", None, True],
        [PRIMARY, "1班", BORIS, "鲍里斯", "家庭住址", "缺", None, None],
        [PRIMARY, "1班", CLARA, "克拉拉", "身份证号", "错", None, 1.10227e17],
        [PRIMARY, "1班", CLARA, "克拉拉", "学籍号", "错", None, NEW[0]],
        [PRIMARY, "1班", number(60), "无名", "民族", "缺", None, "汉族"],
        [PRIMARY, "1班", ANNA, "安娜", "民族", "缺", None, "满族"],
    ],
    [["合计", 10.0]],
)

_RECORD: Final = Import(
    ("record",),
    _SKIP,
    ["action", "card", "student", "at", "reason", "handler", "note", "evidence"],
    [
        ["term-swipe", "C0001", ANNA, date(2010, 3, 5), None, "Zhou", None, "read"],
        ["学期刷卡注册", "C0002", _as_number(BORIS), _MORNING, None, "Zhou"],
        ["leave-swipe", 10003.0, CLARA, "2010-03-06", "graduation", "Zhou", 'a, "b"; c'],
        ["recycle", 10003.0, None, 40250.0, "graduation", "Zhou", "'=1+1"],
        ["lost", "C0001", None, "2010/3/9 14:05", None, "Zhou"],
        ["term-swipe", "C0001", None, "2010-03-10", None, "Zhou"],
        ["dance", "C0001"],
        ["term-swipe", "C0002", BORIS, "2010-03-05 08:30", None, "Zhou"],
    ],
    [["total", 8.0]],
)

#: Every import, by name.
IMPORTS: Final[dict[str, Import]] = {
    "roster": _ROSTER,
    "actions": _ACTIONS,
    "swipes": _SWIPES,
    "cards": _CARDS,
    "filing": _FILING,
    "numbers": _NUMBERS,
    "data-check": _DATA_CHECK,
    "record": _RECORD,
}
