"""LibreOffice without a window, as another real program that reads and writes workbooks.

    python -m tests.support.office find    exit status 1 where something is missing, which is said

Each process of a run has a user profile of its own: two programs cannot share one.
"""

from __future__ import annotations

import atexit
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from tests.support.needs import answer, do_without

#: Kinds of file, by a short name: the ending, and the filter with its options.
KINDS = {
    "xlsx": "xlsx:Calc MS Excel 2007 XML",
    "xls": "xls:MS Excel 97",
    "xml": "xml:MS Excel 2003 XML",
    "ods": "ods:calc8",
    "fods": "fods:OpenDocument Spreadsheet Flat XML",
    "html": "html:HTML (StarCalc)",
    # 44 and 34 are the comma and the quotation mark, 76 is UTF-8; cells as they are shown.
    "csv": "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true",
    "csv-gb18030": "csv:Text - txt - csv (StarCalc):44,34,85,1,,0,false,true",
    # 9 is the tabulator, 65535 is UTF-16.
    "tsv-utf16": "csv:Text - txt - csv (StarCalc):9,34,65535,1,,0,false,true",
    "pdf": "pdf:calc_pdf_Export",
}
#: Seconds that one conversion may take; the first one makes the profile.
PATIENCE = 180


def find() -> str | None:
    """Return where the program is."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def missing() -> str:
    """Return what is missing; empty where all is here."""
    return "" if find() else "LibreOffice is not here: soffice was not found on PATH"


def needed() -> str:
    """Return where the program is; skip the test without it, fail it on a build server."""
    return find() or do_without(missing())


def convert(source: Path, kind: str, folder: Path | None = None) -> Path:
    """Have LibreOffice write a file as another kind (see KINDS); return the new file.

    It goes into `folder`, by default a new one beside the source.
    """
    (made,) = convert_all([source], kind, folder or source.parent / f"{source.stem}-{kind}")
    return made


def convert_all(sources: Sequence[Path], kind: str, folder: Path) -> list[Path]:
    """Have LibreOffice write files as another kind, all in one run; return the new files."""
    folder.mkdir(parents=True, exist_ok=True)
    if kind == "xml":
        sources = [*map(_narrow, convert_all(sources, "fods", folder))]
    wanted = KINDS[kind]
    done = subprocess.run(
        [
            needed(),
            "--headless",
            "--norestore",
            f"-env:UserInstallation={_profile().as_uri()}",
            "--convert-to",
            wanted,
            "--outdir",
            str(folder),
            *map(str, sources),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    made = [folder / f"{source.stem}.{wanted.split(':')[0]}" for source in sources]
    missing = ", ".join(one.stem for one in made if not one.exists())
    if done.returncode or missing:
        raise RuntimeError(f"LibreOffice made no {kind} of {missing}: {done.stdout}{done.stderr}")
    return made


def _narrow(document: Path) -> Path:
    """Let a document have 64 columns: XML 2003 is made by XSLT, too deep for 16,384 of them.

    It also writes each of a million empty rows, which takes long.
    """
    content = document.read_text("utf-8")
    content = re.sub(r'(-columns-repeated=)"16[23]\d\d"', r'\1"64"', content)
    content = re.sub(r'(-rows-repeated=)"10[45]\d{4}"', r'\1"64"', content)
    document.write_text(content, "utf-8")
    return document


@cache
def _profile() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="cardledger-office-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


if __name__ == "__main__":
    sys.exit(answer(missing, __doc__))
