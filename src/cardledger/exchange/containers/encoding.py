"""In which encoding a text is: by its mark, else by what its bytes can be, each strictly.

The order is: the mark at the beginning; UTF-16 without one where that is beyond doubt; UTF-8;
what the text itself declares (HTML, XML), where that is another one; GB18030. What fits none is
refused with the first byte that is wrong: a wrong guess would spoil names silently.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Iterator
from typing import Final

from cardledger.errors import UnreadableFile
from cardledger.exchange.containers.raw import HEAD, Source, not_a_spreadsheet
from cardledger.i18n import _

#: Marks at the beginning, the encoding with its mark and without.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16-be"),
)
_EAST_ASIAN: Final = frozenset(
    ("big5", "big5hkscs", "cp950", "euc_jp", "shift_jis", "cp932", "euc_kr", "cp949", "hz")
)
#: What a text that has a sign of one byte in two cannot be without.
_WIDE: Final = (("utf-16-le", 1), ("utf-16-be", 0))

#: Signs of no text: control characters, halves of signs, those for private use, those not assigned.
_NO_SIGNS: Final = frozenset({"Cc", "Cs", "Co", "Cn"})


def marked(head: bytes) -> str | None:
    """Return the encoding that the first bytes of a text tell beyond doubt, if any."""
    for mark, encoding, _bare in _MARKS:
        if head.startswith(mark):
            return encoding
    return next((encoding for encoding, zero in _WIDE if _is_wide(head, encoding, zero)), None)


def _is_wide(head: bytes, encoding: str, zero: int) -> bool:
    """Tell whether every sign takes two bytes, of which those of ASCII have 0 in one place.

    Taken the wrong way round a line end is a sign that does not exist, so both ways never fit.
    """
    if len(head) % 2 and len(head) < HEAD:
        return False
    sample = head[: len(head) & ~1]
    # Other signs have a 0 in the other place: 一 is 4E 00.
    if sample[zero::2].count(0) <= sample[1 - zero :: 2].count(0):
        return False
    text = sample.decode(encoding, "replace").removesuffix("\ufffd")
    # Invisible signs (Cf), as a zero-width space, come from programs and web pages.
    return "\n" in text and all(
        sign in "\t\r\n" or unicodedata.category(sign) not in _NO_SIGNS for sign in text
    )


def looks(head: bytes) -> str:
    """Return the beginning of a text for a first look; wrong bytes are replaced."""
    encoding = marked(head)
    if encoding is None:
        try:
            codecs.getincrementaldecoder("utf-8")().decode(head)
            encoding = "utf-8"
        except UnicodeDecodeError:
            encoding = "gb18030"
    return head.decode(encoding, "replace")


def encoding_of(source: Source, declared: str = "") -> str:
    """Tell the encoding of a whole text; `declared` is what it says of itself.

    Raises `UnreadableFile` with the first byte that fits no encoding.
    """
    told = marked(source.head)
    if told is not None:
        mark, bare = next(
            ((len(mark), bare) for mark, _name, bare in _MARKS if source.head.startswith(mark)),
            (0, told),
        )
        wrong = _first_wrong(source, bare, mark)
        if wrong is None:
            return told
        raise _no_text(source.name, wrong, bare.upper())
    if b"\0" in source.head or any(b"\0" in piece for piece in source.chunks(len(source.head))):
        raise not_a_spreadsheet(source.name)
    places = []
    tried = ["utf-8", *_other(declared), "gb18030"]
    for encoding in tried:
        wrong = _first_wrong(source, encoding)
        if wrong is None:
            return encoding
        places.append(wrong)
    raise _no_text(source.name, max(places), ", ".join(tried).upper())


def _other(declared: str) -> tuple[str, ...]:
    """Return the encoding that a text declares where it is another one of East Asia.

    One of single bytes (Latin) can have any byte at all, and is often declared by mistake.
    """
    try:
        name = codecs.lookup(declared).name
    except (LookupError, ValueError):
        return ()
    return (name,) if name in _EAST_ASIAN else ()


def _no_text(name: str, place: int, encodings: str) -> UnreadableFile:
    return UnreadableFile(
        _("{file} is no text in {encodings}: its byte {place} does not fit."),
        hint=_("Save it as .xlsx, or as CSV in UTF-8."),
        file=name,
        place=place + 1,
        encodings=encodings,
    )


def _first_wrong(source: Source, encoding: str, start: int = 0) -> int | None:
    """Return the place of the first byte from `start` that an encoding cannot have, if any."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    for piece in source.chunks(start):
        kept = len(decoder.getstate()[0])
        try:
            decoder.decode(piece, final=start + len(piece) == source.size)
        except UnicodeDecodeError as error:
            return start - kept + error.start
        start += len(piece)
    return None


def decoded(source: Source, encoding: str) -> Iterator[str]:
    """Return the pieces of a text whose encoding is known, without its mark."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    for piece in source.chunks():
        yield decoder.decode(piece)
    yield decoder.decode(b"", True)
