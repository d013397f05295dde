"""Making a bundle out of an open ledger. It is checked before it is handed out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from cardledger.errors import BadValue, IntegrityBroken, KeyStoreMissing, RollbackFound
from cardledger.evidence.bundle import Bundle, Claim, Proved
from cardledger.evidence.checking import check, read_kept
from cardledger.evidence.refusals import BadProof, NotUsable
from cardledger.i18n import _
from cardledger.ledger import Ledger
from cardledger.log import Line, foreign_content, tags_from_text
from cardledger.naming import find_subject
from cardledger.tlog import Checkpoint, GrowthText, InclusionText

_POSITIONS: Final = re.compile(r"@([0-9]{1,18})(?:-([0-9]{1,18}))?", re.ASCII)


def published_key(ledger: Ledger) -> str:
    """Return the public half of the ledger's signing key, as C2SP writes verifier keys.

    Raises `KeyStoreMissing`: only the key store knows it.
    """
    verifier = ledger.anchor.verifier
    if verifier is None:
        raise KeyStoreMissing(place=ledger.places.keys_shown)
    return str(verifier)


def prove(
    ledger: Ledger,
    what: str,
    *,
    since: str = "",
    since_place: str = "",
    find: Callable[[Ledger, str], str] = find_subject,
) -> Bundle:
    """Return the proof of all lines about a subject, or of those at `@12` or `@12-20`.

    `what` is what `find` finds, else `cardledger.naming`; `since` an older signed checkpoint of
    this ledger, from which the log is proved to have grown; `since_place` names it in messages.
    Raises `NotFound` and `Ambiguous` for the subject, `BadValue` for positions that are not there,
    and as `growth` does.
    """
    bundle, checkpoint = _begun(ledger, since, since_place)
    size = checkpoint.size
    places = _POSITIONS.fullmatch(what.strip())
    subject = claim = ""
    if places is None:
        subject = find(ledger, what)
        lines = [line for line in ledger.log.read(tags=(subject,)) if _is_own(ledger, line, size)]
        positions = tuple(line.position for line in lines)
        claim = ledger.anchor.sign_text(Claim(checkpoint, subject, positions).to_text())
    else:
        first, last = int(places[1]), int(places[2] or places[1])
        if not 1 <= first <= last <= size:
            raise BadValue(
                _("There are lines 1 to {size}; “{what}” names others."),
                size=size,
                what=what,
            )
        lines = list(ledger.raw_lines(after=first - 1, upto=last))
    return _checked(
        Bundle(
            key=bundle.key,
            checkpoint=bundle.checkpoint,
            lines=tuple(_proved(ledger, lines, bundle.checkpoint, size)),
            since=bundle.since,
            growth=bundle.growth,
            subject=subject,
            claim=claim,
        )
    )


def growth(ledger: Ledger, since: str, place: str = "") -> Bundle:
    """Return the proof that the log grew from an older signed checkpoint, and nothing else.

    Raises `NotUsable` where that is no checkpoint of this ledger, `RollbackFound` where the log is
    shorter now, and `BadProof` where what it covered was written anew.
    """
    return _checked(_begun(ledger, since, place)[0])


def _begun(ledger: Ledger, since: str, place: str) -> tuple[Bundle, Checkpoint]:
    """Return a bundle without lines, and the checkpoint that it is about."""
    key, note = published_key(ledger), ledger.log.checkpoint()
    if note is None:
        raise IntegrityBroken(_("The checkpoint in the database was removed."))
    checkpoint = ledger.anchor.read(note)
    if not since:
        return Bundle(key, note), checkpoint
    verifier = ledger.anchor.verifier
    assert verifier is not None, "there is a published key"  # nosec B101 # for the type checker
    try:
        old = read_kept(since, verifier, checkpoint.origin, place)
    except BadProof:
        # Of the same name, but our key never signed it.
        raise NotUsable("bad-checkpoint", place=place) from None
    if old.size > checkpoint.size:
        raise RollbackFound(inside=checkpoint.size, outside=old.size)
    path = tuple(ledger.log.prove_growth(old.size, checkpoint.size))
    return Bundle(
        key, note, since=since, growth=GrowthText(old.size, path, note).to_text()
    ), checkpoint


def _is_own(ledger: Ledger, line: Line, size: int) -> bool:
    """Return whether a line is of our own log, and among those that a checkpoint covers."""
    return line.origin == ledger.log.origin and line.position <= size


def _proved(ledger: Ledger, lines: Iterable[Line], note: str, size: int) -> Iterable[Proved]:
    for line in lines:
        path = tuple(ledger.log.prove_line(line.position, size))
        yield Proved(content_of(line), InclusionText(line.position - 1, path, note).to_text())


def content_of(line: Line) -> bytes:
    """Return what the leaf of a line is the hash of."""
    if line.tags is None:
        return line.data
    return foreign_content(line.name, tags_from_text(line.tags), line.data)


def _checked(bundle: Bundle) -> Bundle:
    """Return the bundle, which holds: a ledger that was edited gives none."""
    check(bundle.to_bytes(), key=bundle.key, kept=bundle.since)
    return bundle
