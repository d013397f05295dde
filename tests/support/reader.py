"""Reads rosters in a process of its own, and says what it took.

    python -m tests.support.reader FILE…    one line of JSON a file

Each line has the seconds of the processor, the rows, or the refusal; `peak` is the most memory that
the process has had until then, in MiB. Beyond `LIMIT` it gets none: what would take all memory
fails here.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

#: Bytes of address space; libraries map more than they use.
LIMIT: Final = 3 << 30
PATIENCE: Final = 600


def read(files: Iterable[Path]) -> list[dict[str, Any]]:
    """Read files in a new process; return what it says of each."""
    # Measured without coverage, which looks at every line of millions of rows.
    bare = {name: value for name, value in os.environ.items() if "COV" not in name}
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.reader", *map(str, files)],
        env=bare,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the reader ended with {done.returncode}: {done.stderr[-2000:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def peak() -> int:
    """Return the most memory that this process has had, in MiB.

    The system's own account of it (ru_maxrss) begins with what the process had that started it.
    """
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) >> 10


def patience(seconds: float) -> float:
    """Return how long a file may take in this process: coverage makes reading several times slower.

    That nothing takes longer is proved where nothing counts lines.
    """
    return seconds if sys.gettrace() is None else 8 * seconds


def main(names: list[str]) -> int:
    """Read each file to its end, as an import does."""
    from cardledger.errors import UnreadableFile
    from cardledger.exchange.imports.roster import read_roster

    resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT))
    for name in names:
        start = time.process_time()
        said: dict[str, Any] = {}
        try:
            said["rows"] = sum(1 for _row in read_roster(Path(name)).rows())
        except UnreadableFile as refused:
            said |= {"refused": refused.text(), "hint": refused.hint}
        said["seconds"] = round(time.process_time() - start, 2)
        said["peak"] = peak()
        print(json.dumps(said, ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
