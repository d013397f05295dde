"""A progress bar on stderr, where somebody sits in front of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from cardledger.cli.speech import translate


class Progress(Protocol):
    """What is told how many are done, and of how many where that was not known before."""

    def __call__(self, done: int, total: int | None = None, /) -> None: ...


def _silent(_done: int, _total: int | None = None, /) -> None:
    """Nobody is watching."""


@contextmanager
def bar(what: str, total: int | None = None) -> Iterator[Progress]:
    """Show how far a piece of work is; `what` is an English msgid.

    Without a terminal nothing is shown, and at the end the bar is gone: it is no answer.
    """
    if not sys.stderr.isatty():
        yield _silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(translate(what), total=total)

        def progress(done: int, total: int | None = None, /) -> None:
            bars.update(task, completed=done, total=total)

        yield progress
