"""The check as a whole: its fields, its order, its words, and whom it leaves out."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from cardledger.actions import ACTIONS
from cardledger.datacheck import FIELDS, Pupil, check, closed
from cardledger.i18n import translator
from tests.datacheck.pupils import FACTS, SETTING, codes, found, guest, pupil
from tests.datacheck.test_fields import SCHOOLING, WRONG

NOTHING: Final = dict.fromkeys(FACTS, "")


def test_every_field_is_the_student_number_or_a_fact_that_can_be_changed() -> None:
    changeable = {field.column for field in ACTIONS["student-change"].command.describe()}
    assert set(FIELDS) - changeable == {"student_number"}
    assert {"sex", "birth", "identity", "household", "family", "class", "grade"} < set(FIELDS)


def test_a_docstring_gives_the_rule_with_its_source() -> None:
    for module in FIELDS.values():
        assert "HANDBOOK" in module.__doc__


def test_faults_come_in_the_order_of_the_roster() -> None:
    order = list(FIELDS)
    assert order[:5] == ["student_number", "name", "sex", "birth", "identity"]
    fields = [field for field, _fault in check(pupil(**NOTHING, number="", cohort=0), SETTING)]
    assert fields == sorted(fields, key=order.index)
    assert len(set(fields)) > 10


def test_some_fields_only_can_be_checked() -> None:
    empty = pupil(**NOTHING)
    assert {field for field, _fault in check(empty, SETTING, ["sex", "birth"])} == {"sex", "birth"}


def test_codes_are_stable_words_and_belong_to_one_field() -> None:
    seen: dict[str, str] = {}
    cases = [pupil(**{field: value}) for field, value, _code in WRONG]
    cases += [pupil(**changes) for changes, _fault in SCHOOLING]
    cases += [guest(migrant="no"), guest(native_place=""), guest(native_place="清河")]
    for one in cases:
        for field, fault in check(one, SETTING):
            assert fault.code.replace("-", "").isalpha()
            assert fault.code == fault.code.lower()
            assert seen.setdefault(fault.code, field) == field


@pytest.mark.parametrize(("field", "value", "code"), WRONG)
def test_every_fault_is_told_in_both_languages(field: str, value: str, code: str) -> None:
    chinese = translator("zh")
    (fault,) = {
        one.code: one for one in found(pupil(**{field: value})) if one.code == code
    }.values()
    assert fault.message() != fault.message(chinese)
    assert fault.todo() != fault.todo(chinese)
    assert "{" not in fault.message() + fault.todo() + fault.message(chinese) + fault.todo(chinese)


def test_messages_about_the_identity_number_do_not_repeat_it() -> None:
    for field, value, _code in WRONG:
        if field == "identity" and value:
            for fault in found(pupil(identity=value)):
                if fault.code.startswith("identity-"):
                    assert value not in fault.message() + fault.todo()


def test_a_pupil_of_whom_nothing_can_be_read_is_closed() -> None:
    open_ = pupil()
    unreadable = replace(open_, facts={})
    assert not closed(open_)
    assert closed(unreadable)
    assert closed(replace(unreadable, state=structs.replace(open_.state, forgotten=True)))


def test_a_pupil_without_any_personal_data_is_not_closed_but_at_fault() -> None:
    bare = Pupil(state=structs.replace(pupil().state, sealed=[]), facts={})
    assert not closed(bare)
    assert "name: name-missing" in codes(bare)


@given(
    st.dictionaries(st.sampled_from(sorted(FACTS)), st.text(max_size=40)),
    st.text(max_size=20),
    st.integers(0, 3000),
    st.integers(0, 20),
    st.booleans(),
)
def test_no_text_makes_the_check_fail(
    facts: dict[str, str], number: str, cohort: int, grade: int, elsewhere: bool
) -> None:
    one = pupil(**facts, number=number, cohort=cohort, grade=grade, guest=elsewhere)
    for fault in found(one):
        assert fault.message()
        assert fault.todo()


@given(
    st.sampled_from(sorted(FACTS)), st.text(alphabet="0123456789-()（）+ 、；父亲号室", max_size=30)
)
def test_texts_that_look_like_data_do_not_make_it_fail_either(field: str, text: str) -> None:
    assert all(fault.message() for fault in found(pupil(**{field: text})))
