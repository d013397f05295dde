"""Reading gives what was written, by any choice, in any size of page."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cardledger.log import Entry, Line, Log, Match, reading
from cardledger.log.database import Database
from cardledger.log.reading import LARGE, read_line
from tests.conftest import NewPlace
from tests.log.samples import ORIGIN, entries, entry, matches, seqs

TAGS = ["a", "b", "b:1", "b:2", "b:\U0001f0cf", "b:\uffff", "c", ""]
NAMES = ["x", "y", "z"]

some_tags = st.lists(st.sampled_from(TAGS), max_size=4).map(tuple)
some_entries = st.lists(
    st.builds(entry, st.integers(0, 9), name=st.sampled_from(NAMES)).flatmap(
        lambda one: some_tags.map(lambda tags: one._replace(tags=tags))
    ),
    max_size=25,
)
some_matches = st.lists(
    st.builds(
        Match,
        st.lists(st.sampled_from([*NAMES, "none"]), max_size=2).map(tuple),
        st.lists(st.sampled_from([*TAGS, "none"]), max_size=3).map(tuple),
    ),
    max_size=4,
)


class Bounds(NamedTuple):
    """Where to begin and end, counted from the lines that an example wrote."""

    after: int
    upto: int | None


some_bounds = st.builds(Bounds, st.integers(0, 26), st.none() | st.integers(-1, 26))
#: The examples of a test write one after the other into the same log.
in_one_log = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def write(log: Log, written: list[Entry], bounds: Bounds) -> list[tuple[Line, Entry]]:
    """Append entries; return those within bounds with their lines."""
    base = log.head()
    log.append(written)
    return [
        (Line(base + number, base + number, ORIGIN, entry.name, entry.data), entry)
        for number, entry in enumerate(written, 1)
        if bounds.after < number and (bounds.upto is None or number <= bounds.upto)
    ]


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make even short logs need several pages and windows."""
    monkeypatch.setattr(reading, "PAGE", 3)
    monkeypatch.setattr(reading, "FIRST_WINDOW", 2)


@in_one_log
@given(some_entries, st.none() | some_tags, some_bounds)
def test_any_of_the_tags_once_and_in_order(
    log: Log, written: list[Entry], tags: tuple[str, ...] | None, bounds: Bounds
) -> None:
    base = log.head()
    pairs = write(log, written, bounds)
    upto = None if bounds.upto is None else base + bounds.upto
    assert list(log.read(tags=tags, after=base + bounds.after, upto=upto)) == [
        line for line, entry in pairs if tags is None or set(tags) & set(entry.tags)
    ]


@in_one_log
@given(some_entries, some_matches, some_bounds, st.booleans())
def test_whatever_a_match_describes(
    log: Log, written: list[Entry], wanted: list[Match], bounds: Bounds, limited: bool
) -> None:
    base = log.head()
    pairs = write(log, written, bounds)
    upto = None if bounds.upto is None else base + bounds.upto
    found = log.search(wanted, after=base + bounds.after, upto=upto, limited=limited)
    assert list(found) == [
        line for line, entry in pairs if any(matches(entry, match) for match in wanted)
    ]


@in_one_log
@given(
    some_entries,
    st.sampled_from(["", "b", "b:", "b:1", "c", "d", "\ud7ff", "\U0010fffe"]),
    st.none() | st.sampled_from(TAGS),
    st.none() | st.sampled_from(TAGS),
    st.none() | st.integers(0, 26),
)
def test_by_tag_in_the_order_of_tags_and_seqs(
    log: Log,
    written: list[Entry],
    prefix: str,
    lower: str | None,
    upper: str | None,
    upto: int | None,
) -> None:
    base = log.head()
    # Tags of their own, apart from those of earlier examples.
    own = f"example {base}|"
    written = [entry._replace(tags=tuple(own + tag for tag in entry.tags)) for entry in written]
    pairs = sorted(
        {
            (tag, line)
            for line, entry in write(log, written, Bounds(0, upto))
            for tag in entry.tags
            if tag.startswith(own + prefix)
            and (lower is None or tag >= own + lower)
            and (upper is None or tag < own + upper)
        }
    )
    found = log.read_by_tag(
        own + prefix,
        lower=None if lower is None else own + lower,
        upper=None if upper is None else own + upper,
        upto=None if upto is None else base + upto,
    )
    assert list(found) == pairs


def test_log_with_an_index_of_names_gives_the_same(new_place: NewPlace) -> None:
    written = [entry(number, "t", name=NAMES[number % 3]) for number in range(30)]
    for index_names in (False, True):
        with Log.create(new_place(), origin=ORIGIN, index_names=index_names) as log:
            log.append(written)
            assert seqs(log.search([Match(("x", "y"))])) == [
                number + 1 for number in range(30) if number % 3 < 2
            ]


def test_reading_ends_where_the_log_ended_when_it_began(log: Log) -> None:
    log.append(entries(10))
    lines = log.read()
    by_tag = log.read(tags=["student:1", "card:2"])
    assert [next(lines).seq, next(by_tag).seq] == [1, 1]
    log.append(entries(10, 11))
    assert seqs(lines) == list(range(2, 11))
    assert seqs(by_tag) == [2]


def test_reader_that_stops_early_leaves_nothing_open(log: Log) -> None:
    log.append(entries(30))
    for _ in range(40):
        assert next(log.read(tags=["student:1"])).seq == 1
        assert next(log.read()).seq == 1
    assert log.append(entries(1)) == range(31, 32)


def test_thousands_of_tags_are_looked_for_at_once(log: Log) -> None:
    log.append(entries(500))
    wanted = [f"card:{number}" for number in range(0, 60_000, 100)]
    wanted += [f"uid:{number}" for number in range(40_000)]
    assert seqs(log.read(tags=wanted)) == [100, 200, 300, 400, 500]
    assert log.append(entries(1), unless=wanted, after=500) == range(501, 502)


def test_tags_by_their_beginning_each_once_and_in_order(log: Log) -> None:
    log.append([entry(1, "number:013"), entry(2, "number:0119", "number:011"), entry(3, "a")])
    log.append([entry(4, "number:011"), entry(5, "number:02"), entry(6, "numbers:011", "number:")])
    assert list(log.tags("number:01")) == ["number:011", "number:0119", "number:013"]
    assert list(log.tags("number:0119")) == ["number:0119"]
    assert list(log.tags("number:")) == [
        *("number:", "number:011", "number:0119", "number:013", "number:02")
    ]
    assert list(log.tags("card:")) == []


def test_tags_of_several_pages(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PAGE", 3)
    log.append(entry(number, f"a:{number}", f"b:{number:02}", "b:00") for number in range(10))
    for _twice in range(2):
        assert list(log.tags("b:")) == [f"b:{number:02}" for number in range(10)]
        log.append([entry(10, "b:03", "b:09")])


def test_a_large_line_is_read_once_however_many_subjects_it_has(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A filing of a school is met for each of its cards: a page must not hold it as often."""
    read: list[int] = []

    def counted(database: Database, seq: int) -> Line | None:
        read.append(seq)
        return read_line(database, seq)

    tags = tuple(f"card:{place:03}" for place in range(300))
    small, edge, large = (b'"%s"' % (b"x" * (size - 2)) for size in (10, LARGE, LARGE + 1))
    log.append([Entry(f"n{len(data)}", data, tags) for data in (small, edge, large)])
    monkeypatch.setattr("cardledger.log.reading.read_line", counted)
    found = list(log.read_by_tag("card:"))
    assert [(tag, line.data) for tag, line in found] == [
        (tag, data) for tag in tags for data in (small, edge, large)
    ]
    assert read == [3]
