"""The papers that the office hands on: what is in them, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cardledger import Ledger
from cardledger.errors import NotFound
from cardledger.exchange.exports import EXPORTS, Asked
from cardledger.exchange.exports._order import class_place, natural
from cardledger.i18n import translator
from tests.support import ledgers
from tests.support.given import ANNA, BORIS, CLARA, DAVID, NEIGHBOUR, PRIMARY, act, number, pupil

EVE = number(4, class_=2)
BOX = "B0011-2010-001"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """Return the ledger of a spring: a class with a suspended pupil, leavers, a sealed box."""
    folder = tmp_path_factory.mktemp("papers")
    with ledgers.made(str(folder / "ledger.db"), folder) as opened:
        ledgers.tell(
            opened,
            pupil(ANNA, class_="1班", name="=安娜", grade=1),
            pupil(BORIS, class_="1班", name="鲍里斯", grade=1, guest=True),
            pupil(EVE, class_="10班", name="伊娃", grade=1),
            pupil(CLARA, class_="2班", name="克拉拉", cohort=2010),
            pupil(DAVID, class_="1班"),
            act("issue", card="C1", student=ANNA, uid="04A1B2C3", at="2010-01-05"),
            act("upgrade", card="C1", at="2010-01-06"),
            act("issue", card="I1", student=ANNA, kind="identity", at="2010-01-07"),
            act("register", card="C2", student=BORIS, upgraded=True),
            act("register", card="C3", student=CLARA, upgraded=True),
            act("register", card="I3", student=CLARA, kind="identity"),
            act("register", card="C4", student=DAVID, school=NEIGHBOUR),
            act("register", card="C5", student=EVE),
            act("term-swipe", card="C1", at="2010-03-05"),
            act("term-swipe", card="C2", at="2010-03-05"),
            act("student-suspend", student=BORIS, at="2010-04-01"),
            act("leave-swipe", card="C3", reason="graduation", at="2010-06-20T09:30"),
            act("recycle", card="C3", handler="王敏", reason="graduation", at="2010-06-21"),
            act("recycle", card="I3", handler="王敏", reason="graduation", at="2010-06-21"),
            act("lost", card="C5", at="2010-05-01"),
            act("reissue", card="C6", student=EVE, reason="lost", at="2010-05-02"),
            act("found", card="C5", at="2010-05-03"),
            act("recycle", card="C5", handler="李红", reason="found", at="2010-05-03"),
            act("box-open", box=BOX, cohort=2010, at="2010-06-22"),
            act("box-put", box=BOX, card="I3", at="2010-06-22"),
            act("box-put", box=BOX, card="C3", at="2010-06-22"),
            act("box-seal", box=BOX, count=2, handler="王敏", at="2010-06-23"),
        )
        yield opened


def rows(ledger: Ledger, name: str, as_of: str | None = None, **where: str) -> list[Any]:
    """Return the rows of an export."""
    return list(EXPORTS[name].rows(ledger, Asked(where=where, as_of=as_of)))


def values(found: list[Any], *names: str) -> list[tuple[Any, ...]]:
    """Return some columns of rows."""
    return [tuple(row[name] for name in names) for row in found]


@pytest.mark.parametrize("name", sorted(EXPORTS))
def test_every_export_declares_what_its_paper_shows(ledger: Ledger, name: str) -> None:
    export = EXPORTS[name]
    keys = {column.key for column in export.COLUMNS}
    assert len(keys) == len(export.COLUMNS)
    paper = {column.key for column in getattr(export, "PAPER", export.COLUMNS)}
    assert set(export.TOTALS) <= keys | paper
    titles = [export.TITLE, *(column.title for column in export.COLUMNS)]
    assert not [title for title in titles if translator("zh")(title) == title and title != "UID"]
    for row in rows(ledger, name):
        assert keys <= row.keys()


def test_the_roster_has_who_is_in_school_or_suspended_by_class(ledger: Ledger) -> None:
    found = values(rows(ledger, "roster", school=PRIMARY), "class", "name", "status")
    assert found == [
        ("1班", "=安娜", "in-school"),
        ("1班", "鲍里斯", "suspended"),
        ("10班", "伊娃", "in-school"),
    ]
    before = rows(ledger, "roster", as_of="2010-06-01", school=PRIMARY)
    assert "克拉拉" in [row["name"] for row in before]


def test_a_sheet_of_the_roster_is_named_by_grade_and_class() -> None:
    sheet, say = EXPORTS["roster"].sheet, translator("zh")
    assert sheet({"class": "1班", "grade": 2}, say) == "2年级1班"
    assert sheet({"class": "一年级1班", "grade": 1}, say) == "一年级1班"
    assert sheet({"class": "实验班", "grade": 1}, say) == "实验班"
    assert sheet({"class": "3", "grade": None}, say) == "3"
    assert sheet({"class": None, "grade": 3}, say) == "-"


def test_classes_stand_as_people_count_them() -> None:
    names = ["10班", "二年级1班", "2班", "一年级10班", "三年级1班", "一年级2班"]
    ordered = sorted(names, key=lambda name: class_place({"class": name}))
    assert ordered == ["一年级2班", "一年级10班", "二年级1班", "三年级1班", "2班", "10班"]
    assert natural("十班") > natural("九班")


def test_the_term_report_has_each_class_and_the_percentage_of_all(ledger: Ledger) -> None:
    found = rows(ledger, "terms", school=PRIMARY, term="2010-spring")
    assert values(found, "class", "pupils", "registered", "missing", "percent") == [
        ("1班", 2, 2, 0, 100.0),
        ("2班", 1, 0, 1, 0.0),
        ("10班", 1, 0, 1, 0.0),
    ]
    export = EXPORTS["terms"]
    sums = {key: sum(row[key] for row in found) for key in export.TOTALS}
    assert export.totals(sums) == {"pupils": 4, "registered": 2, "missing": 2, "percent": 50.0}
    assert export.totals(dict.fromkeys(export.TOTALS, 0))["percent"] is None
    assert export.facts(found, Asked()) == [("Term", "2010-spring")]


def test_leavers_stand_first_then_every_other_card_that_was_taken_back(ledger: Ledger) -> None:
    found = rows(ledger, "leavers")
    assert values(
        found, "name", "reason", "card", "kind", "recycled_reason", "recycled_by", "box"
    ) == [
        ("克拉拉", "graduation", "C3", "record", "graduation", "王敏", BOX),
        ("克拉拉", None, "I3", "identity", "graduation", "王敏", BOX),
        ("伊娃", None, "C5", "record", "found", "李红", None),
    ]
    assert rows(ledger, "leavers", cohort="2012") == []
    assert len(rows(ledger, "leavers", cohort="2010")) == 2


def test_a_box_manifest_has_each_card_with_whose_it_was(ledger: Ledger) -> None:
    found = rows(ledger, "boxes", box=BOX.lower())
    assert values(found, "place", "card", "student_number", "name", "cohort", "recycled_by") == [
        (1, "C3", CLARA, "克拉拉", 2010, "王敏"),
        (2, "I3", CLARA, "克拉拉", 2010, "王敏"),
    ]
    facts = dict(EXPORTS["boxes"].facts(found, Asked()))
    assert facts == {
        "Box": BOX,
        "Cohort": "2010",
        "State": "sealed",
        "Sealed on": "2010-06-23",
        "Count stated": "2",
        "Handler": "王敏",
    }


def test_of_an_earlier_day_a_box_is_what_it_was(ledger: Ledger) -> None:
    found = rows(ledger, "boxes", as_of="2010-06-22", box=BOX)
    assert values(found, "card", "name") == [("C3", "克拉拉"), ("I3", "克拉拉")]
    facts = dict(EXPORTS["boxes"].facts(found, Asked()))
    assert (facts["State"], "Handler" in facts) == ("open", False)


def test_a_box_that_there_is_not_is_refused(ledger: Ledger) -> None:
    with pytest.raises(NotFound, match="There is no box B9"):
        rows(ledger, "boxes", box="B9")
    assert EXPORTS["boxes"].facts([], Asked(where={"box": "B1"})) == [("Box", "B1")]


def test_the_filing_file_has_the_live_record_cards_of_one_school(ledger: Ledger) -> None:
    found = rows(ledger, "filing")
    assert values(found, "school", "class", "student_number", "name", "card", "uid") == [
        (PRIMARY, "1班", ANNA, "=安娜", "C1", "04A1B2C3"),
        (PRIMARY, "1班", BORIS, "鲍里斯", "C2", None),
        (PRIMARY, "10班", EVE, "伊娃", "C6", None),
    ]
    assert values(found, "issued_on")[0] == ("2010-01-05",)
    assert values(rows(ledger, "filing", school=NEIGHBOUR), "card") == [("C4",)]


def test_without_the_key_store_papers_have_no_names(ledger: Ledger, tmp_path: Path) -> None:
    from cardledger import open_ledger

    with open_ledger(ledger.places.database, keys=tmp_path / "nowhere.db") as closed:
        assert values(rows(closed, "filing"), "card", "name") == [
            ("C1", None),
            ("C2", None),
            ("C6", None),
        ]
