"""Lists of cards against the ledger: states, holders, chips, and what nobody can tell."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cardledger import Ledger, init_ledger
from cardledger.batch import command_of_row
from cardledger.exchange.reading.words import card_state
from cardledger.reconcile import SOURCES, Result, reconcile

HOME = "01170011"
ANNA, BORIS, CLARA = (f"011700110151010{place}" for place in (1, 2, 3))


def act(ledger: Ledger, action: str, **fields: Any) -> None:
    row = {"action": action} | {name.rstrip("_"): value for name, value in fields.items()}
    outcome = ledger.record(command_of_row(row))  # type: ignore[arg-type]
    assert outcome.outcome == "recorded", outcome.codes


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with init_ledger(tmp_path / "ledger.db", school=HOME) as made:
        for number, name in ((ANNA, "安娜"), (BORIS, "李波"), (CLARA, "柯兰")):
            act(made, "student-add", number=number, name=name, class_="1班", cohort=2015)
        act(made, "register", card="A1", student=ANNA, uid="0412ABCD", at="2010-03-01")
        act(made, "register", card="B1", student=BORIS, uid="04AABBCCDDEEFF", at="2010-03-01")
        yield made


def compare(ledger: Ledger, text: str, source: str = "cards", **other: str) -> Result:
    lists = {
        name: [SOURCES[name].read(io.BytesIO(one.encode()), name=f"{name}.csv")]
        for name, one in ({source: text} | other).items()
    }
    return reconcile(ledger, lists, schools=[HOME])


def told(result: Result) -> list[tuple[str, str, str, Any, Any]]:
    return [(one.kind, one.subject, one.field, one.ledger, one.file) for one in result.differences]


@pytest.mark.parametrize(
    "uid", ["0412ABCD", "04:12:ab:cd", "CDAB1204", "68332493", "3450540548", "0412abcd "]
)
def test_a_uid_is_the_same_in_any_form(ledger: Ledger, uid: str) -> None:
    text = f"卡号,学籍号,UID\nA1,{ANNA},{uid}\nB1,{BORIS},FFEEDDCCBBAA04\n"
    assert told(compare(ledger, text)) == []


def test_another_uid_is_told_with_the_card_that_has_it(ledger: Ledger) -> None:
    text = f"卡号,学籍号,UID\nA1,{ANNA},04AABBCCDDEEFF\nB1,{BORIS},\n"
    result = compare(ledger, text)
    assert told(result) == [("different", "card:A1", "uid", "0412ABCD", "04AABBCCDDEEFF")]
    assert "It is the UID of card B1" in result.differences[0].settle.text()


#: What a card manager may say of a card whose state in the ledger is the key.
AGREED = {
    "live": {"live"},
    "lost": {"lost"},
    "left": {"left", "cancelled"},
    "recycled": {"recycled", "boxed", "cancelled", "replaced"},
    "replaced-lost": {"lost", "cancelled", "replaced"},
    "outstanding": {"outstanding", "cancelled", "replaced"},
}
WORDS = {
    "live": "正常",
    "lost": "挂失",
    "cancelled": "注销",
    "recycled": "已回收",
    "boxed": "已装箱",
    "replaced": "已换卡",
    "outstanding": "未交回",
    "left": "已离校",
}


def bring(ledger: Ledger, state: str) -> None:
    """Bring the card A1 into a state."""
    at = {"at": "2010-05-03"}
    if state in ("lost", "replaced-lost"):
        act(ledger, "lost", card="A1", **at)
    if state == "replaced-lost":
        act(ledger, "reissue", card="A2", student=ANNA, reason="lost", at="2010-05-09")
    if state == "outstanding":
        outstanding = {"old_outstanding": "at home"}
        act(ledger, "reissue", card="A2", student=ANNA, reason="damaged", **at, **outstanding)
    if state == "left":
        act(ledger, "leave-swipe", card="A1", reason="transfer", **at)
    if state == "recycled":
        act(ledger, "recycle", card="A1", reason="left", handler="王敏", **at)


@pytest.mark.parametrize("state", AGREED)
def test_a_state_there_may_stand_for_several_here(ledger: Ledger, state: str) -> None:
    bring(ledger, state)
    last = ledger.head()
    for code, word in WORDS.items():
        text = f"卡号,学籍号,状态\nA1,{ANNA},{word}\nB1,{BORIS},在用\nA2,{ANNA},正常\n"
        found = [one for one in compare(ledger, text).differences if one.subject == "card:A1"]
        assert (found == []) == (code in AGREED[state]), (state, code)
        for one in found:
            assert (one.field, one.ledger, one.file) == ("state", state, code)
            assert one.positions[-1] == last or state == "live"
            assert (one.proposal is not None) == ((state, code) == ("live", "lost"))


def test_every_word_of_a_state_is_read() -> None:
    for code, word in WORDS.items():
        assert card_state(word) == card_state(code) == code
    assert card_state(" 正 常 ") == "live"
    assert card_state("In use") == "live"


def test_a_live_card_that_the_ledger_lacks_is_proposed_for_a_pupil_without_one(
    ledger: Ledger,
) -> None:
    text = (
        "卡号,学籍号,状态,卡类,是否升级,UID\n"
        f"A1,{ANNA},正常,学籍卡,,\nB1,{BORIS},正常,学籍卡,,\n"
        f"C1,{CLARA},正常,学籍卡,是,04000001\nC2,{CLARA},正常,证件卡,,\n"
    )
    result = compare(ledger, text)
    assert [(one["card"], one["kind"], one["student"]) for one in result.batch()] == [
        ("C1", "record", CLARA),
        ("C2", "identity", CLARA),
    ]
    assert all(one["evidence"] == "imported" for one in result.batch())
    assert result.batch()[0]["upgraded"] is True


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (f"X1,{ANNA},正常", "has card A1 already"),
        (f"X1,{CLARA},挂失", "does not say that it is in use"),
        (f"X1,{CLARA},", "does not say that it is in use"),
        ("X1,0117001101519999,正常", "does not know its holder either"),
        ("X1,,正常", "does not know its holder either"),
        (f"X1,{CLARA},正常\nX2,{CLARA},正常", "several new cards"),
    ],
)
def test_a_card_of_which_nobody_can_tell_is_not_proposed(
    ledger: Ledger, row: str, why: str
) -> None:
    text = f"卡号,学籍号,状态\nA1,{ANNA},正常\nB1,{BORIS},正常\n{row}\n"
    result = compare(ledger, text)
    assert {one.kind for one in result.differences} == {"only-in-file"}
    assert result.batch() == []
    for one in result.differences:
        assert why in one.settle.text()


def test_a_card_of_a_pupil_who_is_only_on_the_roster_follows_the_pupil(ledger: Ledger) -> None:
    new = "0117001101510109"
    roster = (
        f"学籍号,姓名,班级\n{ANNA},安娜,1班\n{BORIS},李波,1班\n{CLARA},柯兰,1班\n{new},新生,1班\n"
    )
    cards = f"卡号,学籍号,状态\nA1,{ANNA},正常\nB1,{BORIS},正常\nN1,{new},正常\n"
    filing = f"卡号,学籍号,立案日期\nN1,{new},2010-04-01\n"
    alone = compare(ledger, cards, filing=filing)
    assert alone.batch() == []
    result = compare(ledger, cards, roster=roster, filing=filing)
    batch = result.batch()
    assert [one["action"] for one in batch] == ["student-add", "register", "cards-filed"]
    outcomes = ledger.record_many([command_of_row(one) for one in batch])
    assert {outcome.outcome for outcome in outcomes} == {"recorded"}
    assert told(compare(ledger, cards, roster=roster, filing=filing)) == []


def test_a_holder_is_known_by_every_number_of_before(ledger: Ledger) -> None:
    act(ledger, "student-renumber", student=ANNA, number="0117001101510108")
    text = f"卡号,学籍号,状态\nA1,{ANNA},正常\nB1,{BORIS},正常\n"
    assert told(compare(ledger, text)) == []


def test_the_day_of_a_registration_is_not_that_of_the_issue(ledger: Ledger) -> None:
    act(ledger, "issue", card="C1", student=CLARA, at="2010-04-06", evidence="imported")
    text = (
        "卡号,学籍号,状态,发卡日期\n"
        f"A1,{ANNA},正常,2008-09-01\nB1,{BORIS},正常,\nC1,{CLARA},正常,2010-04-07\n"
    )
    result = compare(ledger, text)
    assert told(result) == [("different", "card:C1", "issued", "2010-04-06", "2010-04-07")]
    assert result.differences[0].positions == (ledger.head(),)


def test_without_a_state_only_what_is_said_is_compared(ledger: Ledger) -> None:
    text = f"卡号,学籍号\nA1,{BORIS}\nB1,{BORIS}\n"
    result = compare(ledger, text)
    assert told(result) == [("different", "card:A1", "student_number", ANNA, BORIS)]
    assert f"李波 ({BORIS})" in result.differences[0].message.text()


def test_an_identity_card_is_never_filed(ledger: Ledger) -> None:
    act(ledger, "register", card="A9", student=ANNA, kind="identity")
    result = compare(ledger, f"卡号,学籍号\nA9,{ANNA}\n", "filing")
    assert told(result) == [("different", "card:A9", "kind", "identity", "record")]
    assert result.batch() == []


def test_filings_of_one_day_are_one_act(ledger: Ledger) -> None:
    text = f"卡号,学籍号,立案日期\nA1,{ANNA},2010-04-01\nB1,{BORIS},2010-04-01\n"
    (proposed,) = compare(ledger, text, "filing").batch()
    assert proposed["cards"] == ["A1", "B1"]
    assert proposed["at"] == "2010-04-01"
    act(ledger, **proposed)
    assert told(compare(ledger, text, "filing")) == []
    only = compare(ledger, f"卡号,学籍号,立案日期\nA1,{ANNA},2010-04-01\n", "filing")
    assert told(only) == [("only-in-ledger", "card:B1", "filed", "2010-04-01", None)]
    assert only.differences[0].positions == (ledger.head(),)


@pytest.mark.parametrize(
    ("known", "strange", "recorded"),
    [
        ("0412ABCD", "04C0FFEE", "04C0FFEE"),
        ("CDAB1204", "EEFFC004", "04C0FFEE"),
        ("", "04C0FFEE", None),
        ("0412ABCD", "04112233", None),
        ("68332493", "04C0FFEE", None),
    ],
)
def test_a_new_card_gets_its_uid_where_the_others_show_the_order_of_bytes(
    ledger: Ledger, known: str, strange: str, recorded: str | None
) -> None:
    rows = (f"A1,{ANNA},正常,{known}", f"B1,{BORIS},正常,", f"C1,{CLARA},正常,{strange}")
    text = "\n".join(("卡号,学籍号,状态,UID", *rows, ""))
    (proposed,) = compare(ledger, text).batch()
    assert proposed.get("uid") == recorded
    act(ledger, **proposed)
    left = compare(ledger, text)
    assert told(left) == []
