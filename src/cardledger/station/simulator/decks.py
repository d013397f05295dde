"""Where a simulation takes its cards from: a file, or the ledger, so that names are real."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

from cardledger.errors import BadInput, NotFound, UnreadableFile
from cardledger.i18n import _
from cardledger.ids import parse_uid
from cardledger.ledger import Ledger
from cardledger.replay import Replay
from cardledger.station.simulator.cards import ATRS
from cardledger.station.simulator.playing import Known
from cardledger.station.simulator.script import CARDS

#: Columns of a file that are used: those of `cardledger cards`, and some for the simulator.
UID: Final = "uid"
TYPE: Final = "type"
CARD: Final = "card"
NAME: Final = "name"


def cards_of_file(path: Path) -> list[Known]:
    """Read cards from a CSV file with a column `uid`; `type`, `card` and `name` may be there.

    Rows without a UID are passed over. Raises `UnreadableFile`, `BadInput` for a bad row.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            names = {(name or "").strip().casefold(): name for name in rows.fieldnames or ()}
            if UID not in names:
                raise UnreadableFile(
                    _("{file} has no column “uid”."),
                    hint=_("Such a file is made by: cardledger cards --format csv --output FILE"),
                    file=path,
                )
            cells = ({key: row[own] or "" for key, own in names.items()} for row in rows)
            found = [_card(path, place, one) for place, one in enumerate(cells, 2) if one[UID]]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UnreadableFile(
            _("{file} cannot be read: {reason}"),
            hint=_("Give a CSV file in UTF-8."),
            file=path,
            reason=error,
        ) from error
    return _some(found)


def _card(path: Path, line: int, cells: dict[str, str]) -> Known:
    kind = cells.get(TYPE, "").strip() or "m1-1k"
    if kind not in ATRS:
        raise BadInput(
            _("{file}, line {line}: there is no type of card “{type}”."),
            hint=_("Types are: {types}"),
            file=path,
            line=line,
            type=kind,
            types=", ".join(ATRS),
        )
    return Known(
        bytes.fromhex(parse_uid(cells[UID])),
        kind,
        cells.get(CARD, "").strip(),
        cells.get(NAME, "").strip(),
    )


def cards_of_ledger(ledger: Ledger) -> list[Known]:
    """Return the record cards in use whose UID is known, by class and number of their pupils."""
    replay = Replay(ledger)
    pupils = {row["student"]: row for row in replay.rows("roster")}
    found = []
    for row in replay.rows("cards"):
        pupil = pupils.get(row["student"])
        if row["kind"] == "record" and row["state"] == "live" and row["uid"] and pupil:
            name = f"{pupil['class']} {pupil['name'] or pupil['student_number']}"
            order = (pupil["school"], pupil["class"], pupil["student_number"], row["card"])
            card = Known(bytes.fromhex(row["uid"]), _type(row["format"]), row["card"], name)
            found.append((tuple(map(str, order)), card))
    return _some([card for _order, card in sorted(found, key=lambda one: one[0])])


def _type(form: object) -> str:
    return "cpu" if str(form).casefold() == "cpu" else "m1-1k"


def _some(found: list[Known]) -> list[Known]:
    if not found:
        raise NotFound(
            _("There is no card with a UID there."),
            hint=_(
                "Cards get one when they are issued: cardledger issue CARD --uid UID."
                " Without cards of your own the simulator makes some up."
            ),
        )
    return found[:CARDS]
