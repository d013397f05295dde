"""Headings of lists of actions: swipe lists, exports of card managers, lists on paper."""

from __future__ import annotations

from typing import Final

from cardledger.exchange.headings.roster import ROSTER
from cardledger.exchange.headings.shared import (
    CLASS,
    COHORT,
    FROM_SCHOOL,
    GRADE,
    NUMBER,
    OUTSIDE,
    SCHOOL,
)
from cardledger.exchange.reading.columns import Field, Vocabulary

_WHEN: Final = (
    *("办理时间", "办理日期", "刷卡时间", "刷卡日期", "操作时间", "操作日期", "登记时间"),
    *("登记日期", "发生时间", "发生日期", "注册时间", "注册日期", "业务时间", "业务日期"),
    *("at", "happened at", "when", "swiped at", "time of the swipe"),
)
_ISSUED_ON: Final = (
    *("发卡日期", "发卡时间", "制卡日期", "制卡时间", "领卡日期", "issued on", "issued at"),
    *("issue date", "date of issue"),
)
_RECYCLED_ON: Final = (
    *("回收日期", "回收时间", "收回日期", "注销日期", "注销时间", "recycled on", "recycled at"),
    *("date of recycling", "taken back on"),
)

ACTIONS: Final = Vocabulary(
    (
        Field(
            "action",
            (
                *(
                    "操作",
                    "业务",
                    "动作",
                    "操作类型",
                    "业务类型",
                    "办理业务",
                    "办理类型",
                    "业务名称",
                ),
                *("action", "what was done"),
            ),
        ),
        Field(
            "card",
            (
                *("卡号", "学籍卡号", "卡片编号", "卡编号", "证件卡号", "学生卡号", "卡片号"),
                *("card", "card number", "card no", "number of the card"),
            ),
            weak=("新卡号", "new card", "new card number"),
        ),
        Field(
            "uid",
            (
                *("芯片号", "芯片序列号", "卡uid", "物理卡号", "芯片编号", "序列号"),
                *("uid", "chip", "chip number", "serial", "chip serial", "serial number"),
            ),
        ),
        Field(
            "student",
            (*NUMBER.headings, "student", "pupil"),
            weak=("学号", "学生学号", "student id"),
        ),
        Field(
            "number",
            ("新学籍号", "变更后学籍号", "现学籍号", "new student number", "new number", "number"),
        ),
        Field("name", ("姓名", "学生姓名", "name", "student name", "pupil name")),
        Field("tool_name", ("工具", "工具名称", "软件", "软件名称", "tool name", "program name")),
        Field("school_name", ("学校名称", "校名", "school name", "name of the school")),
        Field("at", _WHEN, weak=("日期", "时间", "date", "time", "day")),
        Field("issued_on", _ISSUED_ON),
        Field("lost_on", ("挂失日期", "挂失时间", "lost on", "date of loss")),
        Field("recycled_on", _RECYCLED_ON),
        Field(
            "card_state",
            (
                *("卡状态", "卡片状态", "学籍卡状态", "卡的状态"),
                *("card state", "state of the card", "card status"),
            ),
            weak=("状态", "state", "status"),
        ),
        Field(
            "result",
            (
                *("结果", "刷卡结果", "操作结果", "注册结果", "办理结果", "是否成功", "刷卡状态"),
                *("result", "outcome", "succeeded"),
            ),
        ),
        Field(
            "device",
            (
                *("终端", "终端号", "设备", "设备号", "终端编号", "设备编号", "刷卡终端", "刷卡机"),
                *("device", "terminal", "reader", "terminal number"),
            ),
        ),
        Field(
            "handler",
            (
                *("经手人", "经办人", "办理人", "操作员", "操作人", "经办教师", "经手教师"),
                *("handler", "handled by"),
            ),
            weak=("教师", "teacher"),
        ),
        Field(
            "reason",
            (
                *("原因", "事由", "理由", "回收原因", "补卡原因", "离校原因", "换卡原因"),
                *("reason", "why"),
            ),
        ),
        Field(
            "kind",
            (
                *("卡种", "卡类", "卡类别", "卡片类别", "卡类型", "卡片种类", "卡片类型"),
                *("kind", "kind of card", "card type", "card kind"),
            ),
        ),
        Field("format", ("芯片类型", "卡芯片", "卡型", "format", "chip type", "type of the chip")),
        Field("term", ("学期", "注册学期", "学年学期", "term", "semester")),
        Field("upgraded", ("已升级", "是否升级", "是否已升级", "升级情况", "upgraded")),
        Field("swiped_out", ("已离校刷卡", "是否已离校刷卡", "swiped out")),
        Field("leave_swiped", ("原校已离校刷卡", "原学校已离校刷卡", "leave swiped")),
        Field(
            "confirmed_no_other_school",
            (
                *("已确认无其他学校学籍", "确认市内无学籍", "已确认外校无此生"),
                *("confirmed no other school", "no other school has the pupil"),
            ),
        ),
        Field(
            "old_outstanding",
            ("旧卡未交原因", "旧卡未交说明", "旧卡未收回原因", "old outstanding", "old card kept"),
        ),
        Field(
            "replaces",
            (
                *("旧卡号", "原卡号", "被替换卡号", "替换的旧卡", "旧卡"),
                *("replaces", "old card", "old card number"),
            ),
        ),
        FROM_SCHOOL,
        Field(
            "to_school",
            ("转入学校代码", "去向学校代码", "to school", "next school"),
            weak=("转入学校", "去向学校"),
        ),
        OUTSIDE,
        Field("goes_on", ("是否升学", "升学", "是否继续升学", "goes on")),
        Field("continues", ("本校直升", "是否本校直升", "直升", "continues", "continues here")),
        Field("box", ("箱号", "箱", "盒号", "箱子", "box", "box number")),
        Field("count", ("数量", "张数", "清点数", "卡数", "count", "number of cards")),
        Field("found", ("实有张数", "找到张数", "found", "cards found")),
        Field("missing", ("缺少卡号", "缺失卡号", "missing", "missing cards")),
        Field("unexpected", ("多出卡号", "未装箱卡号", "unexpected", "unexpected cards")),
        Field("elsewhere", ("他箱卡号", "属于他箱的卡号", "elsewhere", "cards of other boxes")),
        Field("expected", ("应有张数", "账面张数", "expected", "cards expected")),
        Field("frozen", ("清点起始行", "盘点起始行", "frozen", "counted from line")),
        Field("version", ("版本", "版本号", "软件版本", "version")),
        Field("by", ("同步方式", "方式", "by", "way")),
        Field("cards", ("卡号清单", "卡号列表", "立案卡号", "cards")),
        Field("accepted", ("通过学籍号", "通过的学籍号", "accepted", "accepted numbers")),
        Field("rejected", ("未通过学籍号", "未通过的学籍号", "rejected", "rejected numbers")),
        Field("reasons", ("未通过原因", "未通过的原因", "reasons", "reasons of rejection")),
        Field("finding", ("发现", "发现编号", "审计发现", "finding", "finding number")),
        Field("rule", ("规则", "审计规则", "rule", "audit rule")),
        Field("subjects", ("对象", "涉及对象", "subjects", "about")),
        Field("digest", ("文件摘要", "摘要", "digest", "file digest")),
        Field("position", ("行号", "位置", "position", "line")),
        Field("evidence", ("信息来源", "来源", "evidence", "source")),
        Field("tool", ("工具及版本", "报告工具", "tool", "program")),
        Field("key", ("重试键", "防重键", "key", "retry key")),
        Field("code", ("新学校代码", "增加的学校代码", "code", "code of the new school")),
        Field("from", ("生效日期", "施行日期", "from", "effective from")),
        Field("changes", ("政策内容", "变更内容", "changes", "rules")),
        CLASS,
        COHORT,
        GRADE,
        *(
            one
            for one in ROSTER.fields
            if one.name
            not in {"number", "name", "class", "cohort", "grade", "from_outside_city", "school"}
            and one.name not in {"note", "status"}
        ),
        SCHOOL,
        Field("note", ("备注", "说明", "note", "notes", "remark", "remarks")),
    )
)
