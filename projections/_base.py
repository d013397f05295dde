"""How a projection is declared: its columns, its rows, and what it is shown with.

A projection is one module of this package that offers the names of `Projection`. What it stores is
a pure fold of the lines of one subject: no clock, no names, no other subject. Everything that
depends on the day, on the keys or on other rows comes in with the `View` when rows are shown.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, Final, Literal, NamedTuple, Protocol

import msgspec

from cardledger.book import Book
from cardledger.moments import Moment, day_of
from cardledger.policy import Adopted, Policy, in_force

#: How a value is read and laid out. An `id` is never a number, however it looks; a `code` is a word
#: of the software, such as a state.
Kind = Literal["text", "id", "code", "moment", "day", "count", "percent", "yesno", "list"]

#: Texts sealed for one pupil: stored name of the event, sealed text; in the order of the fold.
Sealed = Sequence[tuple[str, str]]
#: One row as it is shown: its keys are those of the columns, in their order.
Shown = dict[str, Any]

#: Rows for which names and rows of other projections are looked up at once.
CHUNK: Final = 500


class Column(NamedTuple):
    """One column: its key in JSON, its title (an English msgid), how its values are read.

    Where there is no room for all, columns of the highest `rank` are left out first.
    """

    key: str
    title: str
    kind: Kind = "text"
    rank: int = 0


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored for one subject."""


@dataclass(frozen=True, kw_only=True)
class View:
    """With what rows are shown.

    moment: the moment for which they are asked, now by default; `asked` says that it was chosen.
    policies: the circulars known by then. find: stored rows of a projection, by subject. names:
    names of pupils by id, none where the key store cannot open them.
    """

    moment: Moment
    asked: bool
    policies: Sequence[Adopted]
    find: Callable[[str, Collection[str]], Mapping[str, Any]]
    names: Callable[[Mapping[str, Sealed]], Mapping[str, str | None]]
    _in_force: dict[date, Policy] = field(default_factory=dict, init=False)

    @functools.cached_property
    def day(self) -> date:
        """The day for which the rows are asked."""
        return day_of(self.moment)

    def policy(self, day: date) -> Policy:
        """Return the policy in force on a day."""
        found = self._in_force.get(day)
        if found is None:
            found = self._in_force[day] = in_force(list(self.policies), day)
        return found


class Projection(Protocol):
    """What every module of this package offers.

    SUBJECT: the kind of its subjects, such as `student` for the tags `student:…`. COLUMNS: what is
    shown. KEPT: columns that are shown as rows keep them, so that rows can be chosen by them before
    anything is looked up. STORED: the class of its rows.
    """

    @property
    def SUBJECT(self) -> str: ...

    @property
    def COLUMNS(self) -> tuple[Column, ...]: ...

    @property
    def KEPT(self) -> tuple[str, ...]: ...

    @property
    def STORED(self) -> type[Row]: ...

    def fold(self, book: Book, key: str) -> Row | None:
        """Return the row of a subject from the fold of its lines; none where it has none.

        It is asked only where a line that counts is about the subject.
        """

    def present(self, rows: Iterable[tuple[str, Any]], view: View) -> Iterator[Shown]:
        """Return what is shown of rows, each given with its subject."""

    def order(self, shown: Shown) -> tuple[Any, ...]:
        """Return the place of a shown row among the others."""


def chunks(rows: Iterable[tuple[str, Any]]) -> Iterator[list[tuple[str, Any]]]:
    """Return rows in lists of at most `CHUNK`."""
    remaining = iter(rows)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk


def place(shown: Shown, *keys: str) -> tuple[Any, ...]:
    """Return the values of some columns for sorting; rows without a value come first."""
    return tuple((shown[key] is not None, shown[key]) for key in keys)


def term_place(term: str) -> tuple[str, bool]:
    """Return the place of a term in time: spring comes before autumn of the same year."""
    year, _dash, season = term.partition("-")
    return year, season == "autumn"
