"""Whatever is asked, the answer is that of the library's recorder in memory."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBQueryItem,
    DCBReadResponse,
    DCBRecorder,
)
from eventsourcing.dcb.popo import InMemoryDCBRecorder
from eventsourcing.persistence import DataError, IntegrityError, ProgrammingError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cardledger.store import Recorder

TYPES = ["Registered", "Joined", "名", ""]
TAGS = ["student-1", "student-2", "course-1", "", "a\"b'\\", "\U0001f0cf"]

some_types = st.lists(st.sampled_from([*TYPES, "Never", "N\0"]), max_size=3)
some_tags = st.lists(st.sampled_from([*TAGS, "nobody", "\ud800"]), max_size=3)
some_events = st.lists(
    st.builds(
        DCBEvent,
        st.sampled_from(TYPES),
        st.binary(max_size=6),
        # A tag may be twice on an event.
        st.lists(st.sampled_from(TAGS), max_size=4),
    ),
    min_size=1,
    max_size=5,
)
some_queries = st.builds(
    DCBQuery, st.lists(st.builds(DCBQueryItem, some_types, some_tags), max_size=4)
)


class Ask(NamedTuple):
    query: DCBQuery | None
    back: int | None
    limit: int | None


class Write(NamedTuple):
    events: list[DCBEvent]
    condition: DCBQuery | None
    back: int | None


#: How far before the head to begin; None is from the start.
some_backs = st.none() | st.integers(-2, 8)
some_steps = st.lists(
    st.builds(Write, some_events, st.none() | some_queries, some_backs)
    | st.builds(
        Ask, st.none() | some_queries, some_backs, st.none() | st.sampled_from([-1, 0, 1, 2, 5])
    ),
    min_size=1,
    max_size=12,
)


def answer(response: DCBReadResponse) -> tuple[int | None, list[tuple[int, DCBEvent]]]:
    return response.head, [(event.position, event.event) for event in response]


def outcome(recorder: DCBRecorder, write: Write, after: int | None) -> int | None:
    """Return the position of an append, None where its condition failed."""
    condition = None
    if write.condition is not None:
        condition = DCBAppendCondition(write.condition, after)
    try:
        return recorder.append(write.events, condition)
    except IntegrityError:
        return None


@pytest.fixture
def model() -> InMemoryDCBRecorder:
    """Return the recorder that is right by definition."""
    return InMemoryDCBRecorder()


@pytest.mark.slow
# The examples of a test go on in the same pair of recorders.
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some_steps)
def test_answers_are_those_of_the_recorder_in_memory(
    recorder: Recorder, model: InMemoryDCBRecorder, steps: list[Ask | Write]
) -> None:
    for step in steps:
        head = len(model.events)
        after = None if step.back is None else max(head - step.back, 0)
        if isinstance(step, Write):
            assert outcome(recorder, step, after) == outcome(model, step, after)
        else:
            ours = recorder.read(step.query, after=after, limit=step.limit)
            theirs = model.read(step.query, after=after, limit=step.limit)
            assert answer(ours) == answer(theirs)


def test_head_is_where_the_reading_began(recorder: Recorder) -> None:
    event = DCBEvent("Joined", b"", ["course-1"])
    recorder.append([event, event])
    response = recorder.read(DCBQuery([DCBQueryItem(tags=["course-1"])]))
    recorder.append([event])
    assert [event.position for event in response] == [1, 2]
    assert response.head == 2


@pytest.mark.slow
def test_query_may_have_more_items_than_sql_has_variables(recorder: Recorder) -> None:
    recorder.append([DCBEvent("Joined", b"", [f"tag-{number}", "x"]) for number in range(10)])
    items = [
        DCBQueryItem(types, tags)
        for number in range(0, 40_000, 3)
        for types, tags in (
            ([], [f"tag-{number}"]),
            (["Joined"], [f"tag-{number}", "x"]),
            ([f"Type-{number}"], []),
        )
    ]
    response = recorder.read(DCBQuery(items))
    assert [event.position for event in response] == [1, 4, 7, 10]
    with pytest.raises(IntegrityError):
        recorder.append([DCBEvent("Joined", b"")], DCBAppendCondition(DCBQuery(items), 9))
    assert recorder.append([DCBEvent("Joined", b"")], DCBAppendCondition(DCBQuery(items), 10)) == 11


def test_nothing_to_append_is_a_mistake(recorder: Recorder) -> None:
    with pytest.raises(ProgrammingError):
        recorder.append([])


@pytest.mark.parametrize(
    "event",
    [DCBEvent("a\0", b""), DCBEvent("a", b"", ["b\0"]), DCBEvent("a", b"", ["\ud800"])],
)
def test_text_that_not_every_database_can_hold_is_refused(
    recorder: Recorder, event: DCBEvent
) -> None:
    with pytest.raises(DataError, match="NUL"):
        recorder.append([DCBEvent("good", b""), event])
    assert answer(recorder.read()) == (None, [])


def test_data_that_is_not_bytes_is_refused(recorder: Recorder) -> None:
    with pytest.raises(ProgrammingError, match="not str"):
        recorder.append([DCBEvent("a", "text")])  # type: ignore[arg-type]
    assert recorder.append([DCBEvent("a", bytes(range(256)))]) == 1
