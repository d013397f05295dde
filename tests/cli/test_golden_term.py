"""A small spring term in the terminal, as a transcript in both languages."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from cardledger import moments
from cardledger.moments import now
from tests.cli.conftest import Ran, Run
from tests.support.golden import expected

ROSTER = """\
平谷一小一年级名册,,,,,,
学籍号,姓名,性别,班级,届别,入学日期,备用
0117001101510101,王小明,男,1班,2015,2009-09-01,
0117001101510102,李红,女,1班,2015,2009-09-01,
0117001101510203,张三丰,男,2班,2015,2009-09-01,走读
117001101510204,赵六,男,2班,2015,2009-09-01,
合计,4,,,,,
"""
CARDS = """\
action,card,student,at
issue,C001,0117001101510101,2009-10-12
issue,C002,0117001101510102,2009-10-12
issue,C003,0117001101510203,2009-10-12
issue,C004,0117001101510204,2009-10-12
upgrade,C001,,2010-03-01
upgrade,C002,,2010-03-01
upgrade,C004,,2010-03-01
"""
SWIPES = """\
卡号,学籍号,时间,经手人
C001,0117001101510101,2010-03-05 08:10,王敏
C002,0117001101510102,2010-03-05 08:11,王敏
C003,0117001101510203,2010-03-05 08:12,王敏
C004,0117001101510204,2010-03-05 08:13,王敏
"""
FILES = {"roster.csv": ROSTER, "cards.csv": CARDS, "swipes.csv": SWIPES}

TERM = """\
cardledger roster
cardledger init --school 01170011 --name 平谷一小
cardledger import roster roster.csv --dry-run
cardledger import roster roster.csv
cardledger record cards.csv
cardledger tool installed term-swipe 19 --at 2010-02-25
cardledger record swipes.csv --action term-swipe
cardledger upgrade C003 --at 2010-03-04
cardledger record swipes.csv --action term-swipe --brief
cardledger term-swipe C001 --at 2010-03-08
cardledger terms --as-of 2010-03-20
cardledger lost C002 --at 2010-04-06
cardledger term-swipe C002 --at 2010-04-07
cardledger reissue C012 --student 0117001101510102 --reason lost --at 2010-04-09
cardledger found C002 --at 2010-04-20
cardledger recycle C002 --handler 王敏 --reason found --at 2010-04-20
cardledger student transfer-out 0117001101510203 --to-school 01170022 --at 2010-05-10
cardledger leave-swipe C003 --reason transfer --at 2010-05-10T15:30
cardledger recycle C004 --handler 王敏 --reason left --at 2010-05-11
cardledger void 27 --reason 录错了，是另一张卡
cardledger recycle C003 --reason kept-for-inspection --at 2010-05-12
cardledger --handler 王敏 recycle C003 --reason kept-for-inspection --at 2010-05-12
cardledger box open B2015-1 --cohort 2015 --at 2010-06-01
cardledger box put B2015-1 C002 C001 --at 2010-06-01
cardledger box put B2015-1 C002 C003 --at 2010-06-01
cardledger box seal B2015-1 --count 3 --handler 王敏 --at 2010-06-02
cardledger box seal B2015-1 --count 2 --handler 王敏 --at 2010-06-02
cardledger sync sent --at 2010-06-30
cardledger sync confirmed --at 2010-06-30T16:00
cardledger roster
cardledger roster --as-of 2010-03-31 --school 01170011 --class 2班
cardledger cards
cardledger cards --card C002
cardledger boxes
cardledger leavers
cardledger filings
cardledger trace 李红
cardledger trace 0117001101510102
cardledger trace C004
cardledger history --after 30
cardledger policy show
cardledger school list
cardledger replay --check
cardledger rebuild roster cards
cardledger verify
"""


def normal(text: str) -> str:
    """Return a text without what differs from run to run: ids, hashes, the present moment."""
    text = re.sub(r"\bP[0-9A-HJKMNP-TV-Z]{10}\b", "P**********", text)
    text = re.sub(r"\bL[0-9A-HJKMNP-TV-Z]{10}\b", "L**********", text)
    text = re.sub(r"\b[0-9a-f]{64}\b", "(hash)", text)
    # How many days ago 2010 was: so large a number is nothing else here.
    text = re.sub(r"(?<=\s)[6-9]\d{3}(?=\s)", "****", text)
    text = text.replace(now()[:10], "(today)   ")
    return re.sub(r"\(today\)    \d\d:\d\d", "(today)    **:**", text)


def told(command: str, ran: Ran) -> str:
    """Return a command with all it said, as a terminal shows it."""
    status = f"[{ran.status}]\n" if ran.status else ""
    return f"$ {command}\n{ran.out}{ran.err}{status}\n"


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_term_in_the_terminal_reads_as_it_should(
    run: Run, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A table leaves out what is the same in every row, such as the minute of writing.
    present = now()
    monkeypatch.setattr(moments, "now", lambda: present)
    for name, text in FILES.items():
        Path(name).write_text(text, encoding="gb18030")
    transcript = ""
    for command in TERM.splitlines():
        ran = run(*shlex.split(command)[1:], CARDLEDGER_LANG=language, COLUMNS="80")
        transcript += told(command, ran)
    actual = normal(transcript)
    assert actual == expected(f"terminal/{language}.txt", actual)
