"""Running: every subject of the kinds that the rules fold, one after the other.

The work is cut into tasks: a range of the subjects of one kind. A task reads the lines of its
subjects and returns what the rules find; it needs nothing of another task but what the lines of
numbers tell, which is collected first. So tasks run one by one or in several processes, and the
result is the same.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import msgspec

from cardledger.audit.finding import Finding, merged
from cardledger.audit.history import History
from cardledger.audit.rule import Told, telling
from cardledger.audit.rules import RULES
from cardledger.audit.setting import Setting
from cardledger.audit.telling import Tellings, ToldOf
from cardledger.events import REFERENCE_TAG, Line
from cardledger.log import Log
from cardledger.moments import Moment
from cardledger.policy import Adopted
from cardledger.streams import Cut, Reader, known_by, subjects_of

#: Tags in the range of one task: some seconds of work.
SHARE: Final = 20_000
#: Subjects whose tellings are looked up at once.
_PAGE: Final = 500


class Task(NamedTuple):
    """A range of the subjects of one kind; `telling` asks what they say of others."""

    kind: str
    lower: str
    upper: str | None
    telling: bool = False


class Result(NamedTuple):
    """What a task found: encoded findings or tellings by rule, and how many lines it read."""

    lines: int
    found: list[tuple[str, bytes]]


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What an audit is asked for, as it is handed to other processes."""

    rules: tuple[str, ...]
    moment: Moment
    cut: Cut
    policies: tuple[Adopted, ...]

    @property
    def kinds(self) -> list[str]:
        """The kinds of subjects that must be folded."""
        return list(dict.fromkeys(itertools.chain(*(RULES[code].SUBJECTS for code in self.rules))))

    @property
    def tellers(self) -> list[str]:
        """The kinds of subjects that say something of others."""
        rules = (telling(RULES[code]) for code in self.rules)
        return list(dict.fromkeys(rule.TELLS for rule in rules if rule is not None))


_encode: Final = msgspec.msgpack.Encoder().encode
decode_finding: Final = msgspec.msgpack.Decoder(Finding).decode
decode_told: Final = msgspec.msgpack.Decoder(Told).decode


@dataclass
class Worker:
    """Runs tasks on one log, in this process."""

    log: Log
    order: Order
    reference: Sequence[Line]
    tellings: Tellings | None = None
    _setting: Setting = field(init=False)

    def __post_init__(self) -> None:
        self._setting = Setting(
            moment=self.order.moment, policies=self.order.policies, reference=self.reference
        )

    def run(self, task: Task) -> Result:
        """Run one task."""
        read = 0

        def count(lines: int) -> None:
            nonlocal read
            read = lines

        subjects = subjects_of(
            self.log,
            task.kind,
            self.order.cut,
            count,
            lower=f"{task.kind}:{task.lower}",
            upper=f"{task.kind}:{task.upper}" if task.upper is not None else None,
        )
        work = self._tell if task.telling else self._find
        found = list(work(task.kind, subjects))
        return Result(read, found)

    def find(
        self, kind: str, subjects: Iterable[tuple[str, list[Line]]], told: ToldOf
    ) -> Iterator[tuple[str, bytes]]:
        """Yield what the rules find in some subjects of a kind, of which others tell `told`."""
        self._setting.told = told
        return self._find(kind, subjects)

    def _tell(
        self, kind: str, subjects: Iterable[tuple[str, list[Line]]]
    ) -> Iterator[tuple[str, bytes]]:
        rules = [
            (code, rule)
            for code in self.order.rules
            if (rule := telling(RULES[code])) is not None and kind == rule.TELLS
        ]
        for key, lines in subjects:
            history = History(kind, key, lines, self.order.cut)
            for code, rule in rules:
                for told in rule.tells(history):
                    yield code, _encode(told)

    def _find(
        self, kind: str, subjects: Iterable[tuple[str, list[Line]]]
    ) -> Iterator[tuple[str, bytes]]:
        rules = [RULES[code] for code in self.order.rules if kind in RULES[code].SUBJECTS]
        listening = self.tellings is not None and any(telling(rule) for rule in rules)
        remaining = iter(subjects)
        while page := list(itertools.islice(remaining, _PAGE)):
            if listening and self.tellings is not None:
                self._setting.told = self.tellings.of(page[0][0], page[-1][0])
            for key, lines in page:
                history = History(kind, key, lines, self.order.cut)
                for rule in rules if history.lines else ():
                    for one in merged(rule.findings(history, self._setting)):
                        yield rule.RULE, _encode(one)


def tasks(log: Log, kind: str, share: int, *, telling: bool = False) -> Iterator[Task]:
    """Yield the tasks of one kind of subject, in the order of the subjects."""
    prefix = f"{kind}:"
    bounds = [tag.removeprefix(prefix) for tag in log.tag_bounds(prefix, share)]
    for lower, upper in itertools.pairwise(["", *bounds, None]):
        if lower is not None:
            yield Task(kind, lower, upper, telling)


def reference_of(log: Log, cut: Cut) -> list[Line]:
    """Return the lines that every decision looks at, as far as they count."""
    reader = Reader()
    lines = (reader.line(raw) for raw in log.read(tags=(REFERENCE_TAG,), upto=cut.upto))
    return list(known_by([line for line in lines if line is not None], cut))
