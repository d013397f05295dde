"""Made districts have no faults but those that were planted in them."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cardledger.datacheck import Pupil, Setting
from cardledger.policy import Policy
from cardledger.states import Student
from scripts.district import acts, model, opening
from scripts.district.terms import terms_from
from tests.datacheck.pupils import codes

#: In the window of the first term; the district's numbers have this check digit.
SETTING = Setting(day=date(2010, 3, 10), policy=Policy(check_digit="mod-11-10"))


def as_pupil(fields: dict[str, Any], one: model.Pupil) -> Pupil:
    """Return a pupil of the district as the ledger would have one."""
    state = Student(
        "P0000000000",
        status="in-school",
        school=one.school.code,
        class_=one.class_name,
        cohort=one.cohort,
        number=one.number,
        grade=fields["grade"],
        grade_year=2009,
        guest=one.guest,
        treated_as_local=one.treated_as_local,
        sealed=[("student.added/1", "sealed")],
    )
    return Pupil(state=state, facts={name: str(value) for name, value in fields.items()})


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6), schools=st.integers(1, 9), pupils=st.integers(0, 60))
def test_pupils_of_any_district_have_no_fault(seed: int, schools: int, pupils: int) -> None:
    desk = opening.build(seed, schools, 12 * schools + pupils, terms_from("2010-spring", 1))
    everybody = [pupil for school in desk.schools for pupil in school.pupils]
    assert everybody
    for one in everybody:
        assert codes(as_pupil(acts.roster_fields(one, desk), one), SETTING) == []
