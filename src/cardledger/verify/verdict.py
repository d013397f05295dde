"""What a verification found: sentences as templates with values, translated at the edge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cardledger.i18n import Translator


class Remark(NamedTuple):
    """A sentence: an English template and its values."""

    template: str
    values: dict[str, object]

    def text(self, translate: Translator = str) -> str:
        """Return the sentence in the language of `translate`."""
        return translate(self.template).format(**self.values)


class Problem(NamedTuple):
    """What was done to the ledger; `position` is the first line that it affects, if any."""

    remark: Remark
    position: int | None = None


def problem(template: str, position: int | None = None, **values: object) -> Problem:
    """Return a problem; its template may name `position` besides the values."""
    return Problem(Remark(template, {"position": position, **values}), position)


def first_of(problems: Iterable[Problem]) -> Problem | None:
    """Return the problem to be named: that of the lowest position, else the first one found."""
    placed = sorted(problems, key=lambda one: (one.position is None, one.position or 0))
    return placed[0] if placed else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a verification.

    `size`: how many lines there are. `root`: the Merkle root over them in hexadecimal, as it was
    computed here; none where a line could not be read or does not have its hash. `checkpoint`:
    the text of the signed note inside the database, none where there is none.
    `first_bad_position`: the first line that is affected; none where none is, or where it cannot
    be told. `unchecked`: what could not be looked at, such as signatures without the key store.
    `anchored`: whether there was a checkpoint outside the database to compare with, without which
    a whole verdict says nothing of an end that was cut off.
    """

    ok: bool
    size: int
    root: str | None
    checkpoint: str | None
    first_bad_position: int | None = None
    problem: Remark | None = None
    unchecked: tuple[Remark, ...] = field(default=())
    anchored: bool = True

    def as_json(self, translate: Translator = str) -> dict[str, Any]:
        """Return the verdict in the form that scripts rely on (DESIGN 5)."""
        return {
            "ok": self.ok,
            "size": self.size,
            "root": self.root,
            "checkpoint": self.checkpoint,
            "first_bad_position": self.first_bad_position,
            "problem": self.problem.text(translate) if self.problem else None,
            "unchecked": [remark.text(translate) for remark in self.unchecked],
            "anchored": self.anchored,
        }
