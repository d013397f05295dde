"""Headings of a roster: pupils' basic data (HANDBOOK 10)."""

from __future__ import annotations

from typing import Final

from cardledger.exchange.headings.shared import CLASS, COHORT, GRADE, NUMBER, OUTSIDE, SCHOOL
from cardledger.exchange.reading.columns import Field, Vocabulary

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
        NUMBER,
        Field(
            "name",
            (
                *("姓名", "学生姓名", "学生名称", "名字"),
                *("name", "student name", "pupil name", "full name"),
            ),
            weak=("pupil",),
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
                *("identity", "identity number", "id number", "id card number"),
            ),
            weak=("证件号", "id no"),
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
        CLASS,
        COHORT,
        GRADE,
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
        OUTSIDE,
        Field(
            "status",
            (
                *("学籍状态", "学生状态", "在校状态", "就读状态", "是否在校"),
                *("status", "status of the pupil"),
            ),
            weak=("状态",),
        ),
        SCHOOL,
        Field("note", ("备注", "说明", "note", "notes", "remark", "remarks")),
    ),
    required=("number", "name"),
)
