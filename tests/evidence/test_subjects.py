"""Whatever is recorded names its subjects in its bytes, so that the single file can look there."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings

from cardledger.events import Codec
from cardledger.evidence.checking import _is_about
from tests.support.anything import BEGINNING, histories
from tests.support.given import Row
from tests.support.given import given as begin

#: What `cardledger.naming` finds; the others cannot be asked for.
KINDS = ("card", "uid", "student", "number", "box", "school", "person")


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(histories())
def test_a_line_names_each_of_its_subjects(history: list[tuple[str, Row]]) -> None:
    story = begin(*BEGINNING)
    for clock, row in history:
        story.passes(clock).when(row)
    for line in story.lines:
        data = Codec.encode(line.event)
        for tag in line.event.tags():
            kind, _colon, value = tag.partition(":")
            if kind in KINDS:
                said = [json.dumps(one, ensure_ascii=False).encode() for one in (tag, value)]
                # A count of a box says CARD@BOX of what belongs elsewhere.
                forms = [*said, *(one[:-1] + b"@" for one in said)]
                assert any(form in data for form in forms), (tag, data)
                assert _is_about(data, tag)
        assert not _is_about(data, "card:C0")


def test_a_line_of_a_later_version_is_about_what_it_names() -> None:
    data = b'{"event":"card.blessed/1","card":"C1"}'
    assert _is_about(data, "card:C1")
    assert not _is_about(data, "card:C2")
    assert not _is_about(b"no JSON", "card:C1")
