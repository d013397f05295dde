"""Which lines are responsible for a value: without them it is another one, whatever happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import given as any_of

from cardledger.book import Book, fold, in_order
from cardledger.reconcile.differences import Probe
from cardledger.reconcile.responsible import responsible
from tests.core.test_any_history import History, story_of
from tests.support.anything import histories
from tests.support.given import ANNA, act, given, pupil

CARD: dict[str, Callable[[Any], Any]] = {
    "state": lambda card: card.state,
    "student": lambda card: card.student,
    "uid": lambda card: card.uid,
    "upgraded": lambda card: card.upgraded,
    "filed": lambda card: card.filed_at,
    "kind": lambda card: card.kind,
}
STUDENT: dict[str, Callable[[Any], Any]] = {
    "number": lambda student: student.number,
    "status": lambda student: student.status,
    "school": lambda student: student.school,
    "class": lambda student: student.class_,
    "cohort": lambda student: student.cohort,
    "guest": lambda student: student.guest,
    "sealed": lambda student: tuple(student.sealed),
}


def _probes(book: Book) -> list[Probe]:
    def card(number: str, value: Callable[[Any], Any]) -> Probe:
        def of(folded: Book) -> Any:
            known = folded.card(number)
            return (value(known),) if known.known else None

        return Probe(f"card:{number}", of)

    def student(key: str, value: Callable[[Any], Any]) -> Probe:
        def of(folded: Book) -> Any:
            known = folded.student(key)
            return (value(known),) if known.known else None

        return Probe(f"student:{key}", of)

    return [
        *(card(number, value) for number in book.cards for value in CARD.values()),
        *(student(key, value) for key in book.students for value in STUDENT.values()),
    ]


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@any_of(histories())
def test_without_them_the_value_is_another_one(history: History) -> None:
    story = story_of(history)
    for probe in _probes(story.book()):
        lines = [line for line in story.lines if probe.tag in line.event.tags()]
        value = probe.value(fold(lines))
        found = responsible(probe, in_order(lines))
        if value is None:
            continue
        assert found, "something makes the value"
        assert found == tuple(sorted(found))
        assert set(found) <= {line.position for line in lines}
        left = [line for line in in_order(lines) if line.position not in found]
        assert probe.value(fold(left)) != value
        # None of them is there for nothing: all but the first are needed by themselves.
        for kept in found:
            others = [line for line in in_order(lines) if line.position not in set(found) - {kept}]
            assert len(found) == 1 or probe.value(fold(others)) is not None


def test_the_recycling_is_responsible_for_a_recycled_card() -> None:
    story = given(
        pupil(ANNA),
        act("register", card="C1", student=ANNA, at="2010-03-01"),
        act("upgrade", card="C1", at="2010-03-02"),
        act("recycle", card="C1", at="2010-05-03", handler="Wang", reason="left"),
    )
    lines = [line for line in story.lines if "card:C1" in line.event.tags()]
    register, upgrade, recycle = (line.position for line in lines)

    def of(name: str) -> tuple[int, ...]:
        probe = Probe(
            "card:C1", lambda book: (getattr(book.card("C1"), name),) * book.card("C1").known
        )
        return responsible(probe, in_order(lines))

    assert of("state") == (recycle,)
    assert of("upgraded") == (upgrade,)
    assert of("kind") == (register, recycle)


def test_a_value_said_twice_has_two_lines_the_newest_last() -> None:
    story = given(
        pupil(ANNA, class_="1", at="2010-03-01"),
        act("student-change", student=ANNA, class_="2", at="2010-04-01"),
        act("student-repeat-year", student=ANNA, class_="2", cohort=2016, at="2010-05-01"),
    )
    key = story.key(ANNA)
    lines = [line for line in story.lines if f"student:{key}" in line.event.tags()]
    probe = Probe(f"student:{key}", lambda book: book.student(key).class_ or None)
    assert responsible(probe, in_order(lines)) == tuple(line.position for line in lines[1:])
