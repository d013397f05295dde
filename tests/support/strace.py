"""Whether strace is here and may watch processes: containers sometimes forbid it.

python -m tests.support.strace find     print where it is; exit status 1 without it
"""

from __future__ import annotations

import shutil
import subprocess
import sys


def find() -> str | None:
    """Return the path of strace; none where it is missing or may not watch."""
    program = shutil.which("strace")
    if program is None:
        return None
    tried = subprocess.run([program, "-o", "/dev/null", "true"], capture_output=True, check=False)
    return program if tried.returncode == 0 else None


if __name__ == "__main__":
    found = find()
    if found is not None:
        print(found)
    sys.exit(0 if found else 1)
