"""Many rows at once: the same rows, faults and all, as each row read by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardledger.exchange.containers.raw import RawFile, RawSheet
from cardledger.exchange.containers.serials import Serial1904
from cardledger.exchange.headings import ROSTER
from cardledger.exchange.imports.roster import Roster, row_of
from cardledger.exchange.reading import table
from cardledger.exchange.reading.bulk import Seen, Texts
from cardledger.exchange.reading.cells import Cell, text
from cardledger.exchange.reading.source import SourceRow
from scripts.district.workbooks import ROSTER_HEAD

NUMBER = "0117001101010110"

#: What the cells of each column usually are, and what they are on bad days.
USUAL: Final[dict[str, list[Cell]]] = {
    "学籍号": [NUMBER, NUMBER, "0117001101010229", NUMBER[1:], 117001101010110.0, "１" * 16, None],
    "姓名": ["张三", "李四", "阿布 都拉", "O'Neil", "", None, "合计"],
    "性别": ["男", "女", "1", 2.0, "M", "不详"],
    "出生日期": ["2003-04-05", "2003年4月5日", "20030405", date(2003, 4, 5), 37716.0, "2003-13-01"],
    "身份证件号": ["110226200304050017", "11022620030405001x", "1.10226E+17", 1.10226e17, ""],
    "民族": ["汉族", "满族", "", "#N/A"],
    "家庭住址": ["滨河街道1号楼", "滨河街道 2 号楼", " 兴谷 ", "=1+1", "", None],
    "现住址": ["滨河街道1号楼", "'3号楼", "\u200b", "x"],
    "联系电话": ["13800000000", 13800000000.0, "010-6996 1234", "", "1.38E+10"],
    "届别": ["2010届", "10届", 2010.0, "二〇一〇", ""],
    "班级": ["一年级3班", "3班", 3.0, "03", "初一2班", date(2010, 1, 2), ""],
    "年级": ["一年级", "初一", 1.0, "", "十三年级"],
    "是否借读": ["是", "否", "借读生", True, False, 1.0, 0.0, "", "也许"],
    "按本地生对待": ["是", "否", "随军家属", "", True, "不知道"],
    "本地生依据": ["", "随军家属", "台商"],
    "入学日期": ["2009-09-01", "2009年9月", 200909.0, Serial1904(38596.0), ""],
    "家庭成员1姓名": ["张父", "", None, "张 父"],
    "家庭成员1关系": ["父亲", "", "继父"],
    "家庭成员1电话": ["13900000000", 13900000000.0, "", "1.39E+10"],
    "学校代码": ["01170011", "01170012", "", "abc", 1170011.0],
    "备注": ["", "借读一年", "x；y"],
    "宿舍": ["", "3号"],
}
ODDITIES: Final = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(),
    st.integers(0, 10**18).map(float),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    st.dates(date(1990, 1, 1), date(2020, 1, 1)),
    st.datetimes(datetime(1990, 1, 1), datetime(2020, 1, 1)),  # noqa: DTZ001
    st.just(time(9, 30)),
    st.sampled_from(["#REF!", "合计", "学籍号", "　", "\xa0", "1", "是", '="01"', "a\0b", "＃"]),
)


def sheet_of(head: Sequence[Cell], rows: Sequence[Sequence[Cell]], first: int = 0) -> Roster:
    """Return a roster that holds these rows, blank lines between some of them."""
    numbered = [(3, head), *((5 + 2 * place, row) for place, row in enumerate(rows))]
    raw = RawFile("a", "test", "", (RawSheet("名册", first, lambda: iter(numbered)),))
    return Roster(table.table_of(raw, ROSTER))


def told(rows: Sequence[SourceRow]) -> list[Any]:
    """Return all that rows say, so that it can be compared."""
    return [
        (
            row.sheet,
            row.row,
            {field: (type(value), value) for field, value in row.values.items()},
            [(one.kind, one.place, one.heading, one.value, one.text()) for one in row.faults],
        )
        for row in rows
    ]


def one_by_one(roster: Roster) -> list[SourceRow]:
    """Read each row by itself."""
    return [row_of(row, sheet) for sheet in roster.table.sheets for row in sheet.rows()]


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    """Make a roster of some of the columns in any order; most cells are as usual."""
    others = draw(st.lists(st.sampled_from(sorted(set(USUAL) - {"学籍号", "姓名"})), unique=True))
    head = draw(st.permutations(["学籍号", "姓名", *others]))
    rows = []
    for _row in range(draw(st.integers(0, 12))):
        plain = draw(st.booleans())
        cells: list[Cell] = []
        for name in head:
            if plain:
                cells.append(USUAL[name][0])
            else:
                cells.append(draw(st.one_of(st.sampled_from(USUAL[name]), ODDITIES)))
        rows.append(cells[: draw(st.integers(0, len(cells)))] if draw(st.booleans()) else cells)
    return sheet_of([*head], rows, draw(st.sampled_from([0, 2])))


@given(roster=rosters(), size=st.sampled_from([1, 2, 5, 256]))
def test_rows_in_chunks_are_the_rows_that_each_would_be_by_itself(
    roster: Roster, size: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "CHUNK_ROWS", size)
        assert told([*roster.rows()]) == told(one_by_one(roster))


@pytest.mark.parametrize("name", sorted(USUAL))
@pytest.mark.parametrize("without", ["", "姓名", "年级", "班级", "民族"])
def test_every_usual_and_unusual_cell_of_a_column_is_read_alike(name: str, without: str) -> None:
    """One column varies, all others are as usual: so nothing hides behind another oddity."""
    head = [one for one in USUAL if one != without or one in {"姓名", name}]
    rows = [
        [cell if column == name else USUAL[column][0] for column in head]
        for cell in [*USUAL[name], "  x ", "＃N/A", "#N/A", True, 5.0, "2010-3-1"]
    ]
    roster = sheet_of(head, rows)
    assert told([*roster.rows()]) == told(one_by_one(roster))


def test_several_telephones_and_members_are_joined_alike() -> None:
    head = ["学籍号", "姓名", "家庭电话", "手机", "父亲姓名", "父亲电话", "母亲", "家庭成员"]
    rows: list[list[Cell]] = [
        [NUMBER, "甲", "69961234", "13800000000", "张父", "1", "李母", "祖母"],
        [NUMBER, "乙", "", "13800000000", "", "1", "", ""],
        [NUMBER, "丙", "", "", "", "", "李母", ""],
        [NUMBER, "丁", None, 5.0, None, None, None, "祖母"],
    ]
    roster = sheet_of(head, rows)
    assert told([*roster.rows()]) == told(one_by_one(roster))
    first = next(roster.rows()).values
    assert first["telephone"] == "家庭电话 69961234；手机 13800000000"
    assert first["family"] == "祖母；父亲 张父 1；母亲 李母"


def test_an_error_in_a_cell_is_one_fault() -> None:
    """It was a crash, where it stood in the column that may name a ground."""
    roster = sheet_of(["学籍号", "姓名", "按本地生对待"], [[NUMBER, "张三", "#N/A"]])
    (row,) = roster.rows()
    assert [fault.text() for fault in row.faults] == [
        "The spreadsheet has the error #N/A in place of a value."
    ]


def test_a_plain_roster_is_not_read_row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it would be right, but slow, and nobody would notice."""
    from cardledger.exchange.reading import roster_chunks

    usual = [USUAL[name][0] if name in USUAL else "" for name in ROSTER_HEAD]
    odd = [*usual]
    odd[0] = NUMBER[1:]
    by_itself: list[int] = []

    def counted(row: table.Row, sheet: table.Sheet) -> SourceRow:
        by_itself.append(row.number)
        return row_of(row, sheet)

    monkeypatch.setattr(roster_chunks, "row_of", counted)
    rows = [*sheet_of(ROSTER_HEAD, [usual] * 700 + [odd]).rows()]
    assert len(rows) == 701
    assert by_itself == [rows[-1].row]
    assert [fault.kind for fault in rows[-1].faults] == ["restored"]


def test_what_was_seen_is_remembered_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    from cardledger.exchange.reading import bulk

    monkeypatch.setattr(bulk, "_REMEMBERED", 3)
    read: list[Cell] = []

    def reader(cell: Cell) -> Cell:
        read.append(cell)
        return cell

    seen = Seen(reader)
    odd: set[int] = set()
    assert seen.values_of(["a", "b", "a", "c", "d", "a", ""], odd) == [*"abacda", None]
    assert read == [*"abcda"]
    assert not odd


def test_numbers_are_no_yes_and_yes_is_no_number() -> None:
    seen = Seen(lambda cell: type(cell))
    assert seen.values_of([1.0, True, 1, "1"], set()) == [float, bool, int, str]


def test_a_column_of_plain_texts_is_taken_as_it_is() -> None:
    plain = ("滨河街道1号楼", "a b", "", "（东）门-3")
    assert Texts(text).values_of(plain, set()) is plain
    odd: set[int] = set()
    assert Texts(text).values_of(("x", " y", "1.1E+17", "#N/A"), odd) == ["x", "y", "", ""]
    assert odd == {2, 3}
