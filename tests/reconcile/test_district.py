"""On made districts exactly the planted differences are found, no more, no fewer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from cardledger import Ledger
from cardledger.batch import command_of_row
from cardledger.book import fold
from cardledger.reconcile import Result
from scripts.district.differences import PLANTS
from scripts.district.elsewhere import FILES
from scripts.district.making import make
from tests.reconcile.districts import compared, found, key_of, made, planted, recorded


class Case:
    """A recorded district, what is planted in its lists, and what was found."""

    def __init__(self, folder: Path, ledger: Ledger, truth: dict[str, Any]) -> None:
        self.folder = folder
        self.ledger = ledger
        self.truth = truth
        self.result = self.again()

    def again(self) -> Result:
        return compared(self.ledger, self.folder, self.truth)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    folder = tmp_path_factory.mktemp("reconcile")
    truth = made(folder / "district", seed=11, schools=2, pupils=260, terms=2)
    with recorded(folder / "district", folder / "ledger.db") as ledger:
        yield Case(folder / "district", ledger, truth)


#: Seeds, schools, pupils, terms: one school and several, ending in summer and in winter.
DISTRICTS = [(1, 1, 120, 1), (2, 3, 330, 1), (3, 2, 200, 2), (4, 4, 400, 2), (5, 1, 150, 3)]


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "schools", "pupils", "terms"), DISTRICTS)
def test_exactly_the_planted_differences_are_found(
    tmp_path: Path, seed: int, schools: int, pupils: int, terms: int
) -> None:
    truth = made(tmp_path / "district", seed, schools, pupils, terms)
    with recorded(tmp_path / "district", tmp_path / "ledger.db") as ledger:
        result = compared(ledger, tmp_path / "district", truth)
    assert found(result.differences) == planted(truth)
    assert len(result.differences) > 20


def test_every_kind_of_difference_is_planted_somewhere(case: Case) -> None:
    assert case.truth["not_planted"] == []
    kinds = {one["plant"] for one in case.truth["planted"]}
    assert kinds == {*PLANTS, "card-of-extra-pupil"}


def test_every_row_of_every_list_is_accounted_for(case: Case) -> None:
    totals: Counter[str] = Counter()
    for (source, _file), count in case.result.counts.items():
        totals[source] += sum(count.values())
        assert count["no-data"] == 1, "the row of totals"
    assert totals == _rows(case.folder)


def _rows(folder: Path) -> dict[str, int]:
    """Count the rows below heading and header, as another reader sees them."""
    counts: dict[str, int] = {}
    for source, called in FILES.items():
        for file in folder.glob(f"*/{called}-*.xlsx"):
            book = load_workbook(file, read_only=True)
            counts[source] = counts.get(source, 0) + sum(1 for _row in book.worksheets[0].rows) - 2
            book.close()
    return counts


def test_without_the_responsible_lines_the_ledger_would_say_something_else(case: Case) -> None:
    """What is told as the cause is the cause: leave it out, and the difference is another one."""
    seen = 0
    for one in case.result.differences:
        if one.kind == "faulty" or not one.positions:
            assert one.kind != "different"
            continue
        tag = one.subject
        lines = list(case.ledger.lines((tag,)))
        left = [line for line in lines if line.position not in one.positions]
        assert len(left) + len(one.positions) == len(lines), "they are lines of the subject"
        assert _value(case, one, lines) != _value(case, one, left), one
        seen += 1
    assert seen > 40


def _value(case: Case, one: Any, lines: list[Any]) -> Any:
    """Return what lines say of the field of a difference, found in another way than the code's."""
    kind, key = one.subject.split(":")
    book = fold(lines)
    if kind == "card":
        card = book.card(key)
        names = {"student_number": "student", "filed": "filed_at", "issued": "issued_at"}
        field = names.get(one.field, one.field) or "state"
        shown = "boxed" if field == "state" and card.box else getattr(card, field)
        return card.known, shown, card.student
    student = book.student(key)
    names = {"student_number": "number", "class": "class_", "": "status"}
    field = names.get(one.field, one.field)
    if field == "grade":
        return student.grade, student.cohort
    value = getattr(student, field, None)
    return student.known, case.ledger.opened(student).get(field) if value is None else value


def test_what_is_proposed_settles_it_and_nothing_else(tmp_path: Path) -> None:
    """Recorded, the proposals are gone; what somebody must look at stays; nothing new comes."""
    truth = made(tmp_path / "district", seed=21, schools=2, pupils=220, terms=1)
    with recorded(tmp_path / "district", tmp_path / "ledger.db") as ledger:
        case = Case(tmp_path / "district", ledger, truth)
        batch = case.result.batch()
        actions = {row["action"] for row in batch}
        assert actions == {
            *("student-add", "student-change", "student-renumber", "student-transfer-in"),
            *("register", "upgrade", "lost", "cards-filed"),
        }
        for row in batch:
            inferred = row["action"] in ("student-renumber", "student-transfer-in")
            assert row["evidence"] == ("inferred" if inferred else "imported")
            assert "xlsx" in row["note"]
        outcomes = ledger.record_many([command_of_row(row) for row in batch])
        assert {outcome.outcome for outcome in outcomes} == {"recorded"}
        assert [outcome.contested for outcome in outcomes if outcome.contested] == []
        again = case.again()
    stay = {one.id: one for one in case.result.differences if one.proposal is None}
    left = {one.id: one for one in again.differences}
    assert set(stay) <= set(left)
    assert again.batch() == []
    same = Counter(_without_number(left[key]) for key in stay)
    assert same == Counter(_without_number(one) for one in stay.values())
    # Lists that have not learnt what the roster said now differ; they agreed with the ledger.
    taken_over = {one.subject for one in case.result.differences if one.source == "roster"}
    for key in set(left) - set(stay):
        one = left[key]
        assert (one.source in ("cards", "filing"), one.field in ("class", "name")) == (True, True)
        assert one.subject in taken_over


def _without_number(one: Any) -> tuple[Any, ...]:
    """Return a difference without the pupil's number, which a proposal may have changed."""
    key = key_of(one)
    return (*key[:3], *key[4:])


def test_one_school_alone_is_compared_with_its_part_of_the_ledger(case: Case) -> None:
    from cardledger.reconcile import reconcile
    from tests.reconcile.districts import lists_of

    school = case.truth["planted"][0]["student_number"][:8]
    result = reconcile(
        case.ledger, lists_of(case.folder, school), as_of=case.truth["as_of"], schools=[school]
    )
    whole = {one.id for one in case.result.differences}
    alone = {one.id: one for one in result.differences}
    # Who was moved to the other school's roster is missing in the own one; all else is the same.
    new = [one for key, one in alone.items() if key not in whole]
    assert {(one.kind, one.source) for one in new} <= {("only-in-ledger", "roster")}
    assert len(new) == 1
    # The other school's pupils and cards are no difference.
    assert {one.school for one in alone.values() if one.kind == "only-in-ledger"} == {school}


def test_the_lists_change_nothing_else_of_a_district(tmp_path: Path) -> None:
    for name, with_lists in (("plain", False), ("lists", True)):
        make(
            tmp_path / name,
            seed=3,
            schools=2,
            pupils=80,
            terms=1,
            start="2010-spring",
            with_lists=with_lists,
        )
    plain = {
        file.relative_to(tmp_path / "plain"): file.read_bytes()
        for file in (tmp_path / "plain").rglob("*.*")
    }
    with_them = {
        file.relative_to(tmp_path / "lists"): file for file in (tmp_path / "lists").rglob("*.*")
    }
    assert {name: with_them[name].read_bytes() for name in plain} == plain
    more = {str(name) for name in with_them} - {str(name) for name in plain}
    assert len(more) == 7
    assert "reconcile-truth.json" in more
