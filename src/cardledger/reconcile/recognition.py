"""Which kind of list a file is, told by its headings."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, Final

from cardledger.errors import UnreadableFile
from cardledger.exchange.reading.columns import Field, Vocabulary
from cardledger.exchange.reading.table import read_table
from cardledger.i18n import _
from cardledger.reconcile.sources import SOURCES

#: Fields that have another name in another list.
_SAME: Final = {"student": "number", "card_state": "state", "issued_on": "issued"}
#: What tells no kind: the heading 状态 is a card's state far more often than a pupil's status.
_MUTE: Final = frozenset({"status"})


def _everything() -> Vocabulary:
    """Return the headings of all sources together."""
    strong: dict[str, list[str]] = {}
    weak: dict[str, list[str]] = {}
    taken: dict[str, str] = {}
    for source in SOURCES.values():
        for one in source.VOCABULARY.fields:
            if one.name in _MUTE:
                continue
            for headings, every in ((one.headings, strong), (one.weak, weak)):
                free = [each for each in headings if taken.setdefault(each, one.name) == one.name]
                known = every.setdefault(one.name, [])
                known += [each for each in free if each not in known]
    fields = (
        Field(name, tuple(headings), tuple(weak.get(name, ())), many=True)
        for name, headings in strong.items()
    )
    return Vocabulary(tuple(fields))


_VOCABULARY: Final = _everything()


def kind_of(file: Path | BinaryIO, name: str = "") -> str:
    """Return the source whose list a file is.

    Raises `UnreadableFile` where no kind fits, and where several do.
    """
    table = read_table(file, _VOCABULARY, name=name)
    fields = {_SAME.get(field, field) for sheet in table.sheets for field in sheet.fields}
    kinds = [name for name, source in SOURCES.items() if source.fits(fields)]
    if len(kinds) == 1:
        return kinds[0]
    options = ", ".join(f"--{one} {table.file}" for one in kinds or SOURCES)
    if kinds:
        raise UnreadableFile(
            _("{file}: its headings fit several kinds of lists: {kinds}."),
            hint=_("Say which it is: {options}"),
            file=table.file,
            kinds=", ".join(kinds),
            options=options,
        )
    raise UnreadableFile(
        _("{file}: its headings do not tell whether it is a roster, cards or a filing."),
        hint=_("Say which it is: {options}"),
        file=table.file,
        options=options,
    )
