"""The headings that the office uses: of a roster, and of a list of actions (HANDBOOK 10, 11)."""

from __future__ import annotations

from typing import Final

from cardledger.exchange.columns import Field, Vocabulary

_NUMBER: Final = Field(
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
_SCHOOL: Final = Field(
    "school", ("学校代码", "学校编码", "学校标识码", "school", "school code"), weak=("学校",)
)
_CLASS: Final = Field(
    "class", ("班级", "班", "班级名称", "班号", "所在班级", "行政班", "class", "class name")
)
_COHORT: Final = Field(
    "cohort", ("届别", "毕业届别", "届", "毕业年份", "毕业年度", "毕业年", "cohort", "graduates")
)
_GRADE: Final = Field("grade", ("年级", "年级名称", "所在年级", "grade", "year group"))
_OUTSIDE: Final = Field(
    "from_outside_city",
    (
        *("外省市转入", "市外转入", "京外转入", "从外省市转入", "是否外省市转入", "来自外省市"),
        "from outside city",
    ),
)
_FROM_SCHOOL: Final = Field(
    "from_school",
    ("转出学校代码", "原学校代码", "来源学校代码", "原就读学校代码", "from school"),
    weak=("转出学校", "原学校", "来源学校"),
)

#: Who else lives with the pupil: each has a name, a relation, a telephone.
MEMBERS: Final = ("父亲", "母亲", "监护人", "家长", "1", "2", "3", "4")


def _member(who: str) -> tuple[Field, ...]:
    titles = (f"家庭成员{who}", f"成员{who}") if who.isdigit() else (who,)
    names = (*titles, *(f"{title}姓名" for title in titles))
    phones = ("电话", "联系电话", "手机", "手机号", "手机号码")
    return (
        Field(f"family.{who}.relation", tuple(f"{title}关系" for title in titles)),
        Field(f"family.{who}.name", names),
        Field(
            f"family.{who}.telephone", tuple(f"{title}{one}" for title in titles for one in phones)
        ),
    )


_MEMBERS: Final = tuple(field for who in MEMBERS for field in _member(who))

ROSTER: Final = Vocabulary(
    (
        _NUMBER,
        Field("name", ("姓名", "学生姓名", "name", "student name", "pupil")),
        Field("sex", ("性别", "sex", "gender")),
        Field("birth", ("出生日期", "出生年月日", "生日", "birth", "birth date", "date of birth")),
        Field(
            "identity",
            (
                *("身份证号", "身份证号码", "公民身份号码", "身份证", "身份证件号", "身份证件号码"),
                *("证件号码", "identity", "identity number", "id number", "id card number"),
            ),
            weak=("证件号",),
        ),
        Field("ethnic_group", ("民族", "ethnic group", "ethnicity", "nationality")),
        Field("native_place", ("籍贯", "native place")),
        Field(
            "household",
            (
                *("户籍", "户口", "户籍所在地", "户口所在地", "户籍地址", "户口地址", "户籍登记"),
                *("户口登记地", "户口所在地派出所", "household", "household registration"),
            ),
        ),
        Field(
            "address",
            ("家庭住址", "家庭地址", "住址", "家庭详细地址", "address", "home address"),
            weak=("地址",),
        ),
        Field(
            "present_address",
            (
                *("现住址", "现住地址", "现地址", "现居住地", "现居住地址", "居住地址"),
                *("present address", "current address"),
            ),
        ),
        Field(
            "telephone",
            (
                *("电话", "联系电话", "家庭电话", "手机", "手机号", "手机号码", "电话号码"),
                *("telephone", "phone", "mobile", "phone number", "telephone number"),
            ),
            many=True,
        ),
        Field("family", ("家庭成员", "家庭成员情况", "family", "family members", "parents")),
        *_MEMBERS,
        Field("boarding", ("是否寄宿", "寄宿", "住宿", "是否住宿", "住校", "是否住校", "boarding")),
        Field(
            "migrant",
            (
                *("是否随迁", "是否随迁子女", "随迁子女", "进城务工人员随迁子女"),
                *(
                    "是否进城务工人员随迁子女",
                    "农民工子女",
                    "是否农民工子女",
                    "是否流动人口",
                    "流动人口",
                    "migrant",
                ),
            ),
        ),
        _CLASS,
        _COHORT,
        _GRADE,
        Field("guest", ("借读生", "借读", "是否借读", "是否借读生", "guest", "guest pupil")),
        Field(
            "treated_as_local",
            (
                *("按本市户籍对待", "视同本市户籍", "是否按本市户籍对待", "是否视同本市户籍"),
                *("视同本市", "按本市对待", "同等对待", "是否同等对待", "享受本市待遇"),
                *("按本市户口对待", "按本地生对待", "视同本地生", "视同京籍", "treated as local"),
            ),
        ),
        Field("ground", ("本地生依据", "视同本市依据", "按本市户籍对待依据", "对待依据", "ground")),
        Field("entered", ("入学日期", "入学时间", "入学年月", "入校日期", "entered", "entry date")),
        _OUTSIDE,
        _SCHOOL,
        Field("note", ("备注", "说明", "note", "notes", "remark", "remarks")),
    ),
    required=("number", "name"),
)

ACTIONS: Final = Vocabulary(
    (
        Field("action", ("操作", "业务", "动作", "操作类型", "业务类型", "办理业务", "action")),
        Field("card", ("卡号", "学籍卡号", "卡片编号", "card", "card number"), weak=("新卡号",)),
        Field("uid", ("uid", "芯片号", "芯片序列号", "卡uid", "chip", "chip number", "serial")),
        Field(
            "student",
            (*_NUMBER.headings, "student", "pupil"),
            weak=("学号", "学生学号", "student id"),
        ),
        Field("number", ("新学籍号", "变更后学籍号", "new student number", "new number", "number")),
        Field("name", ("姓名", "学生姓名", "name")),
        Field("tool_name", ("工具", "工具名称", "软件", "软件名称")),
        Field("school_name", ("学校名称",)),
        Field(
            "at",
            (
                *(
                    "办理时间",
                    "办理日期",
                    "刷卡时间",
                    "刷卡日期",
                    "操作时间",
                    "操作日期",
                    "发卡日期",
                ),
                *(
                    "登记时间",
                    "登记日期",
                    "发卡时间",
                    "回收日期",
                    "回收时间",
                    "发生时间",
                    "发生日期",
                    "at",
                    "happened at",
                ),
            ),
            weak=("日期", "时间", "date", "time", "day"),
        ),
        Field(
            "handler", ("经手人", "经办人", "办理人", "操作员", "操作人", "handler"), weak=("教师",)
        ),
        Field("reason", ("原因", "事由", "理由", "回收原因", "补卡原因", "离校原因", "reason")),
        Field(
            "kind",
            ("卡种", "卡类", "卡类别", "卡片类别", "卡类型", "卡片种类", "kind", "kind of card"),
        ),
        Field("format", ("芯片类型", "卡芯片", "卡型", "format", "chip type")),
        Field("term", ("学期", "term")),
        Field("upgraded", ("已升级", "是否升级", "是否已升级", "upgraded")),
        Field("swiped_out", ("已离校刷卡", "是否已离校刷卡", "swiped out")),
        Field("leave_swiped", ("原校已离校刷卡", "原学校已离校刷卡", "leave swiped")),
        Field(
            "confirmed_no_other_school",
            (
                *("已确认无其他学校学籍", "确认市内无学籍", "已确认外校无此生"),
                "confirmed no other school",
            ),
        ),
        Field(
            "old_outstanding", ("旧卡未交原因", "旧卡未交说明", "旧卡未收回原因", "old outstanding")
        ),
        Field(
            "replaces",
            (
                "旧卡号",
                "原卡号",
                "被替换卡号",
                "替换的旧卡",
                "replaces",
                "old card",
                "old card number",
            ),
        ),
        _FROM_SCHOOL,
        Field(
            "to_school",
            ("转入学校代码", "去向学校代码", "to school"),
            weak=("转入学校", "去向学校"),
        ),
        _OUTSIDE,
        Field("goes_on", ("是否升学", "升学", "goes on")),
        Field("continues", ("本校直升", "是否本校直升", "直升", "continues")),
        Field("box", ("箱号", "箱", "盒号", "box", "box number")),
        Field("count", ("数量", "张数", "清点数", "卡数", "count")),
        Field("version", ("版本", "版本号", "version")),
        Field("by", ("同步方式", "方式", "by")),
        Field("cards", ("卡号清单", "卡号列表", "立案卡号", "cards")),
        Field("accepted", ("通过学籍号", "通过的学籍号", "accepted")),
        Field("rejected", ("未通过学籍号", "未通过的学籍号", "rejected")),
        Field("reasons", ("未通过原因", "未通过的原因", "reasons")),
        Field("digest", ("文件摘要", "摘要", "digest")),
        Field("position", ("行号", "位置", "position")),
        Field("evidence", ("信息来源", "来源", "evidence")),
        Field("tool", ("工具及版本", "报告工具", "tool")),
        Field("key", ("重试键", "key", "retry key")),
        Field("code", ("code",)),
        Field("from", ("生效日期", "from", "effective from")),
        Field("changes", ("changes",)),
        _CLASS,
        _COHORT,
        _GRADE,
        *(
            one
            for one in ROSTER.fields
            if one.name
            not in {"number", "name", "class", "cohort", "grade", "from_outside_city", "school"}
            and one.name != "note"
        ),
        _SCHOOL,
        Field("note", ("备注", "说明", "note", "notes", "remark", "remarks")),
    )
)
