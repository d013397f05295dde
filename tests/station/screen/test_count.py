"""A count on the screen: the box with what is missing, undo, and the end, which is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.station.conftest import School
from tests.station.screen.test_app import Seat, sit
from tests.station.stocktaking.test_station import packed


@pytest.mark.parametrize(
    ("language", "none", "all_", "asked", "counted"),
    [
        ("en", "B1: 0 of 1", "B1: 1 of 1", "Is everything counted?", "Box B1 is counted."),
        ("zh", "B1：0 / 1", "B1：1 / 1", "全部清点完了吗", "箱 B1 已盘点。"),
    ],
)
def test_a_box_is_counted_at_the_screen(
    file_school: School,
    tmp_path: Path,
    language: str,
    none: str,
    all_: str,
    asked: str,
    counted: str,
) -> None:
    async def story(seat: Seat) -> None:
        await seat.see(none)
        await seat.type("C2")
        await seat.see("B2")
        await seat.press("f2", "enter")
        await seat.type("C1")
        await seat.see(all_)
        await seat.type("end")
        await seat.see(asked)
        await seat.press("enter")
        await seat.see(counted)

    given = {"box": "B1", "folder": str(tmp_path)}
    app = sit(packed(file_school), story, act="stocktake", given=given, language=language)
    assert app.finish().counts == {"shown": 1, "recorded": 1}
    assert len(file_school.events("box.stocktaken/1")) == 1
