"""The signed checkpoints, inside the database and outside of it, against what the lines give."""

from __future__ import annotations

from typing import NamedTuple

from cardledger.anchor import Anchor
from cardledger.errors import BadInput, StorageError
from cardledger.i18n import _
from cardledger.tlog import (
    Checkpoint,
    InvalidCheckpoint,
    InvalidNote,
    NoteVerifier,
    open_note,
    signers_of,
)
from cardledger.verify.source import Source
from cardledger.verify.tree import Tree
from cardledger.verify.verdict import Problem, Remark, problem


class Note(NamedTuple):
    """A signed note: its text, what it says, or why it cannot be trusted; or nothing at all."""

    text: str | None = None
    checkpoint: Checkpoint | None = None
    reason: str = ""


def outside_note(anchor: Anchor) -> Note:
    """Return the note outside the database."""
    try:
        text = anchor.note()
    except ValueError:
        return Note(reason="it is not text")
    except OSError as error:
        raise StorageError(reason=error) from error
    return Note() if text is None else _read(anchor, text)


def kept_note(anchor: Anchor, text: str, place: str) -> Note:
    """Return the note that an auditor kept elsewhere, from the file `place`.

    Raises `BadInput` where it is no checkpoint of this ledger: that says nothing of the ledger.
    """
    try:
        checkpoint = Checkpoint.from_text(_unsigned(text))
    except InvalidCheckpoint:
        raise BadInput(
            _("{place} is not a signed checkpoint."),
            hint=_("It is printed by: cardledger checkpoint"),
            place=place,
        ) from None
    if checkpoint.origin != anchor.origin:
        raise BadInput(
            _("The checkpoint {place} belongs to another ledger, {other}."),
            hint=_("Take the key or the checkpoint of the same ledger."),
            place=place,
            other=checkpoint.origin,
        )
    return _read(anchor, text)


def given_key(text: str, origin: str) -> NoteVerifier | None:
    """Read the public key that an auditor kept; none for no text.

    Raises `BadInput` where it is none or is of another ledger: that says nothing of this one.
    """
    if not text:
        return None
    try:
        key = NoteVerifier.from_text(text)
    except ValueError:
        raise BadInput(
            _("“{value}” is not a verifier key."),
            hint=_(
                "It looks like name+12345678+AbC…= and is printed by: cardledger checkpoint --key"
            ),
            value=text,
        ) from None
    if key.name != origin:
        raise BadInput(
            _("The key that was given is of another ledger, {other}; this one is {origin}."),
            hint=_("Take the key or the checkpoint of the same ledger."),
            other=key.name,
            origin=origin,
        )
    return key


def check_key(anchor: Anchor, inside: Note) -> Problem | None:
    """Compare the key that was given with the one with which the ledger signs."""
    given, own = anchor.trusted, anchor.own
    if given is None or given == own:
        return None
    if own is not None:
        return problem(
            _(
                "The ledger signs with another key than the one that was given: whoever has it"
                " could write all lines anew. Its key is {key}."
            ),
            key=own,
        )
    if inside.text and given.key_id not in signers_of(inside.text):
        return problem(
            _(
                "The checkpoint in the database is not signed by the key that was given, but by"
                " another of the same name."
            )
        )
    return None


def inside_note(anchor: Anchor, source: Source) -> Note:
    """Return the note inside the database."""
    rows = source.all("SELECT note, size FROM checkpoint WHERE origin = ?", [anchor.origin])
    if not rows:
        return Note()
    text, size = rows[0]
    if not isinstance(text, str):
        return Note(reason="it is not text")
    note = _read(anchor, text)
    if len(rows) > 1 or (note.checkpoint is not None and note.checkpoint.size != size):
        return Note(text, None, f"the size beside it is {size}")
    return note


def _read(anchor: Anchor, text: str) -> Note:
    """Read a note; without the key store its signature is not checked."""
    try:
        signed = open_note(text, [anchor.verifier]) if anchor.verifier else _unsigned(text)
        checkpoint = Checkpoint.from_text(signed)
    except (InvalidNote, InvalidCheckpoint) as error:
        return Note(text, None, str(error))
    if checkpoint.origin != anchor.origin:
        return Note(text, None, f"it belongs to {checkpoint.origin}, not to {anchor.origin}")
    return Note(text, checkpoint)


def _unsigned(note: str) -> str:
    return note.rpartition("\n\n")[0] + "\n"


def agrees(note: Note, tree: Tree) -> bool:
    """Return whether a note says exactly what the lines give."""
    return note.checkpoint is not None and note.checkpoint[1:3] == (tree.size, tree.root())


def check_inside(note: Note, tree: Tree) -> Problem | None:
    """Compare the note inside the database, which is written with every append."""
    if note.reason:
        return problem(
            _("The checkpoint in the database was altered: {reason}"), reason=note.reason
        )
    if note.checkpoint is None:
        return problem(_("The checkpoint in the database was removed."))
    size = note.checkpoint.size
    if size < tree.size and tree.roots.get(size) == note.checkpoint.root:
        return problem(
            _("Line {position} and all after it are not covered by the signed checkpoint."),
            size + 1,
        )
    if size > tree.size:
        return problem(
            _("Lines were cut off: the checkpoint in the database covers {size}, {left} are left."),
            tree.size + 1,
            size=size,
            left=tree.size,
        )
    if tree.roots.get(size) != note.checkpoint.root:
        return problem(
            _(
                "The lines were written anew: they agree with each other, but not with the signed"
                " checkpoint of {size} lines in the database."
            ),
            size=size,
        )
    return None


def check_outside(note: Note, tree: Tree) -> Problem | None:
    """Compare the note outside the database, which may lag behind but never leads."""
    if note.reason:
        return problem(
            _("The checkpoint outside the database was altered: {reason}"), reason=note.reason
        )
    if note.checkpoint is None:
        return None
    size = note.checkpoint.size
    if size > tree.size:
        return problem(
            _(
                "The end was cut off, or an older copy put in place: the checkpoint outside the"
                " database covers {size} lines, {left} are there."
            ),
            tree.size + 1,
            size=size,
            left=tree.size,
        )
    if tree.roots.get(size) != note.checkpoint.root:
        return problem(
            _(
                "The lines were written anew: they agree with each other, but not with the"
                " checkpoint of {size} lines outside the database."
            ),
            size=size,
        )
    return None


def check_kept(note: Note, tree: Tree) -> Problem | None:
    """Compare the note that an auditor kept elsewhere."""
    if note.reason:
        return problem(
            _("The checkpoint that was given is not signed by this ledger's key: {reason}"),
            reason=note.reason,
        )
    if note.checkpoint is None:
        return None
    size = note.checkpoint.size
    if size > tree.size:
        return problem(
            _(
                "The end was cut off, or an older copy put in place: the checkpoint that was given"
                " covers {size} lines, {left} are there."
            ),
            tree.size + 1,
            size=size,
            left=tree.size,
        )
    if tree.roots.get(size) != note.checkpoint.root:
        return problem(
            _(
                "The lines were written anew: they agree with each other, but not with the"
                " checkpoint of {size} lines that was given."
            ),
            size=size,
        )
    return None


def not_checked(anchor: Anchor, anchored: bool) -> tuple[Remark, ...]:
    """Return what could not be looked at."""
    remarks = []
    if anchor.verifier is None:
        template = _("The key store is away: the signatures of the checkpoints were not checked.")
        remarks.append(Remark(template, {}))
    if not anchored:
        template = _(
            "There is no checkpoint outside the database: that the end was cut off would go unseen."
        )
        remarks.append(Remark(template, {}))
    return tuple(remarks)
