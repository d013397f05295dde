"""Numbers that are set aside: for whom, with which last digit, and what becomes of them."""

from __future__ import annotations

from typing import Any, Final

import msgspec
import pytest

from cardledger.actions.number_allocate import NumberAllocated
from cardledger.actions.numbers_filed import NumbersWereFiled
from cardledger.book import fold
from cardledger.events import Codec
from cardledger.numbers import check_digit_of
from tests.actions.refused_numbers import allocate
from tests.support.given import (
    ANNA,
    BORIS,
    PRIMARY,
    Row,
    Story,
    act,
    given,
    number,
    pupil,
    recorded,
    refused,
    repeated,
)

FREE: Final = number(9, cohort=2016)


def adopted(algorithm: str, since: str = "2010-03-01") -> Row:
    return act("policy-adopt", changes={"check_digit": algorithm}, from_=since)


def filed(*accepted: str, **more: Any) -> Row:
    return act("numbers-filed", accepted=list(accepted), **({"at": "2010-03-20"} | more))


def state(story: Story, text: str) -> str:
    return story.book().number_state(text).state


@pytest.mark.parametrize("algorithm", ["mod-11-10", "mod-11-2", "luhn"])
def test_the_policy_of_the_day_computes_the_last_digit(algorithm: str) -> None:
    story = given(adopted(algorithm))
    place = number(10, cohort=2016)[:15]
    digit = check_digit_of(algorithm, place)  # type: ignore[arg-type]
    story.when(allocate(place, at="2010-02-28")).then(refused("check-digit-unknown"))
    story.when(allocate(place)).then(recorded(NumberAllocated, number=place + digit))


def test_a_last_digit_that_checks_nothing_is_zero_unless_it_is_said() -> None:
    story = given(adopted("none"))
    story.when(allocate(FREE[:15])).then(recorded(number=FREE))
    other = number(10, cohort=2016)[:15] + "7"
    story.when(allocate(other)).then(recorded(number=other))


def test_a_last_digit_that_is_said_needs_no_algorithm() -> None:
    given().when(allocate(FREE)).then(recorded(number=FREE))


def test_a_place_that_lost_its_zero_is_refused() -> None:
    told = given().when(allocate(FREE[1:]))
    told.then(refused("bad-student-number"))


def test_the_fold_of_a_number_alone_knows_all_of_it() -> None:
    story = given(pupil(ANNA), allocate(FREE, student=ANNA, reason="repeated-year", class_="2"))
    story.given(filed(rejected=[FREE], reasons=["the class is full"]))
    only = fold(line for line in story.lines if f"number:{FREE}" in line.event.tags())
    found = only.number_state(FREE)
    assert found == story.desk.book.number_state(FREE) == story.book().number_state(FREE)
    assert (found.state, found.reason, found.school) == ("rejected", "the class is full", PRIMARY)
    assert (found.student, found.class_, found.why) == (story.key(ANNA), "2", "repeated-year")
    assert found.allocated_at < found.filed_at


def test_a_number_is_pre_allocated_until_it_is_filed() -> None:
    story = given(allocate(FREE))
    assert state(story, FREE) == "allocated"
    story.given(filed(FREE))
    assert state(story, FREE) == "filed"
    assert state(given(filed(FREE)), FREE) == "filed"
    assert state(given(), FREE) == ""


def test_the_last_result_counts_in_the_order_in_which_they_happened() -> None:
    story = given(allocate(FREE), filed(FREE, at="2010-04-01"))
    story.given(filed(rejected=[FREE], reasons=["twice"], at="2010-03-20"))
    assert state(story, FREE) == "filed"
    assert story.book().number_state(FREE).reason == ""
    assert story.desk.book.number_state(FREE) == story.book().number_state(FREE)
    story.given(filed(rejected=[FREE], digest="ab" * 32, at="2010-05-01"))
    assert state(story, FREE) == "rejected"


def test_an_allocation_that_is_void_leaves_no_state_but_the_number_taken() -> None:
    story = given(allocate(FREE))
    story.given(act("void", position=story.head, reason="wrong class"))
    assert state(story, FREE) == ""
    assert FREE not in story.desk.book.number_states
    story.when(allocate(FREE)).then(refused("number-used"))


def test_an_allocation_may_be_void_although_the_number_was_filed() -> None:
    story = given(allocate(FREE), filed(FREE))
    story.when(act("void", position=4, reason="never ours")).then(recorded())
    assert state(story, FREE) == "filed"


def test_reasons_belong_to_the_rejected_numbers_in_their_order() -> None:
    story = given()
    row = filed(ANNA, rejected=[BORIS, FREE], reasons=["no such pupil"])
    story.when(row).then(recorded(NumbersWereFiled, reasons=("no such pupil",)))
    assert story.book().number_state(BORIS).reason == "no such pupil"
    assert story.book().number_state(FREE).reason == ""
    story.when(filed(BORIS, reasons=["for nobody"])).then(refused("bad-input"))


def test_a_result_file_imported_twice_is_one_filing() -> None:
    story = given(filed(FREE, digest="ab" * 32))
    story.when(filed(FREE, digest="ab" * 32, at="2010-04-01")).then(repeated())
    story.when(filed(FREE, digest="cd" * 32)).then(recorded())


def test_lines_from_before_reasons_were_kept_are_read_and_written_as_they_were() -> None:
    data = (
        b'{"event":"numbers.filed/1","at":"2009-09-20T23:59:59.999+08:00",'
        b'"recorded":"2009-09-21T08:00:00.000+08:00","school":"01170011",'
        b'"accepted":["0117001101501010"],"rejected":["0117001101501020"]}'
    )
    event = Codec.decode("numbers.filed/1", data)
    assert isinstance(event, NumbersWereFiled)
    assert event.reasons == ()
    assert msgspec.json.encode(event) == data
