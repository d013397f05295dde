from __future__ import annotations

from cardledger import Ledger
from cardledger.replay import Replay
from tests.support.given import ANNA, BORIS, NEIGHBOUR, PRIMARY, act, number, pupil
from tests.support.ledgers import tell


def test_filings_of_cards_and_of_numbers(ledger: Ledger) -> None:
    tell(ledger, pupil(ANNA), act("register", card="C1", student=ANNA))
    tell(
        ledger,
        act("sync-sent", at="2010-05-01"),
        act("cards-filed", cards=["C1"], digest="ab", handler="Wang", at="2010-05-02T09:00"),
        act(
            "numbers-filed",
            accepted=[ANNA, BORIS],
            rejected=[number(7)],
            school=NEIGHBOUR,
            at="2010-05-01T09:00",
        ),
    )
    cards, numbers = Replay(ledger).rows("filings")
    assert cards.pop("position") < numbers.pop("position")
    assert cards == {
        "kind": "cards",
        "school": PRIMARY,
        "filed_at": "2010-05-02T09:00:00.000+08:00",
        "handler": "Wang",
        "digest": "ab",
        "count": 1,
        "accepted": ["C1"],
        "rejected": [],
    }
    assert numbers == {
        "kind": "numbers",
        "school": NEIGHBOUR,
        "filed_at": "2010-05-01T09:00:00.000+08:00",
        "handler": None,
        "digest": None,
        "count": 3,
        "accepted": [ANNA, BORIS],
        "rejected": [number(7)],
    }


def test_filings_can_be_chosen_by_school(ledger: Ledger) -> None:
    tell(ledger, act("numbers-filed", accepted=[ANNA], at="2010-05-01"))
    assert len(Replay(ledger).rows("filings", where={"school": PRIMARY})) == 1
    assert Replay(ledger).rows("filings", where={"school": NEIGHBOUR}) == []
