"""The demo district: tables and an independent recount of the exported history say the same."""

from __future__ import annotations

import ast
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cardledger import Ledger, init_ledger
from cardledger.batch import command_of_row
from cardledger.events import Codec, Event
from cardledger.log import Entry, Log
from cardledger.moments import parse_moment
from cardledger.replay import Replay, checking
from cardledger.trace import exported
from scripts.district.making import make
from tests.recount import recount
from tests.recount.recount import ACTS, Recount

SCHOOLS, PUPILS, TERMS = 3, 2000, 4

Row = dict[str, Any]


class District(NamedTuple):
    """A recorded district: its ledger, what is true of it, and the recount of its history."""

    ledger: Ledger
    truth: dict[str, Any]
    recount: Recount


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the made district."""
    folder = tmp_path_factory.mktemp("recount") / "district"
    make(
        folder,
        seed=2010,
        schools=SCHOOLS,
        pupils=PUPILS,
        terms=TERMS,
        start="2010-spring",
        with_workbooks=False,
    )
    return folder


@pytest.fixture(scope="module")
def district(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    """Return the district as its registrars recorded it, some of their rows refused."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    place = tmp_path_factory.mktemp("recounted") / "district.db"
    with init_ledger(place, school=truth["schools"][0]["code"]) as ledger:
        present = parse_moment(truth["as_of"], ledger.clock())
        ledger.clock = lambda: present
        files = ["schools.jsonl", *(f"district-{one['term']}.jsonl" for one in truth["terms"])]
        for name in files:
            rows = (folder / name).read_text(encoding="utf-8").splitlines()
            commands = [command_of_row(json.loads(row)) for row in rows]
            outcomes = Counter(one.outcome for one in ledger.record_many(commands, atomic=False))
            assert outcomes["recorded"] > len(rows) * 0.9
        yield District(ledger, truth, Recount(exported(ledger)))


def test_the_recount_imports_nothing_of_what_it_recounts() -> None:
    tree = ast.parse(Path(recount.__file__).read_text(encoding="utf-8"))
    imported = {
        name
        for node in ast.walk(tree)
        for name in (
            [one.name for one in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported == {
        "__future__",
        "json",
        "collections.abc",
        "dataclasses",
        "datetime",
        "typing",
    }


@pytest.mark.slow
def test_the_history_has_lines_of_every_kind_that_is_recounted(district: District) -> None:
    kinds = {json.loads(line)["event"] for line in exported(district.ledger)}
    assert set(ACTS) <= kinds
    assert len(district.recount.pupils) >= PUPILS


@pytest.mark.slow
def test_the_roster_is_what_the_recount_says(district: District) -> None:
    today = date.fromisoformat(district.truth["as_of"][:10])
    rows = Replay(district.ledger).rows("roster")
    assert all(row.pop("name") for row in rows)
    assert {row["student"]: row for row in rows} == district.recount.roster(today)


@pytest.mark.slow
def test_the_boxes_are_what_the_recount_says(district: District) -> None:
    rows = {row["box"]: row for row in Replay(district.ledger).rows("boxes")}
    assert rows == district.recount.boxes_by_name()
    assert {row["state"] for row in rows.values()} == {"open", "sealed"}


@pytest.mark.slow
def test_the_cards_are_what_the_recount_says(district: District) -> None:
    rows = Replay(district.ledger).rows("cards")
    found = {row["card"]: (row["state"], row["student"], row["box"]) for row in rows}
    assert found == district.recount.states()
    assert len({state for state, _holder, _box in found.values()}) >= 6


@pytest.mark.slow
def test_the_terms_and_boxes_are_what_the_maker_of_the_district_counted(
    district: District,
) -> None:
    """A third count: the district's maker follows its own rows, before any ledger sees them."""
    rows = Replay(district.ledger).rows("terms")
    found = {(row["term"], row["school"], row["class"]): row for row in rows}
    for term in district.truth["counts"]:
        window = Counter[tuple[str, str, str]]()
        registered = Counter[tuple[str, str, str]]()
        for one in term["window"]:
            key = (term["term"], one["school"], one["class"])
            window[key] += one["pupils"]
            registered[key] += one["registered"]
        assert {
            key: row["pupils"] for key, row in found.items() if key[0] == term["term"]
        } == window
        assert all(found[key]["registered"] >= count for key, count in registered.items())
    boxes = {row["box"]: row for row in Replay(district.ledger).rows("boxes")}
    for school in district.truth["counts"][-1]["end"]:
        for box in school["boxes"]:
            assert boxes[box["box"]]["cards"] == box["cards"]


@pytest.mark.slow
def test_the_tables_are_what_the_lines_add_up_to(district: District) -> None:
    replay = Replay(district.ledger)
    checked = replay.check()
    assert (checked.found, checked.position) == (0, district.ledger.head())
    followed = replay.receipt()
    replay.rebuild()
    assert replay.receipt() == followed


@pytest.mark.slow
def test_a_copy_of_the_lines_on_postgresql_gives_the_same_tables(
    district: District, postgres_place: str
) -> None:
    lines = ((raw, Codec.decode(raw.name, raw.data)) for raw in district.ledger.raw_lines())
    with Log.create(postgres_place, origin=district.ledger.log.origin) as copy:
        copy.append(
            Entry(raw.name, raw.data, event.tags())
            for raw, event in lines
            if isinstance(event, Event)
        )
        assert checking.receipt(copy) == Replay(district.ledger).receipt()
