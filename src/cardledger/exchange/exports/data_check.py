"""The pupils' data check: one row a fault, for the class teachers to fill in.

Checked are the pupils in school and those who are suspended. The workbook has an empty column for
the correct value; `import data-check` takes the filled-in workbook back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from cardledger import ids
from cardledger.book import fold
from cardledger.datacheck import FIELDS, Fault, Pupil, Setting, check, closed
from cardledger.errors import BadValue
from cardledger.events import REFERENCE_TAG
from cardledger.exchange.exports import Asked, Noted
from cardledger.exchange.writing.tables_out import NO, YES, Column, Row
from cardledger.i18n import Translator, _
from cardledger.ledger import Ledger
from cardledger.moments import Moment, day_of
from cardledger.naming import find_students
from cardledger.replay import Replay
from cardledger.states import AWAY, Student
from cardledger.streams import PAGE, Cut, asked_for, known_by, some_subjects, subjects_of

TITLE: Final = _("Data check")

COLUMNS: Final = (
    Column("student", _("Pupil"), "id", 3),
    Column("student_number", _("Student number"), "id"),
    Column("name", _("Name")),
    Column("school", _("School"), "id"),
    Column("class", _("Class")),
    Column("field", _("Field"), "code"),
    Column("code", _("Code"), "code", 2),
    Column("value", _("Present value"), rank=1),
    Column("message", _("What is wrong"), "long"),
    Column("todo", _("What to do"), "long", 1),
)
#: What class teachers get; the pupil's id at the end finds one whose number is missing.
PAPER: Final = (
    Column("school", _("School"), "id"),
    Column("class", _("Class")),
    Column("student_number", _("Student number"), "id"),
    Column("name", _("Name")),
    Column("title", _("Field")),
    Column("message", _("What is wrong"), "long"),
    Column("shown", _("Present value")),
    Column("correct", _("Correct value"), room=30),
    Column("remark", _("Remark"), room=14),
    Column("student", _("Pupil"), "id"),
)
#: A sheet for every class of a school: each goes to its own teacher.
SHEETS: Final = ("school", "class")
FILTERS: Final = ("school", "class", "cohort", "student", "field")
TOTALS: Final[tuple[str, ...]] = ()

CHECKED: Final = _("Faults: {faults}, in {faulty} of {pupils} pupils.")
CLOSED: Final = _(
    "Not examined: {pupils} pupils, who are forgotten or whose data no key here can open."
)


def rows(ledger: Ledger, asked: Asked) -> Noted:
    """Return the faults of the pupils, by school, class, number and field.

    Raises `BadValue` for a field that is not checked and for what is no school or cohort,
    `NotFound` for an unknown pupil.
    """
    fields = _fields(asked.where, asked.say)
    moment_asked = asked_for(ledger, asked.as_of, asked.known)
    cut = moment_asked.cut if moment_asked else Cut()
    moment = moment_asked.moment if moment_asked else ledger.clock()
    setting = _setting(ledger, cut, moment)
    found: list[Row] = []
    pupils = faulty = unread = 0
    for pupil in _pupils(ledger, cut, asked.where):
        if closed(pupil):
            unread += 1
            continue
        pupils += 1
        faults = list(check(pupil, setting, fields))
        faulty += bool(faults)
        found += (_row(pupil, field, fault, asked.say) for field, fault in faults)
    # Faults of one pupil keep the order of the fields: sorting is stable.
    found.sort(key=_place)
    notes: list[tuple[str, Mapping[str, object]]] = [
        (CHECKED, {"faults": len(found), "faulty": faulty, "pupils": pupils})
    ]
    if unread:
        notes.append((CLOSED, {"pupils": unread}))
    return Noted(found, notes)


def _fields(where: Mapping[str, str], say: Translator) -> tuple[str, ...]:
    """Return the fields that are asked for, by their names or titles; none stands for all."""
    asked = where.get("field", "")
    if not asked:
        return ()
    named = field_named(asked)
    if named is None:
        raise BadValue(
            _("The field “{value}” is not checked."),
            hint=_("Checked are: {fields}."),
            value=asked,
            fields=", ".join(FIELDS),
        )
    return (named,)


def field_named(text: str) -> str | None:
    """Return the checked field that goes by a name or a title, in either language; else none."""
    from cardledger.i18n import LANGUAGES, translator

    wanted = ids.plain(text).casefold().replace("-", "_")
    for name, module in FIELDS.items():
        titles = (translator(language)(module.TITLE) for language in LANGUAGES)
        if wanted == name or any(wanted == title.casefold() for title in titles):
            return name
    return None


def _setting(ledger: Ledger, cut: Cut, moment: Moment) -> Setting:
    lines = list(ledger.lines((REFERENCE_TAG,), upto=cut.upto))
    policy = fold(known_by(lines, cut)).policy(moment)
    return Setting(day=day_of(moment), policy=policy)


def _pupils(ledger: Ledger, cut: Cut, where: Mapping[str, str]) -> Iterator[Pupil]:
    """Yield the pupils in school who fit, one after the other; memory does not grow with them."""
    keys = _keys(ledger, cut, where)
    log = ledger.log
    every = (
        subjects_of(log, "student", cut)
        if keys is None
        else some_subjects(log, "student", keys, cut)
    )
    students = (fold(known_by(lines, cut), cut.until).student(key) for key, lines in every)
    fitting = _fitting(students, where)
    while part := list(islice(fitting, PAGE)):
        if ledger.keys is not None:
            # All keys in one query: the texts are opened one by one.
            ledger.keys.keys(student.id for student in part)
        for student in part:
            yield Pupil(state=student, facts=ledger.opened(student))


def _keys(ledger: Ledger, cut: Cut, where: Mapping[str, str]) -> Collection[str] | None:
    """Return the pupils among whom those are who fit; none where all must be read."""
    if "student" in where:
        return find_students(ledger, where["student"])
    kept = {name: where[name] for name in ("school", "class", "cohort") if name in where}
    if kept and cut == Cut():
        return [row["student"] for row in Replay(ledger).rows("roster", where=kept)]
    return None


def _fitting(students: Iterable[Student], where: Mapping[str, str]) -> Iterator[Student]:
    school = ids.parse_school_code(where["school"]) if "school" in where else None
    cohort = ids.parse_cohort(where["cohort"]) if "cohort" in where else None
    class_ = ids.plain(where["class"]) if "class" in where else None
    for student in students:
        if (
            student.known
            and student.status not in AWAY
            and school in (None, student.school)
            and cohort in (None, student.cohort)
            and class_ in (None, student.class_)
        ):
            yield student


def _row(pupil: Pupil, field: str, fault: Fault, say: Translator) -> Row:
    state = pupil.state
    return {
        "student": state.id,
        "student_number": state.number or None,
        "name": pupil.facts.get("name"),
        "school": state.school or None,
        "class": state.class_ or None,
        "field": field,
        "title": say(FIELDS[field].TITLE),
        "code": fault.code,
        "value": fault.value or None,
        "shown": say({"yes": YES, "no": NO}.get(fault.value, fault.value)) or None,
        "message": fault.message(say),
        "todo": fault.todo(say),
    }


def _place(row: Row) -> tuple[Any, ...]:
    names = ("school", "class", "student_number", "student")
    return tuple((row[name] is not None, row[name]) for name in names)
