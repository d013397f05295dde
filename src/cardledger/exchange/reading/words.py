"""The office's words for actions, reasons and other choices, and the codes that they stand for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Final

from cardledger.actions import ACTIONS
from cardledger.errors import BadValue
from cardledger.exchange.reading.cells import Cell, text, yes_no
from cardledger.i18n import _

_ACTION_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "issue": ("发卡", "制卡", "新发卡", "新制卡", "发新卡"),
    "register": ("登记在册的旧卡", "登记旧卡", "旧卡登记", "老卡登记", "登记老卡", "登记"),
    "upgrade": ("升级", "卡升级", "M1卡升级", "M1老卡升级", "老卡升级"),
    "term-swipe": ("学期刷卡注册", "学期刷卡", "学期注册", "刷卡注册"),
    "leave-swipe": ("离校刷卡", "离校注册"),
    "transfer-swipe": ("持卡转学注册", "转学刷卡", "转学注册", "持卡转学", "转入刷卡"),
    "recycle": ("回收", "收回", "卡回收", "回收卡"),
    "reissue": ("补卡", "换卡", "补办", "补发", "补换卡", "补卡换卡"),
    "lost": ("挂失",),
    "found": ("解挂", "解除挂失", "取消挂失", "找回"),
    "void": ("作废", "更正"),
    "student-add": ("新增学生", "增加学生", "新生入学", "入学"),
    "student-change": ("修改学生信息", "信息变更", "变更信息"),
    "student-renumber": ("变更学籍号", "学籍号变更", "改学籍号", "更换学籍号"),
    "student-suspend": ("休学",),
    "student-resume": ("复学",),
    "student-transfer-in": ("转入",),
    "student-transfer-out": ("转出",),
    "student-repeat-year": ("留级",),
    "student-graduate": ("毕业",),
    "box-open": ("开箱", "建箱", "新箱", "启用箱"),
    "box-put": ("装箱", "入箱", "放入箱"),
    "box-seal": ("封装", "封箱"),
    "box-stocktake": ("盘点", "清点", "盘箱", "箱盘点"),
    "box-reopen": ("拆箱", "拆封", "启封", "重新开箱", "重开箱"),
    "tool-installed": ("安装工具", "工具安装", "安装"),
    "sync-sent": ("同步", "已同步", "发出同步", "同步发出", "同步已上传"),
    "sync-confirmed": ("同步成功",),
    "sync-failed": ("同步失败", "同步未成功"),
    "cards-filed": ("立案", "卡号立案", "学籍卡立案", "备案", "卡号备案"),
    "number-allocate": ("预分配学籍号", "学籍号预分配", "分配学籍号"),
    "numbers-filed": ("学籍号备案", "学籍号立案"),
    "school-add": ("增加学校", "新增学校"),
}

#: Words of choices, by the code that they may stand for; which codes a field has is the action's.
_CHOICE_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "transfer": ("转学", "市内转学", "转校"),
    "graduation": ("毕业", "毕业离校"),
    "dropout": ("辍学", "退学"),
    "out-of-province": ("转往外省", "转外省", "外省", "转往外省市", "转外省市", "出省", "转往京外"),
    "left": ("离校", "转出"),
    "replaced": ("已换卡", "换卡", "补卡", "已补卡", "旧卡换新"),
    "kept-for-inspection": ("留存备查", "备查", "留校备查"),
    "lost": ("丢失", "遗失", "挂失", "丢卡"),
    "found": ("找到", "找回", "拾到"),
    "damaged": ("损坏", "坏卡", "卡损坏"),
    "renumbered": ("学籍号变更", "变更学籍号", "改号", "换号"),
    "returned": ("复学", "返校", "回校"),
    "repeated-year": ("留级",),
    "resumed": ("复学",),
    "new": ("新生", "新入学", "新增"),
    "wrong-category": ("类别错误", "类别有误"),
    "other": ("其他", "其它"),
    "record": ("学籍卡",),
    "identity": ("证件卡",),
    "m1": ("M1", "M1卡", "老卡"),
    "cpu": ("CPU", "CPU卡", "新卡"),
    "network": ("网络", "网上"),
    "disk": ("磁盘", "软盘", "U盘", "光盘"),
    "read": ("读卡", "读卡器"),
    "typed": ("手工", "手工录入", "手输", "录入", "键入"),
    "imported": ("导入",),
    "inferred": ("推断",),
    "yes": ("是", "升学", "有", "Y", "√"),
    "no": ("否", "不升学", "未升学", "无", "N", "×"),
}

_ACADEMIC_TERM: Final = re.compile(r"(\d{4})[-—–~至](\d{4})学?年度?第?([一二12])学期")
_SEASON: Final = re.compile(r"(\d{4})[-年]?(?:学年)?(春|秋|spring|autumn)季?(?:学期)?")


#: States of a card in the words of card managers. `cancelled` says only that it is out of use.
_STATE_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "live": (
        *("正常", "在用", "使用中", "有效", "启用", "已发卡", "已发放", "已制卡"),
        *("active", "normal", "in use", "valid"),
    ),
    "lost": ("挂失", "已挂失", "丢失", "遗失", "reported lost"),
    "cancelled": (
        "注销",
        "已注销",
        "作废",
        "已作废",
        "停用",
        "无效",
        "canceled",
        "inactive",
        "void",
    ),
    "recycled": ("已回收", "回收", "收回", "已收回", "已交回", "returned", "taken back"),
    "boxed": ("已装箱", "装箱"),
    "replaced": ("已换卡", "换卡", "已补卡", "补卡", "已换", "reissued"),
    "outstanding": ("未交回", "旧卡未交", "未交旧卡"),
    "left": ("已离校", "离校", "离校刷卡", "已离校刷卡", "转出", "swiped out"),
}
_UPGRADE_WORDS: Final = {"已升级": True, "升级": True, "未升级": False, "m1": False, "cpu": True}


def _plain(word: str) -> str:
    return re.sub(r"[\s_/、-]+", "", unicodedata.normalize("NFKC", word)).casefold()


def _by_word(words: Mapping[str, Collection[str]]) -> dict[str, str]:
    known: dict[str, str] = {}
    for code, spoken in words.items():
        for word in (code, *spoken):
            if known.setdefault(_plain(word), code) != code:
                raise ValueError(f"the word {word} stands for two actions")
    return known


_ACTIONS: Final = _by_word({code: _ACTION_WORDS.get(code, ()) for code in ACTIONS})


def action(cell: Cell) -> str:
    """Read an action: its code (term-swipe, term swipe) or the office's word (学期刷卡注册).

    Raises `BadValue` for a word that is neither.
    """
    written = text(cell)
    code = _ACTIONS.get(_plain(written))
    if code is None:
        raise BadValue(
            _("There is no action “{value}”."),
            hint=_("The actions are: {actions}."),
            value=written,
            actions=", ".join(map(_named, ACTIONS)),
        )
    return code


def _named(code: str) -> str:
    """Return an action by its code, with the office's word where it has one."""
    return " ".join((code, *_ACTION_WORDS.get(code, ())[:1]))


def choice(cell: Cell, codes: tuple[str, ...]) -> str:
    """Read one of the codes of a field, or a word that stands for one of them.

    Raises `BadValue` with the codes that there are.
    """
    written = text(cell)
    code = _choices(codes).get(_plain(written))
    if code is None:
        raise BadValue(
            _("“{value}” is none of: {choices}."),
            hint=_("Write one of them."),
            value=written,
            choices=", ".join(code for code in codes if code),
        )
    return code


@lru_cache(maxsize=256)
def _choices(codes: tuple[str, ...]) -> dict[str, str]:
    return _by_word({code: _CHOICE_WORDS.get(code, ()) for code in codes if code})


def card_state(cell: Cell) -> str:
    """Read the state that a card manager gives a card: 正常, 挂失, 注销, 已回收, 已换卡, live, …

    Raises `BadValue`.
    """
    written = text(cell)
    code = _STATES.get(_plain(written))
    if code is None:
        raise BadValue(
            _("“{value}” is not the state of a card."),
            hint=_("States are: {states}."),
            value=written,
            states=", ".join(map(named_state, _STATE_WORDS)),
        )
    return code


def named_state(code: str) -> str:
    """Return the state of a card by its code, with a word of card managers."""
    return f"{code} {_STATE_WORDS[code][0]}"


_STATES: Final = _by_word(_STATE_WORDS)


def upgraded(cell: Cell) -> bool:
    """Read whether a card was upgraded: 已升级, 未升级, or yes and no. Raises `BadValue`."""
    if isinstance(cell, str) and (said := _UPGRADE_WORDS.get(_plain(text(cell)))) is not None:
        return said
    return yes_no(cell)


#: Words of rosters for whether a pupil is in school; of those who are not, no row is taken.
_STATUS_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "in-school": ("在校", "在读", "在籍", "正常", "就读", "注册学籍", "已注册", "是"),
    "suspended": ("休学", "suspended"),
    "away": (
        *("离校", "已离校", "转出", "已转出", "毕业", "已毕业", "退学", "辍学", "注销", "已注销"),
        *("left", "graduated", "肄业", "结业", "开除", "死亡", "否"),
    ),
}
_STATUSES: Final = _by_word(_STATUS_WORDS)


def pupil_status(cell: Cell) -> str:
    """Read whether a pupil is in school by a roster: `in-school`, `suspended` or `away`.

    Raises `BadValue`.
    """
    written = text(cell)
    status = _STATUSES.get(_plain(written))
    if status is None:
        raise BadValue(
            _("“{value}” does not say whether the pupil is in school."),
            hint=_("Write 在校, 休学, or 离校. The row was taken as in school."),
            value=written,
        )
    return status


def term(cell: Cell) -> str:
    """Read a term: 2010-spring, 2010年春季, 2009-2010学年第二学期 (the spring of 2010).

    Raises `BadValue`.
    """
    written = re.sub(r"\s", "", unicodedata.normalize("NFKC", text(cell))).lower()
    academic = _ACADEMIC_TERM.fullmatch(written)
    if academic and int(academic[2]) == int(academic[1]) + 1:
        first = academic[3] in "一1"
        return f"{academic[1]}-autumn" if first else f"{academic[2]}-spring"
    season = _SEASON.fullmatch(written)
    if season:
        return f"{season[1]}-{'spring' if season[2] in {'春', 'spring'} else 'autumn'}"
    raise BadValue(
        _("“{value}” is not a term."),
        hint=_("Write it as 2010-spring or 2010-autumn."),
        value=written,
    )
