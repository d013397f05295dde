"""Workbooks as the office's programs export them; the same content is the same bytes."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

from scripts.district.model import GRADE_WORDS, Pupil, Row, School
from scripts.district.terms import Term

#: The moment that every workbook says it was made.
MADE: Final = (2010, 1, 1, 8, 0, 0)
_CORE: Final = "docProps/core.xml"

ROSTER_HEAD: Final = (
    *("学籍号", "姓名", "性别", "出生日期", "身份证件号", "民族", "籍贯", "户口所在地", "家庭住址"),
    *(
        "现住址",
        "联系电话",
        "届别",
        "班级",
        "年级",
        "是否随迁",
        "是否借读",
        "按本地生对待",
        "本地生依据",
    ),
    *("入学日期", "是否住宿", "家庭成员1姓名", "家庭成员1关系", "家庭成员1电话"),
    *("家庭成员2姓名", "家庭成员2关系", "家庭成员2电话", "学校代码"),
)
CARDS_HEAD: Final = (
    "卡号",
    "UID",
    "学籍号",
    "卡类",
    "是否已升级",
    "登记时间",
    "学校",
    "经手人",
    "来源",
)
#: Columns of a list of acts, with the field that each shows.
ACTION_COLUMNS: Final = (
    ("操作", "action"),
    ("卡号", "card"),
    ("学籍号", "student"),
    ("时间", "at"),
    ("经手人", "handler"),
    ("原因", "reason"),
    ("箱号", "box"),
    ("UID", "uid"),
    ("卡类", "kind"),
    ("学期", "term"),
    ("替换的旧卡", "replaces"),
    ("旧卡未交说明", "old_outstanding"),
    ("新学籍号", "number"),
    ("班级", "class"),
    ("届别", "cohort"),
    ("数量", "count"),
    ("实有张数", "found"),
    ("应有张数", "expected"),
    ("缺少卡号", "missing"),
    ("转出学校", "from_school"),
    ("转入学校", "to_school"),
    ("已升级", "upgraded"),
    ("已离校刷卡", "leave_swiped"),
    ("已确认外校无此生", "confirmed_no_other_school"),
    ("是否升学", "goes_on"),
    ("本校直升", "continues"),
    ("工具", "name"),
    ("版本", "version"),
    ("方式", "by"),
    ("文件摘要", "digest"),
    ("立案卡号", "cards"),
    ("通过的学籍号", "accepted"),
    ("现住址", "present_address"),
    ("联系电话", "telephone"),
    ("学校", "school"),
    ("来源", "evidence"),
    ("备注", "note"),
)
#: What the roster says of a pupil who is added during the term; such an act is rare.
PUPIL_COLUMNS: Final = (
    ("姓名", "name"),
    ("性别", "sex"),
    ("出生日期", "birth"),
    ("身份证件号", "identity"),
    ("民族", "ethnic_group"),
    ("籍贯", "native_place"),
    ("户口所在地", "household"),
    ("家庭住址", "address"),
    ("家庭成员", "family"),
    ("是否住宿", "boarding"),
    ("是否随迁", "migrant"),
    ("年级", "grade"),
    ("是否借读", "guest"),
    ("按本地生对待", "treated_as_local"),
    ("来自外省市", "from_outside_city"),
    ("入学日期", "entered"),
)
WORDS: Final = {
    "issue": "发卡",
    "register": "登记旧卡",
    "upgrade": "升级",
    "term-swipe": "学期刷卡注册",
    "leave-swipe": "离校刷卡",
    "transfer-swipe": "持卡转学注册",
    "recycle": "回收",
    "reissue": "补卡",
    "lost": "挂失",
    "found": "解挂",
    "student-add": "新增学生",
    "student-change": "修改学生信息",
    "student-renumber": "变更学籍号",
    "student-suspend": "休学",
    "student-resume": "复学",
    "student-transfer-in": "转入",
    "student-transfer-out": "转出",
    "student-repeat-year": "留级",
    "student-graduate": "毕业",
    "tool-installed": "安装工具",
    "sync-sent": "同步已上传",
    "sync-confirmed": "同步成功",
    "sync-failed": "同步失败",
    "cards-filed": "学籍卡立案",
    "numbers-filed": "学籍号备案",
    "box-open": "开箱",
    "box-put": "装箱",
    "box-seal": "封装",
    "box-reopen": "拆封",
    "box-stocktake": "盘点",
}
EVIDENCE: Final = {"read": "读卡", "imported": "导入"}
KINDS: Final = {"record": "学籍卡", "identity": "证件卡"}


class _Archive(zipfile.ZipFile):
    """A ZIP file whose members all bear one moment."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_args: Any, **_kwargs: Any) -> None:
        """Add a member; the core properties say the fixed moment too."""
        name = getattr(zinfo_or_arcname, "filename", zinfo_or_arcname)
        if name == _CORE:
            moment = datetime(*MADE).strftime("%Y-%m-%dT%H:%M:%SZ")  # noqa: DTZ001
            text = data if isinstance(data, str) else data.decode()
            data = re.sub(r"(W3CDTF\">)[^<]*(<)", rf"\g<1>{moment}\g<2>", text)
        info = zipfile.ZipInfo(name, MADE)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        super().writestr(info, data)

    def write(self, filename: Any, arcname: Any = None, *_args: Any, **_kwargs: Any) -> None:
        """Add a file from disk."""
        self.writestr(str(arcname or filename), Path(filename).read_bytes())


def save(
    path: Path,
    title: str,
    head: Sequence[str],
    rows: Iterable[Sequence[object]],
    heading: str = "",
) -> None:
    """Write a workbook of one sheet; `heading` goes into a merged row above the header."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for place in range(1, len(head) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = 18
    if heading:
        sheet.merged_cells.add(f"A1:{get_column_letter(len(head))}1")
        sheet.append([heading])
    sheet.append(list(head))
    for row in rows:
        sheet.append(list(row))
    with _Archive(path, "w", zipfile.ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).write_data()


def yes_no(value: bool) -> str:
    return "是" if value else "否"


def roster_row(pupil: Pupil, term: Term) -> list[object]:
    """Return the cells of a pupil as the record system exports them."""
    person = pupil.person
    return [
        pupil.number,
        person.name,
        person.sex,
        person.birth.isoformat(),
        person.identity,
        person.ethnic_group,
        person.native_place,
        person.household,
        person.address,
        person.present_address,
        person.telephone,
        f"{pupil.cohort}届",
        pupil.class_name,
        GRADE_WORDS[pupil.grade(term.window[0])],
        yes_no(pupil.guest),
        yes_no(pupil.guest),
        yes_no(pupil.treated_as_local),
        pupil.ground,
        pupil.entered.isoformat(),
        yes_no(person.boarding),
        *(cell for name, relation, phone in _family(pupil) for cell in (name, relation, phone)),
        pupil.school.code,
    ]


def _family(pupil: Pupil) -> list[tuple[str, str, str]]:
    return [(name, relation, phone) for relation, name, phone in pupil.person.family]


def save_roster(folder: Path, school: School, term: Term, pupils: Iterable[Pupil]) -> None:
    """Write the roster of a school at the beginning of a term."""
    rows = (roster_row(pupil, term) for pupil in pupils)
    heading = f"{school.name}学生基本信息表（{term.title}）"
    save(folder / f"roster-{term.name}.xlsx", "学生信息", ROSTER_HEAD, rows, heading)


def save_cards(folder: Path, rows: Iterable[Row]) -> None:
    """Write the opening stock of cards."""
    cells = (
        [
            row.fields["card"],
            row.fields["uid"],
            row.fields["student"],
            KINDS[row.fields["kind"]],
            yes_no(row.fields["upgraded"]) if "upgraded" in row.fields else "",
            row.fields["at"],
            row.fields["school"],
            row.fields["handler"],
            _cell(row, "evidence", True),
        ]
        for row in rows
    )
    save(folder / "cards-opening.xlsx", "卡片", CARDS_HEAD, cells)


def save_actions(folder: Path, term: Term, rows: Iterable[Row], school: School) -> None:
    """Write the list of acts of a term; every other school writes Chinese words for actions."""
    columns = (*ACTION_COLUMNS, *PUPIL_COLUMNS)
    in_words = school.index % 2 == 0
    cells = ([_cell(row, field, in_words) for _head, field in columns] for row in rows)
    head = [name for name, _field in columns]
    save(folder / f"actions-{term.name}.xlsx", "操作记录", head, cells)


def _cell(row: Row, field: str, in_words: bool) -> object:
    """Return what a list of acts shows for one field: words, lists with spaces, else as it is."""
    value = row.fields.get(field, "")
    if field == "action" and in_words:
        return WORDS[value]
    if field == "evidence" and value:
        return EVIDENCE[value]
    if field == "kind" and value:
        return KINDS[value]
    if isinstance(value, bool):
        return yes_no(value)
    if isinstance(value, list):
        return " ".join(value)
    return value if value != "" else None
