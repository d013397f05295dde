"""What a reader saw comes in as an object, in JSON lines only, and is shown with the line."""

from __future__ import annotations

import csv
import io
import json
from typing import Any, Final

from tests.cli.conftest import PUPIL, Run

SEEN: Final[dict[str, Any]] = {
    "reader": "Virtual PCD 00 00",
    "atr": "3b8f8001804f0ca000000306030001000000006a",
    "uid": "04:a1:b2:c3",
    "counter_before": 3,
    "counter_after": 3,
}
KEPT: Final = SEEN | {"atr": SEEN["atr"].upper(), "uid": "04A1B2C3"}


def _line(**reading: Any) -> str:
    row = {"action": "lost", "card": "C1", "evidence": "read", "reading": SEEN | reading}
    return json.dumps(row) + "\n"


def _card(school: Run) -> None:
    assert school("register", "C1", "--student", PUPIL, "--upgraded").status == 0


def test_it_is_stored_and_shown(school: Run) -> None:
    _card(school)
    ran = school("record", "-", "--json", input=_line())
    assert ran.status == 0, ran.err
    *_before, last = school("history", "--json").json()
    assert (last["name"], last["evidence"]) == ("card.lost/1", "read")
    assert last["data"]["reading"] == KEPT
    assert "uid:04A1B2C3" in last["subjects"]
    *_before, traced = school("trace", "04A1B2C3", "--json").json()
    assert traced["data"]["reading"] == KEPT
    told = school("trace", "C1").out
    assert "Read by Virtual PCD 00 00: UID 04A1B2C3, ATR 3B8F80" in told
    assert "读卡" in school("--lang", "zh", "trace", "C1").out
    (*_rows, row) = csv.DictReader(io.StringIO(school("history", "--format", "csv").out))
    assert json.loads(row["data"])["reading"] == KEPT
    assert b'"reading":{"reader":"Virtual PCD 00 00"' in school("history", "--raw").out.encode()
    assert school("verify").status == 0


def test_one_that_cannot_be_is_refused_and_nothing_is_written(school: Run) -> None:
    _card(school)
    for wrong in ({"uid": "04A1"}, {"counter_after": -1}, {"atr": "no"}, {"reader": ""}):
        ran = school("record", "-", "--json", input=_line(**wrong))
        assert ran.status == 3, wrong
        assert ran.json()[0]["code"] == "bad-input"
    assert school("history", "--event", "card.lost/1", "--json").json() == []


def test_a_table_and_the_command_line_have_no_place_for_it(school: Run) -> None:
    _card(school)
    table = 'action,card,reading\nlost,C1,"{}"\n'
    ran = school("record", "-", "--dry-run", input=table)
    assert "reading" in ran.out + ran.err
    assert "--reading" not in school("lost", "--help").out
