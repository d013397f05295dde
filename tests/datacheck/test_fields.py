"""What each field is at fault for, and what it is not: tables of values."""

from __future__ import annotations

from typing import Any, Final

import pytest

from cardledger.datacheck import Setting
from cardledger.policy import Policy
from tests.datacheck.pupils import DAY, IDENTITY, codes, found, guest, pupil, with_check

#: Values, by field, that are as good as any.
RIGHT: Final[dict[str, tuple[str, ...]]] = {
    "name": (
        *(
            "王芳",
            "欧阳修文",
            "买买提·吐尔逊",
            "阿依古丽·买买提·艾力",
            "何〇一",
            "𠮷野",
            "㛃然",
            "王\U000323af",
        ),
        *("Anna Smith", "Jean-Luc O'Neill", "José García", "Kim Il Sung"),
    ),
    "identity": (
        with_check("11901720010512002"),
        "36042620010512004X".replace("X", with_check("36042620010512004")[-1]),
        with_check("81000020010512002"),
        with_check("83000020010512006"),
        with_check("91115620010512002"),
        f" {IDENTITY[:6]} {IDENTITY[6:]} ",
        *("E12345678", "G1234567", "H01234567", "M0123456789", "01234567", "R123456(7)"),
        *("USA110000010101", "123456789", "EA1234567"),
    ),
    "ethnic_group": (
        *("汉", "汉族", "满族", "哈萨克", "哈萨克族", "维吾尔族", "其他", "穿青人", "外国血统"),
        *("外国血统中国籍人士", "未识别民族", "基诺族", " 回族 "),
    ),
    "household": ("北京市公安局平谷分局滨河派出所", "北京市平谷区（云杉镇派出所）"),
    "address": (
        *("北京市平谷区杏林镇大营村12号", "北京平谷区清泉里3-2-501", "北京市平谷区甲12号院"),
        *("北京市平谷区桃花园五号楼二单元五〇一室", "中国北京市平谷区石门镇三十二号"),
        *("北京市平谷区云杉镇９号（东门）", "内蒙古自治区赤峰市一中家属院3单元12户"),
    ),
    "present_address": ("平谷区云杉镇望山家园3号楼", "北京市平谷区云杉镇大营村"),
    "boarding": ("yes", "no", "是", "否"),
    "migrant": ("yes", "no", ""),
    "telephone": (
        *("13800138000", "010-69961234", "(010)69961234", "01069961234", "0311-8123456"),
        *("＋86 138 0013 8000", "010 6996 1234", "13800138000、010-69961234"),
        *("联系电话 13800138000；家庭电话 010-69961234-8012", "13800138000 13900139000"),
    ),
    "family": (
        *(
            "父亲 王建国 16112345678",
            "父亲：王建国，电话：13800138000",
            "王建国（父亲）13800138000",
        ),
        *("母亲李秀珍13800138000；父亲 王建国", "监护人 母其弥雅 010-69961234"),
        *(
            "父 王建国 13800138000\n母 李秀珍",
            "祖父 王长河 138 0013 8000",
            "姓名：王建国 关系：父亲 手机：13800138000",
        ),
        "外公 方永 13800138000",
    ),
    "native_place": ("", "不详"),
}

#: Values that are at fault, with the code.
WRONG: Final[tuple[tuple[str, str, str], ...]] = (
    ("name", "", "name-missing"),
    ("name", "王1", "name-has-digits"),
    ("name", "王芳２", "name-has-digits"),
    ("name", "王 芳", "name-has-space"),
    ("name", "买买提•吐尔逊", "name-wrong-dot"),
    ("name", "买买提.吐尔逊", "name-wrong-dot"),
    ("name", "买买提．吐尔逊", "name-wrong-dot"),
    ("name", "·吐尔逊", "name-has-signs"),
    ("name", "王芳A", "name-has-signs"),
    ("name", "王芳（小）", "name-has-signs"),
    ("name", "王", "name-too-short"),
    ("name", "王?", "name-unreadable"),
    ("name", "王\ue123", "name-unreadable"),
    ("name", "王\ufffd芳", "name-unreadable"),
    ("name", "芳" * 51, "name-too-long"),
    ("name", "==1+1", "name-has-digits"),
    ("sex", "", "sex-missing"),
    ("sex", "F", "sex-malformed"),
    ("sex", "男", "sex-differs-from-identity"),
    ("birth", "", "birth-missing"),
    ("birth", "2001-02-30", "birth-malformed"),
    ("birth", "2001-05-13", "birth-differs-from-identity"),
    ("identity", "", "identity-missing"),
    ("identity", IDENTITY[:17], "identity-malformed"),
    ("identity", f"{IDENTITY}0", "identity-malformed"),
    ("identity", "110226800512002", "identity-malformed"),
    ("identity", f"{IDENTITY[:4]}O{IDENTITY[5:]}", "identity-malformed"),
    ("identity", "1.10227E+17", "identity-malformed"),
    ("identity", "无", "identity-malformed"),
    ("identity", "110226801512", "identity-malformed"),
    ("identity", f"{IDENTITY[:17]}{(int(IDENTITY[17]) + 1) % 10}", "identity-check-digit"),
    ("identity", with_check("00901720010512002"), "identity-region"),
    ("identity", with_check("99901720010512002"), "identity-region"),
    ("identity", with_check("11901720011312002"), "identity-date"),
    ("identity", with_check("11901720110512002"), "identity-date"),
    ("ethnic_group", "", "ethnic-group-missing"),
    ("ethnic_group", "汉族族", "ethnic-group-unknown"),
    ("ethnic_group", "中国", "ethnic-group-unknown"),
    ("ethnic_group", "01", "ethnic-group-unknown"),
    ("ethnic_group", "族", "ethnic-group-unknown"),
    ("household", "", "household-missing"),
    ("household", "北京市平谷区云杉镇", "household-no-police-station"),
    ("household", "云杉镇派出所", "household-no-province"),
    ("address", "", "address-missing"),
    ("address", "平谷区云杉镇12号", "address-no-province"),
    ("address", "北京市平谷区云杉镇大营村", "address-no-door-number"),
    ("address", "北京市平谷区望山家园3号楼", "address-no-door-number"),
    ("address", "北京市平谷区望山家园3号楼2单元", "address-no-door-number"),
    ("present_address", "", "present-address-missing"),
    ("present_address", "同上", "present-address-unclear"),
    ("present_address", "同家庭住址", "present-address-unclear"),
    ("present_address", "----", "present-address-unclear"),
    ("present_address", "123456", "present-address-unclear"),
    ("boarding", "", "boarding-missing"),
    ("boarding", "有时", "boarding-malformed"),
    ("migrant", "不详", "migrant-malformed"),
    ("telephone", "", "telephone-missing"),
    ("telephone", "无", "telephone-malformed"),
    ("telephone", "1380013800", "telephone-malformed"),
    ("telephone", "138001380001", "telephone-malformed"),
    ("telephone", "12800138000", "telephone-malformed"),
    ("telephone", "69961234", "telephone-no-area-code"),
    ("telephone", "13800138000/69961234", "telephone-no-area-code"),
    ("telephone", "1.38E+10", "telephone-malformed"),
    ("family", "", "family-missing"),
    ("family", "父亲 16112345678", "family-no-name"),
    ("family", "父亲 无 16112345678；母亲 不详", "family-no-name"),
    ("family", "王建国 16112345678", "family-no-relation"),
    ("family", "父亲 王建国；母亲 李秀珍", "family-no-telephone"),
    ("family", "父亲 王建国 1611234567", "family-telephone-malformed"),
)


@pytest.mark.parametrize(("field", "value"), [(name, one) for name in RIGHT for one in RIGHT[name]])
def test_values_that_are_right(field: str, value: str) -> None:
    assert [one for one in codes(pupil(**{field: value})) if one.startswith(f"{field}:")] == []


@pytest.mark.parametrize(("field", "value", "code"), WRONG)
def test_values_that_are_at_fault(field: str, value: str, code: str) -> None:
    assert f"{field}: {code}" in codes(pupil(**{field: value}))


@pytest.mark.parametrize(("field", "value", "code"), WRONG)
def test_a_fault_shows_the_value_as_it_stands(field: str, value: str, code: str) -> None:
    (fault,) = {
        one.code: one for one in found(pupil(**{field: value})) if one.code == code
    }.values()
    assert fault.value == value


SCHOOLING: Final[tuple[tuple[dict[str, Any], str], ...]] = (
    ({"number": ""}, "student_number: number-missing"),
    ({"number": "011700110130105"}, "student_number: number-malformed"),
    ({"number": "0117001101300051"}, "student_number: number-malformed"),
    ({"number": "0117001101301001"}, "student_number: number-malformed"),
    ({"number": "0117901101301051"}, "student_number: number-malformed"),
    ({"number": "0117001111301051"}, "student_number: number-category-mismatch"),
    ({"number": "0117001141301051"}, "student_number: number-category-mismatch"),
    ({"number": "0117001171301051"}, "student_number: number-category-mismatch"),
    ({"class_": " "}, "class: class-missing"),
    ({"cohort": 0}, "cohort: cohort-missing"),
    ({"cohort": 2014}, "cohort: cohort-differs-from-number"),
    ({"grade": 4}, "grade: grade-differs-from-cohort"),
    ({"grade": 0, "cohort": 0}, "grade: grade-missing"),
    ({"grade": 0, "number": "0117001101001051", "cohort": 2009}, "grade: grade-not-of-level"),
    ({"birth": "1995-05-12", "identity": "E12345678"}, "birth: birth-implausible-age"),
    ({"birth": "2004-09-02", "identity": "E12345678"}, "birth: birth-implausible-age"),
    ({"birth": "2011-01-01", "identity": "E12345678"}, "birth: birth-implausible-age"),
    ({"household": "河北省清河湾镇派出所"}, "guest: guest-not-declared"),
    ({"treated_as_local": True}, "guest: guest-treated-as-local"),
)


@pytest.mark.parametrize(("changes", "fault"), SCHOOLING)
def test_facts_of_schooling_that_are_at_fault(changes: dict[str, Any], fault: str) -> None:
    assert fault in codes(pupil(**changes))


def test_a_grade_that_there_is_not_says_nothing_about_the_age() -> None:
    assert codes(pupil(grade=30)) == ["grade: grade-differs-from-cohort"]


def test_a_pupil_with_everything_right_has_no_fault() -> None:
    assert codes(pupil()) == []
    assert codes(guest()) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"migrant": "no"}, "migrant: migrant-of-guest"),
        ({"migrant": ""}, "migrant: migrant-of-guest"),
        ({"native_place": ""}, "native_place: native-place-missing"),
        ({"native_place": "清河湾镇"}, "native_place: native-place-no-province"),
        ({"household": "北京市平谷区云杉镇派出所"}, "household: household-of-guest-here"),
        ({"number": "0117001101301051"}, "student_number: number-category-mismatch"),
        ({"number": "0117001171301051"}, "student_number: number-category-mismatch"),
        ({"treated_as_local": True}, "student_number: number-category-mismatch"),
    ],
)
def test_a_guest_has_more_to_show(changes: dict[str, Any], fault: str) -> None:
    assert codes(guest(**changes)) == [fault]


def test_a_guest_who_is_treated_as_a_local_has_a_number_that_shows_it() -> None:
    assert codes(guest(treated_as_local=True, number="0117001171301051")) == []


def test_a_guest_at_a_vocational_school_has_no_category_of_its_own() -> None:
    changes = {"school": "01176011", "cohort": 2012, "grade": 10, "birth": "1994-03-01"}
    changes |= {"identity": with_check("13901719940301002")}
    assert codes(guest(number="0117601131201051", **changes)) == []


@pytest.mark.parametrize(
    "identity", ["E12345678", "H0123456789", with_check("81000020010512002"), "01234567"]
)
def test_who_is_in_no_household_register_need_not_show_one(identity: str) -> None:
    assert codes(pupil(identity=identity, household="", ethnic_group="")) == []


def test_without_an_identity_number_the_household_is_asked_for() -> None:
    assert "household: household-missing" in codes(pupil(identity="", household=""))
    assert "ethnic_group: ethnic-group-missing" in codes(pupil(identity="1", ethnic_group=""))


def test_a_household_elsewhere_says_nothing_where_the_city_of_the_school_is_unknown() -> None:
    elsewhere = pupil(school="13170011", household="河北省清河湾镇派出所")
    assert [one for one in codes(elsewhere) if one.startswith("guest")] == []


@pytest.mark.parametrize(
    ("algorithm", "last", "fits"),
    [
        ("unknown", "7", True),
        ("none", "7", True),
        ("mod-11-10", "1", False),
        ("mod-11-10", "5", True),
        ("luhn", "1", False),
        ("luhn", "7", True),
        ("mod-11-2", "7", False),
    ],
)
def test_the_check_digit_goes_by_the_policy_in_force(algorithm: Any, last: str, fits: bool) -> None:
    setting = Setting(day=DAY, policy=Policy(check_digit=algorithm))
    wrong = [] if fits else ["student_number: number-check-digit"]
    assert codes(pupil(number=f"011700110130105{last}"), setting) == wrong
