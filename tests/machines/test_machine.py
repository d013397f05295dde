"""Hypothesis acts in the office as it likes; a simple model says what must become of every act.

Each act is a rule. After each the outcome is compared, now and then all that the ledger shows, and
what it shows of the past, by moment and by position.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from cardledger import Ledger, init_ledger, open_ledger
from cardledger.batch import command_of_row
from cardledger.commands import Command
from cardledger.verify import verify
from tests.conftest import Databases
from tests.machines.acts import ACTS, BEGINNING, SCHOOLS, fields_of, new_model, row_of
from tests.machines.comparing import (
    Look,
    check_places,
    check_tables,
    expected,
    shown,
)
from tests.machines.model import as_answer
from tests.support.given import PRIMARY, Row, moment, school

#: Gives a place where no ledger is, and takes it back.
OnePlace = Callable[[], AbstractContextManager[str]]

_MOMENTS = st.sampled_from(["2009-10-12", "2010-03-02T09:00", "2010-03-10", "2010-06-30"])


def act_of(action: str) -> Any:
    """Return the rule of one act."""
    fields: dict[str, Any] = {"other": st.booleans()}
    for name, values in fields_of(action).items():
        fields[name] = st.sampled_from(values)

    def happens(self: Office, other: bool, **given: Any) -> None:
        self.acts(row_of(action, "Wang", given), other=other)

    happens.__name__ = action.replace("-", "_")
    return rule(**fields)(happens)  # type: ignore[no-untyped-call]


class Office(RuleBasedStateMachine):
    """A ledger, open twice as if by two programs, and a model beside it."""

    place: ClassVar[OnePlace]

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        url = self._stack.enter_context(type(self).place())
        folder = Path(tempfile.mkdtemp(prefix="cardledger-machine-"))
        self._stack.callback(shutil.rmtree, folder)
        self.minutes = 0
        self.model = new_model()
        self.url, self.keys = url, folder / "keys.db"
        self.ledgers = [init_ledger(url, school=PRIMARY, keys=self.keys), self._opened()]
        self._stack.callback(self._close)
        self.ledgers[0].clock = self._now
        for one in SCHOOLS[1:]:
            assert self.ledgers[0].record(_command(school(one))).outcome == "recorded"
        self.past: list[tuple[dict[str, str], Look]] = []
        for row in BEGINNING:
            self.acts(row, other=False)

    def _close(self) -> None:
        for ledger in self.ledgers:
            ledger.close()

    def _opened(self) -> Ledger:
        ledger = open_ledger(self.url, keys=self.keys)
        ledger.clock = self._now
        return ledger

    def _now(self) -> Any:
        return moment(f"2010-06-30T{9 + self.minutes // 60:02}:{self.minutes % 60:02}")

    def acts(self, row: Row, *, other: bool) -> None:
        """Let one act happen: the answer is that of the model."""
        self.minutes = min(self.minutes + 1, 14 * 60)
        answer = self.model.answer(row, self._now())
        outcome = self.ledgers[other].record(_command(row))
        assert as_answer(outcome) == answer, (row, outcome)
        if answer.writes:
            assert outcome.positions == (self.model.head + 1,)
            self.model.wrote(self.model.head + 1, row, self._now())

    @rule(other=st.booleans(), back=st.integers(0, 15))
    def void(self, other: bool, back: int) -> None:
        position = max(self.model.head - back, 0)
        self.acts(row_of("void", "Li", {"position": position, "reason": "-"}), other=other)

    @rule(other=st.booleans(), back=st.integers(-5, 5))
    def clock_is_set(self, other: bool, back: int) -> None:
        """Another program has another clock."""
        self.minutes = max(self.minutes - back, 0)

    @rule(other=st.booleans())
    def opened_again(self, other: bool) -> None:
        self.ledgers[other].close()
        self.ledgers[other] = self._opened()

    @rule(other=st.booleans())
    def looked_at(self, other: bool) -> None:
        look = shown(self.ledgers[other])
        assert look == expected(self.model.picture())
        check_places(look)

    @rule(other=st.booleans(), at=_MOMENTS)
    def looked_back(self, other: bool, at: str) -> None:
        until = f"{at}T23:59:59.999+08:00" if len(at) == 10 else f"{at}:00.000+08:00"
        assert shown(self.ledgers[other], as_of=at) == expected(self.model.picture(until))

    @rule(other=st.booleans())
    def remembered(self, other: bool) -> None:
        """What was shown as of this position will be shown for ever."""
        cut = {"as_of": f"@{self.model.head}"}
        self.past.append((cut, shown(self.ledgers[other], **cut)))
        assert self.past[-1][1] == expected(self.model.picture())

    def teardown(self) -> None:
        try:
            self.looked_at(other=False)
            for cut, look in self.past:
                assert shown(self.ledgers[True], **cut) == look
            check_tables(self.ledgers[False])
            assert verify(self.ledgers[True]).ok
            assert self.ledgers[False].head() == self.model.head
        finally:
            self._stack.close()


for _action in ACTS:
    _name = _action.replace("-", "_")
    setattr(Office, _name, act_of(_action))


def _command(row: Row) -> Command:
    command = command_of_row(row)
    assert isinstance(command, Command), command
    return command


@pytest.fixture(params=["sqlite", "postgres"])
def one_place(request: pytest.FixtureRequest, tmp_path: Path) -> OnePlace:
    """Return what gives one empty place after the other."""
    if request.param == "postgres":
        databases: Databases = request.getfixturevalue("postgres_databases")
        return databases.one

    @contextmanager
    def file() -> Iterator[str]:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        yield f"sqlite:///{folder / 'ledger.db'}"
        shutil.rmtree(folder)

    return file


def run(place: OnePlace, examples: int, steps: int) -> None:
    """Let the machine run."""

    class Here(Office):
        pass

    Here.place = staticmethod(place)
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Here, settings=chosen)


@pytest.mark.slow
def test_the_ledger_answers_as_the_handbook_does(one_place: OnePlace) -> None:
    run(one_place, examples=12, steps=30)


@pytest.mark.long
def test_the_ledger_answers_as_the_handbook_does_for_long(one_place: OnePlace) -> None:
    run(one_place, examples=300, steps=80)
