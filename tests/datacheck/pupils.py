"""Pupils for the data check: one without a fault, who is then changed in one thing."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from stdnum.cn import ric

from cardledger.datacheck import Fault, Pupil, Setting, check
from cardledger.policy import Policy
from cardledger.states import Student

DAY: Final = date(2010, 4, 15)
SETTING: Final = Setting(day=DAY, policy=Policy())

#: A third-year primary pupil of spring 2010 at a primary school.
NUMBER: Final = "0117001101301051"


def with_check(digits: str) -> str:
    """Return an identity number from its first 17 digits."""
    return digits + ric.calc_check_digit(f"{digits}0")


#: A girl, born on 12 May 2001; the county is one that was never given.
IDENTITY: Final = with_check("11901720010512002")

FACTS: Final[dict[str, str]] = {
    "name": "王小芳",
    "sex": "女",
    "birth": "2001-05-12",
    "identity": IDENTITY,
    "ethnic_group": "汉族",
    "native_place": "北京市平谷区",
    "household": "北京市平谷区云杉镇派出所",
    "address": "北京市平谷区云杉镇望山家园3号楼2单元501室",
    "present_address": "北京市平谷区云杉镇望山家园3号楼2单元501室",
    "telephone": "16112345678",
    "family": "父亲 王建国 16112345678；母亲 李秀珍 16412345678",
    "boarding": "no",
    "migrant": "no",
}
STATE: Final[dict[str, Any]] = {
    "status": "in-school",
    "school": "01170011",
    "class_": "三年级1班",
    "cohort": 2013,
    "number": NUMBER,
    "grade": 3,
    "grade_year": 2009,
}


def pupil(**changes: Any) -> Pupil:
    """Return the pupil without a fault, with some facts or parts of the state changed."""
    facts = FACTS | {name: text for name, text in changes.items() if name in FACTS}
    state = STATE | {name: value for name, value in changes.items() if name not in FACTS}
    sealed = [("student.added/1", "sealed")]
    return Pupil(state=Student("P0000000000", sealed=sealed, **state), facts=facts)


def guest(**changes: Any) -> Pupil:
    """Return a guest without a fault, with changes."""
    elsewhere: dict[str, Any] = {
        "guest": True,
        "number": "0117001141301051",
        "migrant": "yes",
        "native_place": "河北省",
        "household": "河北省清河湾镇派出所",
        "address": "河北省清河湾镇12组34号",
    }
    return pupil(**(elsewhere | changes))


def found(one: Pupil, setting: Setting = SETTING) -> list[Fault]:
    """Return the faults of a pupil."""
    return [fault for _field, fault in check(one, setting)]


def codes(one: Pupil, setting: Setting = SETTING) -> list[str]:
    """Return the fields and codes of the faults of a pupil."""
    return [f"{field}: {fault.code}" for field, fault in check(one, setting)]
