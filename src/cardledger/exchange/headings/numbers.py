"""The headings of the result file of number filing (预分配学籍号导出结果文件)."""

from __future__ import annotations

from typing import Final

from cardledger.exchange.headings.shared import CLASS, COHORT, GRADE, NUMBER, SCHOOL
from cardledger.exchange.reading.columns import Field, Vocabulary

NUMBERS: Final = Vocabulary(
    (
        Field(
            "number",
            (
                *NUMBER.headings,
                "number",
                "pre-allocated number",
                "预分配学籍号",
                "预分配号",
                "分配学籍号",
                "拟用学籍号",
            ),
            weak=tuple(one for one in NUMBER.weak if one != "number"),
        ),
        Field(
            "result",
            (
                *("结果", "备案结果", "立案结果", "审核结果", "审批结果", "处理结果", "导入结果"),
                *("上报结果", "审核状态", "备案状态", "是否通过", "是否成功", "是否备案成功"),
                *("result", "accepted", "outcome"),
            ),
            weak=("状态", "审核", "status", "state"),
        ),
        Field(
            "reason",
            (
                *("原因", "未通过原因", "不通过原因", "失败原因", "退回原因", "驳回原因"),
                *("错误原因", "错误信息", "结果说明", "reason", "error", "message"),
            ),
            weak=("备注", "说明", "note", "remark"),
        ),
        Field("name", ("姓名", "学生姓名", "name", "student name", "pupil")),
        CLASS,
        COHORT,
        GRADE,
        SCHOOL,
    ),
    required=("number", "result"),
)
