"""Judging a race: what the writers were told must be what one of them alone would have been told.

The log says in which order the acts that wrote a line happened. An act that wrote none happened
at some moment between its start and its end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from cardledger import Ledger
from cardledger.events import Event
from tests.machines.model import Answer, Model
from tests.machines.writers import Told
from tests.support.given import Row

#: Outcomes of all acts, for the report.
Counted = Counter[str]


@dataclass
class Judge:
    """Replays a log through the model, beside what the writers were told."""

    model: Model
    now: str
    #: What wrote lines, by the first of its positions, and what did not.
    written: dict[int, Told] = field(default_factory=dict)
    silent: list[Told] = field(default_factory=list)
    counted: Counted = field(default_factory=Counter)

    def hear(self, told: Sequence[Told]) -> None:
        """Listen to one writer."""
        for one in told:
            positions = [position for each in one.positions for position in each]
            # What is written at once has neighbouring places.
            assert positions == list(range(positions[0], positions[-1] + 1)) if positions else True
            for answer in one.answers:
                self.counted[" ".join((answer.outcome, *answer.codes[:1]))] += 1
            if not positions:
                self.silent.append(one)
                continue
            assert one.start < positions[0] <= positions[-1] <= one.end, one
            assert positions[0] not in self.written, (one, self.written[positions[0]])
            self.written[positions[0]] = one

    def judge_upto(self, head: int, ledger: Ledger) -> None:
        """Replay all lines; every act has its place, and no line is anybody's else."""
        events = {
            line.position: line.event for line in ledger.lines(after=self.model.head, upto=head)
        }
        assert list(events) == list(range(self.model.head + 1, head + 1))
        waiting = sorted(self.silent, key=lambda one: one.start)
        open_: list[Told] = []
        while True:
            while waiting and waiting[0].start <= self.model.head:
                open_.append(waiting.pop(0))
            open_ = [one for one in open_ if not self._explains(one)]
            late = [one for one in open_ if one.end <= self.model.head]
            assert not late, ("no state explains what was told", late)
            if self.model.head == head:
                break
            self._replay(self.written.pop(self.model.head + 1), events)
        assert (self.written, waiting, open_) == ({}, [], [])

    def _explains(self, told: Told) -> bool:
        """Whether an act that wrote nothing may have been answered in this state."""
        return self._answers(told.rows) == told.answers

    def _answers(self, rows: list[Row]) -> list[Answer]:
        if len(rows) == 1:
            return [self.model.answer(rows[0], self.now)]
        return self.model.answers(rows, self.now)

    def _replay(self, told: Told, events: dict[int, Event]) -> None:
        """Let what was written happen in the model: it answers the same."""
        answers = self._answers(told.rows)
        assert answers == told.answers, (told, answers)
        for row, positions in zip(told.rows, told.positions, strict=True):
            for position in positions:
                assert events[position].handler == row["handler"], (events[position], row)
                assert events[position].key == row.get("key", "")
                self.model.wrote(position, row, self.now)
