"""Long ledgers, made quickly: the lines of some pupils, copied under other names."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

from cardledger.events import Codec, UnknownEvent
from cardledger.ledger import Ledger
from cardledger.log import Entry
from cardledger.opening import init_ledger
from scripts.benchmarks import workload

#: Acts that are recorded and then copied.
TEMPLATE = 20_000
_BATCH = 20_000
#: Characters that the subjects of a copy have more than those of the template.
_BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_NAMES = re.compile(rb'"(?:([CD]\d{7})|(01170001\d{8})|P(\w{10})|((?!01170001)[0-9A-F]{8}))"')


def make_ledger(place: Path, lines: int) -> None:
    """Make a ledger of so many lines."""
    with init_ledger(place, school=workload.SCHOOL) as ledger:
        acts = workload.commands(workload.rows(min(lines, TEMPLATE)))
        for start in range(0, len(acts), 1000):
            ledger.record_many(acts[start : start + 1000])
        template = [(raw.name, bytes(raw.data)) for raw in ledger.raw_lines(after=1)]
        more = max(lines - ledger.head(), 0)
        copies = islice(_copies(template), more)
        while batch := list(islice(copies, _BATCH)):
            ledger.log.append(batch, sign=ledger.anchor.sign)
            ledger.anchor.keep()


def _copies(template: list[tuple[str, bytes]]) -> Iterator[Entry]:
    """Yield the lines of the template again and again, each time about other subjects."""
    for turn in count(1):
        digits = b"%04d" % (turn % 10_000)
        letters = "".join(_BASE32[turn >> shift & 31] for shift in (10, 5, 0)).encode()

        def renamed(found: re.Match[bytes], digits: bytes = digits, own: bytes = letters) -> bytes:
            card, number, student, uid = found.groups()
            if card:
                return b'"%b%b"' % (card, digits)
            if number:
                return b'"%b%b%b"' % (number[:8], digits, number[12:])
            if student:
                return b'"P%b%b"' % (own, student[3:])
            return b'"%b%b"' % (digits, uid[4:])

        for name, data in template:
            if name.startswith(("ledger.", "school.")):
                continue
            copied = _NAMES.sub(renamed, data)
            event = Codec.decode(name, copied)
            if isinstance(event, UnknownEvent):
                raise TypeError(name)
            yield Entry(name, copied, event.tags())


def sampled_cards(ledger: Ledger, chance: random.Random) -> Iterator[str]:
    """Yield cards in use from all over a ledger of this workload, none twice."""
    copies = ledger.head() // TEMPLATE
    pupils = [pupil for pupil in range(2, TEMPLATE // 7) if pupil % 5 not in (0, 1)]
    chance.shuffle(pupils)
    for pupil in pupils:
        turn = chance.randint(0, max(copies - 1, 0)) % 10_000
        card = f"C{pupil:07d}" + (f"{turn:04d}" if turn else "")
        if any(True for _line in ledger.lines((f"card:{card}",))):
            yield card
