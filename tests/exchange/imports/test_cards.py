"""Exports of card managers: what their columns are called, and how their cells are read."""

from __future__ import annotations

import io

import pytest

from cardledger.errors import UnreadableFile
from cardledger.exchange.imports.cards import CardList, read_cards

PUPIL = "0117001101510101"


def read(text: str, encoding: str = "utf-8") -> CardList:
    return read_cards(io.BytesIO(text.encode(encoding)), name="cards.csv")


@pytest.mark.parametrize(
    "head",
    [
        "卡号,芯片号,学籍号,持卡人,班级,卡类,状态,是否升级,发卡日期,学校代码",
        "卡片编号,UID,学籍号码,姓名,所在班级,卡种,卡状态,已升级,制卡日期,学校编码",
        "card number,chip,student number,name,class,kind,state,upgraded,issued on,school code",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_columns_are_known_in_both_languages(head: str, encoding: str) -> None:
    row = f"c001,04 a1 b2 c3,{PUPIL},王小明,1班,学籍卡,正常,已升级,2009/10/12,01170011"
    (found,) = read(f"卡管导出\n{head}\n{row}\n", encoding).rows()
    assert found.faults == ()
    assert dict(found.values) == {
        "card": "C001",
        "uid": "04A1B2C3",
        "number": PUPIL,
        "name": "王小明",
        "class": "1班",
        "kind": "record",
        "state": "live",
        "upgraded": True,
        "issued": "2009-10-12",
        "school": "01170011",
    }


def test_a_cell_that_cannot_be_read_leaves_the_row_in_use() -> None:
    text = f"卡号,学籍号,状态,发卡日期,UID\nC1,{PUPIL},怪,昨天,xyz\n"
    (row,) = read(text).rows()
    assert dict(row.values) == {"card": "C1", "number": PUPIL}
    assert [(fault.kind, fault.place, fault.value) for fault in row.faults] == [
        ("cell", "cards!E2", "xyz"),
        ("cell", "cards!C2", "怪"),
        ("cell", "cards!D2", "昨天"),
    ]


def test_a_row_without_a_card_number_is_useless_and_told() -> None:
    text = f"卡号,学籍号,状态\n,{PUPIL},正常\n1.00075E+16,{PUPIL},正常\n卡 号,{PUPIL},正常\n"
    rows = list(read(text).rows())
    assert [row.usable for row in rows] == [False, False, False]
    assert "card number is missing" in rows[0].faults[0].text()
    assert "its digits are lost" in rows[1].faults[0].text()
    assert "is not a card number" in rows[2].faults[0].text()


def test_a_lost_zero_is_restored_and_told() -> None:
    (row,) = read(f"卡号,学籍号,状态\nC1,{PUPIL[1:]},正常\n").rows()
    assert row.values["number"] == PUPIL
    assert [fault.kind for fault in row.faults] == ["restored"]


def test_totals_below_the_table_are_no_cards() -> None:
    text = f"序号,卡号,学籍号,状态\n1,C1,{PUPIL},正常\n合计,1,,\n制表：王敏,,,\n"
    rows = list(read(text).rows())
    assert [row.ignored for row in rows] == [False, True, True]


def test_a_list_without_card_numbers_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="card"):
        read(f"学籍号,姓名,状态\n{PUPIL},王小明,正常\n")
