"""zbarimg: reads QR codes out of pictures, as a phone would; of a PDF, pdftoppm makes pictures.

python -m tests.support.zbar find    exit status 1 where something is missing, which is said
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.support.needs import answer, do_without

_PROGRAMS: Final = ("zbarimg", "pdftoppm")
#: Dots per inch of a picture: those of a cheap label printer.
DOTS: Final = 203


def missing() -> str:
    """Return what is missing; empty where all is here."""
    lacking = [name for name in _PROGRAMS if shutil.which(name) is None]
    return f"{', '.join(lacking)} not found on PATH" if lacking else ""


def needed() -> None:
    """Skip the test where something is missing; fail it on a build server."""
    if reason := missing():
        do_without(reason)


def codes_of(pdf: Path) -> list[str]:
    """Return what the QR codes on each page of a PDF say, one below the other."""
    subprocess.run(
        ["pdftoppm", "-r", str(DOTS), "-gray", "-png", str(pdf), str(pdf.with_suffix(""))],
        check=True,
        timeout=120,
    )
    pages = sorted(pdf.parent.glob(f"{pdf.stem}-*.png"))
    return [_codes(page) for page in pages]


def _codes(picture: Path) -> str:
    done = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(picture)],
        capture_output=True,
        check=True,
        timeout=120,
    )
    return done.stdout.decode()


if __name__ == "__main__":
    sys.exit(answer(missing, __doc__))
