"""The verification as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import Engine

import cardledger.actions  # noqa: F401 - makes the events known
from cardledger.anchor import Anchor
from cardledger.errors import (
    BadInput,
    IntegrityBroken,
    KeyStoreMissing,
    NotALedger,
    StorageError,
)
from cardledger.events import Codec, LedgerCreated
from cardledger.i18n import _
from cardledger.keys import KeyStore
from cardledger.ledger import Ledger
from cardledger.log import Log
from cardledger.opening import open_log
from cardledger.places import DEFAULT, places_of
from cardledger.verify.crew import Crew, Unsound, crew
from cardledger.verify.judge import check_notes, check_tree
from cardledger.verify.lines import Lines
from cardledger.verify.notes import (
    Note,
    agrees,
    check_key,
    given_key,
    inside_note,
    kept_note,
    not_checked,
    outside_note,
)
from cardledger.verify.schema import check_schema
from cardledger.verify.source import Damaged, Source, snapshot
from cardledger.verify.strangers import check_strangers
from cardledger.verify.tags import check_tags
from cardledger.verify.tree import Tree
from cardledger.verify.verdict import Problem, Remark, Verdict, first_of, problem

#: progress(done, total) in lines, of which each counts twice: once for itself, once for its tags.
Progress = Callable[[int, int], None]

_ORIGIN: Final = "cardledger/"

#: What is read of each table.
_TABLES: Final = {
    "line": "seq, position, origin, name, data, tags, leaf",
    "tag": "tag, seq, ordinal",
    "tile": "origin, level, idx, hashes, root",
    "frontier": "origin, size, hashes",
    "checkpoint": "origin, size, note",
}


def silent(_done: int, _total: int) -> None:
    """Tell nobody of the progress."""


def verify(ledger: Ledger, progress: Progress = silent, *, jobs: int = 0) -> Verdict:
    """Verify an open ledger; open it with `check=False`, so that a cut-off end can be reported.

    `jobs`: processes at most; 0 is one for each core where there are many lines. The verdict does
    not depend on the processes. Raises `StorageError` where the disk or the server fails, which
    says nothing of the ledger.
    """
    help_ = Help(ledger.places.database, jobs)
    return verify_log(ledger.log, ledger.anchor, progress, help_=help_)


def verify_place(
    place: str | Path = DEFAULT,
    *,
    keys: str | Path | None = None,
    kept: str = "",
    kept_place: str = "",
    key: str = "",
    jobs: int = 0,
    progress: Progress = silent,
) -> Verdict:
    """Verify the ledger at a place, also one whose first line is so damaged that it cannot open.

    `kept` is the text of a checkpoint that was kept elsewhere, from the file `kept_place`; `key`
    the public key that was kept, which all checkpoints must be signed by; `jobs` as in `verify`.
    Raises `LedgerMissing` and `NotALedger` as opening does, and `BadInput` for the key store, the
    checkpoint or the key of another ledger, which says nothing of this one.
    """
    places = places_of(place, keys)
    store: KeyStore | None = None
    try:
        with open_log(places) as log:
            try:
                store = KeyStore.open(places.keys)
            except KeyStoreMissing:
                store = None
            ledger = log.origin.removeprefix(_ORIGIN)
            trusted = given_key(key, log.origin)
            anchor = Anchor(places.checkpoint, ledger, store, trusted)
            if _calls_itself(log, ledger):
                _check_belongings(anchor, store, ledger)
            _check_begun(log, anchor)
            beside = kept_note(anchor, kept, kept_place) if kept else Note()
            return verify_log(log, anchor, progress, beside, Help(places.database, jobs))
    except IntegrityBroken as error:
        return _unreadable(Remark(error.template, error.values))
    finally:
        if store is not None:
            store.close()


def _calls_itself(log: Log, ledger: str) -> bool:
    """Return whether the first line has the name that the database has: else that was altered."""
    first = log.line(1)
    if first is None:
        return False
    try:
        created = Codec.decode(first.name, first.data)
    except ValueError:
        return False
    return isinstance(created, LedgerCreated) and created.ledger == ledger


def _check_belongings(anchor: Anchor, store: KeyStore | None, ledger: str) -> None:
    """Raise where the key store or the checkpoint beside a ledger is another one's."""
    other = store.meta("ledger") if store is not None else None
    if store is not None and other not in (None, ledger):
        raise BadInput(
            _("The key store {place} belongs to another ledger, {other}."),
            hint=_("Name the right one with --keys."),
            place=store.place,
            other=other,
        )
    # What cannot be read is named by the verification itself.
    with suppress(ValueError, OSError):
        anchor.refuse_foreign(anchor.note() or "")


def _check_begun(log: Log, anchor: Anchor) -> None:
    """Raise where no line was ever written: the making of the ledger was interrupted."""
    with suppress(IntegrityBroken):
        if log.head() == 0 and log.size() == 0 and outside_note(anchor) == Note():
            raise NotALedger(place=log.place)


class Help(NamedTuple):
    """Where a log lies, so that other processes can open it too, and how many there may be."""

    place: str = ""
    jobs: int = 1


def verify_log(
    log: Log,
    anchor: Anchor,
    progress: Progress = silent,
    kept: Note | None = None,
    help_: Help | None = None,
) -> Verdict:
    """Verify a log against the checkpoint that an anchor keeps, and one that was kept elsewhere."""
    # Before the state of the database is fixed: outside there is never more than inside.
    notes = Outside(outside_note(anchor), kept or Note())
    with ThreadPoolExecutor(1) as pool, snapshot(log.engine) as source:
        # SQLite's own look at the file leaves this thread its processor.
        structure = pool.submit(_structure, log.engine) if source.is_sqlite else None
        broken = _tables(source)
        if broken is not None:
            return _unreadable(broken.remark)
        try:
            examination, problems = _examined(source, anchor, notes, progress, help_ or Help())
        except Damaged as damaged:
            return _unreadable(_not_read(damaged).remark)
        if structure is not None and (damage := structure.result()):
            problems.append(damage)
        anchored = notes != Outside(Note(), Note())
        return examination.verdict(problems, not_checked(anchor, anchored), anchored)


class Outside(NamedTuple):
    """The notes outside the database: the latest beside it, and one that was kept elsewhere."""

    beside: Note
    kept: Note


def _examined(
    source: Source, anchor: Anchor, notes: Outside, progress: Progress, help_: Help
) -> tuple[_Examination, list[Problem]]:
    """Go through a state of a log, with helpers as long as all is well."""
    examination = _Examination(source, anchor, notes)
    with crew(help_.place, anchor.origin, _head(source), help_.jobs) as helpers, suppress(Unsound):
        return examination, examination.run(progress, helpers)
    # One process finds what is wrong from the beginning, as if nobody had helped.
    examination = _Examination(source, anchor, notes)
    return examination, examination.run(progress)


class _Examination:
    """One state of a log, gone through from the first line to the last."""

    def __init__(self, source: Source, anchor: Anchor, outside: Outside) -> None:
        self._source = source
        self._origin = anchor.origin
        self._inside = inside_note(anchor, source)
        self._key = check_key(anchor, self._inside)
        self._outside = outside
        notes = (self._inside, *outside)
        sizes = {note.checkpoint.size for note in notes if note.checkpoint is not None}
        self._tree = Tree(source, self._origin, sizes)
        self._trees = {self._origin: self._tree}
        for (other,) in source.all("SELECT origin FROM frontier WHERE origin <> ?", [self._origin]):
            self._trees[other] = Tree(source, other, set())
        self._lines = Lines(source, self._origin, self._trees)

    def run(self, progress: Progress, crew: Crew | None = None) -> list[Problem]:
        """Return all problems, in no order.

        Raises `Unsound` where a crew helps and something is wrong with the lines, tags or tiles.
        """
        lines = self._lines
        count = _count(self._source)
        total = 2 * count
        if crew is None:
            lines.run(lambda done: progress(done, total))
        else:
            own = crew.first - 1
            lines.run(lambda done: progress(done * count // own, total), own)
        seen = lines.good if crew is None else count

        def tags_done(rows: int) -> None:
            share = rows * lines.good // max(lines.tags, 1)
            progress(seen + min(seen, share), total)

        tags = _as_far_as_readable(lambda: check_tags(self._source, lines, tags_done, crew))
        if crew is not None:
            if tags:
                raise Unsound
            crew.join(self._source, lines, self._tree)
            progress(total, total)
        return [
            *([self._key] if self._key else []),
            *_as_far_as_readable(self._first_line),
            *_as_far_as_readable(self._judge_lines),
            *tags,
            *_as_far_as_readable(lambda: check_schema(self._source)),
            *_as_far_as_readable(lambda: check_strangers(self._source, self._origin, self._trees)),
        ]

    def _judge_lines(self) -> Iterator[Problem]:
        lines, tree = self._lines, self._tree
        if lines.problem is not None:
            # A tree that was not finished cannot be judged.
            yield lines.problem
            for fault in tree.faults.values():
                yield problem(_("Line {position}, or the tile over it, was altered."), fault.first)
            return
        against = check_notes(tree, self._inside, *self._outside)
        vouched = any(agrees(note, tree) for note in (self._inside, *self._outside))
        yield from check_tree(self._source, tree, vouched=vouched, against=against)
        for other in self._trees.values():
            if other.size and other is not tree:
                yield from check_tree(self._source, other, vouched=False)

    def _first_line(self) -> Iterator[Problem]:
        """Yield whether the database says of itself another name than its first line does."""
        if not self._lines.good:
            return
        rows = self._source.all("SELECT name, data FROM line WHERE seq = 1")
        event = Codec.decode(*rows[0])
        if isinstance(event, LedgerCreated) and _ORIGIN + event.ledger != self._origin:
            template = _("The name of the log was altered: it says {name}.")
            yield problem(template, name=self._origin)

    def verdict(
        self, problems: list[Problem], unchecked: tuple[Remark, ...], anchored: bool
    ) -> Verdict:
        """Return the verdict, which names the first of the problems."""
        worst, lines = first_of(problems), self._lines
        if lines.unknown:
            template = _(
                "The tags of {count} lines were not checked: this version does not know them."
            )
            unchecked = (*unchecked, Remark(template, {"count": len(lines.unknown)}))
        complete = lines.problem is None
        return Verdict(
            ok=worst is None,
            size=lines.good if complete else _count(self._source),
            root=self._tree.root().hex() if complete else None,
            checkpoint=self._inside.text,
            first_bad_position=worst.position if worst else None,
            problem=worst.remark if worst else None,
            unchecked=unchecked,
            anchored=anchored,
        )


def _as_far_as_readable(find: Callable[[], Iterable[Problem]]) -> list[Problem]:
    """Return what a part of the examination finds, or why it could not look."""
    found: list[Problem] = []
    try:
        found.extend(find())
    except Damaged as damaged:
        found.append(_not_read(damaged))
    return found


def _not_read(damaged: Damaged) -> Problem:
    return problem(_("The database cannot be read: {reason}"), reason=str(damaged))


def _unreadable(remark: Remark) -> Verdict:
    """Return the verdict on what cannot be gone through at all."""
    return Verdict(ok=False, size=0, root=None, checkpoint=None, problem=remark)


def _tables(source: Source) -> Problem | None:
    """Return which table is not there, or not as it was made."""
    for table, columns in _TABLES.items():
        try:
            source.all(f"SELECT {columns} FROM {table} LIMIT 0")  # nosec B608 # our own names
        except Damaged as damaged:
            template = _("The table {table} cannot be read: {reason}")
            return problem(template, table=table, reason=str(damaged))
    return None


def _count(source: Source) -> int:
    """Return how many lines there are; none where the file is so damaged that none can be read."""
    try:
        return int(source.all("SELECT count(*) FROM line")[0][0])
    except Damaged:
        return 0


def _head(source: Source) -> int:
    """Return the seq of the last line; 0 where there is none, or where that cannot be told."""
    try:
        head = source.all("SELECT max(seq) FROM line")[0][0]
    except Damaged:
        return 0
    return head if isinstance(head, int) else 0


def _structure(engine: Engine) -> Problem | None:
    """Return what SQLite finds wrong with the file itself."""
    with snapshot(engine) as source:
        try:
            rows = source.all("PRAGMA integrity_check(1)")
        except (Damaged, StorageError) as error:
            rows = [(str(error),)]
    reason = " ".join(str(rows[0][0]).split())
    if reason == "ok":
        return None
    return problem(_("The file of the database is damaged: {reason}"), reason=reason)
