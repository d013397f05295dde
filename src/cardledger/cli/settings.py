"""What holds for a whole run: which ledger, which key store, who works with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from cardledger.cli.edge import note
from cardledger.cli.speech import say
from cardledger.i18n import _
from cardledger.places import DEFAULT, Places, places_of

if TYPE_CHECKING:
    from cardledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Settings:
    """The global options."""

    # Not in the representation: a URL may hold a password.
    ledger: str = field(default=DEFAULT, repr=False)
    keys: str | None = field(default=None, repr=False)
    handler: str = ""

    @property
    def places(self) -> Places:
        """Where the ledger's three parts are."""
        return places_of(self.ledger, self.keys)

    @contextmanager
    def opened(self) -> Iterator[Ledger]:
        """Open the ledger, and close it at the end; say where its checkpoint is missing."""
        from cardledger.opening import open_ledger

        with open_ledger(self.ledger, keys=self.keys) as ledger:
            if ledger.anchor.note() is None:
                _tell_unanchored(ledger)
            if ledger.keys is not None and ledger.keys.is_open_to_others():
                _tell_keys_open(ledger)
            yield ledger


#: How the program was called, without its name.
_arguments: ContextVar[tuple[str, ...]] = ContextVar("arguments", default=())


def called_with(given: Sequence[str]) -> None:
    """Remember how the program was called: workbooks tell it."""
    _arguments.set(tuple(given))


def arguments() -> tuple[str, ...]:
    """Return how the program was called, as it was given."""
    return _arguments.get()


def _tell_unanchored(ledger: Ledger) -> None:
    """Say, every time, that what shows a cut end is missing; recording makes it anew."""
    note(
        say(
            _(
                "There is no checkpoint at {place}: that lines were cut off would go unseen."
                " Verify against one that was kept elsewhere: cardledger verify --checkpoint FILE"
            ),
            place=ledger.places.checkpoint,
        )
    )


def _tell_keys_open(ledger: Ledger) -> None:
    """Say, every time, that the file of the keys is not for its owner alone: a copy may be so."""
    note(
        say(
            _("Others may read the keys of the pupils in {place}; let nobody: chmod 600 {place}"),
            place=ledger.places.keys_shown,
        )
    )


def settings() -> Settings:
    """Return the settings of the present run."""
    found = click.get_current_context().find_object(Settings)
    return found or Settings()
