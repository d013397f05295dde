"""How the parts of the screen look: pure functions from what is to be shown to lines of text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rich.text import Text

from cardledger.exchange.writing.widths import cut, pad, width, wrap
from cardledger.i18n import Translator
from cardledger.station.faces import FACES, UNDONE, Face
from cardledger.station.screen import texts
from cardledger.station.swipe import ClassProgress, Missing, Progress, Swipe, Verdict

#: Columns of a dot of a sign's picture, and of all seven with the space around them.
DOT: Final = 2
PICTURE: Final = 7 * DOT + 5
#: Narrower than this there is no room for the picture.
NARROW: Final = 60
#: Rows of the verdict, without the space above and below: the least, and the most.
LEAST, MOST = 7, 14
#: Verdicts that are counted even where there were none: of acts that record, and of those that
#: only look.
ALWAYS: Final[tuple[Verdict, ...]] = ("recorded", "repeated", "refused")
LOOKING: Final[tuple[Verdict, ...]] = ("shown", "refused")


@dataclass(frozen=True, slots=True)
class Row:
    """A swipe in the list of the last ones; `undone` where it was taken back."""

    swipe: Swipe
    undone: bool = False


def clean(text: str) -> str:
    """Return a text without signs that a terminal would obey.

    >>> clean("a\\x1b[2Jb")
    'a�[2Jb'
    """
    return "".join(char if char.isprintable() else "�" for char in text)


def fit(text: str, columns: int) -> str:
    """Return a text in exactly so many columns; what is too long ends with an ellipsis.

    >>> fit("平谷一小", 6), fit("ab", 4)
    ('平谷… ', 'ab  ')
    """
    text = clean(text)
    if columns <= 0:
        return ""
    if width(text) > columns:
        text = cut(text, columns - 1) + "…" if columns > 2 else text[:1]
    return pad(text, columns)


def in_lines(lines: Iterable[Text]) -> Text:
    """Return lines as one text, none of which is wrapped again."""
    return Text("\n", no_wrap=True, overflow="crop").join(lines)


@dataclass(frozen=True, slots=True)
class Card:
    """What the large field shows: `head` is the word, `lines` what is bold, `said` sentences."""

    face: Face
    head: str
    right: str = ""
    strong: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


def card_of(swipe: Swipe, translate: Translator, *, undone: bool = False) -> Card:
    """Return what is shown of a swipe."""
    face = UNDONE if undone and swipe.verdict == "recorded" else FACES[swipe.verdict]
    numbers = "   ".join(filter(None, (swipe.card or swipe.uid, swipe.student_number)))
    person = "   ".join(filter(None, (texts.pupil(swipe, translate), swipe.class_)))
    return Card(
        face=face,
        head=f"{face.sign} {translate(face.word)}",
        right=texts.clock(swipe.at),
        strong=tuple(filter(None, (person, numbers))),
        said=tuple(filter(None, (swipe.message, swipe.hint and f"→ {swipe.hint}"))),
    )


def draw_card(card: Card, columns: int) -> Text:
    """Return the large field: the sign as a picture, the word, whose card it is, what to do."""
    pictured = columns >= NARROW
    room = columns - 4 - (PICTURE if pictured else 0)
    right = f"  {card.right}" if card.right else ""
    head = f" {clean(card.head)} "
    rows = [
        Text.assemble(
            (head, f"bold {card.face.ground} on {card.face.ink}"),
            (fit("", room - width(head) - width(right)) + right, "bold"),
        ),
        Text(),
    ]
    rows += [Text(fit(line, room), style="bold") for line in card.strong]
    if card.said:
        rows.append(Text(" " * room))
    for sentence in card.said:
        rows += [Text(line) for line in wrap(clean(sentence), room)]
    if len(rows) > MOST:
        rows = [*rows[: MOST - 1], Text("…")]
    rows += [Text() for _row in range(LEAST - len(rows))]
    pictures = [Text("  ")] * len(rows)
    if pictured:
        dots = ["", *card.face.picture, *[""] * len(rows)]
        pictures = [
            Text("   " + pad("".join("██" if dot == "#" else "  " for dot in line), PICTURE - 1))
            for line in dots[: len(rows)]
        ]
    style = f"{card.face.ink} on {card.face.ground}"
    empty = Text(" " * columns)
    lines = [empty, *(Text.assemble(a, b) for a, b in zip(pictures, rows, strict=True)), empty]
    whole = in_lines(_filled(line, columns) for line in lines)
    whole.style = style
    return whole


def _filled(line: Text, columns: int) -> Text:
    return Text.assemble(line, " " * max(columns - width(line.plain), 0))


def draw_rows(rows: Sequence[Row], columns: int, translate: Translator) -> Text:
    """Return the list of the last swipes, the newest first; more columns show more."""
    sizes = _sizes(columns, max((width(row.swipe.class_) for row in rows), default=0))
    lines = [Text(fit(f" {translate(texts.LAST)}", columns), style="bold dim")]
    for row in rows:
        swipe, face = row.swipe, UNDONE if row.undone else FACES[row.swipe.verdict]
        cells = (
            texts.clock(swipe.at),
            texts.pupil(swipe, translate),
            swipe.class_,
            swipe.card or swipe.uid,
            translate(face.word).capitalize(),
            swipe.message,
        )
        line = " ".join(fit(cell, size) for cell, size in zip(cells, sizes, strict=True) if size)
        if not any(cells[1:4]):
            # It is about no card that is known: then what was said stands in their place.
            said = cells[4]
            if swipe.message:
                said = translate(texts.SAID).format(word=said, said=swipe.message)
            line = f"{cells[0]} {fit(said, columns - 4 - width(cells[0]) - 1)}"
        sign = (f" {face.sign} ", f"{face.ink} on {face.ground}")
        lines.append(Text.assemble(sign, (f" {line}", "dim strike" if row.undone else "")))
    return in_lines(lines)


def _sizes(columns: int, longest: int) -> tuple[int, ...]:
    """Return the widths of time, name, class, card, word and message.

    `longest`: the width of the longest name of a class; it is cut only where there is no room.
    """
    room = columns - 5
    name = 14 if room >= 70 else 10
    word = 20 if room >= 75 else 0
    # A card number of the office has 17 digits; the time, and spaces between.
    left = room - 8 - name - 3 - (word + 1 if word else 0)
    class_ = min(max(longest, 7), max(left - 17, 7))
    card = min(max(left - class_, 0), 20)
    message = room - 8 - name - class_ - card - word - 5
    return 8, name, class_, card, word, message if word and message >= 20 else 0


def class_shown(progress: Progress, wanted: str, rows: Iterable[Row]) -> ClassProgress | None:
    """Return the class that was asked for, else that of the last pupil who has one."""
    names = list(filter(None, (wanted, *(row.swipe.class_ for row in rows))))
    if len(progress.classes) == 1:
        names.append(progress.classes[0].class_)
    known = {one.class_: one for one in progress.classes}
    return next((known[name] for name in names if name in known), None)


def draw_side(
    progress: Progress,
    shown: ClassProgress | None,
    columns: int,
    rows: int,
    translate: Translator,
    always: Collection[Verdict] = ALWAYS,
) -> Text:
    """Return the counts, those of `always` even where they are 0, and who of a class is missing."""
    counted = [one for one in FACES if progress.counts.get(one) or one in always]
    lines = [_count(verdict, progress, columns, translate) for verdict in counted]
    if shown:
        lines.append(Text())
    if len(progress.classes) > 1:
        lines.append(Text(fit(_tally(texts.WHOLE, progress, translate), columns)))
    if shown:
        lines.append(Text(fit(_tally(texts.CLASS, shown, translate), columns), style="bold"))
        lines += _missing(shown, columns, rows - len(lines), translate)
    return in_lines(lines)


def _count(verdict: Verdict, progress: Progress, columns: int, translate: Translator) -> Text:
    face = FACES[verdict]
    number = str(progress.counts.get(verdict, 0))
    word = fit(f" {translate(face.word).capitalize()}", columns - 4 - len(number))
    return Text.assemble((f" {face.sign} ", f"{face.ink} on {face.ground}"), f"{word} {number}")


def _tally(template: str, one: ClassProgress | Progress, translate: Translator) -> str:
    name = clean(one.class_) or "–" if isinstance(one, ClassProgress) else ""
    return translate(template).format(name=name, registered=one.registered, pupils=one.pupils)


def _missing(one: ClassProgress, columns: int, rows: int, translate: Translator) -> list[Text]:
    if not one.missing:
        return [Text(f"✓ {translate(texts.COMPLETE)}")]
    head = translate(texts.MISSING).format(count=len(one.missing))
    room = max(rows - 1, 1)
    names = [fit(f" {named(missing)}", columns) for missing in one.missing]
    if len(names) > room:
        left = len(names) - room + 1
        names = [*names[: room - 1], fit(translate(texts.MORE).format(count=left), columns)]
    return [Text(head), *map(Text, names)]


def named(missing: Missing) -> str:
    """Return how a pupil who is missing is called: by the number where there is no name."""
    return missing.name or missing.student_number or missing.student


def draw_classes(progress: Progress, columns: int, translate: Translator) -> Text:
    """Return who is missing, class by class."""
    if not progress.classes:
        return Text(translate(texts.NO_CLASSES))
    lines = [Text(_tally(texts.WHOLE, progress, translate), style="bold")]
    for one in progress.classes:
        sign = "✓" if not one.missing else " "
        lines += [
            Text(),
            Text(fit(f"{sign} {_tally(texts.CLASS, one, translate)}", columns), style="bold"),
        ]
        names = "  ".join(clean(named(missing)) for missing in one.missing)
        lines += [Text(f"  {line}") for line in wrap(names, columns - 4) if line]
    return in_lines(lines)


def draw_help(columns: int, translate: Translator) -> Text:
    """Return the keys, and what the signs mean."""
    keys = [(key.name, key.help) for key in texts.KEYS] + list(texts.FURTHER)
    lines: list[Text] = []
    for name, said in keys:
        lines += _entry(Text(fit(translate(name), 11), style="bold"), said, columns, translate)
    lines += [Text(), Text(translate(texts.SIGNS), style="bold")]
    for verdict, face in FACES.items():
        head = Text.assemble(
            (f" {face.sign} ", f"{face.ink} on {face.ground}"),
            (f" {fit(translate(face.word).capitalize(), 20)} ", "bold"),
        )
        lines += _entry(head, texts.MEANINGS[verdict], columns, translate)
    return in_lines(lines)


def _entry(name: Text, said: str, columns: int, translate: Translator) -> list[Text]:
    indent = width(name.plain)
    first, *rest = wrap(translate(said), max(columns - indent, 10))
    return [Text.assemble(name, first), *(Text(" " * indent + line) for line in rest)]


def draw_keys(columns: int, translate: Translator) -> Text:
    """Return the keys at the foot."""
    parts = [((f" {key.name} ", "bold reverse"), f" {translate(key.word)}  ") for key in texts.KEYS]
    line = Text.assemble(*(piece for part in parts for piece in part))
    line.truncate(columns)
    return line


def draw_ends(left: str, right: str, columns: int) -> Text:
    """Return a line with something at either end."""
    right = clean(right)
    return Text(fit(left, columns - width(right) - 1) + " " + right)


def draw_faults(faults: Sequence[tuple[str, str]], columns: int) -> Text | None:
    """Return what is wrong at present and what to do; nothing where all is well."""
    lines: list[Text] = []
    for said, hint in faults:
        whole = " ".join(filter(None, (f"! {said}", hint and f"→ {hint}")))
        lines += [Text(f" {line}") for line in wrap(clean(whole), columns - 2)]
    return in_lines(lines) if lines else None


def draw_notice(said: str, columns: int) -> Text | None:
    """Return a question to the person; nothing where there is none."""
    if not said:
        return None
    return in_lines(Text(f" {line}") for line in wrap(clean(said), columns - 2))
