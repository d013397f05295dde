"""The class: there. Source: HANDBOOK 10 (not empty); term reports and this check go by class."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cardledger.datacheck._base import Fault, Pupil, Setting
from cardledger.i18n import _

FIELD: Final = "class"
TITLE: Final = _("Class")


def faults(pupil: Pupil, setting: Setting) -> Iterator[Fault]:
    if not pupil.state.class_.strip():
        yield Fault(
            "class-missing",
            "",
            _("The class is missing."),
            _("Write the class as its other pupils have it."),
        )
