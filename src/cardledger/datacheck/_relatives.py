"""Members of a family as a roster writes them: relation, name, telephone of each.

An import writes `父亲 王建国 13800138000；母亲 李芳 13900139000`; people write it in other ways.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from cardledger.datacheck._telephones import numbers_in

#: What a relation is called, longer words before those with which they begin.
RELATIONS: Final = (
    *("外祖父", "外祖母", "祖父", "祖母", "外公", "外婆", "爷爷", "奶奶", "姥爷", "姥姥", "监护人"),
    *(
        "养父",
        "养母",
        "继父",
        "继母",
        "父亲",
        "母亲",
        "爸爸",
        "妈妈",
        "家长",
        "哥哥",
        "姐姐",
        "弟弟",
    ),
    *(
        "妹妹",
        "兄长",
        "伯父",
        "伯母",
        "叔叔",
        "婶婶",
        "舅舅",
        "舅妈",
        "姑姑",
        "姑父",
        "姨妈",
        "姨父",
    ),
    *(
        "亲属",
        "其他",
        "其它",
        "爸",
        "妈",
        "父",
        "母",
        "兄",
        "弟",
        "姐",
        "妹",
        "叔",
        "舅",
        "姑",
        "姨",
    ),
    *("father", "mother", "guardian", "grandfather", "grandmother", "brother", "sister", "other"),
)
_RELATION: Final = re.compile("|".join(RELATIONS), re.IGNORECASE)
_BETWEEN: Final = re.compile(r"[;；\n]+")
_LABELS: Final = re.compile(r"(?:姓名|关系|联系电话|电话|手机号码?|手机|name|phone|tel)[:： ]*")
_NUMBER: Final = re.compile(r"[\d()+转—–-][\d()+转—–\s-]*")
#: What people write where there is no name.
_NOBODY: Final = frozenset({"无", "不详", "未知", "没有", "空", "none", "n/a", "-"})
_SIGNS: Final = re.compile(r"[\s:：,，、.。/（）()]+")


class Relative(NamedTuple):
    """One member of the family; what is not said is empty."""

    relation: str
    name: str
    telephones: tuple[str, ...]


def relatives(text: str) -> list[Relative]:
    """Return the members of a family as far as they can be told apart."""
    return [_relative(part) for part in _BETWEEN.split(text) if part.strip(" ,，、")]


def _relative(text: str) -> Relative:
    telephones = tuple(numbers_in(text))
    words = _SIGNS.split(_NUMBER.sub(" ", _LABELS.sub(" ", text)))
    relation = name = ""
    for word in filter(None, words):
        found = _RELATION.match(word)
        # 母 alone is a relation; 母其弥雅 beside a relation is a name.
        if found and not relation and (len(found[0]) > 1 or found[0] == word):
            relation, word = found[0], word[found.end() :]
        name = name or ("" if word.lower() in _NOBODY else word)
    return Relative(relation, name, telephones)
