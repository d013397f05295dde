"""Every refusal of HANDBOOK 5: typed it is refused, imported it is recorded as contested."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

import pytest

from cardledger import actions as package
from cardledger.actions import ACTIONS
from cardledger.numbers.reading import CATEGORY, CHECK, MALFORMED
from cardledger.refusals import REFUSALS
from tests.actions import refused_acts, refused_cards, refused_numbers
from tests.actions.refusal import Refusal
from tests.support.given import Story, given

ALL: Final = (*refused_cards.ALL, *refused_acts.ALL, *refused_numbers.ALL)

#: HANDBOOK 5, row by row; what any action may be refused with has tests of its own.
HANDBOOK: Final = {
    "issue": (
        "card-number-used",
        "student-holds-card",
        "not-in-school",
        "not-eligible-for-new-card",
    ),
    "register": ("card-number-used", "student-holds-card"),
    "upgrade": ("card-not-live",),
    "term-swipe": (
        "not-in-school",
        "wrong-school",
        "not-upgraded",
        "card-lost",
        "card-replaced",
        "card-recycled",
    ),
    "leave-swipe": ("card-not-live",),
    "transfer-swipe": (
        "was-here-before",
        "no-leave-swipe",
        "not-upgraded",
        "card-recycled",
        "card-lost",
    ),
    "student-transfer-in": ("was-here-before",),
    "student-resume": ("not-away",),
    "reissue": (
        "no-card-to-replace",
        "card-number-used",
        "not-in-school",
        "old-card-not-collected",
    ),
    "found": ("card-not-lost",),
    "box-put": ("not-recycled", "wrong-cohort", "box-sealed", "already-boxed", "unknown-box"),
    "box-seal": ("empty-box", "count-mismatch"),
    "void": ("not-voidable",),
}

SWIPES: Final = ("term-swipe", "leave-swipe", "transfer-swipe")


def _name(refusal: Refusal) -> str:
    return f"{refusal.when['action']}: {refusal.says}"


@pytest.mark.parametrize("refusal", ALL, ids=_name)
def test_the_office_refuses(refusal: Refusal) -> None:
    story = given(*refusal.given)
    before = story.head
    told = story.when(refusal.when)
    assert told.decision.outcome == "refused"
    assert told.decision.codes == refusal.codes
    assert told.outcome.code == refusal.codes[0]
    if refusal.when["action"] in SWIPES:
        _is_evidence_without_effect(story, before, refusal)
    else:
        assert story.head == before


def _is_evidence_without_effect(story: Story, before: int, refusal: Refusal) -> None:
    """A refused swipe is kept: codes and ids; what the book says does not change by it."""
    assert story.head == before + 1
    line = story.lines[-1]
    assert line.event.__struct_config__.tag == "swipe.refused/1"
    assert line.event.codes == refusal.codes  # type: ignore[attr-defined]
    assert line.event.action == refusal.when["action"]  # type: ignore[attr-defined]
    assert given(*refusal.given).book() == story.book()


@pytest.mark.parametrize("refusal", ALL, ids=_name)
def test_what_happened_elsewhere_is_recorded_as_contested(refusal: Refusal) -> None:
    told = given(*refusal.given).when(refusal.when | {"evidence": "imported"})
    if refusal.understood:
        assert told.decision.outcome == "recorded"
        assert told.event.contested == refusal.codes
    else:
        assert told.decision.outcome == "refused"
        assert told.decision.codes == refusal.codes


@pytest.mark.parametrize("action", sorted(HANDBOOK))
def test_every_code_of_the_handbook_is_reached(action: str) -> None:
    reached = {code for one in ALL if one.when["action"] == action for code in one.codes}
    assert reached >= set(HANDBOOK[action])


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_every_code_that_an_action_yields_is_tested(action: str) -> None:
    reached = {code for one in ALL if one.when["action"] == action for code in one.codes}
    missing = _yielded(action) - reached
    assert not missing, f"{action} has no test of its refusal as {', '.join(sorted(missing))}"


def test_every_code_has_a_message_and_is_used() -> None:
    decider = (FOLDER.parent / "decider.py").read_text(encoding="utf-8")
    used = {code for action in ACTIONS for code in _yielded(action)} | _strings(decider)
    # What is wrong with the digits of a number has the code of a finding.
    used |= {MALFORMED, CATEGORY, CHECK}
    # A class without a free number is found before there is a number to decide about.
    shared = {"bad-input", "batch-aborted", "class-full"}
    assert set(REFUSALS) <= used | shared
    for action in ACTIONS:
        assert set(REFUSALS) >= _yielded(action)
    for code, refusal in REFUSALS.items():
        assert refusal.message.strip(), code
        assert refusal.hint.strip(), code


@pytest.mark.parametrize("refusal", ALL, ids=_name)
def test_no_second_code_is_told_twice(refusal: Refusal) -> None:
    assert len(set(refusal.codes)) == len(refusal.codes)


FOLDER: Final = Path(package.__file__).parent


def _yielded(action: str) -> set[str]:
    """Return the codes that the module of an action yields, its own helpers included."""
    text = (FOLDER / f"{action.replace('-', '_')}.py").read_text(encoding="utf-8")
    codes = _strings(text) & set(REFUSALS)
    if "retired(" in text:
        codes |= _strings((FOLDER / "_swipes.py").read_text(encoding="utf-8")) & set(REFUSALS)
    return codes | _yields(ast.parse(text))


def _yields(tree: ast.AST) -> set[str]:
    return {
        node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Yield)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


def _strings(text: str) -> set[str]:
    return {
        node.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
