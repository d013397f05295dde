"""The whole examination of a ledger: its lines and tree, and the rows that follow from them.

`verify` shares nothing with the writer; `replay` folds with the code that wrote the rows. Neither
knows the other: here one comes after the other, because rows can only be judged by sound lines.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from cardledger.errors import LedgerBusy, StorageError
from cardledger.i18n import _
from cardledger.ledger import Ledger
from cardledger.opening import open_ledger
from cardledger.places import DEFAULT
from cardledger.replay import Difference, Replay
from cardledger.replay.tables import cursors_of
from cardledger.verify import Remark, Verdict, verify_place

#: progress(done, total).
Progress = Callable[[int, int], None]

#: How much of a value is shown.
_SHOWN: Final = 60


def silent(_done: int, _total: int) -> None:
    """Tell nobody of the progress."""


def examine(
    place: str | Path = DEFAULT,
    *,
    keys: str | Path | None = None,
    kept: str = "",
    kept_place: str = "",
    key: str = "",
    jobs: int = 0,
    progress: Progress = silent,
    rows_progress: Progress = silent,
) -> Verdict:
    """Verify the ledger at a place and, where its lines are sound, the stored rows.

    `kept` is the text of a checkpoint that was kept elsewhere, from the file `kept_place`; `key`
    the public key that was kept; `jobs`: processes at most that go over the lines. Raises as
    `verify_place` does.
    """
    verdict = verify_place(
        place,
        keys=keys,
        kept=kept,
        kept_place=kept_place,
        key=key,
        jobs=jobs,
        progress=progress,
    )
    if not verdict.ok:
        return verdict
    with open_ledger(place, keys=keys, check=False) as ledger:
        return with_rows(ledger, verdict, rows_progress)


def with_rows(ledger: Ledger, verdict: Verdict, progress: Progress = silent) -> Verdict:
    """Return the verdict after the rows of the projections were compared with the lines.

    Rows that were never stored are not made for it. What was written since they were last asked
    for is folded first, as for every other question.
    """
    stored = cursors_of(ledger.log)
    if not stored:
        return verdict
    head = ledger.head()
    name, furthest = max(stored.items(), key=lambda one: one[1].seq)
    if furthest.seq > head:
        template = _(
            "Lines were cut off, or the rows altered: those of {projection} are folded up to line"
            " {seq}, {left} lines are there."
        )
        values = {"projection": name, "seq": furthest.seq, "left": head}
        return _broken(verdict, template, head + 1, **values)
    try:
        checked = Replay(ledger).check(progress=progress)
    except (LedgerBusy, StorageError) as error:
        remark = Remark(
            _("The rows of the projections could not be compared: {reason}"), {"reason": error}
        )
        return replace(verdict, unchecked=(*verdict.unchecked, remark))
    # A field that no line gives has no position of its own; that of another one says more.
    found = sorted(checked.differences, key=lambda one: (not one.position, one.position))
    return _altered(verdict, found[0]) if found else verdict


def _altered(verdict: Verdict, one: Difference) -> Verdict:
    template = _(
        "The stored rows were altered: {projection} of {subject}, {field}: stored {stored},"
        " by the lines {folded}."
    )
    return _broken(
        verdict,
        template,
        # Of a subject of which there is no line nothing can be said but that.
        one.position or None,
        projection=one.projection,
        subject=one.subject,
        field=one.field or "*",
        stored=_value(one.stored),
        folded=_value(one.folded),
    )


def _broken(verdict: Verdict, template: str, position: int | None, **values: Any) -> Verdict:
    return replace(verdict, ok=False, first_bad_position=position, problem=Remark(template, values))


def _value(value: Any) -> str:
    text = "-" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
