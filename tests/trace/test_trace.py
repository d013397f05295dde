from __future__ import annotations

import pytest

from cardledger import Ledger, open_ledger
from cardledger.errors import NotFound
from cardledger.log import Entry
from cardledger.naming import Ambiguous, find_card, find_students, find_subject, find_subjects
from cardledger.trace import COLUMNS, HISTORY, exported, history, trace
from projections import Shown
from tests.support.given import ANNA, BORIS, CLARA, PRIMARY, act, number, pupil
from tests.support.ledgers import outcomes, set_clock, student_id, tell

KEYS = [
    "position",
    "at",
    "recorded",
    "name",
    "subjects",
    "handler",
    "evidence",
    "voided_by",
    "data",
]
#: What only a timeline says.
MORE = ["follows", "days_late", "void_reason"]


@pytest.fixture
def told(ledger: Ledger) -> tuple[Ledger, list[int]]:
    """Return a ledger, and the positions of what happened with card C1."""
    tell(ledger, pupil(ANNA, name="安娜", class_="一1"), pupil(BORIS), pupil(CLARA))
    rows = (
        act("issue", card="C1", student=ANNA, uid="04A1B2C3", at="2010-03-01T09:00"),
        act("upgrade", card="C1", at="2010-03-02T09:00", handler="Wang", evidence="read"),
        act("lost", card="C1", at="2010-03-05T09:00", note="at the pool"),
        act("term-swipe", card="C1", at="2010-03-04T09:00"),
    )
    return ledger, tell(ledger, *rows)


def positions(rows: list[Shown]) -> list[int]:
    return [row["position"] for row in rows]


def test_a_card_in_the_order_in_which_things_happened(told: tuple[Ledger, list[int]]) -> None:
    ledger, (issued, upgraded, lost, swiped) = told
    assert positions(trace(ledger, "C1")) == [issued, upgraded, swiped, lost]


def test_a_row_says_all_that_the_line_says(told: tuple[Ledger, list[int]]) -> None:
    ledger, (_issued, upgraded, lost, _swiped) = told
    student = student_id(ledger, ANNA)
    rows = {row["position"]: row for row in trace(ledger, "c1")}
    assert all(list(row) == KEYS + MORE for row in rows.values())
    assert [column.key for column in COLUMNS] == KEYS + MORE
    assert [column.key for column in HISTORY] == KEYS
    tool = rows[upgraded]["data"].pop("tool")
    assert tool.startswith("cardledger ")
    assert rows[upgraded] == {
        "position": upgraded,
        "at": "2010-03-02T09:00:00.000+08:00",
        "recorded": ledger.clock(),
        "name": "card.upgraded/1",
        "subjects": ["card:C1", f"student:{student}"],
        "handler": "Wang",
        "evidence": "read",
        "voided_by": None,
        "data": {"card": "C1", "student": student, "school": PRIMARY},
        "follows": [],
        "days_late": 120,
        "void_reason": None,
    }
    assert rows[lost]["data"]["note"] == "at the pool"
    assert rows[lost]["evidence"] == "typed"
    assert rows[lost]["handler"] is None


def test_a_void_is_told_at_both_lines(told: tuple[Ledger, list[int]]) -> None:
    ledger, (_issued, _upgraded, lost, _swiped) = told
    (void,) = tell(ledger, act("void", position=lost, reason="it was at home"))
    for rows in (trace(ledger, "C1"), list(history(ledger, after=lost - 1, upto=lost))):
        assert [row["voided_by"] for row in rows if row["position"] == lost] == [void]
    (row,) = history(ledger, names={"line.voided/1"})
    assert (row["position"], row["data"]["reason"]) == (void, "it was at home")


@pytest.mark.parametrize(
    "what",
    [
        "C1",
        " c1 ",
        "Ｃ1",
        "card:C1",
        "04A1B2C3",
        "04:a1:b2:c3",
        "C3B2A104",
        "uid:04a1b2c3",
        "77705923",
    ],
)
def test_a_card_is_found_in_every_form(told: tuple[Ledger, list[int]], what: str) -> None:
    ledger, lines = told
    assert sorted(positions(trace(ledger, what))) == lines
    assert find_card(ledger, what) == "C1"


def test_a_pupil_is_found_by_every_number_ever_had(told: tuple[Ledger, list[int]]) -> None:
    ledger, _lines = told
    new = number(9, cohort=2016)
    tell(ledger, act("student-renumber", student=ANNA, number=new, at="2010-05-01"))
    student = student_id(ledger, new)
    every = [trace(ledger, what) for what in (ANNA, new, student, f"student:{student}")]
    assert every[0][0]["data"]["name"] == "安娜"
    assert len(every[0]) == 6
    assert every == [every[0]] * 4


def test_a_forgotten_pupil_is_traced_without_names(told: tuple[Ledger, list[int]]) -> None:
    ledger, (_issued, _upgraded, lost, _swiped) = told
    tell(ledger, act("student-forget", student=ANNA))
    rows = trace(ledger, ANNA)
    assert "name" not in rows[0]["data"]
    assert rows[0]["data"]["sealed_for"] == student_id(ledger, ANNA)
    note = next(row for row in rows if row["position"] == lost)
    assert "note" not in note["data"]


def test_a_box_is_traced(told: tuple[Ledger, list[int]]) -> None:
    ledger, _lines = told
    expected = tell(
        ledger,
        act("recycle", card="C1", handler="Wang", at="2010-05-01"),
        act("box-open", box="B1", cohort=2015, at="2010-05-01"),
        act("box-put", box="B1", card="C1", at="2010-05-02"),
    )[1:]
    assert positions(trace(ledger, "b1")) == expected


def test_what_was_void_can_still_be_traced(told: tuple[Ledger, list[int]]) -> None:
    ledger, _lines = told
    (issued,) = tell(ledger, act("register", card="C7", student=BORIS))
    (void,) = tell(ledger, act("void", position=issued, reason="a mistake"))
    assert positions(trace(ledger, "C7")) == [issued, void]


def test_a_number_that_was_only_filed_is_traced(told: tuple[Ledger, list[int]]) -> None:
    ledger, _lines = told
    free = number(77)
    (filed,) = tell(ledger, act("numbers-filed", accepted=[free, ANNA]))
    assert positions(trace(ledger, free)) == [filed]
    assert find_subject(ledger, ANNA) == f"student:{student_id(ledger, ANNA)}"
    with pytest.raises(NotFound):
        find_students(ledger, free)


def test_a_number_that_was_only_mistyped_at_a_swipe_is_traced(
    told: tuple[Ledger, list[int]],
) -> None:
    ledger, _lines = told
    (outcome,) = outcomes(ledger, act("term-swipe", card="C11"))
    assert positions(trace(ledger, "C11")) == list(outcome.positions)
    # Somebody typed a pupil's number where the card's belongs: the number still means the pupil.
    outcomes(ledger, act("term-swipe", card=ANNA))
    assert find_subject(ledger, ANNA) == f"student:{student_id(ledger, ANNA)}"


def test_a_school_and_a_person_are_traced_by_prefix(told: tuple[Ledger, list[int]]) -> None:
    ledger, _lines = told
    (sent,) = tell(ledger, act("sync-sent", at="2010-05-01"))
    assert sent in positions(trace(ledger, f"school:{PRIMARY}"))
    with pytest.raises(NotFound):
        trace(ledger, "person:0123")


@pytest.mark.parametrize("what", ["C99", "", "uid:04A1B2C4", "student:P000", "box:C1", "04A1", "?"])
def test_what_is_unknown_is_said_with_a_hint(told: tuple[Ledger, list[int]], what: str) -> None:
    ledger, _lines = told
    with pytest.raises(NotFound) as raised:
        trace(ledger, what)
    assert what in str(raised.value)
    assert raised.value.hint
    assert raised.value.exit_status == 2


def test_several_candidates_are_listed(told: tuple[Ledger, list[int]]) -> None:
    ledger, _lines = told
    tell(
        ledger,
        act("register", card="C2", student=BORIS, uid="04A1B2C3", evidence="imported"),
        act("box-open", box="C1", cohort=2015, at="2010-05-01"),
        act("student-renumber", student=CLARA, number=ANNA, evidence="imported"),
    )
    with pytest.raises(Ambiguous, match="card:C1, card:C2"):
        trace(ledger, "uid:04A1B2C3")
    with pytest.raises(Ambiguous, match="card:C1, box:C1") as raised:
        trace(ledger, "C1")
    assert "prefix" in raised.value.hint
    assert trace(ledger, "box:C1")
    with pytest.raises(Ambiguous, match=r"student:P\w+, student:P\w+\."):
        trace(ledger, ANNA)
    assert len(find_students(ledger, ANNA)) == 2
    assert len(find_subjects(ledger, "04A1B2C3")) == 2


def test_history_comes_in_the_order_of_arrival(told: tuple[Ledger, list[int]]) -> None:
    ledger, lines = told
    assert positions(list(history(ledger))) == list(range(1, ledger.head() + 1))
    assert positions(list(history(ledger, after=2, upto=4))) == [3, 4]
    assert positions(list(history(ledger, tags={"card:C1"}))) == lines
    some = history(ledger, names={"card.issued/1", "card.lost/1"}, tags={"card:C1"})
    assert positions(list(some)) == [lines[0], lines[2]]


def test_exported_history_is_byte_for_byte_what_was_recorded(
    told: tuple[Ledger, list[int]],
) -> None:
    ledger, lines = told
    data = [raw.data for raw in ledger.raw_lines()]
    assert b"".join(exported(ledger)).split(b"\n") == [*data, b""]
    (one,) = exported(ledger, names={"card.issued/1"})
    assert one == data[lines[0] - 1] + b"\n"


def test_history_is_read_without_the_key_store(
    told: tuple[Ledger, list[int]], ledger_url: str
) -> None:
    ledger, _lines = told
    with open_ledger(ledger_url, keys="away.db") as closed:
        rows = list(history(closed))
        assert positions(rows) == positions(list(history(ledger)))
        assert all("name" not in row["data"] or "school" in row["name"] for row in rows)


def test_lines_that_this_version_does_not_know_are_shown(told: tuple[Ledger, list[int]]) -> None:
    ledger, _lines = told
    later = b'{"event":"card.eaten/1","at":"2010-03-01T10:00:00.000+08:00","card":"C1","by":"dog"}'
    ledger.log.append(
        [Entry("card.eaten/1", later, ("card:C1",)), Entry("x", b"\xff", ("card:C1",), True)]
    )
    foreign, eaten = trace(ledger, "C1")[0], trace(ledger, "C1")[2]
    assert (eaten["name"], eaten["at"][:10], eaten["data"]) == (
        "card.eaten/1",
        "2010-03-01",
        {"card": "C1", "by": "dog"},
    )
    assert (foreign["name"], foreign["at"], foreign["subjects"]) == ("x", None, ["card:C1"])


def test_contested_facts_say_so(told: tuple[Ledger, list[int]]) -> None:
    ledger, _lines = told
    set_clock(ledger, "2010-06-01")
    tell(ledger, act("register", card="C1", student=BORIS, evidence="imported"))
    assert "card-number-used" in trace(ledger, "C1")[0]["data"]["contested"]


def test_a_pupil_is_traced_with_what_became_of_the_numbers(told: tuple[Ledger, list[int]]) -> None:
    ledger, _lines = told
    new, free = number(77), number(78)
    before = positions(trace(ledger, ANNA))
    lines = tell(
        ledger,
        act("number-allocate", number=new, student=ANNA, at="2010-05-01"),
        act("number-allocate", number=free, at="2010-05-01"),
        act("numbers-filed", accepted=[new], rejected=[free], at="2010-05-02"),
        act("student-renumber", student=ANNA, number=free, at="2010-05-03"),
        act("numbers-filed", accepted=[BORIS], at="2010-05-04"),
    )
    expected = [*before, *lines[:4]]
    for what in (ANNA, new, free):
        assert sorted(positions(trace(ledger, what))) == sorted(expected)
    (void,) = tell(ledger, act("void", position=lines[1], reason="never ours"))
    assert sorted(positions(trace(ledger, new))) == sorted([*expected, void])


def test_a_number_of_two_pupils_does_not_mix_their_lines(told: tuple[Ledger, list[int]]) -> None:
    ledger, _lines = told
    anna, boris = (student_id(ledger, one) for one in (ANNA, BORIS))
    lines = tell(ledger, act("student-renumber", student=boris, number=ANNA, evidence="imported"))
    assert lines[0] in positions(trace(ledger, boris))
    assert lines[0] not in positions(trace(ledger, anna))
