"""The desk: the lines on which some commands are decided, and the cases made of them.

A desk holds every line of the subjects that its commands name. It folds them once; what is
decided is folded in at once, so that the next command of a batch sees it. Where a command speaks
of a moment before something that is known already, only its own subjects are folded again, up to
that moment (HANDBOOK 4, Time).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from cardledger import ids
from cardledger.actions import ACTION_OF
from cardledger.book import VOIDS, Book, Card, Student, apply, fold, in_order, order_of
from cardledger.commands import Command
from cardledger.decider import Case, decide, ordered
from cardledger.errors import BadValue
from cardledger.events import REFERENCE_TAG, Line
from cardledger.moments import Moment, parse_moment

Opened = Callable[[Student], dict[str, str]]


@dataclass(slots=True, kw_only=True)
class Setting:
    """What comes to a decision from outside: the clock, the default school, keys and ids."""

    present: Moment
    school: str
    tool: str = ""
    opened: Opened = lambda _student: {}
    person: Callable[[str], str] = lambda _identity: ""
    new_student: Callable[[], str] = ids.new_student_id


def card_tags(text: str) -> list[str]:
    """Return the tags of every card that `text` may name: by number, else by UID."""
    tags = [f"uid:{uid}" for uid in ids.uid_readings(text)]
    try:
        return [f"card:{ids.parse_card_number(text)}", *tags]
    except BadValue:
        return tags


def student_tags(text: str) -> list[str]:
    """Return the tags of every pupil whom `text` may name: by number or by id."""
    try:
        return [f"number:{ids.parse_student_number(text)}"]
    except BadValue:
        return [f"student:{text.upper()}"]


def first_tags(command: Command) -> list[str]:
    """Return the tags that a command names, before anything of them is known."""
    refs = command.refs()
    tags = [tag for text in refs.cards for tag in card_tags(text)]
    tags += [tag for text in refs.students for tag in student_tags(text)]
    tags += [f"box:{box}" for box in refs.boxes]
    tags += refs.tags
    return tags


@dataclass(slots=True)
class Desk:
    """The lines of some subjects, and the book that they add up to."""

    book: Book = field(default_factory=Book)
    lines: dict[int, Line] = field(default_factory=dict)
    by_tag: dict[str, list[Line]] = field(default_factory=lambda: defaultdict(list))
    latest: dict[str, str] = field(default_factory=dict)
    loaded: set[str] = field(default_factory=set)
    keys: dict[str, int] = field(default_factory=dict)
    _unfolded: set[str] = field(default_factory=set)

    def load(self, tags: Iterable[str], lines: Iterable[Line]) -> list[Line]:
        """Take in the lines of further subjects; returns those that were not here yet."""
        self.loaded.update(tags)
        new = [line for line in lines if line.position not in self.lines]
        for line in new:
            self._index(line)
            self._unfolded.update(line.event.tags())
        return new

    def settle(self) -> None:
        """Fold what was taken in since the last time."""
        if not self.book.students and not self.book.cards:
            self.book = fold(self.lines.values())
        elif self._unfolded:
            self._fold_again(self._unfolded)
        self._unfolded = set()

    def _index(self, line: Line) -> None:
        self.lines[line.position] = line
        event = line.event
        if event.key:
            self.keys[event.key] = line.position
        when = event.when
        for tag in event.tags():
            self.by_tag[tag].append(line)
            if when > self.latest.get(tag, ""):
                self.latest[tag] = when

    def add(self, line: Line) -> None:
        """Take in a line that was decided here."""
        event = line.event
        latest, when = self.latest, event.when
        in_time = all(latest.get(tag, "") <= when for tag in event.tags())
        self._index(line)
        if type(event) in VOIDS:
            self.book = fold(self.lines.values())
        elif in_time:
            apply(self.book, line)
        else:
            self._fold_again(event.tags())

    def _fold_again(self, tags: Iterable[str]) -> None:
        """Fold some subjects anew: a line came that happened before others of theirs."""
        closure = self._closure(tags)
        part = self._fold_of(closure)
        book = self.book
        pairs: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
            ("card", book.cards, part.cards),
            ("student", book.students, part.students),
            ("box", book.boxes, part.boxes),
            ("school", book.schools, part.schools),
        ]
        for prefix, states, anew in pairs:
            states.update({key: one for key, one in anew.items() if f"{prefix}:{key}" in closure})
        for card in part.cards.values():
            if f"card:{card.number}" in closure:
                for holder in card.holders:
                    book.student(holder).cards[card.number] = card
        for index, anew_index in (
            (book.numbers, part.numbers),
            (book.uids, part.uids),
            (book.persons, part.persons),
        ):
            for key, found in anew_index.items():
                index.setdefault(key, {}).update(found)
        if REFERENCE_TAG in closure:
            book.policies = part.policies

    def _closure(self, tags: Iterable[str]) -> set[str]:
        """Return `tags` with the pupils of their cards and the cards of these pupils."""
        closure = set(tags)
        for tag in list(closure):
            if tag.startswith(("card:", "number:", "uid:")):
                closure.update(
                    other
                    for line in self.by_tag.get(tag, ())
                    for other in line.event.tags()
                    if other.startswith("student:") and other in self.loaded
                )
        for tag in list(closure):
            if tag.startswith("student:"):
                closure.update(
                    other
                    for line in self.by_tag.get(tag, ())
                    for other in line.event.tags()
                    if other.startswith("card:")
                )
        return closure

    def _fold_of(self, tags: Iterable[str], until: Moment | None = None) -> Book:
        found = {
            line.position: line
            for tag in (*tags, REFERENCE_TAG)
            for line in self.by_tag.get(tag, ())
        }
        return fold(found.values(), until)

    def book_at(self, tags: Iterable[str], at: Moment) -> Book:
        """Return the state of some subjects just before an act at `at`."""
        tags = list(tags)
        if all(self.latest.get(tag, "") <= at for tag in tags):
            return self.book
        return self._fold_of(self._closure(tags), at)


def students_of(lines: Iterable[Line]) -> set[str]:
    """Return the tags of the pupils whom some lines are about."""
    return {tag for line in lines for tag in line.event.tags() if tag.startswith("student:")}


def find_card(book: Book, text: str) -> tuple[str, list[str]]:
    """Return the number of the card that `text` names, with the codes of not finding it.

    The exact card number goes first, then a UID in any form; `uid:…` forces the latter.
    """
    number = ""
    if not text.lower().startswith("uid:"):
        try:
            number = ids.parse_card_number(text)
        except BadValue:
            number = ""
        if number and book.card(number).known:
            return number, []
    found = dict.fromkeys(card for uid in ids.uid_readings(text) for card in book.uids.get(uid, ()))
    if len(found) > 1:
        return "", ["ambiguous-card", *found]
    if found:
        return next(iter(found)), []
    return number, ["unknown-card"]


def find_student(book: Book, text: str) -> tuple[str, list[str]]:
    """Return the id of the pupil whom `text` names, with the codes of not finding one."""
    if text.isdigit() or not text.upper().startswith("P"):
        try:
            found = book.numbers.get(ids.parse_student_number(text), {})
        except BadValue:
            return "", ["bad-student-number"]
        found = {key: None for key in found if book.student(key).known}
        if len(found) > 1:
            return "", ["ambiguous-student", *found]
        return (next(iter(found)), []) if found else ("", ["unknown-student"])
    key = text.upper()
    return (key, []) if book.student(key).known else ("", ["unknown-student"])


@dataclass(slots=True)
class _Naming:
    """The subjects that a command names, as far as the whole book knows them."""

    card: str = ""
    student: str = ""
    box: str = ""
    codes: list[str] = field(default_factory=list)
    about: dict[str, object] = field(default_factory=dict)

    def failed(self, codes: list[str]) -> None:
        """Note the first code, and the candidates that come after it."""
        self.codes.append(codes[0])
        if len(codes) > 1:
            self.about["candidates"] = ", ".join(codes[1:])


def _name_subjects(command: Any, whole: Book, school: str) -> _Naming:
    naming = _Naming()
    fields = command.__struct_fields__
    if command.needs_card:
        naming.card, codes = find_card(whole, command.card)
        brought = command.brings_card(lambda code: whole.school(code).known)
        if codes and not (codes == ["unknown-card"] and brought):
            naming.failed(codes)
    elif "card" in fields:
        naming.card = command.card
    given = command.student if "student" in fields else ""
    holder = whole.card(naming.card).student if naming.card and command.needs_card else ""
    if given:
        naming.student, codes = find_student(whole, given)
        if codes:
            naming.failed(codes)
        elif holder and holder != naming.student:
            naming.failed(["ambiguous-student", holder, naming.student])
    else:
        naming.student = holder
    if "box" in fields:
        naming.box = command.box
        if command.needs_box and not whole.box(command.box).known:
            naming.codes.append("unknown-box")
    return naming


def make_case(
    desk: Desk,
    command: Any,
    setting: Setting,
    book_at: Callable[[list[str], Moment], Book] | None = None,
) -> Case:
    """Return the case of a command: its subjects as they were just before the act.

    Raises `BadValue` where the time cannot be read.
    """
    at = parse_moment(command.at, setting.present) if command.at else setting.present
    school = command.school or setting.school
    whole = desk.book
    naming = _name_subjects(command, whole, school)
    tags = [f"card:{naming.card}", f"student:{naming.student}", f"box:{naming.box}"]
    if command.reads_school:
        tags.append(f"school:{school}")
    book = (book_at or desk.book_at)(tags, at)
    card = book.card(naming.card) if naming.card else Card("")
    return Case(
        command=command,
        at=at,
        present=setting.present,
        school=school,
        book=book,
        whole=whole,
        policy=whole.policy(at),
        card=card,
        student=book.student(naming.student) if naming.student else Student(""),
        box=book.box(naming.box),
        codes=naming.codes,
        about=naming.about,
        person=_person(command, setting),
        tool=setting.tool,
        lines=lambda: list(desk.lines.values()),
        opened=setting.opened,
        new_student=setting.new_student,
        refuses_anew=lambda position: refuses_anew(desk, position, setting),
    )


def _person(command: Any, setting: Setting) -> str:
    identity = getattr(command, "identity", "")
    return setting.person(identity) if identity else ""


def refuses_anew(desk: Desk, position: int, setting: Setting) -> tuple[int, str] | None:
    """Return the first later line that would be refused if `position` were void, and its code.

    Later lines of the same subjects are decided anew on what was written before them, without it.
    One that would be refused with it too (another void made it so) does not count, nor do facts
    from elsewhere, which are never refused.
    """
    subjects = set(desk.lines[position].event.tags()) - {REFERENCE_TAG}
    counting = in_order(desk.lines.values())
    for line in sorted(counting, key=lambda one: one.position):
        event = line.event
        if line.position <= position or event.contested or subjects.isdisjoint(event.tags()):
            continue
        kept = [one for one in counting if one.position < line.position]
        without = [one for one in kept if one.position != position]
        codes = _codes_anew(line, without, setting)
        if codes and not _codes_anew(line, kept, setting):
            return line.position, codes[0]
    return None


def _codes_anew(line: Line, lines: list[Line], setting: Setting) -> tuple[str, ...]:
    """Return the codes with which a line would be refused if it were decided on `lines`.

    Nothing of its own is among them: it was not there when it was decided.
    """
    action = ACTION_OF.get(type(line.event))
    command = action.command_of(line.event) if action else None
    if action is None or command is None:
        return ()
    desk = Desk()
    desk.load((), lines)
    desk.settle()
    before = fold(one for one in lines if order_of(one) < order_of(line))
    case = make_case(desk, command, setting, lambda _tags, _at: before)
    decision = decide(action, case)
    return ordered(decision.codes) if decision.outcome == "refused" else ()
