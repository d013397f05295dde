"""Telling: a line as a sentence, its facts as words, and what it follows from.

Templates become sentences of the reader's language by the `Translator` that is given.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from cardledger.events import Codec, stored_name
from cardledger.i18n import Translator, _
from cardledger.trace.follows import RELATIONS

#: What facts of an event are called in tables; others go by their own name.
FACTS: Final[dict[str, str]] = {
    "accepted": _("Accepted"),
    "action": _("Action"),
    "after": _("Lines kept"),
    "address": _("Home address"),
    "before": _("Lines before"),
    "birth": _("Date of birth"),
    "boarding": _("Boarding"),
    "box": _("Box"),
    "by": _("By"),
    "card": _("Card"),
    "cards": _("Cards"),
    "checkpoint": _("Checkpoint"),
    "class": _("Class"),
    "code": _("Code"),
    "codes": _("Codes"),
    "cohort": _("Cohort"),
    "confirmed_no_other_school": _("No other school has the pupil"),
    "contested": _("Contested"),
    "continues": _("Continues here"),
    "count": _("Count"),
    "digest": _("Digest"),
    "elsewhere": _("Belongs elsewhere"),
    "entered": _("Entered"),
    "ethnic_group": _("Ethnic group"),
    "expected": _("Expected"),
    "family": _("Members of the family"),
    "format": _("Format"),
    "found": _("Found"),
    "from_day": _("First day"),
    "from_outside_city": _("From outside the city"),
    "from_school": _("From school"),
    "frozen": _("Expected as of line"),
    "goes_on": _("Goes on"),
    "grade": _("Grade"),
    "guest": _("Guest"),
    "household": _("Household"),
    "identity": _("Identity number"),
    "kind": _("Kind"),
    "ledger": _("Ledger"),
    "leave_swiped": _("Swiped out"),
    "migrant": _("Child of migrants"),
    "missing": _("Not found"),
    "name": _("Name"),
    "native_place": _("Native place"),
    "note": _("Note"),
    "number": _("Student number"),
    "old": _("Old card"),
    "old_outstanding": _("Old card not handed in"),
    "outstanding": _("Old card outstanding"),
    "position": _("Line"),
    "present_address": _("Present address"),
    "program": _("Program"),
    "reading": _("Read by"),
    "reason": _("Reason"),
    "reasons": _("Reasons"),
    "rejected": _("Rejected"),
    "sealed_for": _("Sealed for"),
    "sex": _("Sex"),
    "swiped_out": _("Swiped out"),
    "telephone": _("Telephone"),
    "term": _("Term"),
    "to_school": _("To school"),
    "treated_as_local": _("Treated as a local"),
    "uid": _("UID"),
    "unexpected": _("Unexpected"),
    "upgraded": _("Upgraded"),
    "version": _("Version"),
    "voids": _("Voided event"),
}
#: What a name is, where it is not that of a person.
_NAMES: Final[dict[str, str]] = {
    "school.added/1": _("Name of the school"),
    "tool.installed/1": _("Program"),
}
#: Codes among the values of facts, by what they are called; what people wrote stands as it is.
CODES: Final[dict[str, dict[str, str]]] = {
    "kind": {"record": _("record card"), "identity": _("identity card")},
    "reason": {
        "transfer": _("transfer"),
        "graduation": _("graduation"),
        "dropout": _("dropout"),
        "out-of-province": _("out of province"),
        "left": _("left school"),
        "replaced": _("replaced by a new card"),
        "found": _("found again"),
        "kept-for-inspection": _("kept for inspection"),
        "lost": _("lost card"),
        "damaged": _("damaged card"),
        "renumbered": _("new student number"),
        "returned": _("back at school"),
        "repeated-year": _("repeated a year"),
        "resumed": _("resumed studies"),
        "wrong-category": _("wrong category"),
        "new": _("new pupil"),
        "other": _("another reason"),
    },
}
#: Facts that say nothing to people who look at one subject.
_ASIDE: Final = frozenset(
    {"student", "person", "others", "tool", "school", "opening", "subjects", "changes"}
)
#: Of a SHA-256 so many digits are told.
_DIGEST: Final = 12
_DIGEST_FORM: Final = re.compile(r"[0-9a-f]{64}")
#: So many parts of a list are told.
_PARTS: Final = 3

#: What a reader saw of a card, as words.
_READING: Final = _("{reader}: UID {uid}, ATR {atr}, event counter {before}")
#: … where a card came or went between the first look and the last.
_READING_MOVED: Final = _("{reader}: UID {uid}, ATR {atr}, event counter {before}, then {after}")

#: How a value that is no list is told, in the form in which tables show it.
Value = Callable[[Any, Any, Translator], str]


def plain_value(value: Any, _kind: Any, translate: Translator) -> str:
    """Return a value as people read it, without regard to a table."""
    if isinstance(value, bool):
        return translate(_("yes")) if value else translate(_("no"))
    return "" if value is None else str(value)


@functools.cache
def _told() -> dict[str, str]:
    """Return how events are told, by their stored names: the first sentence of their docstrings."""
    return {stored_name(one): _first_sentence(one.__doc__ or "") for one in Codec.classes()}


def _first_sentence(text: str) -> str:
    first = " ".join(text.strip().split("\n\n")[0].split())
    end = first.find(". ")
    return first if end < 0 else first[: end + 1]


def sentence_of(name: str, translate: Translator) -> str:
    """Return what happened, by the stored name of an event; the name where it is not known."""
    return translate(_told().get(name, name))


def facts_of(
    row: Mapping[str, Any], translate: Translator, value: Value, aside: str = ""
) -> list[str]:
    """Return the facts of a line as words; `aside` is what all lines are about."""
    facts = []
    for name, fact in row["data"].items():
        if name not in _ASIDE and fact not in (None, "", [], {}, aside):
            title = _NAMES.get(row["name"]) if name == "name" else None
            if isinstance(fact, str) and (code := CODES.get(name, {}).get(fact)):
                fact = translate(code)
            said = (
                _reading(fact, translate)
                if name == "reading"
                else _value(fact, translate, value, aside)
            )
            facts.append(f"{translate(title or FACTS.get(name, name))} {said}")
    return facts


def _reading(fact: Mapping[str, Any], translate: Translator) -> str:
    before, after = fact["counter_before"], fact["counter_after"]
    told = translate(_READING if before == after else _READING_MOVED)
    return told.format(
        reader=fact["reader"], uid=fact["uid"], atr=fact["atr"], before=before, after=after
    )


def _value(fact: Any, translate: Translator, value: Value, wanted: str = "") -> str:
    """Return a value as a word. Of a long list what is looked for comes first."""
    if isinstance(fact, (list, tuple)):
        parts = sorted(fact, key=lambda part: part != wanted)[:_PARTS]
        told = translate(_(", ")).join(map(str, parts))
        return f"{told} … ({len(fact)})" if len(fact) > _PARTS else told
    text = value(fact, "text", translate)
    return f"{text[:_DIGEST]}…" if _DIGEST_FORM.fullmatch(text) else text


def because_of(row: Mapping[str, Any], translate: Translator) -> list[str]:
    """Return what a line follows from, a clause for each."""
    return [
        translate(RELATIONS[link["relation"]]).format(line=link["position"])
        for link in row.get("follows", ())
    ]


def marks_of(row: Mapping[str, Any], translate: Translator) -> list[str]:
    """Return what must be known of a line before it is believed: that it is void, or came late."""
    marks = []
    if by := row["voided_by"]:
        reason = row.get("void_reason")
        text = _("void by line {position}: {reason}") if reason else _("void by line {position}")
        marks.append(translate(text).format(position=by, reason=reason))
    if days := row.get("days_late"):
        text = _("written a day later") if days == 1 else _("written {days} days later")
        marks.append(translate(text).format(days=days))
    return marks


def as_story(
    rows: Iterable[Mapping[str, Any]], translate: Translator, value: Value, aside: str = ""
) -> Iterator[dict[str, Any]]:
    """Yield lines with what happened as one sentence, and facts and causes as words."""
    for row in rows:
        sentence = sentence_of(row["name"], translate)
        facts = translate(_("; ")).join(facts_of(row, translate, value, aside))
        because = translate(_("; ")).join(because_of(row, translate))
        marks = [translate(_("({mark})")).format(mark=mark) for mark in marks_of(row, translate)]
        parts = filter(None, (sentence, facts, because and f"← {because}", *marks))
        story = " ".join(parts) if sentence.isascii() else "".join(parts).replace("←", " ←")
        yield dict(row) | {"name": sentence, "data": facts, "story": story, "follows": because}
