"""The making of a district, term by term."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scripts.district import (
    boxes,
    differences,
    elsewhere,
    intake,
    leaving,
    opening,
    school_acts,
    year,
)
from scripts.district.desk import Desk
from scripts.district.model import Pupil, School
from scripts.district.output import Files
from scripts.district.plan import Plan
from scripts.district.recount import Recount
from scripts.district.stock import Stock
from scripts.district.terms import terms_from


def make(
    folder: Path,
    *,
    seed: int,
    schools: int,
    pupils: int,
    terms: int,
    start: str,
    with_workbooks: bool = True,
    with_lists: bool = False,
) -> dict[str, Any]:
    """Make a district below a folder; returns how much was made.

    `with_lists`: also the lists of other systems at the end of the last term, with differences.

    Raises `ValueError` where the numbers asked for cannot be (a class has at most 99 pupils).
    """
    options = {
        "seed": seed,
        "schools": schools,
        "pupils": pupils,
        "terms": terms,
        "start": start,
    }
    desk = opening.build(seed, schools, pupils, terms_from(start, terms))
    plan, files, recount = (
        Plan(desk, pupils),
        Files(folder, with_workbooks=with_workbooks),
        Recount(),
    )
    folder.mkdir(parents=True, exist_ok=True)
    files.schools(desk)
    counts, rows, stock = [], 0, Stock()
    for term in desk.terms:
        desk.term = term
        _term(desk, plan, files)
        counts.append(recount.follow(desk.rows, term))
        files.term(desk)
        rows += len(desk.rows)
        if with_lists:
            stock.follow(desk.rows)
        if with_lists and desk.is_last:
            exports = elsewhere.honest(desk, stock)
            differences.plant_all(exports)
            elsewhere.write(exports, folder)
        _clear(desk)
    left = plan.left_over()
    files.truth(desk, options, counts, left)
    return {"rows": rows, "planted": len(desk.entries), "not_planted": left}


def _term(desk: Desk, plan: Plan, files: Files) -> None:
    """Let one term happen."""
    if desk.is_first:
        plan.carry_out(desk, "roster")
    new = {school: _begin(desk, school, files) for school in desk.schools}
    for note in desk.notes:
        note()
    desk.notes.clear()
    if not desk.term.is_spring:
        intake.returners(desk)
    intake.arrive(desk)
    for school in desk.schools:
        intake.hand_out(desk, school, new[school])
        intake.newcomers(desk, school)
        if not desk.term.is_spring:
            intake.repeaters(desk, school)
    plan.carry_out(desk, "window")
    plan.swipe_lists(desk, {school: year.swipe_classes(desk, school) for school in desk.schools})
    plan.filings(desk, {school: year.file_all(desk, school) for school in desk.schools})
    for pupil in [pupil for pupils in new.values() for pupil in pupils]:
        if pupil.story == intake.ENROLLED:
            pupil.story = ""
    plan.carry_out(desk, "later")
    plan.carry_out(desk, "leaving")
    for school in desk.schools:
        year.live_on(desk, school)
    if desk.term.is_spring:
        leaving.graduate(desk)
    leaving.move(desk)
    _finish(desk, plan)


def _begin(desk: Desk, school: School, files: Files) -> list[Pupil]:
    """Write the roster of the first day; returns the pupils of the new first grades."""
    new = [] if desk.term.is_spring else intake.enrol(desk, school)
    listed = school.pupils if desk.is_first else new
    opening.write_roster(desk, school, listed)
    if desk.is_first:
        school_acts.install_tools(desk, school)
        opening.write_stock(desk, school, school.pupils[: len(school.pupils) - len(new)])
    files.roster(school, desk.term, [*school.pupils, *school.misfits])
    return new


def _finish(desk: Desk, plan: Plan) -> None:
    """Box what was taken back, file what was made since, sync."""
    plan.carry_out(desk, "drawer")
    packed = {school: boxes.plan(desk, school) for school in desk.schools}
    plan.boxes(desk, packed)
    for school in desk.schools:
        boxes.pack(desk, packed[school])
        year.file_rest(desk, school)
        school_acts.sync(desk, school)


def _clear(desk: Desk) -> None:
    """Make ready for the next term: who left is off the roster, stories of a term are over."""
    gone = {"left", "graduated"}
    desk.rows = []
    for school in desk.schools:
        school.misfits.clear()
        school.pupils = [pupil for pupil in school.pupils if pupil.status not in gone]
        for pupil in school.pupils:
            if not pupil.keeps_story:
                pupil.story = ""
