"""Checking a bundle: without a ledger, from the file alone and from what one trusts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import msgspec

import cardledger.actions  # noqa: F401 - makes the events known
from cardledger.events import Codec, UnknownEvent
from cardledger.evidence.bundle import Bundle, Claim, Proved
from cardledger.evidence.refusals import BadProof, NotUsable
from cardledger.i18n import Translator, _
from cardledger.tlog import (
    Checkpoint,
    GrowthText,
    InclusionText,
    InvalidCheckpoint,
    InvalidNote,
    InvalidProof,
    NoteVerifier,
    leaf_hash,
    open_note,
    verify_consistency,
    verify_inclusion,
)

#: What a bundle that holds does not show.
NO_KEY: Final = _(
    "Nothing vouches for the key of the proof: compare it with the one that the office publishes."
)
ONLY_CLAIMED: Final = _(
    "That there are no other lines about {subject} is the signed word of whoever keeps the ledger,"
    " not proved."
)
NOT_ALL: Final = _("Whether other lines are about the same is not said.")


@dataclass(frozen=True, slots=True)
class Checked:
    """What a bundle proves. `root` is in hexadecimal, `lines` are (position, bytes).

    `since`: the size of the older checkpoint from which the log is proved to have grown.
    `claimed`: whether the ledger's signed word says that these are all lines about the subject.
    `remarks`: what is not proved, as templates for `subject`.
    """

    origin: str
    size: int
    root: str
    key: str
    subject: str
    lines: tuple[tuple[int, bytes], ...]
    since: int | None
    claimed: bool
    remarks: tuple[str, ...]

    def as_json(self, translate: Translator = str) -> dict[str, Any]:
        """Return the result in the form that scripts rely on."""
        return {
            "ok": True,
            "origin": self.origin,
            "size": self.size,
            "root": self.root,
            "key": self.key,
            "subject": self.subject or None,
            "positions": [position for position, _content in self.lines],
            "since": self.since,
            "claimed_complete": self.claimed,
            "not_proved": [self.told(remark, translate) for remark in self.remarks],
        }

    def told(self, remark: str, translate: Translator = str) -> str:
        """Return a remark as a sentence."""
        return translate(remark).format(subject=self.subject)


class _Trusted(NamedTuple):
    """What a bundle says of itself and was found to be signed."""

    note: str
    verifier: NoteVerifier
    tree: Checkpoint


def check(
    data: bytes, *, key: str = "", kept: str = "", place: str = "", kept_place: str = ""
) -> Checked:
    """Check a bundle against a published key and a kept checkpoint, where they are given.

    Raises `BadProof` where it does not hold, and `NotUsable` where something given is of another
    kind or of another ledger; `place` and `kept_place` name the files in messages.
    """
    bundle = Bundle.from_bytes(data, place)
    trusted = _open(bundle, key)
    old = _check_growth(bundle, trusted) if bundle.since else None
    lines = tuple(_check_line(line, bundle.subject, trusted) for line in bundle.lines)
    positions = tuple(position for position, _content in lines)
    if list(positions) != sorted(set(positions)):
        raise BadProof("malformed", reason=_("its lines are not in their order"))
    if bundle.subject:
        _check_claim(bundle, positions, trusted)
    if kept:
        _compare(kept, trusted, old, kept_place)
    remarks = [] if key or kept else [NO_KEY]
    if lines:
        remarks.append(ONLY_CLAIMED if bundle.subject else NOT_ALL)
    tree = trusted.tree
    return Checked(
        origin=tree.origin,
        size=tree.size,
        root=tree.root.hex(),
        key=bundle.key,
        subject=bundle.subject,
        lines=lines,
        since=old.size if old else None,
        claimed=bool(bundle.subject),
        remarks=tuple(remarks),
    )


def _open(bundle: Bundle, key: str) -> _Trusted:
    """Return key and checkpoint of a bundle, compared with the key that was given."""
    try:
        own = NoteVerifier.from_text(bundle.key)
    except ValueError as error:
        raise BadProof("malformed", reason=str(error)) from None
    if str(own) != bundle.key:
        raise BadProof("malformed", reason=_("its key is written in another way"))
    if key:
        try:
            given = NoteVerifier.from_text(key)
        except ValueError:
            raise NotUsable("bad-key", value=key) from None
        if given.name != own.name:
            raise NotUsable("other-ledger", origin=own.name, other=given.name)
        if given != own:
            raise BadProof("wrong-key")
    tree = _signed(bundle.checkpoint, own)
    if tree.origin != own.name:
        raise BadProof("mixed", reason=f"{tree.origin} is not {own.name}")
    return _Trusted(bundle.checkpoint, own, tree)


def _signed(note: str, verifier: NoteVerifier) -> Checkpoint:
    try:
        text = open_note(note, [verifier])
    except InvalidNote as error:
        raise BadProof("false-signature", reason=str(error)) from None
    try:
        tree = Checkpoint.from_text(text)
    except InvalidCheckpoint as error:
        raise BadProof("malformed", reason=str(error)) from None
    if not tree.size:
        raise BadProof("malformed", reason=_("a log without lines proves nothing"))
    return tree


def _check_growth(bundle: Bundle, trusted: _Trusted) -> Checkpoint:
    old = _signed(bundle.since, trusted.verifier)
    try:
        proof = GrowthText.from_text(bundle.growth)
    except InvalidProof as error:
        raise BadProof("malformed", reason=str(error)) from None
    if proof.checkpoint != trusted.note or (old.origin, old.size) != (
        trusted.tree.origin,
        proof.old,
    ):
        raise BadProof("mixed", reason=_("the proof of growth is between others"))
    try:
        verify_consistency(
            proof.path,
            old=old.size,
            old_root=old.root,
            new=trusted.tree.size,
            new_root=trusted.tree.root,
        )
    except InvalidProof:
        raise BadProof("rewritten") from None
    return old


def _check_line(line: Proved, subject: str, trusted: _Trusted) -> tuple[int, bytes]:
    try:
        proof = InclusionText.from_text(line.proof)
    except InvalidProof as error:
        raise BadProof("malformed", reason=str(error)) from None
    position = proof.index + 1
    if proof.checkpoint != trusted.note:
        raise BadProof("mixed", position, reason=_("a line is proved against another one"))
    if proof.extra is not None or position > trusted.tree.size:
        raise BadProof("malformed", position, reason=_("the place of a line cannot be"))
    try:
        verify_inclusion(
            proof.path,
            leaf=leaf_hash(line.content),
            index=proof.index,
            size=trusted.tree.size,
            root=trusted.tree.root,
        )
    except InvalidProof as error:
        cut = "too long" in str(error) or "too short" in str(error)
        raise BadProof("proof-cut" if cut else "line-altered", position) from None
    if subject and not _is_about(line.content, subject):
        raise BadProof("not-about", position, subject=subject)
    return position, line.content


def _is_about(content: bytes, subject: str) -> bool:
    """Return whether a line carries a tag; of one that this version does not know, if it may."""
    try:
        name = msgspec.json.decode(content, type=dict[str, Any]).get("event", "")
        event = Codec.decode(str(name), content)
    except msgspec.MsgspecError:
        event = UnknownEvent("", content)
    if not isinstance(event, UnknownEvent):
        return subject in event.tags()
    forms = (subject, subject.partition(":")[2])
    return any(json.dumps(form, ensure_ascii=False).encode() in content for form in forms)


def _check_claim(bundle: Bundle, positions: tuple[int, ...], trusted: _Trusted) -> None:
    try:
        text = open_note(bundle.claim, [trusted.verifier])
    except InvalidNote:
        text = ""
    if text != Claim(trusted.tree, bundle.subject, positions).to_text():
        raise BadProof("false-claim", subject=bundle.subject)


def _compare(kept: str, trusted: _Trusted, old: Checkpoint | None, place: str) -> None:
    """Compare with a checkpoint that is trusted: one history, or two?"""
    mine = read_kept(kept, trusted.verifier, trusted.tree.origin, place)
    same = [tree for tree in (trusted.tree, old) if tree is not None and tree.size == mine.size]
    if not same:
        raise NotUsable("not-comparable", kept=mine.size, size=trusted.tree.size)
    if all(tree.root != mine.root for tree in same):
        raise BadProof("rewritten")


def read_kept(note: str, verifier: NoteVerifier, origin: str, place: str) -> Checkpoint:
    """Return a checkpoint that somebody kept, of this log and signed by this key.

    Raises `NotUsable` for another text and another log, `BadProof` for another key.
    """
    try:
        checkpoint = Checkpoint.from_text(note.rpartition("\n\n")[0] + "\n")
    except InvalidCheckpoint:
        raise NotUsable("bad-checkpoint", place=place) from None
    if checkpoint.origin != origin:
        raise NotUsable("other-ledger", origin=origin, other=checkpoint.origin)
    try:
        open_note(note, [verifier])
    except InvalidNote:
        raise BadProof("wrong-key") from None
    return checkpoint
