"""What an act of the station is: the command that a touch becomes, or a look without recording."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from cardledger.commands import Command, FieldOf
from cardledger.decider import Case
from cardledger.i18n import Translator
from cardledger.station.touch import Touch
from cardledger.version import __version__

if TYPE_CHECKING:
    # The command line lists the acts: that must not cost a database.
    from cardledger.ledger import Ledger

#: The program that reports what is recorded here.
TOOL: Final = f"cardledger {__version__} station"
#: Options that every recording act has beside its own.
COMMON: Final = ("school",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What an act says of a card without recording anything; sentences for people."""

    message: str
    hint: str = ""
    verdict: Literal["shown", "refused"] = "shown"


#: Judges one touch: the touch, what the ledger knows of the card, and the language.
Look = Callable[[Touch, Case, Translator], Looked]
#: Begins a shift of looking: what must be frozen is frozen here.
Begin = Callable[["Ledger", Mapping[str, Any]], Look]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One module of `cardledger.station.acts`, as the rest of the station sees it.

    `path`: the words after `cardledger station`. `help`: an English msgid. `command`: what a touch
    is recorded as; none where nothing is, and then `begin` makes the function that looks.
    `options`: the fields of the command that hold for a whole shift, in their order; those that
    are in `arguments` go without an option name. `further`: options of an act that looks.
    """

    path: tuple[str, ...]
    help: str
    command: type[Command] | None = None
    options: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    begin: Begin | None = None
    further: tuple[FieldOf, ...] = ()
    #: Where such a station is declared, a `cardledger.station.station.Station`.
    works_at: str = "cardledger.station.station:Station"

    @property
    def name(self) -> str:
        """The words, as people say them: `term-swipe`, `box put`."""
        return " ".join(self.path)

    def fields(self) -> tuple[FieldOf, ...]:
        """Return what is known of each option, in the order of `options`."""
        if self.command is None:
            return self.further
        known = {field.name: field for field in self.command.describe()}
        return tuple(known[name] for name in (*self.options, *COMMON))

    def command_of(self, touch: Touch, given: Mapping[str, Any], handler: str) -> Command:
        """Return the command that a touch becomes, with what holds for the whole shift.

        Raises `BadValue` where something cannot be read. What is given by names that the act does
        not have is a mistake of the program.
        """
        assert self.command is not None, f"{self.name} records nothing"  # nosec B101 # types
        unknown = set(given) - set(self.options) - set(COMMON)
        if unknown:
            raise TypeError(f"{self.name} has no option {', '.join(sorted(unknown))}")
        kept = {name: value for name, value in given.items() if value not in (None, "")}
        made: Any = self.command
        command: Command = made(
            **kept,
            card=touch.card,
            at=touch.at,
            evidence=touch.evidence,
            handler=handler,
            tool=TOOL,
            key=touch.key,
            reading=touch.reading,
        )
        return command.normal()
