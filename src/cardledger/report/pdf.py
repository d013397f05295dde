"""PDF of a page, by WeasyPrint: the extra `report`, with Pango and a Chinese font of the system."""

from __future__ import annotations

import shutil
import subprocess  # nosec B404 # of one program of the system, without a shell
from collections.abc import Iterable
from typing import IO, TYPE_CHECKING, Any, Final

from cardledger.errors import CardledgerError
from cardledger.i18n import _

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Seconds in which fontconfig answers; the first time it reads all fonts.
_PATIENCE: Final = 60


class PdfMissing(CardledgerError):
    """A PDF cannot be made here: {what}"""

    default_hint = _(
        "Install it: pip install 'cardledger[report]', and on Debian or Ubuntu apt-get install"
        " libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk. Or write FILE.html"
        " and print that from a browser."
    )


class _Closed(Exception):
    """A page asked for something from outside."""


def ready() -> None:
    """Raise `PdfMissing` unless WeasyPrint, its libraries and a Chinese font are here."""
    _weasyprint()
    program = shutil.which("fc-list")
    if program is None:
        # Without it nobody can be asked; then Pango takes what it finds.
        return
    fonts = subprocess.run(  # nosec B603 # words of our own
        [program, ":lang=zh-cn", "family"],
        capture_output=True,
        timeout=_PATIENCE,
        check=False,
    )
    if not fonts.stdout.strip():
        raise PdfMissing(_("A PDF cannot be made here: there is no font with Chinese."))


def pdf_of(page: Iterable[str], stream: IO[bytes]) -> None:
    """Write a page as a PDF. Raises `PdfMissing`."""
    weasyprint = _weasyprint()
    html = weasyprint.HTML(string="".join(page), url_fetcher=_nothing)
    html.write_pdf(stream)


def _weasyprint() -> Any:
    try:
        import weasyprint
    except ImportError as error:
        raise PdfMissing(what=error.name or error) from error
    except OSError as error:
        # cffi names the library that it looked for.
        raise PdfMissing(what=str(error).splitlines()[0]) from error
    return weasyprint


def _nothing(url: str, *_more: object, **_options: object) -> Mapping[str, object]:
    """Fetch nothing: a report holds all that it shows."""
    raise _Closed(url)
