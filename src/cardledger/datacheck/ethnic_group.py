"""The ethnic group: there, and one of the 56 of GB/T 3304, or what the registers write beside them.

Groups that are not yet identified, 其他, and foreign descent have names of their own in the
household register. The ending 族 may be left out. Who is in no household register (a passport, a
permit) may have none. Sources: HANDBOOK 10; GB/T 3304-1991.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.datacheck._base import Fault, Pupil, Setting
from cardledger.datacheck._identities import has_household, written
from cardledger.i18n import _

FIELD: Final = "ethnic_group"
TITLE: Final = _("Ethnic group")

#: The 56 groups, in the order of their codes, without 族.
GROUPS: Final = (
    *("汉", "蒙古", "回", "藏", "维吾尔", "苗", "彝", "壮", "布依", "朝鲜", "满", "侗", "瑶"),
    *("白", "土家", "哈尼", "哈萨克", "傣", "黎", "傈僳", "佤", "畲", "高山", "拉祜", "水"),
    *("东乡", "纳西", "景颇", "柯尔克孜", "土", "达斡尔", "仫佬", "羌", "布朗", "撒拉", "毛南"),
    *("仡佬", "锡伯", "阿昌", "普米", "塔吉克", "怒", "乌孜别克", "俄罗斯", "鄂温克", "德昂"),
    *("保安", "裕固", "京", "塔塔尔", "独龙", "鄂伦春", "赫哲", "门巴", "珞巴", "基诺"),
)
#: What is written beside them: codes 97 and 98 of the registers, and groups that wait for a name.
OTHERS: Final = frozenset(
    (
        *("其他", "其它", "穿青人", "穿青", "革家人", "亻革家人", "僜人", "夏尔巴人", "摩梭人"),
        *("未识别", "未识别民族", "未定族称", "未定族称人口", "外国血统", "外国血统中国籍"),
        *("外国血统中国籍人士", "外国血统中国籍人", "入籍", "外籍"),
    )
)

_KNOWN: Final = frozenset(GROUPS) | OTHERS


def faults(pupil: Pupil, setting: Setting) -> Iterator[Fault]:
    group = pupil.fact("ethnic_group")
    if not group:
        if has_household(written(pupil.fact("identity"))):
            yield Fault(
                "ethnic-group-missing",
                "",
                _("The ethnic group is missing."),
                _("Write it as in the household register, such as 汉族."),
            )
    elif group not in _KNOWN and group.removesuffix("族") not in GROUPS:
        yield Fault(
            "ethnic-group-unknown",
            group,
            _("“{value}” is none of the ethnic groups of GB/T 3304."),
            _("Write it as in the household register, such as 汉族."),
            {"value": group},
        )
