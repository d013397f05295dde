"""Everything that can go wrong, in one tree.

An error says what is wrong, with which value (`str(error)`), and what to do (`hint`). Its message
defaults to the first line of its docstring. Messages are English templates; `text` and
`hint_text` turn them into another language at the edge. `exit_status` is the command line's.

What the *office* refuses is not an error: it is an `Outcome` with a code of the handbook.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import ClassVar, Final

from cardledger.i18n import _

#: So many characters of a value that somebody gave are repeated in a message.
SHOWN: Final = 200
#: Values that somebody gave.
GIVEN: Final = frozenset({"value", "what", "card", "student"})
#: What a terminal obeys, or what lets a sentence run the other way.
_CONTROLS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def _same(text: str) -> str:
    return text


def quotable(value: object) -> object:
    r"""Return a value as a message repeats it: not without end, and nothing that is obeyed.

    >>> quotable("C1\x1b[2J"), len(quotable("x" * 1_000_000)), quotable(12)
    ('C1�[2J', 200, 12)
    """
    if not isinstance(value, str):
        return value
    if len(value) > SHOWN:
        value = value[: SHOWN - 1] + "…"
    if value.isascii() and value.isprintable():
        return value
    return _CONTROLS.sub("�", value.encode(errors="replace").decode())


class CardledgerError(Exception):
    """Something went wrong."""

    exit_status: ClassVar[int] = 1
    default_hint: ClassVar[str] = ""

    def __init__(self, message: str = "", /, *, hint: str = "", **values: object) -> None:
        self.template = message or (type(self).__doc__ or "").strip().splitlines()[0]
        self.hint_template = hint or type(self).default_hint
        self.values = {
            name: quotable(value) if name in GIVEN else value for name, value in values.items()
        }
        super().__init__(self.text())

    def __reduce__(self) -> tuple[object, ...]:
        """Let the error cross from one process to another as it is, whatever its text holds."""
        return (_again, (type(self), self.template, self.hint_template, self.values))

    def text(self, translate: Callable[[str], str] = _same) -> str:
        """Return what is wrong, in the language of `translate`."""
        return translate(self.template).format(**self.values)

    def hint_text(self, translate: Callable[[str], str] = _same) -> str:
        """Return what to do, in the language of `translate`; empty where nothing is."""
        return translate(self.hint_template).format(**self.values)

    @property
    def hint(self) -> str:
        """What to do, in English."""
        return self.hint_text()


def _again(
    kind: type[CardledgerError], template: str, hint: str, values: dict[str, object]
) -> CardledgerError:
    return kind(template, hint=hint, **values)


class BadInput(CardledgerError):
    """The input cannot be understood."""

    exit_status = 2


class BadValue(BadInput, ValueError):
    """A value does not have the form that it must have."""


class BadStudentNumber(BadValue):
    """A student number does not have the form that it must have."""


class DoubtfulRow(BadInput):
    """It is not clear whom the row means."""


class UnreadableFile(BadInput):
    """The file cannot be read."""


class NotFound(BadInput):
    """Nothing in the ledger goes by that name."""


class LedgerExists(BadInput):
    """There is a ledger at {place} already."""

    default_hint = _("Choose another place, or use the ledger that is there.")


class LedgerMissing(BadInput):
    """There is no ledger at {place}."""

    default_hint = _("Make one with: cardledger --ledger {place} init --school CODE")


class NotALedger(BadInput):
    """{place} is not a ledger that this version can read."""

    default_hint = _("Check the path; a ledger is made with `cardledger init`.")


class LedgerBusy(CardledgerError):
    """Another program is writing to the ledger and did not finish in time."""

    default_hint = _("Nothing was written. Try again in a moment.")


class Conflict(CardledgerError):
    """Other lines about the same subjects were written meanwhile."""

    default_hint = _("Nothing was written. Try again.")


class StorageError(CardledgerError):
    """The database answered with an error: {reason}"""

    default_hint = _(
        "Look at the disk, the permissions and the server. Then give the same again:"
        " what is there already counts as repeated."
    )


class NotAllowed(StorageError):
    """The database does not allow that: {reason}"""

    default_hint = _(
        "Connect as a role that may: a writer records, an auditor reads. Whoever made the ledger"
        " gives them their rights, also after an update, with: cardledger init --roles"
    )


class ServerAway(StorageError):
    """The server cannot be reached: {reason}"""

    default_hint = _(
        "See that the server runs, and that its host and port are right. Then give the same again:"
        " what is there already counts as repeated."
    )


class ServerLost(StorageError):
    """The connection to the server broke off: {reason}"""

    default_hint = _(
        "Whether it was written is not certain. Give the same again: what is there already counts"
        " as repeated."
    )


class ServerSilent(StorageError):
    """The server did not answer for {seconds} seconds."""

    default_hint = _(
        "Whether it was written is not certain. Look at the server (does it hang, does it wait for"
        " a standby?), then give the same again: what is there already counts as repeated. Who"
        " has to wait longer adds answer_timeout=SECONDS to the URL of the ledger."
    )


class ServerReadOnly(StorageError):
    """The server can only be read: {reason}"""

    default_hint = _(
        "It may be a standby: give the URL of the primary, or name all servers and add"
        " target_session_attrs=read-write."
    )


class Unreplicated(StorageError):
    """The server has it, but no standby has confirmed it: the wait was cancelled."""

    default_hint = _(
        "It is not acknowledged, and lost if the server fails now. See that the standby follows"
        " again, then give the same again: what is there already counts as repeated."
    )


class RowsBehind(NotAllowed):
    """The tables of the projections are behind the lines, and here they can only be read."""

    default_hint = _("Let somebody who may write bring them up to date: cardledger rebuild")


class KeyStoreMissing(BadInput):
    """There is no key store at {place}."""

    default_hint = _("Names stay closed without it. Put it back from the backup.")


class KeyStoreExists(BadInput):
    """There is a key store at {place} already."""

    default_hint = _("Choose another place, or use the key store that is there.")


class NotAKeyStore(BadInput):
    """{place} is not a key store that this version can read."""

    default_hint = _("Check the path; a key store is made with the ledger, by `cardledger init`.")


class ForeignCheckpoint(BadInput):
    """The checkpoint {place} belongs to another ledger, {other}."""

    default_hint = _(
        "Put this ledger's own back in its place. Without it move the file away, and verify"
        " against one that was kept elsewhere: cardledger verify --checkpoint FILE"
    )


class KeyDestroyed(CardledgerError):
    """The key of {owner} was destroyed: the pupil is forgotten."""


class IntegrityBroken(CardledgerError):
    """The ledger does not hold what was written."""

    exit_status = 5
    default_hint = _("Run `cardledger verify`, and keep a copy of the files as they are.")


class SealBroken(IntegrityBroken):
    """Sealed personal data was altered, or belongs to another line."""


class RollbackFound(IntegrityBroken):
    """The ledger has {inside} lines, but its checkpoint outside the database says {outside}."""

    default_hint = _(
        "If an older backup was restored on purpose, use `restore --accept-rollback`;"
        " otherwise somebody cut off the end."
    )


#: Messages are docstrings' first lines, so that the extractor must be told of them.
MESSAGES = (
    _("Something went wrong."),
    _("The input cannot be understood."),
    _("A value does not have the form that it must have."),
    _("A student number does not have the form that it must have."),
    _("It is not clear whom the row means."),
    _("The file cannot be read."),
    _("Nothing in the ledger goes by that name."),
    _("There is a ledger at {place} already."),
    _("There is no ledger at {place}."),
    _("{place} is not a ledger that this version can read."),
    _("Another program is writing to the ledger and did not finish in time."),
    _("Other lines about the same subjects were written meanwhile."),
    _("The database answered with an error: {reason}"),
    _("The database does not allow that: {reason}"),
    _("The server cannot be reached: {reason}"),
    _("The connection to the server broke off: {reason}"),
    _("The server did not answer for {seconds} seconds."),
    _("The server can only be read: {reason}"),
    _("The server has it, but no standby has confirmed it: the wait was cancelled."),
    _("The tables of the projections are behind the lines, and here they can only be read."),
    _("There is no key store at {place}."),
    _("There is a key store at {place} already."),
    _("{place} is not a key store that this version can read."),
    _("The checkpoint {place} belongs to another ledger, {other}."),
    _("The key of {owner} was destroyed: the pupil is forgotten."),
    _("The ledger does not hold what was written."),
    _("Sealed personal data was altered, or belongs to another line."),
    _("The ledger has {inside} lines, but its checkpoint outside the database says {outside}."),
)
