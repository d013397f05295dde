"""Memory stays bounded: what is large is streamed, and what is kept is little a row.

Each command runs in a process of its own. Its peak is compared with that of the same command on a
small ledger or file, so that what Python and its libraries take plays no part.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from cardledger import init_ledger
from cardledger.batch import command_of_row
from tests.limits.measured import Measured, measured
from tests.support.given import PRIMARY, act, number, pupil

SMALL: Final = 500
#: Lines of one card, and cards of one box.
MANY: Final = 8_000
ROWS: Final = 200_000


def made(folder: Path, *parts: Iterator[dict[str, Any]]) -> Path:
    """Make a ledger of rows in a folder."""
    folder.mkdir()
    with init_ledger(str(folder / "cardledger.db"), school=PRIMARY) as ledger:
        rows = itertools.chain(*parts)
        while chunk := list(itertools.islice(rows, 5000)):
            told = ledger.record_many(map(command_of_row, chunk), retry_keys=False)
            assert {one.outcome for one in told} == {"recorded"}, told[:3]
    return folder


def moments() -> Iterator[str]:
    """Yield moments, a minute after the other."""
    for day, hour, minute in itertools.product(range(1, 29), range(24), range(60)):
        yield f"2010-03-{day:02}T{hour:02}:{minute:02}"


def restless(count: int) -> Iterator[dict[str, Any]]:
    """Yield the life of a card that is lost and found again so many times."""
    yield pupil(number(1), entered="2009-09-01")
    yield act("issue", card="C1", student=number(1), at="2009-10-01")
    for at, action in zip(moments(), itertools.cycle(("lost", "found")), strict=False):
        if count == 0:
            return
        count -= 1
        yield act(action, card="C1", at=at)


def packed(count: int) -> Iterator[dict[str, Any]]:
    """Yield a box with so many cards of one pupil, as an import tells it."""
    yield act("box-open", box="B1", cohort=2015, at="2010-01-01")
    yield pupil(number(2), entered="2009-09-01")
    told = {"at": "2010-02-01", "evidence": "imported"}
    for place in range(count):
        card = f"D{place:07}"
        yield act("register", card=card, student=number(2), **told)
        yield act("recycle", card=card, reason="left", handler="W", **told)
        yield act("box-put", box="B1", card=card, **told)


def swipes(count: int) -> Iterator[str]:
    """Yield lines of a batch that adds pupils: the most that a row can make."""
    for place in range(count):
        student = f"{PRIMARY}0{place:07}"
        yield json.dumps(pupil(student, name=f"Pupil {place}", entered="2009-09-01"))


class Pair:
    """The same command in a small folder and in a large one."""

    def __init__(self, small: Path, large: Path) -> None:
        self.small, self.large = small, large

    def run(self, *words: object, status: tuple[int, ...] = (0,)) -> tuple[Measured, Measured]:
        few, many = measured(self.small, *words), measured(self.large, *words)
        for ran in (few, many):
            assert ran.status in status, ran.err
        return few, many


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Return a card and a box with few lines, and with very many."""
    folder = tmp_path_factory.mktemp("lives")
    return Pair(
        made(folder / "small", restless(SMALL), packed(SMALL)),
        made(folder / "large", restless(MANY), packed(MANY)),
    )


def growth(few: Measured, many: Measured) -> float:
    """Return how many KiB more each further line costs."""
    return (many.peak - few.peak) / (MANY - SMALL)


@pytest.mark.long
@pytest.mark.parametrize(
    ("words", "bytes_a_line"),
    [
        (("history", "--format", "jsonl"), 3000),
        (("history", "--raw"), 3000),
        (("history", "--format", "csv"), 3000),
        (("verify", "--only-lines"), 6000),
        (("rebuild",), 8000),
        (("audit", "--json"), 9000),
        (("trace", "C1", "--format", "jsonl"), 6000),
        (("trace", "B1", "--format", "jsonl"), 6000),
        (("prove", "C1", "--output", "c.proof"), 16000),
        (("export", "boxes", "--box", "B1", "--output", "boxes.xlsx"), 5000),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else str(one),
)
def test_a_card_and_a_box_with_very_many_lines(
    lives: Pair, words: tuple[str, ...], bytes_a_line: int
) -> None:
    few, many = lives.run(*words, status=(0, 4))
    assert 1024 * growth(few, many) < bytes_a_line
    assert many.peak < 3 * few.peak


@pytest.mark.long
def test_backup_and_restore_take_no_more_for_a_large_ledger(lives: Pair, tmp_path: Path) -> None:
    """Three connections keep 64 MiB of their file each (two ledgers, the keys); no more grows."""
    huge = Pair(lives.large, made(tmp_path / "huge", packed(6 * MANY)))
    for words in (("backup", "a.backup"), ("--ledger", "b.db", "restore", "a.backup")):
        few, many = huge.run(*words)
        assert many.peak < few.peak + 3 * (64 << 10)


@pytest.mark.long
@pytest.mark.parametrize("way", [(), ("--on-refusal", "skip"), ("--dry-run",)])
def test_a_batch_of_200_000_rows(tmp_path: Path, way: tuple[str, ...]) -> None:
    peaks = {}
    for count in (SMALL, ROWS):
        folder = tmp_path / str(count)
        made(folder)
        (folder / "rows.jsonl").write_text("\n".join(swipes(count)))
        ran = measured(folder, "record", "rows.jsonl", "--format", "jsonl", *way)
        assert ran.status == 0, ran.err
        with ran.out.open("rb") as out:
            assert sum(1 for _line in out) == count
        peaks[count] = ran.peak
    assert 1024 * (peaks[ROWS] - peaks[SMALL]) / (ROWS - SMALL) < 9000
