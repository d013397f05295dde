"""Addresses: in which province they lie, and whether they go down to a door number."""

from __future__ import annotations

import re
from typing import Final

#: Provinces, autonomous regions, municipalities and special regions (GB/T 2260), short.
PROVINCES: Final = (
    *("北京", "天津", "上海", "重庆", "河北", "山西", "辽宁", "吉林", "黑龙江", "江苏", "浙江"),
    *("安徽", "福建", "江西", "山东", "河南", "湖北", "湖南", "广东", "海南", "四川", "贵州"),
    *("云南", "陕西", "甘肃", "青海", "台湾", "内蒙古", "广西", "西藏", "宁夏", "新疆"),
    *("香港", "澳门"),
)
#: The province of a school, by the first two digits of its code (HANDBOOK 3).
HOME: Final = {"01": "北京"}

_NUMERAL: Final = "0-9〇零一二三四五六七八九十百千"
#: 12号, 3-2-501, 501室, 四号院; 12号楼 is a building, not yet a door.
_DOOR: Final = re.compile(
    rf"[{_NUMERAL}A-Za-z][甲乙丙丁]?(号(?!楼)|室|户)|[0-9][0-9A-Za-z#-]*$|#\s*[0-9]+"
)
_ASIDE: Final = re.compile(r"[(（].*?[)）]")
#: What people write instead of an address.
_SAME: Final = re.compile(r"(同|见|如)(上|前|左|户籍|户口|家庭|现).*|[-—/\\.。*×xX无]+|\d+")
#: An address has at least so many characters.
_SHORTEST: Final = 4


def province_of(text: str) -> str:
    """Return the province with which a text begins, short; empty where it begins with none."""
    bare = text.lstrip(" ,，.。").removeprefix("中国")
    return next((name for name in PROVINCES if bare.startswith(name)), "")


def has_door(text: str) -> bool:
    """Tell whether an address goes down to a door number."""
    return _DOOR.search(re.sub(r"\s", "", _ASIDE.sub("", text))) is not None


def is_unclear(text: str) -> bool:
    """Tell whether a text stands for an address instead of being one (同上, a dash)."""
    return len(text) < _SHORTEST or _SAME.fullmatch(text) is not None
