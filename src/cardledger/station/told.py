"""What readers and the queue tell, in words: what is wrong, and what to do about it."""

from __future__ import annotations

from typing import Final

from cardledger.i18n import Translator, _
from cardledger.station.signs import (
    SERVICE_GONE,
    SERVICE_HINT,
    CardGone,
    CardRead,
    ReaderCame,
    ReaderGone,
    ReadFailed,
    ServiceCame,
    ServiceGone,
    Sign,
)

#: How signs are called in plain mode.
NAMES: Final[dict[type[Sign], str]] = {
    ReaderCame: "reader-came",
    ReaderGone: "reader-gone",
    CardRead: "card-read",
    CardGone: "card-gone",
    ReadFailed: "read-failed",
    ServiceGone: "service-gone",
    ServiceCame: "service-came",
}


def sentence(sign: Sign, translate: Translator) -> tuple[str, str]:
    """Return what a sign says to people, and what to do; empty where it says nothing."""
    reader = getattr(sign, "reader", "")
    match sign:
        case ReaderCame():
            said, hint = _("Reader {reader} is ready."), ""
        case ReaderGone():
            said = _("Reader {reader} is gone.")
            hint = _("Plug it in again; card numbers can be typed meanwhile.")
        case CardGone():
            said, hint = _("The card was taken off reader {reader}."), ""
        case ServiceGone():
            said, hint = SERVICE_GONE, SERVICE_HINT
        case ServiceCame():
            said, hint = _("The service for card readers is there again."), ""
        case _:
            return "", ""
    return translate(said).format(reader=reader), translate(hint)


def waits(count: int, translate: Translator) -> tuple[str, str]:
    """Return what is said while swipes wait to be written, and what to do."""
    return (
        translate(_("Not yet written: {count}. They are kept on disk.")).format(count=count),
        translate(
            _("Go on swiping: they are written by themselves once the ledger can be reached.")
        ),
    )
