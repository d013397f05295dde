"""What tests do where a program that they need is not here, and how scripts/test asks for it.

`python -m tests.support.NAME find` says what is missing, with exit status 1, or that all is here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import NoReturn

import pytest


def do_without(reason: str) -> NoReturn:
    """Skip the test; on a build server, where all must be, fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def answer(missing: Callable[[], str], doc: str | None) -> int:
    """Run a module's command `find`: print what is missing, and return the exit status."""
    if sys.argv[1:] != ["find"]:
        print(doc, file=sys.stderr)
        return 2
    reason = missing()
    print(reason or "all is here")
    return 1 if reason else 0
