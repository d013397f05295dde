"""Lines of other applications: any bytes, with their tags in the row and under the leaf."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cardledger.log import Entry, Line, Log, foreign_content, tags_from_text
from cardledger.tlog import leaf_hash
from tests.log.samples import ORIGIN, entry, rows, seqs

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
parts = st.tuples(texts, st.lists(texts, max_size=3), st.binary(max_size=4))


def test_foreign_line_keeps_its_tags_in_their_order(log: Log) -> None:
    tags = ("b", "a", "b", '"名"')
    log.append([entry(1, "b"), Entry("theirs", b"\x00\xff", tags, foreign=True)])
    ours, theirs = log.read()
    assert ours.tags is None
    assert theirs == Line(2, 2, ORIGIN, "theirs", b"\x00\xff", '["b","a","b","\\"名\\""]')
    assert tags_from_text(theirs.tags or "") == list(tags)
    assert seqs(log.read(tags=["a"])) == [2]
    assert [line.seq for _, line in log.read_by_tag("b")] == [1, 2]


def test_leaf_of_a_foreign_line_commits_to_name_tags_and_data(log: Log) -> None:
    log.append([Entry("theirs", b"data", ("a", "b"), foreign=True)])
    content = (
        b"cardledger foreign line/1\n"
        b"\0\0\0\0\0\0\0\x06theirs"
        b"\0\0\0\0\0\0\0\x02"
        b"\0\0\0\0\0\0\0\x01a"
        b"\0\0\0\0\0\0\0\x01b"
        b"\0\0\0\0\0\0\0\x04data"
    )
    assert foreign_content("theirs", ["a", "b"], b"data") == content
    assert rows(log, "SELECT leaf FROM line") == [(leaf_hash(content),)]
    assert log.root() == leaf_hash(content)


@given(parts, parts)
def test_different_lines_never_have_the_same_content(
    one: tuple[str, list[str], bytes], other: tuple[str, list[str], bytes]
) -> None:
    assert (foreign_content(*one) == foreign_content(*other)) == (one == other)
