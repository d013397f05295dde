"""Auditing: what is asked for becomes tasks, what they find is kept aside and told in order."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cardledger.audit import parallel
from cardledger.audit.rule import Told
from cardledger.audit.rules import RULES, by_gravity
from cardledger.audit.running import (
    SHARE,
    Order,
    Result,
    Task,
    decode_finding,
    decode_told,
    reference_of,
    tasks,
)
from cardledger.audit.showing import Reported, Wanted, accepted_findings, reported
from cardledger.audit.telling import Tellings
from cardledger.book import fold
from cardledger.errors import BadValue
from cardledger.i18n import _
from cardledger.ledger import Ledger
from cardledger.processes import cores
from cardledger.streams import Asked, Cut, Progress, Spool, asked_for

#: Bytes of the findings of one rule that are kept in memory.
_IN_MEMORY: Final = 2 * 1024 * 1024
#: With fewer lines another process takes longer to start than it saves.
WORTH_PROCESSES: Final = 50_000


def audit(
    ledger: Ledger,
    rules: Collection[str] = (),
    *,
    as_of: str | None = None,
    known: str | None = None,
    wanted: Wanted | None = None,
    jobs: int = 0,
    share: int = SHARE,
    progress: Progress = lambda _done, _total: None,
) -> Iterator[Reported]:
    """Yield what rules (all by default) find, the gravest first, then in the handbook's order.

    as_of: a day, a moment or `@position`: only what had happened by then, which is also the date of
    the audit; else it is now. known: only what was written by then. wanted: of which school, which
    cohort, since when. jobs: processes at most; 0 is one for each core. Findings of one rule are in
    the order of their subjects; the result does not depend on the processes.

    Raises `BadValue` for a rule that there is not.
    """
    codes = known_rules(rules)
    asked = asked_for(ledger, as_of, known) or Asked(Cut(ledger.head()), ledger.clock())
    with ExitStack() as stack:
        spools = {code: stack.enter_context(Spool(_IN_MEMORY)) for code in codes}
        for code, data in _found(ledger, codes, asked, jobs, share, progress):
            spools[code].add("", data)
        accepted = accepted_findings(ledger)
        for code in by_gravity(codes):
            yield from reported(
                ledger,
                RULES[code],
                (decode_finding(data) for _subject, data in spools[code]),
                asked.cut,
                wanted=wanted or Wanted(),
                accepted=accepted,
            )


def counted(ledger: Ledger, rules: Collection[str] = (), *, jobs: int = 0) -> Counter[str]:
    """Return how often each rule finds something now, accepted or not; nothing else is told."""
    asked = Asked(Cut(ledger.head()), ledger.clock())
    return Counter(code for code, _data in _found(ledger, known_rules(rules), asked, jobs))


def _found(
    ledger: Ledger,
    codes: list[str],
    asked: Asked,
    jobs: int = 0,
    share: int = SHARE,
    progress: Progress = lambda _done, _total: None,
) -> Iterator[tuple[str, bytes]]:
    """Yield what rules find as it comes: their codes and the encoded findings."""
    reference = fold(reference_of(ledger.log, asked.cut))
    order = Order(
        rules=tuple(codes),
        moment=asked.moment,
        cut=asked.cut,
        policies=tuple(reference.policies),
    )
    if not jobs:
        jobs = cores() if ledger.head() > WORTH_PROCESSES else 1
    with tempfile.TemporaryDirectory(prefix="cardledger-audit-") as folder:
        run = _Run(ledger, order, jobs, share, progress, Path(folder))
        for result in run.results():
            yield from result.found


def known_rules(rules: Collection[str]) -> list[str]:
    """Return codes of rules in the order of the handbook, all where none is given.

    Raises `BadValue` for a rule that there is not.
    """
    for code in rules:
        if code not in RULES:
            raise BadValue(
                _("There is no rule “{rule}”."),
                hint=_("The rules are: {rules}"),
                rule=code,
                rules=", ".join(RULES),
            )
    return [code for code in RULES if not rules or code in rules]


@dataclass
class _Run:
    """One run over all tasks, with what is told of its progress."""

    ledger: Ledger
    order: Order
    jobs: int
    share: int
    progress: Progress
    folder: Path
    done: int = 0
    total: int = 0

    def results(self) -> Iterator[Result]:
        """Yield the results of all tasks that find something; what is told comes first."""
        log, order = self.ledger.log, self.order
        telling = [
            task for kind in order.tellers for task in tasks(log, kind, self.share, telling=True)
        ]
        finding = [task for kind in order.kinds for task in tasks(log, kind, self.share)]
        self.total = (len(telling) + len(finding)) * self.share
        told = self.folder / "told.db" if order.tellers else None
        if told is not None:
            lines = self._told(telling)
            Tellings.made(told, lines).close()
        yield from self._counted(finding, told)
        self.progress(self.done, self.done)

    def _told(self, telling: Iterable[Task]) -> Iterator[Told]:
        for result in self._counted(telling, None):
            for _code, data in result.found:
                yield decode_told(data)

    def _counted(self, some: Iterable[Task], told: Path | None) -> Iterator[Result]:
        place = self.ledger.places.database
        for result in parallel.run(self.ledger.log, place, self.order, some, told, self.jobs):
            self.done += result.lines
            self.progress(self.done, max(self.total, self.done))
            yield result
