"""A progress bar on stderr, where somebody sits in front of it and has to wait."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol

from cardledger.cli.speech import translate

if TYPE_CHECKING:
    from rich.progress import Progress as Bars

#: Seconds after which somebody wonders; what is done sooner shows no bar.
PATIENCE: Final = 0.5


class Progress(Protocol):
    """What is told how many are done, and of how many where that was not known before."""

    def __call__(self, done: int, total: int | None = None, /) -> None: ...


@contextmanager
def bar(what: str, total: int | None = None) -> Iterator[Progress]:
    """Show how far a piece of work is; `what` is an English msgid.

    Without a terminal nothing is shown, and at the end the bar is gone: it is no answer.
    """
    watched = sys.stderr.isatty()
    shown: list[Bars] = []
    start = time.monotonic()

    def progress(done: int, known: int | None = None, /) -> None:
        if watched and not shown and time.monotonic() - start > PATIENCE:
            shown.append(_bars(what))
        for bars in shown:
            bars.update(bars.task_ids[0], completed=done, total=known or total)

    try:
        yield progress
    finally:
        for bars in shown:
            bars.stop()


def _bars(what: str) -> Bars:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    bars = Bars(*columns, console=Console(stderr=True), transient=True)
    bars.add_task(translate(what), total=None)
    bars.start()
    return bars
