"""Commands: what somebody asks the ledger to record.

A command is frozen, typed and keyword-only. Its fields are declared once and give the options of
the command line, the columns of a batch, the JSON schema and the help in both languages. A field
says by its *form* how its text is read; `Command.normal` reads all of them and raises `BadValue`
for the first that cannot be.
"""

from __future__ import annotations

import functools
import operator
import typing
from collections.abc import Callable, Iterable
from typing import Annotated, Any, ClassVar, Final, Literal, NamedTuple, Self

import msgspec
from msgspec import Meta

from cardledger.errors import BadValue
from cardledger.events import Evidence, Reading
from cardledger.forms import FORMS, READING, choice
from cardledger.i18n import _

Kind = Literal["record", "identity"]

TOOL: Final = "cardledger"


def help_of(text: str, form: str = "text", *, personal: bool = False) -> Meta:
    """Describe a field: its help (an English msgid), its form, and whether it is sealed."""
    return Meta(description=text, extra={"form": form, "personal": personal})


CardReference = Annotated[
    str, help_of(_("Card number, else its UID in any form"), "card-reference")
]
NewCard = Annotated[str, help_of(_("Number of the new card"), "card")]
StudentReference = Annotated[
    str, help_of(_("Any student number or the id of the pupil"), "student-reference")
]
Number = Annotated[str, help_of(_("Student number, 16 digits"), "student-number")]
UidText = Annotated[str, help_of(_("UID of the chip, in hexadecimal"), "uid")]
BoxName = Annotated[str, help_of(_("Name of the box"), "box")]
CohortYear = Annotated[int, help_of(_("Year of graduation, four digits"), "cohort")]
ClassName = Annotated[str, help_of(_("Class"))]
KindOfCard = Annotated[Kind, help_of(_("Kind of card"))]
OtherSchool = Annotated[str, help_of(_("Code of the other school"), "school")]
OutsideCity = Annotated[bool, help_of(_("The pupil comes from outside the city"))]


class FieldOf(NamedTuple):
    """What is known of one field of a command: `column` is its name in batches and options."""

    name: str
    column: str
    help: str
    form: str
    personal: bool
    type: Any
    required: bool


#: A field's name, how its value is read, and what it is when nobody gives it.
_Reader = tuple[str, Callable[[Any], Any], Any]


class Refs(NamedTuple):
    """What a command names, before anything of it is known."""

    cards: tuple[str, ...] = ()
    students: tuple[str, ...] = ()
    boxes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    positions: tuple[int, ...] = ()


class Command(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    tag_field="action",
):
    """What every command may say (HANDBOOK 4)."""

    #: Words of the command line, such as ("student", "add").
    path: ClassVar[tuple[str, ...]] = ()
    #: The field that the command line takes without an option name.
    arguments: ClassVar[tuple[str, ...]] = ()
    #: Whether `card` names a card that must be there.
    needs_card: ClassVar[bool] = False
    #: Whether `student` must name a pupil that is there.
    needs_student: ClassVar[bool] = False
    #: Whether `box` must name a box that is there.
    needs_box: ClassVar[bool] = False
    #: Only record cards are upgraded, swiped and filed.
    record_card_only: ClassVar[bool] = False
    #: Whether the act happens at a school that the ledger must know.
    needs_school: ClassVar[bool] = True
    #: Whether the decision looks at the acts of the school as such.
    reads_school: ClassVar[bool] = False
    #: Whether the handbook demands a handler.
    needs_handler: ClassVar[bool] = False
    #: Whether the handbook demands a reason, in words.
    needs_reason: ClassVar[bool] = False

    at: Annotated[
        str, help_of(_("When it happened, such as 2010-03-20 or 2010-03-20T09:30"), "moment")
    ] = ""
    school: Annotated[str, help_of(_("Code of the school where it happened"), "school")] = ""
    handler: Annotated[str, help_of(_("Who did it"))] = ""
    evidence: Annotated[Evidence, help_of(_("How it was learnt"))] = "typed"
    tool: Annotated[str, help_of(_("Program and version that reports it"))] = ""
    note: Annotated[str, help_of(_("A note; it is sealed"), personal=True)] = ""
    key: Annotated[str, help_of(_("Retry key: the same key is recorded once"))] = ""
    reading: Annotated[
        Reading | None,
        help_of(_("What a reader saw of the card: an object, in JSON only"), READING),
    ] = None

    @classmethod
    def action(cls) -> str:
        """Return the name of the action, as batches write it."""
        name = cls.__struct_config__.tag
        if not isinstance(name, str):
            raise TypeError(f"{cls.__name__} declares no action name")
        return name

    @classmethod
    def describe(cls) -> tuple[FieldOf, ...]:
        """Return the fields with their help, in the order in which they are declared.

        They are what people and tables can give; what a reader saw comes only as an object.
        """
        return _described(cls)

    def normal(self) -> Self:
        """Return the command with every field in canonical form.

        Raises `BadValue` for the first field that cannot be read.
        """
        changes: dict[str, Any] = {}
        values_of, readers = _readers(type(self))
        for value, (name, read, default) in zip(values_of(self), readers, strict=True):
            if value is not default and value != default:
                normal = read(value)
                if normal != value:
                    changes[name] = normal
        if self.needs_handler and not self.handler.strip():
            raise BadValue(
                _("The handler is missing."),
                hint=_("Say who did it with --handler NAME (or CARDLEDGER_HANDLER)."),
            )
        if self.needs_reason and not getattr(self, "reason", "").strip():
            raise BadValue(_("The reason is missing."), hint=_("Say why with --reason TEXT."))
        return msgspec.structs.replace(self, **changes) if changes else self

    def personal(self) -> dict[str, str]:
        """Return the personal data of this command, by field: what will be sealed."""
        names = _personal(type(self))
        if len(names) == 1:
            # Most commands have nothing personal but the note, and most have no note.
            text: str = getattr(self, names[0])
            return {names[0]: text} if text else {}
        return {name: text for name in names if (text := getattr(self, name))}

    @classmethod
    def naming(cls) -> tuple[str, ...]:
        """Return the fields that name a subject: `card`, `student`, `box`, where there are such."""
        return _naming(cls)

    def refs(self) -> Refs:
        """Return what this command names."""
        cards: tuple[str, ...] = ()
        students: tuple[str, ...] = ()
        boxes: tuple[str, ...] = ()
        for name in _naming(type(self)):
            if text := getattr(self, name):
                if name == "card":
                    cards = (text,)
                elif name == "student":
                    students = (text,)
                else:
                    boxes = (text,)
        return Refs(cards, students, boxes, self.further_tags(), self.positions())

    def positions(self) -> tuple[int, ...]:
        """Return the positions of the lines that this command is about."""
        return ()

    def brings_card(self, is_ours: Callable[[str], bool]) -> bool:
        """Whether the card may come from a school that is none of ours (`is_ours`)."""
        return False

    def further_tags(self) -> tuple[str, ...]:
        """Return further subjects whose lines the decision must see."""
        return ()


class CardCommand(Command, frozen=True, kw_only=True, omit_defaults=True):
    """A command about a card that is there. Without `student` it is about the card's holder."""

    path: ClassVar[tuple[str, ...]] = ()
    arguments: ClassVar[tuple[str, ...]] = ("card",)
    needs_card: ClassVar[bool] = True

    card: CardReference
    student: StudentReference = ""
    uid: UidText = ""


class NewCardCommand(Command, frozen=True, kw_only=True, omit_defaults=True):
    """A command that makes a card known to the ledger."""

    arguments: ClassVar[tuple[str, ...]] = ("card",)
    needs_student: ClassVar[bool] = True

    card: NewCard
    student: StudentReference
    kind: KindOfCard = "record"
    uid: UidText = ""
    format: Annotated[
        Literal["m1", "cpu"], help_of(_("Type of the chip: an M1 card is upgraded once"))
    ] = "m1"


class StudentCommand(Command, frozen=True, kw_only=True, omit_defaults=True):
    """A command about a pupil who is there."""

    arguments: ClassVar[tuple[str, ...]] = ("student",)
    needs_student: ClassVar[bool] = True

    student: StudentReference


class BoxCommand(Command, frozen=True, kw_only=True, omit_defaults=True):
    """A command about a box."""

    arguments: ClassVar[tuple[str, ...]] = ("box",)
    needs_box: ClassVar[bool] = True

    box: BoxName


@functools.cache
def _described(command: type[Command]) -> tuple[FieldOf, ...]:
    return tuple(field for field in _describe(command) if field.form != READING)


@functools.cache
def _describe(command: type[Command]) -> tuple[FieldOf, ...]:
    hints = typing.get_type_hints(command, include_extras=True)
    fields = []
    for field in msgspec.structs.fields(command):
        hint = hints[field.name]
        meta = next((one for one in getattr(hint, "__metadata__", ()) if type(one) is Meta), None)
        extra = (meta.extra if meta else None) or {}
        fields.append(
            FieldOf(
                field.name,
                field.encode_name,
                (meta.description if meta else None) or "",
                extra.get("form", "text"),
                extra.get("personal", False),
                typing.get_args(hint)[0] if meta else hint,
                field.required,
            )
        )
    return tuple(fields)


@functools.cache
def _readers(command: type[Command]) -> tuple[Callable[[Command], tuple[Any, ...]], list[_Reader]]:
    """Return what gets the fields whose value must be read, and how each of them is.

    Yes and no are checked by their type alone.
    """
    defaults = {field.name: field.default for field in msgspec.structs.fields(command)}
    readers = [
        (field.name, read, defaults[field.name])
        for field in _describe(command)
        if (read := _reader(field)) is not None
    ]
    return operator.attrgetter(*[name for name, _read, _default in readers]), readers


def _reader(field: FieldOf) -> Callable[[Any], Any] | None:
    if typing.get_origin(field.type) is Literal:
        return functools.partial(choice, typing.get_args(field.type))
    return FORMS[field.form] if field.form != "text" or field.type is str else None


@functools.cache
def _naming(command: type[Command]) -> tuple[str, ...]:
    return tuple(name for name in ("card", "student", "box") if name in command.__struct_fields__)


@functools.cache
def _personal(command: type[Command]) -> tuple[str, ...]:
    return tuple(field.name for field in _describe(command) if field.personal)


def tags_of(prefix: str, values: Iterable[str]) -> tuple[str, ...]:
    """Return tags of one kind for several subjects."""
    return tuple(f"{prefix}:{value}" for value in values)
