"""Cases: which subjects a command names, and what its decision looks at."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import lru_cache, partial
from typing import Any

import msgspec

from cardledger import ids
from cardledger.actions import ACTION_OF
from cardledger.book import Book, fold, in_order, order_of
from cardledger.commands import Refs
from cardledger.decider import Case, Decision, Setting, decide
from cardledger.desk import Desk
from cardledger.errors import BadValue
from cardledger.events import REFERENCE_TAG, Line
from cardledger.moments import Moment, parse_moment
from cardledger.states import Card, Student

#: Lines, each as it is decided and as it would be without others, and whether these are all.
Anew = tuple[list[tuple[Line, Decision, Decision]], bool]


def named_tags(refs: Refs) -> list[str]:
    """Return the tags that a command names: cards by number, pupils by number or id, boxes."""
    cards, students, boxes, further, _positions = refs
    # Most name one thing of a kind or none: a list for each kind would cost more than the tags.
    tags = list(further)
    if cards:
        tags += [f"card:{number}" for text in cards if (number := _number(text))]
    if students:
        tags += [
            f"number:{text}" if _is_number(text) else f"student:{text.upper()}" for text in students
        ]
    if boxes:
        tags += [f"box:{box}" for box in boxes]
    return tags


def uid_tags(cards: Iterable[str], book: Book) -> set[str]:
    """Return the tags of the UIDs that commands may mean by cards that no number fits."""
    return {
        f"uid:{uid}"
        for text in cards
        if not _known(book, _number(text))
        for uid in ids.uid_readings(text)
    }


def _is_number(text: str) -> bool:
    return len(text) == 16 and text.isdigit()


@lru_cache(ids.REMEMBERED)
def _number(text: str) -> str:
    """Return the card number that `text` may be; empty where it is none, or forced to be a UID."""
    try:
        return "" if text[:4].lower() == "uid:" else ids.parse_card_number(text)
    except BadValue:
        return ""


def _known(book: Book, number: str) -> bool:
    """Whether a card has this number; what a UID fits is not asked."""
    card = book.cards.get(number)
    return card is not None and card.known


def _uid_meant(book: Book, text: str) -> str:
    """Return the UID by which `text`, which is no card's number, names a card.

    It was read off the chip, so it is evidence. Of several readings it is the one that a card has,
    else the bytes as they were typed.
    """
    readings = ids.uid_readings(text)
    known = [uid for uid in readings if book.uids.get(uid)]
    typed = readings if not _number(text) else []
    return next(iter((*known, *typed)), "")


def find_card(book: Book, text: str, read: str = "") -> tuple[str, list[str]]:
    """Return the number of the card that `text` names, with the codes of not finding it.

    The exact card number goes first, then a UID in any form; `uid:…` forces the latter. `read` is
    the UID as PC/SC gave it, in the order of the chip: where a card has that very one, another
    card with the same bytes backwards is not meant.
    """
    number = _number(text)
    if _known(book, number):
        return number, []
    readings = [uid for uid in ids.uid_readings(text) if book.uids.get(uid)]
    exact = [uid for uid in readings if uid == read]
    found = dict.fromkeys(card for uid in exact or readings for card in book.uids[uid])
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


class _Naming(msgspec.Struct):
    """The subjects that a command names, as far as the whole book knows them."""

    card: str = ""
    uid: str = ""
    student: str = ""
    box: str = ""
    codes: list[str] = []
    about: dict[str, object] = {}

    def failed(self, codes: list[str]) -> None:
        """Note the first code, and the candidates that come after it."""
        self.codes.append(codes[0])
        if len(codes) > 1:
            self.about["candidates"] = ", ".join(codes[1:])

    def tags(self) -> list[str]:
        """Return the subjects as tags."""
        tags = [f"card:{self.card}"] if self.card else []
        if self.student:
            tags.append(f"student:{self.student}")
        if self.box:
            tags.append(f"box:{self.box}")
        return tags


def _name_subjects(command: Any, whole: Book, book_at: Callable[[list[str]], Book]) -> _Naming:
    naming = _Naming()
    fields = command.naming()
    if command.needs_card:
        _name_card(naming, command, whole)
    elif "card" in fields:
        naming.card = command.card
    given = command.student if "student" in fields else ""
    holder = ""
    if naming.card and command.needs_card:
        card = whole.card(naming.card)
        holder = card.student
        if len(card.holders) > 1:
            # Of several holders it is the one of that moment.
            holder = book_at([f"card:{card.number}"]).card(card.number).student or holder
    if given:
        naming.student, codes = find_student(whole, given)
        if codes:
            naming.failed(codes)
            if holder in codes[1:]:
                naming.student = holder  # of those whom the number fits, the card tells who
        elif holder and holder != naming.student:
            naming.failed(["ambiguous-student", holder, naming.student])
    elif command.needs_student:
        naming.failed(["unknown-student"])
    else:
        naming.student = holder
    if "box" in fields:
        naming.box = command.box
    return naming


def _name_card(naming: _Naming, command: Any, whole: Book) -> None:
    number = _number(command.card)
    if _known(whole, number):
        naming.card = number
        return
    read = command.reading.uid if command.reading else ""
    naming.card, codes = find_card(whole, command.card, read)
    naming.uid = _uid_meant(whole, command.card)
    if codes and not (
        codes == ["unknown-card"] and command.brings_card(lambda code: whole.school(code).known)
    ):
        naming.failed(codes)


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
    state_at = book_at or desk.book_at
    naming = _name_subjects(command, whole, lambda tags: state_at(tags, at))
    tags = naming.tags()
    if command.reads_school:
        tags.append(f"school:{school}")
    book = state_at(tags, at)
    return Case(
        command=command,
        setting=setting,
        at=at,
        school=school,
        book=book,
        whole=whole,
        card=book.card(naming.card) if naming.card else Card(""),
        student=book.student(naming.student) if naming.student else Student(""),
        lines=desk,
        refuses_anew=partial(refuses_anew, desk, setting),
        uid=naming.uid,
        person=_person(command, setting),
        codes=naming.codes,
        about=naming.about,
    )


def _person(command: Any, setting: Setting) -> str:
    identity = getattr(command, "identity", "")
    return setting.person(identity) if identity else ""


def refuses_anew(desk: Desk, setting: Setting, position: int) -> tuple[int, str] | None:
    """Return the first later line that would be refused if `position` were void, and its code.

    Later lines of the same subjects are decided anew on what was written before them, without it.
    One that would be refused with it too (another void made it so) does not count. What was
    imported is decided as that: it is refused only where nobody can understand it any more.
    """
    subjects = set(desk.lines[position].event.tags()) - {REFERENCE_TAG}
    counting = in_order(desk.lines_of(subjects))
    for line in sorted(counting, key=lambda one: one.position):
        if line.position > position:
            codes = _codes_anew(desk, line, setting, without=position)
            if codes and not _codes_anew(desk, line, setting):
                return line.position, codes[0]
    return None


def _codes_anew(desk: Desk, line: Line, setting: Setting, without: int = 0) -> tuple[str, ...]:
    """Return the codes with which a line would be refused if it were decided again."""
    decision = _anew(desk, line, setting, {without})
    return decision.codes if decision is not None and decision.outcome == "refused" else ()


def decided_anew(desk: Desk, positions: Collection[int], setting: Setting, limit: int) -> Anew:
    """Decide the later lines of some lines' subjects, with and without these; `limit` at most.

    Returns each with both decisions, and whether these were all.
    """
    given = [desk.lines[position] for position in positions if position in desk.lines]
    subjects = {tag for line in given for tag in line.event.tags()} - {REFERENCE_TAG}
    first = min((line.position for line in given), default=0)
    lines = [line for line in desk.lines_of(subjects) if line.position not in positions]
    later = sorted(
        (line for line in in_order(lines) if line.position > first),
        key=lambda one: one.position,
    )
    decided = []
    for line in later[:limit]:
        would_be = _anew(desk, line, setting, positions)
        was = _anew(desk, line, setting, ())
        if was is not None and would_be is not None:
            decided.append((line, was, would_be))
    return decided, len(later) <= limit


def _anew(desk: Desk, line: Line, setting: Setting, without: Collection[int]) -> Decision | None:
    """Return what would be decided if a line were decided again; none if it never is.

    It is decided on the lines of its subjects that were written before it and count.
    """
    action = ACTION_OF.get(type(line.event))
    command = action.command_of(line.event) if action else None
    if action is None or command is None:
        return None
    subjects = desk.with_cards({*line.event.tags(), REFERENCE_TAG})
    # A void that was written later counts too: what it voids never was.
    kept = (one for one in desk.lines_of(subjects) if one.position not in without)
    lines = [one for one in in_order(kept) if one.position < line.position]
    anew = Desk()
    anew.load(subjects, lines)
    anew.settle()
    before = fold(one for one in lines if order_of(one) < order_of(line))
    case = make_case(anew, command, setting, lambda _tags, _at: before)
    return decide(action, case)
