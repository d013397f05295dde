"""Whether strace is here and may watch processes: containers sometimes forbid it.

python -m tests.support.strace find    exit status 1 where it is missing, which is said
"""

from __future__ import annotations

import shutil
import subprocess
import sys

from tests.support.needs import answer


def find() -> str | None:
    """Return the path of strace; none where it is missing or may not watch."""
    program = shutil.which("strace")
    if program is None:
        return None
    tried = subprocess.run([program, "-o", "/dev/null", "true"], capture_output=True, check=False)
    return program if tried.returncode == 0 else None


def missing() -> str:
    """Return what is missing; empty where all is here."""
    return "" if find() else "strace is not here, or may not watch"


if __name__ == "__main__":
    sys.exit(answer(missing, __doc__))
