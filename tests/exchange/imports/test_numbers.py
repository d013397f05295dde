"""The result of filing numbers: one filing a file, every row accounted for."""

from __future__ import annotations

import hashlib
import io
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from cardledger.errors import UnreadableFile
from cardledger.exchange.imports.known_numbers import read_known
from cardledger.exchange.imports.numbers import NumberResults, filed, read_numbers
from cardledger.exchange.reading.source import SourceRow
from tests.support.given import ANNA, BORIS, CLARA, number

HEAD: Final = ("预分配学籍号", "备案结果", "原因")


def text(*rows: tuple[Any, ...], head: tuple[str, ...] = HEAD) -> bytes:
    return "\n".join(",".join(map(str, row)) for row in (head, *rows)).encode()


def book(*rows: tuple[Any, ...]) -> bytes:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def read(data: bytes) -> NumberResults:
    return read_numbers(io.BytesIO(data), name="result")


def rows(data: bytes) -> list[SourceRow]:
    return list(read(data).rows())


def test_a_file_is_one_filing() -> None:
    data = text((ANNA, "通过", ""), (BORIS, "未通过", "照片不清"), (CLARA, "不通过", ""))
    results = read(data)
    assert filed(results.rows(), results.digest) == {
        "action": "numbers-filed",
        "evidence": "imported",
        "digest": hashlib.sha256(data).hexdigest(),
        "accepted": [ANNA],
        "rejected": [BORIS, CLARA],
        "reasons": ["照片不清", ""],
    }


@pytest.mark.parametrize(
    ("word", "result"),
    [
        *(("成功", "accepted"), ("审核通过", "accepted"), ("Accepted", "accepted")),
        *(("ＯＫ", "accepted"), ("是", "accepted"), ("通过。", "accepted"), ("√", "accepted")),
        *(("失败", "rejected"), ("审核不通过", "rejected"), ("rejected", "rejected")),
        *(("否", "rejected"), ("退回", "rejected"), ("×", "rejected"), ("No", "rejected")),
    ],
)
def test_words_for_results(word: str, result: str) -> None:
    (row,) = rows(text((ANNA, word, "")))
    assert row.values == {"number": ANNA, "result": result}


def test_headings_of_other_programs() -> None:
    for head in (
        ("学籍号", "审核状态", "失败原因"),
        ("Student number", "Result", "Reason"),
        ("全市统一学籍号", "状态", "备注"),
        ("number", "accepted", "message"),
    ):
        (row,) = rows(text((ANNA, "失败", "重号"), head=head))
        assert row.values == {"number": ANNA, "result": "rejected", "reason": "重号"}


def test_what_nobody_understands_is_told_with_its_place_and_hides_no_other_row() -> None:
    data = text(
        (ANNA, "通过", ""),
        (BORIS, "大概", ""),
        ("1234", "通过", ""),
        (CLARA, "", "why"),
        ("", "通过", ""),
        (number(9), "通过", ""),
    )
    found = rows(data)
    assert [row.usable for row in found] == [True, False, False, False, False, True]
    assert [row.row for row in found] == [2, 3, 4, 5, 6, 7]
    assert [row.faults[0].place for row in found[1:3]] == ["result!B3", "result!A4"]
    assert filed(found, "ab")["accepted"] == [ANNA, number(9)]


def test_a_file_that_contradicts_itself_is_told_at_both_rows() -> None:
    found = rows(text((ANNA, "通过", ""), (BORIS, "通过", ""), (ANNA, "失败", "")))
    assert [row.usable for row in found] == [False, True, False]
    assert ANNA in found[0].faults[0].text()


def test_a_number_that_is_twice_there_counts_once() -> None:
    found = rows(
        text((ANNA, "失败", ""), (ANNA, "失败", "重号"), (BORIS, "通过", ""), (BORIS, "是", ""))
    )
    values = filed(found, "ab")
    assert (values["accepted"], values["rejected"], values["reasons"]) == (
        [BORIS],
        [ANNA],
        ["重号"],
    )


def test_a_reason_names_nobodys_identity_number() -> None:
    reason = (
        "与 110226200309010010、11022620030901001X 及 110226030901001 重复，学籍号 0117001101501010"
    )
    (row,) = rows(text((ANNA, "失败", reason)))
    assert row.values["reason"] == (
        "与 110226************、110226************ 及 110226********* 重复，学籍号 0117001101501010"
    )


def test_a_workbook_with_a_title_totals_and_lost_zeros() -> None:
    data = book(
        ("预分配学籍号导出结果",),
        HEAD,
        (int(ANNA), "通过", None),
        (BORIS, "未通过", "重号"),
        ("合计", 2, None),
    )
    found = rows(data)
    assert [row.values.get("number") for row in found] == [ANNA, BORIS, None]
    assert found[0].faults[0].kind == "restored"
    assert found[2].ignored


def test_no_row_of_use_is_no_filing() -> None:
    assert filed(rows(text(("1", "通过", ""))), "ab") == {}


@pytest.mark.parametrize("head", [("学籍号", "姓名"), ("姓名", "结果"), ("a", "b")])
def test_a_file_without_number_or_result_is_refused(head: tuple[str, str]) -> None:
    with pytest.raises(UnreadableFile):
        read(text((ANNA, "通过"), head=head))


@given(
    st.lists(
        st.tuples(
            st.sampled_from([ANNA, BORIS, CLARA, "1", "", "合计"]),
            st.sampled_from(["通过", "失败", "?", ""]),
            st.sampled_from(["", "重号"]),
        ),
        max_size=12,
    )
)
def test_rows_in_are_rows_accounted_for(given_rows: list[tuple[str, str, str]]) -> None:
    found = rows(text(*given_rows, (number(50), "通过", "")))
    filled = [row for row in given_rows if any(row)]
    assert len(found) == len(filled) + 1
    assert all(row.usable or row.faults for row in found)
    values = filed(found, "ab")
    told = {*values.get("accepted", ()), *values.get("rejected", ())}
    assert told == {row.values["number"] for row in found if row.usable}
    assert not {*values.get("accepted", ())} & {*values.get("rejected", ())}


# Numbers known to be right


def known(data: bytes) -> list[tuple[str, str | None]]:
    return [(one.place, one.number) for one in read_known(io.BytesIO(data), name="list")]


def test_a_list_of_numbers_is_read() -> None:
    assert known(f"{ANNA}\n\n{BORIS[1:]} {CLARA}\n".encode()) == [
        ("list!A1", ANNA),
        ("list!A3", BORIS),
        ("list!A3", CLARA),
    ]


def test_the_column_with_the_numbers_is_found_without_a_heading() -> None:
    data = book(
        ("花名册", None, None),
        ("序号", "姓名", "号码"),
        (1, "A", ANNA),
        (2, "B", int(BORIS)),
        (3, "C", "none yet"),
    )
    assert [one for _place, one in known(data)] == [ANNA, BORIS, None]
    assert known(data)[2][0].endswith("!C5")


@pytest.mark.parametrize("data", [b"a,b\nc,d\n", "姓名\n王小明\n".encode()])
def test_a_list_without_a_number_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read_known(io.BytesIO(data), name="list")
