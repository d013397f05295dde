"""Showing rows: of now or of a cut, of all subjects or of some, with names as far as they open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from keyword import iskeyword
from typing import Any, Final

from cardledger import ids
from cardledger.errors import BadValue
from cardledger.i18n import _
from cardledger.ledger import Ledger
from cardledger.naming import find_card, find_students
from cardledger.policy import Adopted
from cardledger.replay.sources import Source
from cardledger.streams import Asked, Cut, reference_of
from projections import PROJECTIONS, Sealed, Shown, View

#: What rows may be chosen by, and which columns say it; a list says it if one of its values does.
FILTERS: Final[dict[str, tuple[str, ...]]] = {
    "student": ("student",),
    "school": ("school",),
    "class": ("class",),
    "cohort": ("cohort",),
    "card": ("card", "cards"),
    "box": ("box",),
    "term": ("term",),
}


def show(
    ledger: Ledger, name: str, source: Source, asked: Asked | None, where: Mapping[str, str]
) -> list[Shown]:
    """Return the rows of a projection that fit all of `where`, in the order people read them.

    Raises `BadValue` for a filter that the projection does not have, `NotFound` for a pupil or a
    card that the ledger does not have.
    """
    projection = PROJECTIONS[name]
    view = _view(ledger, source, asked)
    chosen = _Choice(ledger, name, source, where)
    shown = projection.present(chosen.rows(), view)
    return sorted(filter(chosen.fits, shown), key=projection.order)


def _view(ledger: Ledger, source: Source, asked: Asked | None) -> View:
    return View(
        moment=asked.moment if asked else ledger.clock(),
        asked=asked is not None,
        policies=_policies(ledger, asked.cut if asked else Cut()),
        find=source.find,
        names=lambda sealed: names_of(ledger, sealed),
    )


def _policies(ledger: Ledger, cut: Cut) -> list[Adopted]:
    return reference_of(ledger, cut).policies


def names_of(ledger: Ledger, sealed: Mapping[str, Sealed]) -> dict[str, str | None]:
    """Return names of pupils by their ids; none where the key is away, gone or never was."""
    if ledger.keys is not None:
        # All keys in one query: the texts are opened one by one.
        ledger.keys.keys(sealed)
    return {student: _name(ledger, student, texts) for student, texts in sealed.items()}


def _name(ledger: Ledger, student: str, texts: Sealed) -> str | None:
    """Return the name that was said last."""
    for event_name, text in reversed(texts):
        facts = ledger.unseal(event_name, student, text)
        if "name" in facts:
            return facts["name"]
    return None


class _Choice:
    """The rows that fit some filters: found by their subjects where these follow, else by value."""

    def __init__(self, ledger: Ledger, name: str, source: Source, where: Mapping[str, str]) -> None:
        self._name = name
        self._source = source
        self._keys: set[str] | None = None
        self._values: list[tuple[tuple[str, ...], set[Any]]] = []
        self._kept: list[tuple[str, set[Any]]] = []
        columns = {column.key for column in PROJECTIONS[name].COLUMNS}
        for what, text in where.items():
            keys = _subjects(ledger, name, source, what, text)
            having = tuple(key for key in FILTERS.get(what, ()) if key in columns)
            if keys is not None:
                self._keys = keys if self._keys is None else self._keys & keys
            elif what in PROJECTIONS[name].KEPT:
                # Fields of rows are attributes, and `class` is a word that Python keeps.
                field = f"{what}_" if iskeyword(what) else what
                self._kept.append((field, _values(ledger, what, text)))
            elif having:
                self._values.append((having, _values(ledger, what, text)))
            else:
                raise BadValue(
                    _("“{projection}” cannot be chosen by {filter}."),
                    hint=_("Its columns are: {columns}"),
                    projection=name,
                    filter=what,
                    columns=", ".join(column.key for column in PROJECTIONS[name].COLUMNS),
                )

    def rows(self) -> Iterator[tuple[str, Any]]:
        """Return the stored rows among which the shown ones are."""
        rows = self._source.rows(self._name)
        if self._keys is not None:
            rows = iter(sorted(self._source.find(self._name, self._keys).items()))
        for key, row in rows:
            if all(getattr(row, field) in wanted for field, wanted in self._kept):
                yield key, row

    def fits(self, shown: Shown) -> bool:
        """Whether a shown row has one of the wanted values, for every filter."""
        return all(
            any(not wanted.isdisjoint(_listed(shown[key])) for key in having)
            for having, wanted in self._values
        )


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else (value,)


def _subjects(ledger: Ledger, name: str, source: Source, what: str, text: str) -> set[str] | None:
    """Return the subjects of a projection that a filter leaves; none where it does not say."""
    subject = PROJECTIONS[name].SUBJECT
    if what == subject:
        return _values(ledger, what, text)
    if what == "student" and subject == "card":
        pupils: Iterable[Any] = source.find("roster", find_students(ledger, text)).values()
        return {number for pupil in pupils for number in pupil.cards}
    if what == "card" and subject == "student":
        cards: Iterable[Any] = source.find("cards", [find_card(ledger, text)]).values()
        return {holder for card in cards for holder in card.holders}
    return None


def _values(ledger: Ledger, what: str, text: str) -> set[Any]:
    if what == "student":
        return set(find_students(ledger, text))
    if what == "school":
        return {ids.parse_school_code(text)}
    if what == "cohort":
        return {ids.parse_cohort(text)}
    if what == "card":
        return {find_card(ledger, text)}
    if what == "box":
        return {ids.parse_box_id(text)}
    return {ids.plain(text)}
