"""Pages to print: FILE.html, one page with nothing beside it, or FILE.pdf made of it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_HTML: Final = (".html", ".htm")
_PDF: Final = ".pdf"


def printing(
    *, output: str | None = None, format: str | None = None, json: bool = False, **_other: object
) -> bool:
    """Whether the options of an answer ask for a page: by the ending of its file alone."""
    ending = Path(output).suffix.lower() if output else ""
    return ending in (*_HTML, _PDF) and not (format or json)


def is_pdf(file: str) -> bool:
    """Whether a file is to be a PDF."""
    return Path(file).suffix.lower() == _PDF


def page_bytes(page: str, *, pdf: bool) -> Iterator[bytes]:
    """Yield a page as it is, or as a PDF. Raises `PdfMissing`."""
    if not pdf:
        yield page.encode("utf-8", "replace")
        return
    from cardledger.report import pdf_of

    stream = io.BytesIO()
    pdf_of([page], stream)
    yield stream.getvalue()
