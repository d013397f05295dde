"""Whatever single thing is changed in a ledger, verification says so, and where."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from pathlib import Path

import pytest

from cardledger.errors import CardledgerError
from cardledger.examining import examine
from tests.verify.mutations import ANY, MUTATIONS, Place


def judge(pristine: Path, folder: Path, name: str, seed: int) -> str:
    """Mutate a copy; return what is wrong with the verdict, nothing where it is right."""
    shutil.copytree(pristine, folder)
    expected = MUTATIONS[name](Place(folder, random.Random(seed)))
    try:
        verdict = examine(folder / "ledger.db")
    except CardledgerError as error:
        # Refused, and not as what somebody typed wrongly.
        return "" if error.exit_status == 5 else f"{type(error).__name__}: {error}"
    finally:
        shutil.rmtree(folder)
    if verdict.ok or verdict.problem is None:
        return "not found"
    if expected != ANY and not expected.fits(verdict.first_bad_position):
        told = verdict.problem.text()
        return f"named {verdict.first_bad_position}, not within {expected}: {told}"
    return ""


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutation_is_found_and_its_place_is_right(
    pristine: Path, tmp_path: Path, name: str
) -> None:
    for seed in range(40 if name == "a_byte_of_the_file" else 3):
        assert judge(pristine, tmp_path / "copy", name, seed) == "", seed


@pytest.mark.long
def test_two_thousand_random_mutations_are_found(pristine: Path, tmp_path: Path) -> None:
    chance = random.Random(2010)
    wrong, counted = [], Counter[str]()
    for number in range(2000):
        # Every other one hits the file itself.
        name = "a_byte_of_the_file" if number % 2 else chance.choice(sorted(MUTATIONS))
        counted[name] += 1
        told = judge(pristine, tmp_path / "copy", name, 10_000 + number)
        if told:
            wrong.append((name, 10_000 + number, told))
    assert wrong == []
    assert counted.total() == 2000
