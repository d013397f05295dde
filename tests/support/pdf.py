"""What makes PDF files of reports, and what reads them again.

python -m tests.support.pdf find    exit status 1 where something is missing, which is said
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from cardledger.report import PdfMissing, ready
from tests.support.needs import answer, do_without


def missing() -> str:
    """Return what is missing; empty where all is here."""
    try:
        ready()
    except PdfMissing as error:
        return str(error)
    return "" if shutil.which("pdftotext") else "pdftotext was not found on PATH"


def needed() -> None:
    """Skip the test where something is missing; fail it on a build server."""
    if reason := missing():
        do_without(reason)


def text_of(file: Path) -> str:
    """Return the text of a PDF, as another program reads it."""
    done = subprocess.run(
        ["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True, timeout=120
    )
    return done.stdout.decode()


if __name__ == "__main__":
    sys.exit(answer(missing, __doc__))
