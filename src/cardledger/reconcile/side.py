"""The ledger's side: its pupils and cards as of a day, found by what files know of them.

The rows of the projections are enough: those of the schools that are compared are kept, all others
are looked up when a file names them. What is kept grows with the schools compared; of the whole
ledger only numbers are indexed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final

from cardledger import ids
from cardledger.book import Book, fold
from cardledger.keys import KeyStore
from cardledger.ledger import Ledger
from cardledger.moments import Moment, day_of
from cardledger.policy import Policy
from cardledger.replay import Replay
from cardledger.replay.sources import FoldedRows, Source
from cardledger.states import AWAY, HELD, Student
from cardledger.streams import Asked, Cut, asked_for, counted, reference_of
from projections import cards as card_rows
from projections import roster as roster_rows

Pupil = roster_rows.Row
Card = card_rows.Row

HIGHEST_GRADE: Final = 12
#: Pupils whose keys are read at once.
_CHUNK: Final = 500
#: Cards that are in somebody's hands, or should be.
IN_USE: Final = frozenset({"live", "lost"})


class Side:
    """What the ledger says, as of a moment."""

    def __init__(
        self, ledger: Ledger, source: Source, asked: Asked | None, schools: Collection[str]
    ) -> None:
        self.ledger = ledger
        self.schools = frozenset(schools)
        self.cut = asked.cut if asked else Cut()
        self.moment: Moment = asked.moment if asked else ledger.clock()
        reference = reference_of(ledger, self.cut)
        self.policy: Policy = reference.policy(self.moment)
        self.known_schools = {code for code, school in reference.schools.items() if school.known}
        self.known_schools.add(ledger.default_school)
        #: What a proposal will bring into the ledger: pupils by number, with their school; new
        #: numbers of known pupils; cards.
        self.coming_pupils: dict[str, str] = {}
        self.coming_numbers: dict[str, str] = {}
        self.coming_cards: set[str] = set()
        self._source = source
        self._numbers: dict[str, list[str]] = {}
        self._persons: dict[str, list[str]] = {}
        self._uids: dict[str, list[str]] = {}
        self._pupils: dict[str, Pupil | None] = {}
        self._cards: dict[str, Card | None] = {}
        self._read()

    def _read(self) -> None:
        row: Any
        for key, row in self._source.rows("roster"):
            for number in row.numbers:
                self._numbers.setdefault(number, []).append(key)
            if row.person:
                self._persons.setdefault(row.person, []).append(key)
            if row.school in self.schools:
                self._pupils[key] = row
        for key, row in self._source.rows("cards"):
            if row.uid:
                self._uids.setdefault(row.uid, []).append(key)
            if row.student in self._pupils or row.school in self.schools:
                self._cards[key] = row
        self._ready(self._pupils)

    def _ready(self, pupils: Collection[str]) -> None:
        """Read the keys of pupils, many in one query: the texts are opened one by one."""
        remaining = iter(pupils)
        while self.keys is not None and (chunk := list(islice(remaining, _CHUNK))):
            self.keys.keys(chunk)

    @property
    def keys(self) -> KeyStore | None:
        """The key store; without it names and all else that is personal are not compared."""
        return self.ledger.keys

    # Pupils

    def pupil(self, key: str) -> Pupil | None:
        """Return what the ledger says of a pupil; none for one whom it does not know."""
        if key not in self._pupils:
            found: Any = self._source.find("roster", (key,)).get(key) if key else None
            self._pupils[key] = found
        return self._pupils[key]

    def expected(self) -> Iterator[tuple[str, Pupil]]:
        """Yield the pupils who are at the schools that are compared, suspended ones too."""
        for key, row in list(self._pupils.items()):
            if row is not None and row.school in self.schools and row.status not in AWAY:
                yield key, row

    def by_number(self, number: str) -> list[str]:
        """Return the pupils who have or had a student number, or are proposed to get it."""
        found = self._numbers.get(number, [])
        return found or [key for key in [self.coming_numbers.get(number)] if key]

    def by_identity(self, identity: str) -> list[str]:
        """Return the pupils with an identity number; none where the key store is away."""
        if self.keys is None or not identity:
            return []
        return self._persons.get(self.keys.person_hash(identity), [])

    def facts(self, key: str) -> dict[str, str] | None:
        """Return what is known of a pupil as a person; none where the keys do not open it."""
        row = self.pupil(key)
        if row is None or self.keys is None or row.forgotten:
            return None
        return self.ledger.opened(Student(key, sealed=row.sealed))

    def name(self, key: str) -> str | None:
        """Return the name of a pupil; none where the keys do not open it."""
        return (self.facts(key) or {}).get("name")

    def grade(self, row: Pupil) -> int:
        """Return the grade of a pupil on that day; 0 where nothing tells it.

        What a roster of a later year said tells nothing of that day.
        """
        pupil = Student(
            "", number=row.number, cohort=row.cohort, grade=row.grade, grade_year=row.grade_year
        )
        grade = pupil.grade_on(day_of(self.moment), self.policy)
        return grade if 1 <= grade <= HIGHEST_GRADE else 0

    def reference_to(self, key: str) -> str:
        """Return by what a batch names a pupil: the number, the id where that is another's too."""
        row = self.pupil(key)
        number = row.number if row else ""
        return number if number and self.by_number(number) == [key] else key

    def was_here_before(self, key: str, school: str) -> bool:
        """Whether a pupil was at a school once: then coming back is no transfer."""
        return self.folded(f"student:{key}").student(key).was_before_at(school)

    # Cards

    def card(self, number: str) -> Card | None:
        """Return what the ledger says of a card; none for one that it does not have.

        A card that was only tried at a swipe, or only filed, is none.
        """
        if number not in self._cards:
            found: Any = self._source.find("cards", (number,)).get(number)
            self._cards[number] = found
        row = self._cards[number]
        return row if row is not None and row.state else None

    def expected_cards(self) -> Iterator[tuple[str, Card]]:
        """Yield the cards in use of the pupils who are at the schools that are compared."""
        for number, row in list(self._cards.items()):
            if row is None or row.state not in IN_USE or not row.student:
                continue
            holder = self.pupil(row.student)
            if holder and holder.school in self.schools and holder.status not in AWAY:
                yield number, row

    def held(self, key: str, kind: str) -> list[str]:
        """Return the cards of a kind that count as a pupil's own."""
        row = self.pupil(key)
        found = []
        for number in row.cards if row else ():
            card = self.card(number)
            if card and card.student == key and card.kind == kind and card.state in HELD:
                found.append(number)
        return found

    def by_uid(self, text: str) -> list[str]:
        """Return the cards whose UID is this one, in any byte order or as decimal."""
        return [card for uid in ids.uid_readings(text) for card in self._uids.get(uid, ())]

    def folded(self, tag: str) -> Book:
        """Return the fold of one subject's lines up to the moment."""
        return fold(counted(self.ledger, (tag,), self.cut), self.cut.until)


@contextmanager
def side_of(
    ledger: Ledger, as_of: str | None, known: str | None, schools: Collection[str]
) -> Iterator[Side]:
    """Open the ledger's side as of a day (now by default); errors as for `Replay.rows`."""
    asked = asked_for(ledger, as_of, known)
    if asked is not None:
        yield Side(ledger, FoldedRows(ledger.log, asked.cut), asked, schools)
        return
    with Replay(ledger).current() as source:
        yield Side(ledger, source, None, schools)
