"""Binary workbooks (.xls) of Excel 5 and 95 (BIFF5) and of Excel 97 to 2003 (BIFF8).

A file with neither stream, and .xlsx with a password, lie in the same kind of container: they are
told apart here.
"""

from __future__ import annotations

from typing import Final

from cardledger.errors import UnreadableFile
from cardledger.exchange.containers.biff import Book
from cardledger.exchange.containers.markup import sheets_of
from cardledger.exchange.containers.ole import MAGIC, Container
from cardledger.exchange.containers.raw import RawFile, Source, not_a_spreadsheet, protected
from cardledger.i18n import _

#: What a file of BIFF2 to BIFF4 begins with, which needs no container.
_OLDEST: Final = tuple(bytes((9, version, length, 0)) for version in (0, 2, 4) for length in (4, 6))
#: BIFF8 first: some programs write both.
_STREAMS: Final = ("Workbook", "Book")


def identify(source: Source) -> bool:
    """Tell whether a file is such a container, or a workbook that is still older."""
    return source.head.startswith((MAGIC, *_OLDEST))


def open_sheets(source: Source) -> RawFile:
    """Return the worksheets; hidden ones and hidden rows like all others."""
    if not source.head.startswith(MAGIC):
        raise UnreadableFile(
            _("{file} is older than Excel 5, or no workbook."),
            hint=_("Open it in a spreadsheet program and save it as .xlsx."),
            file=source.name,
        )
    container = Container(source)
    if "EncryptedPackage" in container or "EncryptionInfo" in container:
        raise protected(source.name)
    name = next((one for one in _STREAMS if one in container), None)
    if name is None:
        raise not_a_spreadsheet(source.name)
    book = Book(container.read(name), source.name)
    return RawFile(source.name, "xls", "", sheets_of(book.walk, source))
