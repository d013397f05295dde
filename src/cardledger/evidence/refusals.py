"""Why a proof is not taken: one code and one sentence for each thing that can be wrong.

`NotUsable` says that what was given cannot be used (exit status 2): another file, another
ledger's key, a key with a typing error. `BadProof` says that a proof does not hold (5).
"""

from __future__ import annotations

from typing import Final

from cardledger.errors import BadInput, IntegrityBroken
from cardledger.i18n import _

#: By code: the sentence, and what to do. The single-file verifier has the same codes.
_UNUSABLE: Final[dict[str, tuple[str, str]]] = {
    "unreadable": (
        _("{place} is not a proof of cardledger."),
        _("A proof is made with: cardledger prove WHAT --output FILE"),
    ),
    "bad-key": (
        _("“{value}” is not a verifier key."),
        _("It looks like name+12345678+AbC…= and is printed by: cardledger checkpoint --key"),
    ),
    "bad-checkpoint": (
        _("{place} is not a signed checkpoint."),
        _("It is printed by: cardledger checkpoint"),
    ),
    "other-ledger": (
        _("The proof is of {origin}; what it was to be compared with is of {other}."),
        _("Take the key or the checkpoint of the same ledger."),
    ),
    "not-comparable": (
        _(
            "Your checkpoint covers {kept} lines, the proof {size}: nothing in it says that one"
            " grew from the other."
        ),
        _("Ask for a proof that does: cardledger prove WHAT --since YOUR_CHECKPOINT"),
    ),
}
_BROKEN: Final[dict[str, str]] = {
    "cut-off": _("The proof was cut off: its end is missing."),
    "damaged": _("The proof was damaged: it does not have the hash that it had."),
    "malformed": _("The proof does not have the form of one: {reason}"),
    "wrong-key": _("The proof is not of the key that was given, but of another of the same name."),
    "false-signature": _("A checkpoint in the proof is not signed by its key: {reason}"),
    "mixed": _("The proof mixes checkpoints: {reason}"),
    "proof-cut": _("The proof of line {position} is cut off, or too long."),
    "line-altered": _("Line {position} is not what the log holds: it was altered."),
    "not-about": _("Line {position} is not about {subject}."),
    "false-claim": _("The word that there are no other lines about {subject} does not hold."),
    "rewritten": _(
        "The log did not grow from the older checkpoint: what it covered was written anew."
    ),
}
_HINT: Final = _("Ask for the proof once more, and keep this one as it is.")


class NotUsable(BadInput):
    """What was given cannot be compared."""

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        template, hint = _UNUSABLE[code]
        super().__init__(template, hint=hint, **values)


class BadProof(IntegrityBroken):
    """The proof does not hold."""

    def __init__(self, code: str, position: int | None = None, **values: object) -> None:
        self.code = code
        self.position = position
        super().__init__(_BROKEN[code], hint=_HINT, position=position, **values)


CODES: Final = (*_UNUSABLE, *_BROKEN)

#: Docstrings' first lines, so that the extractor is told of them.
MESSAGES: Final = (_("What was given cannot be compared."), _("The proof does not hold."))
