"""How a pupil of the ledger and a row of the roster differ, fact by fact."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cardledger.book import Book
from cardledger.i18n import _
from cardledger.keys import KeyStore
from cardledger.ledger import Ledger
from cardledger.moments import day_of
from cardledger.policy import Policy
from cardledger.reconcile.differences import Difference, Probe, Said, Value, said, who
from cardledger.reconcile.proposals import Proposal
from cardledger.reconcile.side import Pupil, Side
from cardledger.reconcile.sources._base import Listed
from cardledger.states import Student

#: Facts that are in the clear, and facts about the person, in the order in which they are told.
SCHOOLING: Final = ("class", "cohort", "grade", "guest", "treated_as_local")
PERSONAL: Final = (
    *("name", "identity", "sex", "birth", "ethnic_group", "native_place", "household"),
    *("address", "present_address", "telephone", "family", "boarding", "migrant"),
)
#: An identity number has its birth date here, and its sex in the last digit but one.
_BIRTH: Final = slice(6, 14)
_LONG: Final = 18

#: What the cell of the student number says.
_BY_NUMBER: Final = frozenset({"student_number", "status"})

_COPY: Final = _("If CMIS is right, record `student change`; else have CMIS corrected.")
_WITH_NUMBER: Final = _("It goes with the new student number.")
_DOUBT: Final = _(
    "Name and identity number do not both fit: the row may be about another pupil. Look at the"
    " papers of both."
)


@dataclass(frozen=True, slots=True)
class About:
    """A row of the roster and the pupil whom it means. `facts`: the person, none where closed."""

    side: Side
    row: Listed
    key: str
    pupil: Pupil
    facts: Mapping[str, str] | None

    @property
    def values(self) -> Any:
        """What the row says."""
        return self.row.values

    @property
    def school(self) -> str:
        """The school that the row names; empty where it names none."""
        return str(self.values.get("school", ""))

    @property
    def name(self) -> str | None:
        """The name in the ledger."""
        return (self.facts or {}).get("name")

    @property
    def new_number(self) -> bool:
        """Whether the row has a number that the pupil never had."""
        return self.values["number"] not in self.pupil.numbers

    @property
    def certain(self) -> bool:
        """Whether the row is about this pupil without doubt; where names are closed, the number."""
        facts = self.facts
        return facts is None or any(
            same(self.values.get(one), facts.get(one)) for one in ("name", "identity")
        )

    def different(
        self,
        field: str,
        ledger: Value,
        file: Value,
        value: Callable[[Student], Any],
        settle: Said,
        proposal: Proposal | None,
        act: str = "",
    ) -> Difference:
        """Return the difference of a field. `value` is the ledger's value of a folded pupil."""
        pupil = self.pupil
        return Difference(
            source="roster",
            kind="different",
            subject=f"student:{self.key}",
            student_number=pupil.number,
            name=self.name,
            school=pupil.school,
            class_=pupil.class_,
            field=field,
            ledger=ledger,
            file=file,
            place=self.row.place("number" if field in _BY_NUMBER else field),
            act=act or (proposal.action if proposal else ""),
            message=said(
                _("{pupil}: {field} is {ledger} in the ledger and {file} in the roster."),
                pupil=who(self.name, pupil.number),
                field=field,
                ledger=ledger,
                file=file,
            ),
            settle=settle,
            proposal=proposal,
            probe=probe(self.key, value),
        )

    def change(self, field: str, value: Value) -> Proposal:
        """Propose to take over a value; a new number takes class and cohort with it."""
        if self.new_number and field in ("class", "cohort"):
            return self.renumber({field: value})
        fields = {"student": self.side.reference_to(self.key), field: value}
        return Proposal("student-change", self.key, fields, "imported")

    def renumber(self, fields: Mapping[str, Value]) -> Proposal:
        """Propose the new number: that it is this pupil's is concluded from the identity number."""
        named = {"student": self.side.reference_to(self.key), "number": self.values["number"]}
        return Proposal("student-renumber", self.key, named | dict(fields), "inferred")


def probe(key: str, value: Callable[[Student], Any]) -> Probe:
    """Return a probe for a value of a pupil."""

    def of(book: Book) -> Any:
        student = book.student(key)
        return (value(student),) if student.known else None

    return Probe(f"student:{key}", of)


def presence(key: str) -> Probe:
    """Return the probe for that a pupil is at a school."""
    return probe(key, lambda student: (student.status, student.school))


def away(base: About) -> Difference:
    """Return that a pupil is on the roster who is in no school by the ledger."""
    return base.different(
        "status",
        base.pupil.status,
        "in-school",
        lambda student: student.status,
        said(
            _(
                "Did the pupil come back (then record `student resume` or the transfer), or does"
                " CMIS not know of the leaving? The ledger cannot tell."
            )
        ),
        None,
    )


def moved(base: About) -> Difference:
    """Return that a pupil is on the roster of another school than the ledger's."""
    side, school = base.side, base.school
    proposal, act = None, "student-transfer-in"
    if school not in side.known_schools:
        settle = said(
            _("The ledger has no school {school}: add it first with `school add`."), school=school
        )
    elif side.was_here_before(base.key, school):
        act = "student-resume"
        settle = said(
            _(
                "The pupil was at {school} before: coming back is no transfer. Record the leaving"
                " of {former}, then `student resume`."
            ),
            school=school,
            former=base.pupil.school,
        )
    elif not base.certain:
        settle = said(_DOUBT)
    else:
        settle = said(_("If the pupil changed school, record `student transfer-in` there."))
        fields = {
            "student": side.reference_to(base.key),
            "school": school,
            "from_school": base.pupil.school,
        }
        if base.values.get("class"):
            fields["class"] = base.values["class"]
        proposal = Proposal("student-transfer-in", base.key, fields, "inferred")
    return base.different(
        "school", base.pupil.school, school, lambda student: student.school, settle, proposal, act
    )


def renumbered(base: About) -> Difference:
    """Return that a pupil is on the roster under another number than the ledger's."""
    number = base.values["number"]
    proposal, act = None, ""
    if not base.new_number:
        settle = said(
            _("The pupil had the number {number} before. Have CMIS take the new one."),
            number=number,
        )
    elif not base.certain:
        settle, act = said(_DOUBT), "student-renumber"
    else:
        settle = said(
            _(
                "The identity number is the same. If CMIS gave a new number, record `student"
                " renumber`, and have both cards made anew; else have CMIS corrected."
            )
        )
        base.side.coming_numbers[number] = base.key
        extra = {one: base.values[one] for one in ("class", "cohort") if base.values.get(one)}
        proposal = base.renumber(extra)
    return base.different(
        "student_number",
        base.pupil.number,
        number,
        lambda student: student.number,
        settle,
        proposal,
        act,
    )


def schooling(base: About, skip: Collection[str]) -> Iterator[Difference]:
    """Yield how class, cohort, grade and source of the pupil differ."""
    side, pupil, values = base.side, base.pupil, base.values
    policy, day = side.policy, day_of(side.moment)
    ledger: dict[str, tuple[Value, Callable[[Student], Any]]] = {
        "class": (pupil.class_, lambda student: student.class_),
        "cohort": (pupil.cohort, lambda student: student.cohort),
        "grade": (side.grade(pupil), lambda student: student.grade_on(day, policy)),
        "guest": (pupil.guest, lambda student: student.guest),
        "treated_as_local": (pupil.treated_as_local, lambda student: student.treated_as_local),
    }
    for field in SCHOOLING:
        file = values.get(field)
        known, value = ledger[field]
        if file in (None, "", 0) and file is not False:
            continue
        if field in skip or same(file, known):
            continue
        if field == "grade" and not known and pupil.cohort:
            continue  # the cohort says it, and is compared
        against = _against(base, field, file)
        proposal = None if against else base.change(field, file)
        with_number = base.new_number and field in ("class", "cohort")
        yield base.different(
            field,
            None if known == "" or (known == 0 and known is not False) else known,
            file,
            value,
            against or said(_WITH_NUMBER if with_number else _COPY),
            proposal,
        )


def _against(base: About, field: str, file: Value) -> Said | None:
    """Return what speaks against taking a fact of schooling over without looking."""
    if not base.certain:
        return said(_DOUBT)
    number, policy = base.values["number"], base.side.policy
    fits = True
    if field == "cohort":
        fits = number[9:11] == str(file)[-2:]
    elif field in ("guest", "treated_as_local"):
        fits = _shows(number, policy, field) in (None, file)
    return (
        None
        if fits
        else said(
            _("The student number {number} says otherwise: find out which is right."),
            number=number,
        )
    )


def _shows(number: str, policy: Policy, field: str) -> bool | None:
    """Return what digit 9 shows of a guest; none where it shows nothing, as of vocational ones."""
    digit = number[8]
    if policy.level(number) in ("", "vocational"):
        return None
    treated = digit in policy.treated_as_local
    return treated if field == "treated_as_local" else treated or digit in policy.guests


def personal(base: About) -> Iterator[Difference]:
    """Yield how the facts about the person differ; none where the keys do not open them."""
    if base.facts is None:
        return
    for field in PERSONAL:
        file = base.values.get(field)
        known = base.facts.get(field)
        if not file or same(file, known):
            continue
        against = _against_personal(base, field, str(file))
        proposal = None if against else base.change(field, file)
        yield base.different(
            field, known, file, _said_last(base, field), against or said(_COPY), proposal
        )


def _against_personal(base: About, field: str, file: str) -> Said | None:
    """Return what speaks against taking a fact about the person over without looking."""
    if not base.certain:
        return said(_DOUBT)
    identity = str(base.values.get("identity", ""))
    if field == "identity":
        others = [one for one in base.side.by_identity(file) if one != base.key]
        pupil = base.side.pupil(others[0]) if others else None
        if pupil is not None:
            return said(
                _("In the ledger it is that of {pupil}. Look at the papers of both."),
                pupil=who(base.side.name(others[0]), pupil.number),
            )
        if base.facts and base.facts.get("identity"):
            return said(_("Look at the identity card or the household register: which is right?"))
    if field in ("birth", "sex") and len(identity) == _LONG and not _inside(identity, field, file):
        return said(
            _("The identity number {identity} says otherwise: find out which is right."),
            identity=identity,
        )
    return None


def _inside(identity: str, field: str, file: str) -> bool:
    """Whether an identity number says the same birth date or sex."""
    if field == "birth":
        return identity[_BIRTH] == file.replace("-", "")
    return ("男" if int(identity[16]) % 2 else "女") == file if identity[16].isdigit() else True


def _said_last(base: About, field: str) -> Callable[[Student], Any]:
    """Return how a pupil's fold gives a fact about the person: what was said last."""
    return said_last(base.side.ledger, base.side.keys, field)


def said_last(ledger: Ledger, keys: KeyStore | None, field: str) -> Callable[[Student], Any]:
    """Return how a pupil's fold gives a fact about the person: what was said last."""

    def of(student: Student) -> str | None:
        for event_name, text in reversed(student.sealed if keys else ()):
            facts = ledger.unseal(event_name, student.id, text)
            if field in facts:
                return facts[field]
        return None

    return of


def same(one: Value, other: Value) -> bool:
    """Whether two values are the same, however they are spaced and as wide as they may be."""
    if isinstance(one, str) and isinstance(other, str):
        return one == other or _plain(one) == _plain(other)
    return one == other and one is not None


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
