"""Headings that several kinds of files have."""

from __future__ import annotations

from typing import Final

from cardledger.exchange.reading.columns import Field

NUMBER: Final = Field(
    "number",
    (
        "学籍号",
        "学籍号码",
        "学籍编号",
        "全市统一学籍号",
        "市学籍号",
        "student number",
        "student no",
    ),
    weak=("学号", "学生学号", "number", "student id"),
)
SCHOOL: Final = Field(
    "school",
    (
        *("学校代码", "学校编码", "学校标识码", "学校编号", "学校代号", "所在学校代码"),
        *("school", "school code"),
    ),
    weak=("学校", "所在学校", "就读学校"),
)
CLASS: Final = Field(
    "class",
    (
        *("班级", "班", "班级名称", "班号", "所在班级", "行政班", "班级编号", "所属班级"),
        *("class", "class name"),
    ),
)
COHORT: Final = Field(
    "cohort",
    (
        *("届别", "毕业届别", "届", "毕业年份", "毕业年度", "毕业年", "毕业年届"),
        *("cohort", "graduates", "year of graduation", "graduation year"),
    ),
)
GRADE: Final = Field(
    "grade", ("年级", "年级名称", "所在年级", "现年级", "grade", "year group", "school grade")
)
OUTSIDE: Final = Field(
    "from_outside_city",
    (
        *("外省市转入", "市外转入", "京外转入", "从外省市转入", "是否外省市转入", "来自外省市"),
        *("from outside city", "from outside the city"),
    ),
)
FROM_SCHOOL: Final = Field(
    "from_school",
    (
        *("转出学校代码", "原学校代码", "来源学校代码", "原就读学校代码"),
        *("from school", "former school"),
    ),
    weak=("转出学校", "原学校", "来源学校"),
)
