"""Lines of a queue: what was written is read again, and nothing else ever is."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cardledger.station.queue.records import FORMAT, Done, Header, Put, Record, line_of, read_lines

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
COMMANDS: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    TEXTS, st.one_of(TEXTS, st.integers(-(2**53), 2**53), st.booleans()), max_size=4
)
RECORDS: st.SearchStrategy[Record] = st.one_of(
    st.builds(Header, format=st.just(FORMAT), ledger=TEXTS),
    st.builds(Put, n=st.integers(0, 2**31), command=COMMANDS, undo=st.booleans()),
    st.builds(Done, n=st.integers(0, 2**31)),
)


@given(st.lists(RECORDS, max_size=6))
def test_what_was_written_is_read_again(records: list[Record]) -> None:
    content = b"".join(map(line_of, records))
    assert read_lines(content) == (records, [], len(content))


@given(st.lists(RECORDS, min_size=1, max_size=4), st.data())
def test_a_line_that_was_cut_off_is_no_record_and_no_damage(
    records: list[Record], data: st.DataObject
) -> None:
    whole = b"".join(map(line_of, records[:-1]))
    last = line_of(records[-1])
    cut = data.draw(st.integers(0, len(last) - 1))
    read = read_lines(whole + last[:cut])
    assert read == (records[:-1], [], len(whole))


@given(st.lists(RECORDS, min_size=1, max_size=4), st.data())
def test_a_byte_that_was_altered_is_never_taken_for_a_swipe(
    records: list[Record], data: st.DataObject
) -> None:
    content = bytearray(b"".join(map(line_of, records)))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    read = read_lines(bytes(content))
    assert all(record in records for record in read.records)
    assert len(read.records) < len(records)


@given(st.binary(max_size=300))
def test_nonsense_is_read_without_complaint_and_accounted_for(content: bytes) -> None:
    read = read_lines(content)
    assert read.records == []
    assert sum(len(line) + 1 for line in read.damaged) == read.size


def test_a_line_can_be_read_by_people() -> None:
    line = line_of(Put(1, {"action": "term-swipe", "card": "C1"}))
    assert line.endswith(
        b' {"kind":"put","n":1,"command":{"action":"term-swipe","card":"C1"},"undo":false}\n'
    )
