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
    "school",
    (
        *("学校代码", "学校编码", "学校标识码", "学校编号", "学校代号", "所在学校代码"),
        *("school", "school code"),
    ),
    weak=("学校", "所在学校", "就读学校"),
)
_CLASS: Final = Field(
    "class",
    (
        *("班级", "班", "班级名称", "班号", "所在班级", "行政班", "班级编号", "所属班级"),
        *("class", "class name"),
    ),
)
_COHORT: Final = Field(
    "cohort",
    (
        *("届别", "毕业届别", "届", "毕业年份", "毕业年度", "毕业年", "毕业年届"),
        *("cohort", "graduates", "year of graduation", "graduation year"),
    ),
)
_GRADE: Final = Field(
    "grade", ("年级", "年级名称", "所在年级", "现年级", "grade", "year group", "school grade")
)
_OUTSIDE: Final = Field(
    "from_outside_city",
    (
        *("外省市转入", "市外转入", "京外转入", "从外省市转入", "是否外省市转入", "来自外省市"),
        *("from outside city", "from outside the city"),
    ),
)
_FROM_SCHOOL: Final = Field(
    "from_school",
    (
        *("转出学校代码", "原学校代码", "来源学校代码", "原就读学校代码"),
        *("from school", "former school"),
    ),
    weak=("转出学校", "原学校", "来源学校"),
)

#: Who else lives with the pupil: each has a name, a relation, a telephone.
MEMBERS: Final = ("父亲", "母亲", "监护人", "家长", "1", "2", "3", "4")
_ENGLISH: Final = {"父亲": "father", "母亲": "mother", "监护人": "guardian", "家长": "parent"}
_ENGLISH_PHONES: Final = ("telephone", "phone", "mobile")
_PHONES: Final = ("电话", "联系电话", "手机", "手机号", "手机号码", "电话号码")


def _member(who: str) -> tuple[Field, ...]:
    titles = (f"家庭成员{who}", f"成员{who}") if who.isdigit() else (who,)
    english = _ENGLISH.get(who, f"family member {who}")
    return (
        Field(
            f"family.{who}.relation",
            (*(f"{title}关系" for title in titles), f"{english} relation", f"{english}s relation"),
        ),
        Field(
            f"family.{who}.name",
            (
                *(*titles, *(f"{title}姓名" for title in titles)),
                *(english, f"{english} name", f"{english}s name"),
            ),
        ),
        Field(
            f"family.{who}.telephone",
            (
                *(f"{title}{one}" for title in titles for one in _PHONES),
                *(f"{english}{s} {one}" for s in ("", "s") for one in _ENGLISH_PHONES),
            ),
        ),
    )


_MEMBERS: Final = tuple(field for who in MEMBERS for field in _member(who))

ROSTER: Final = Vocabulary(
    (
        _NUMBER,
        Field(
            "name",
            (
                *("姓名", "学生姓名", "学生名称", "名字"),
                *("name", "student name", "pupil", "pupil name", "full name"),
            ),
        ),
        Field("sex", ("性别", "学生性别", "sex", "gender")),
        Field(
            "birth",
            (
                *("出生日期", "出生年月日", "出生年月", "出生", "生日"),
                *("birth", "birth date", "date of birth", "birthday", "born"),
            ),
        ),
        Field(
            "identity",
            (
                *("身份证号", "身份证号码", "公民身份号码", "身份证", "身份证件号", "身份证件号码"),
                *("居民身份证号", "居民身份证号码", "身份证编号", "证件号码"),
                *("identity", "identity number", "id number", "id card number", "identity card"),
            ),
            weak=("证件号", "id card", "id no"),
        ),
        Field("ethnic_group", ("民族", "民族名称", "ethnic group", "ethnicity", "nationality")),
        Field("native_place", ("籍贯", "祖籍", "native place", "place of origin")),
        Field(
            "household",
            (
                *("户籍", "户口", "户籍所在地", "户口所在地", "户籍地址", "户口地址", "户籍登记"),
                *("户口登记地", "户口所在地派出所", "户籍所在派出所", "户籍登记地", "户口地"),
                *("household", "household registration", "registered residence"),
            ),
        ),
        Field(
            "address",
            (
                *("家庭住址", "家庭地址", "住址", "家庭详细地址", "家庭详细住址"),
                *("address", "home address", "family address"),
            ),
            weak=("地址", "详细地址"),
        ),
        Field(
            "present_address",
            (
                *(
                    "现住址",
                    "现住地址",
                    "现地址",
                    "现居住地",
                    "现居住地址",
                    "居住地址",
                    "现家庭住址",
                ),
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
        Field(
            "family",
            (
                *("家庭成员", "家庭成员情况", "家庭主要成员", "主要家庭成员"),
                *("family", "family members", "parents", "members of the family"),
            ),
        ),
        *_MEMBERS,
        Field(
            "boarding",
            (
                *("是否寄宿", "寄宿", "住宿", "是否住宿", "住校", "是否住校", "寄宿生", "住宿情况"),
                *("boarding", "boarder"),
            ),
        ),
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
                    *("migrant", "child of migrants", "migrant child"),
                ),
            ),
        ),
        _CLASS,
        _COHORT,
        _GRADE,
        Field(
            "guest",
            ("借读生", "借读", "是否借读", "是否借读生", "guest", "guest pupil", "is guest"),
        ),
        Field(
            "treated_as_local",
            (
                *("按本市户籍对待", "视同本市户籍", "是否按本市户籍对待", "是否视同本市户籍"),
                *("视同本市", "按本市对待", "同等对待", "是否同等对待", "享受本市待遇"),
                *("按本市户口对待", "按本地生对待", "视同本地生", "视同京籍", "treated as local"),
            ),
        ),
        Field(
            "ground",
            (
                *("本地生依据", "视同本市依据", "按本市户籍对待依据", "对待依据"),
                *("ground", "ground for being treated as local"),
            ),
        ),
        Field(
            "entered",
            (
                *("入学日期", "入学时间", "入学年月", "入校日期", "入校时间", "入学年月日"),
                *("entered", "entry date", "date of entry", "enrolled"),
            ),
        ),
        _OUTSIDE,
        _SCHOOL,
        Field("note", ("备注", "说明", "note", "notes", "remark", "remarks")),
    ),
    required=("number", "name"),
)

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
            (*_NUMBER.headings, "student", "pupil"),
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
        _FROM_SCHOOL,
        Field(
            "to_school",
            ("转入学校代码", "去向学校代码", "to school", "next school"),
            weak=("转入学校", "去向学校"),
        ),
        _OUTSIDE,
        Field("goes_on", ("是否升学", "升学", "是否继续升学", "goes on")),
        Field("continues", ("本校直升", "是否本校直升", "直升", "continues", "continues here")),
        Field("box", ("箱号", "箱", "盒号", "箱子", "box", "box number")),
        Field("count", ("数量", "张数", "清点数", "卡数", "count", "number of cards")),
        Field("version", ("版本", "版本号", "软件版本", "version")),
        Field("by", ("同步方式", "方式", "by", "way")),
        Field("cards", ("卡号清单", "卡号列表", "立案卡号", "cards")),
        Field("accepted", ("通过学籍号", "通过的学籍号", "accepted", "accepted numbers")),
        Field("rejected", ("未通过学籍号", "未通过的学籍号", "rejected", "rejected numbers")),
        Field("reasons", ("未通过原因", "未通过的原因", "reasons", "reasons of rejection")),
        Field("digest", ("文件摘要", "摘要", "digest", "file digest")),
        Field("position", ("行号", "位置", "position", "line")),
        Field("evidence", ("信息来源", "来源", "evidence", "source")),
        Field("tool", ("工具及版本", "报告工具", "tool", "program")),
        Field("key", ("重试键", "防重键", "key", "retry key")),
        Field("code", ("新学校代码", "增加的学校代码", "code", "code of the new school")),
        Field("from", ("生效日期", "施行日期", "from", "effective from")),
        Field("changes", ("政策内容", "变更内容", "changes", "rules")),
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
