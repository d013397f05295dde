"""Positions beyond 2^31: a ledger that is older than any district, on both databases."""

from __future__ import annotations

import os
from typing import Final

from sqlalchemy import Connection, text

from cardledger.evidence import check, prove, published_key
from cardledger.ledger import Ledger
from cardledger.replay import Replay
from cardledger.tlog.hashing import subtree_root
from cardledger.trace import exported, history, trace
from tests.ledger.conftest import Office
from tests.ledger.conftest import office as office
from tests.support.given import ANNA, act, pupil

FAR: Final = 1 << 31
#: A tree of 2^31 leaves is 128 tiles of the third row.
TILES: Final = 128


def go_far(ledger: Ledger) -> None:
    """Let the next line of a ledger be the first after 2^31, with a tree that fits."""
    hashes = [os.urandom(256 * 32) for _tile in range(TILES)]
    roots = [subtree_root(one) for one in hashes]
    origin = ledger.log.origin
    with ledger.log.writing() as connection, _unguarded(connection):
        connection.execute(
            text(
                "INSERT INTO line (seq, origin, position, name, data, tags, leaf)"
                " SELECT :far, origin, :far, name, data, tags, leaf FROM line WHERE seq = 2"
            ),
            {"far": FAR},
        )
        connection.execute(
            text("INSERT INTO tile (origin, level, idx, hashes, root) VALUES (:o, 2, :i, :h, :r)"),
            [
                {"o": origin, "i": place, "h": one, "r": root}
                for place, (one, root) in enumerate(zip(hashes, roots, strict=True))
            ],
        )
        connection.execute(
            text("UPDATE frontier SET size = :size, hashes = :hashes WHERE origin = :origin"),
            {"size": FAR, "hashes": subtree_root(b"".join(roots)), "origin": origin},
        )


class _unguarded:
    """Takes away the trigger that keeps lines without a gap, and puts it back."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sqlite = connection.dialect.name == "sqlite"
        self._trigger = ""

    def __enter__(self) -> None:
        if self._sqlite:
            found = "SELECT sql FROM sqlite_master WHERE name = 'line_is_next'"
            self._trigger = self._connection.execute(text(found)).scalar_one()
            self._connection.execute(text("DROP TRIGGER line_is_next"))
        else:
            self._connection.execute(text("ALTER TABLE line DISABLE TRIGGER line_is_next"))

    def __exit__(self, *_error: object) -> None:
        if self._sqlite:
            self._connection.exec_driver_sql(self._trigger)
        else:
            self._connection.execute(text("ALTER TABLE line ENABLE TRIGGER line_is_next"))


def test_everything_works_beyond_two_to_the_thirty_first(office: Office) -> None:
    office.given(
        pupil(ANNA, entered="2009-09-01"), act("issue", card="C1", student=ANNA, at="2009-10-01")
    )
    go_far(office.ledger)
    ledger = office.another().ledger
    told = office.batch(
        act("upgrade", card="C1", at="2010-03-01"),
        act("term-swipe", card="C1", at="2010-03-02"),
        act("lost", card="C1", at="2010-03-03"),
    )
    assert [one.positions for one in told] == [(FAR + 1,), (FAR + 2,), (FAR + 3,)]
    assert ledger.head() == FAR + 3
    (row,) = Replay(ledger).rows("cards")
    assert row["state"] == "lost"
    (voided,) = office.batch(act("void", position=FAR + 3, reason="slip"))
    assert voided.positions == (FAR + 4,)
    (row,) = Replay(ledger).rows("cards")
    assert row["state"] == "live"
    (before,) = Replay(ledger).rows("cards", as_of=f"@{FAR + 3}")
    assert before["state"] == "lost"
    lines = trace(ledger, "C1")
    assert [one["position"] for one in lines][-2:] == [FAR + 3, FAR + 4]
    assert lines[-2]["voided_by"] == FAR + 4
    assert [one["position"] for one in history(ledger, after=FAR + 2)] == [FAR + 3, FAR + 4]
    assert len(list(exported(ledger, after=FAR))) == 4
    assert Replay(ledger).check().ok


def test_lines_beyond_are_proved_and_the_proof_is_checked(office: Office) -> None:
    go_far(office.ledger)
    office.given(pupil(ANNA), act("issue", card="C1", student=ANNA))
    bundle = prove(office.ledger, "C1")
    checked = check(bundle.to_bytes(), key=published_key(office.ledger))
    assert [position for position, _content in checked.lines] == [FAR + 2]
    assert checked.size == FAR + 2
