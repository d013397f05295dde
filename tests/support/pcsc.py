"""A private pcscd with virtual readers (vpcd), and what finds the programs for it.

python -m tests.support.pcsc find    exit status 1 where something is missing, which is said
"""

from __future__ import annotations

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

#: The driver that pcscd loads for a virtual reader.
DRIVER: Final = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
HEADERS: Final = (
    Path("/usr/include/PCSC/winscard.h"),
    Path("/usr/local/include/PCSC/winscard.h"),
)


def pcscd() -> str | None:
    """Return where the service is; it is a program of the system's administrator."""
    return shutil.which("pcscd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")


def missing() -> str:
    """Return what is missing to have virtual readers and to build pyscard; empty where all is."""
    if pcscd() is None:
        return "pcscd was not found on PATH"
    if not DRIVER.exists():
        return f"{DRIVER} is not here (package vsmartcard-vpcd)"
    if not any(header.exists() for header in HEADERS):
        return "winscard.h is not here (package libpcsclite-dev)"
    for program in ("swig", "unshare", "mount"):
        if shutil.which(program) is None:
            return f"{program} was not found on PATH"
    return ""


def needed() -> None:
    """Skip the test where something is missing; fail it on a build server."""
    reason = missing()
    if not reason and find_spec("smartcard") is None:
        reason = "pyscard is not installed: run scripts/environment"
    if reason:
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)


def main(arguments: list[str]) -> int:
    """Run the command in the module's docstring."""
    if arguments != ["find"]:
        print(__doc__, file=sys.stderr)
        return 2
    reason = missing()
    print(reason or "all is here")
    return 1 if reason else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
