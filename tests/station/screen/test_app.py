"""The screen, as people use it: with the keyboard only, in both languages, whatever goes wrong."""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from typing import Any, Final

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from cardledger.exchange.writing.widths import width
from cardledger.i18n import translator
from cardledger.station.screen.app import StationApp
from cardledger.station.screen.messages import Show
from cardledger.station.signs import (
    ReaderCame,
    ReaderGone,
    ReadFailed,
    ServiceCame,
    ServiceGone,
    Sign,
)
from cardledger.station.swipe import Progress
from tests.station.conftest import ANNAS_UID, READER, School

PATIENCE: Final = 30


class Readers:
    """Readers that tell what the story says, when it says so."""

    def __init__(self) -> None:
        self._signs: queue.Queue[Sign] = queue.Queue()

    def tell(self, sign: Sign) -> None:
        """Let a reader tell something."""
        self._signs.put(sign)

    def __call__(self, stop: threading.Event) -> Iterator[Sign]:
        while not stop.is_set():
            try:
                yield self._signs.get(timeout=0.02)
            except queue.Empty:
                continue


class Seat:
    """Somebody at the station: presses keys and looks at the screen."""

    def __init__(self, app: StationApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    async def type(self, *texts: str) -> None:
        """Type card numbers, each with Enter."""
        for text in texts:
            await self.pilot.press(*text, "enter")

    async def press(self, *keys: str) -> None:
        """Press keys."""
        await self.pilot.press(*keys)

    def shown(self) -> str:
        """Return all that is on the screen, line by line."""
        lines = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text for strip in lines)

    def part(self, name: str) -> str:
        """Return what a part of the screen shows."""
        return str(self.app.query_one(name, Static).render())

    async def see(self, *texts: str, gone: str = "") -> str:
        """Wait until all texts are on the screen, and another one no longer; return what is."""
        end = time.monotonic() + PATIENCE
        while True:
            await self.pilot.pause()
            shown = self.shown()
            if all(text in shown for text in texts) and not (gone and gone in shown):
                return shown
            assert time.monotonic() < end, f"{texts} never came, or {gone} never went:\n{shown}"
            await asyncio.sleep(0.02)


Story = Callable[[Seat], Awaitable[None]]


def sit(
    school: School,
    story: Story,
    *,
    readers: Readers | None = None,
    language: str = "en",
    size: tuple[int, int] = (80, 24),
    act: str = "term-swipe",
    given: dict[str, Any] | None = None,
    **show: Any,
) -> StationApp:
    """Tell a story at the screen, and end the station by its key where the story did not."""
    translate = translator(language)
    options = {} if given is None else {"given": given}
    settings: dict[str, Any] = {"title": "Term swipe", "handler": "Wang", "sound": "off"}
    app = StationApp(
        school.station(act, translate=translate, **options),
        Show(**(settings | show)),
        watch=readers,
        translate=translate,
    )

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await story(Seat(app, pilot))
            end = time.monotonic() + PATIENCE
            await pilot.press("f10")
            while app.is_running and time.monotonic() < end:
                await asyncio.sleep(0.02)

    try:
        asyncio.run(run())
    finally:
        app.finish()
    return app


@pytest.mark.parametrize(
    ("language", "word", "again"),
    [("en", "✓ RECORDED", "= ALREADY RECORDED"), ("zh", "✓ 已登记", "= 已登记过")],
)
def test_a_card_is_typed_and_its_pupil_shown_in_both_languages(
    primary: School, language: str, word: str, again: str
) -> None:
    async def story(seat: Seat) -> None:
        await seat.type("C1")
        shown = await seat.see(word, "Anna", "C1")
        assert all(width(line) <= 80 for line in shown.splitlines())
        await seat.type("C1")
        await seat.see(again)
        assert seat.app.query_one("#typed", Input).value == ""

    app = sit(primary, story, language=language)
    assert app.finish().counts == {"recorded": 1, "repeated": 1}
    (event,) = primary.events("term.swiped/1")
    assert (event.evidence, event.handler) == ("typed", "Wang")


def test_the_counts_go_on_and_the_class_shows_who_is_missing(file_school: School) -> None:
    async def story(seat: Seat) -> None:
        await seat.see("All classes: 0 of 2", "2: 0 of 1", "Boris")
        await seat.type("C1")
        await seat.see("All classes: 1 of 2", "Recorded")
        await seat.type("C2")
        await seat.see("All classes: 2 of 2", "2: 1 of 1", "Complete")
        await seat.press("f3")
        await seat.see("✓ 1: 1 of 1", "✓ 2: 1 of 1")

    sit(file_school, story, class_="2")


def test_a_refusal_says_why_and_what_to_do(file_school: School) -> None:
    async def story(seat: Seat) -> None:
        await seat.type("C99")
        shown = await seat.see("✗ REFUSED", "→")
        assert "C99" in shown

    app = sit(file_school, story)
    assert app.finish().counts == {"refused": 1}


def test_the_last_ten_swipes_are_listed_the_newest_first(file_school: School) -> None:
    async def story(seat: Seat) -> None:
        numbers = [f"X{place:02}" for place in range(12)]
        await seat.type(*numbers)
        await seat.see("X11")
        listed = [number for number in seat.part("#rows").split() if number in numbers]
        assert listed == numbers[:1:-1]

    sit(file_school, story, act="who-is-this", size=(100, 40))


def test_a_card_on_the_reader_is_taken_while_somebody_types(file_school: School) -> None:
    readers = Readers()

    async def story(seat: Seat) -> None:
        readers.tell(ReaderCame(READER))
        await seat.see(f"● {READER}")
        await seat.press("C", "2")
        readers.tell(file_school.read(ANNAS_UID))
        await seat.see("✓ RECORDED", "Anna")
        # What was begun is still there, and goes on.
        assert seat.app.query_one("#typed", Input).value == "C2"
        await seat.press("enter")
        await seat.see("Boris")

    sit(file_school, story, readers=readers)
    first, second = file_school.events("term.swiped/1")
    assert (first.evidence, second.evidence) == ("read", "typed")
    assert first.reading is not None
    assert first.reading.reader == READER


def test_faults_are_said_with_what_to_do_and_go_away_when_mended(file_school: School) -> None:
    readers = Readers()

    async def story(seat: Seat) -> None:
        await seat.see("No reader yet")
        readers.tell(ReaderCame(READER))
        readers.tell(ReaderGone(READER))
        await seat.see(f"○ {READER}", "is gone", "Plug it in again")
        readers.tell(ReaderCame(READER))
        await seat.see(f"● {READER}", gone="Plug it in again")
        readers.tell(ServiceGone())
        await seat.see("pcscd", "systemctl")
        readers.tell(ServiceCame())
        await seat.see(gone="systemctl")
        readers.tell(ReadFailed(READER, "pulled"))
        await seat.see("! NOT READ", "taken away before it was read", "→")

    app = sit(file_school, story, readers=readers)
    assert app.finish().counts == {"failed": 1}


def test_what_cannot_be_written_is_kept_and_told_until_it_is_written(file_school: School) -> None:
    async def story(seat: Seat) -> None:
        with closing(sqlite3.connect(file_school.place)) as other:
            other.execute("BEGIN IMMEDIATE")
            await seat.type("C1")
            await seat.see("… KEPT FOR LATER", "Not yet written: 1", "Go on swiping")
            # The station is not held up by it.
            await seat.press("x", "escape")
            other.rollback()
        await seat.press("f5")
        await seat.see("✓ RECORDED", "All written", gone="Not yet written")

    app = sit(file_school, story)
    assert (app.finish().counts, app.finish().waiting) == ({"recorded": 1}, 0)
    assert len(file_school.events("term.swiped/1")) == 1


def test_the_last_act_is_undone_only_when_it_is_asked_and_confirmed(file_school: School) -> None:
    async def story(seat: Seat) -> None:
        await seat.press("f2")
        await seat.see("nothing to undo")
        await seat.type("C1")
        await seat.see("✓ RECORDED")
        await seat.press("f2")
        await seat.see("Undo Anna 1 C1?", "Enter: undo")
        await seat.press("escape")
        await seat.see(gone="Enter: undo")
        await seat.press("enter")
        # A card that was refused since then is nothing to undo.
        await seat.type("C99")
        await seat.see("✗ REFUSED")
        await seat.press("f2")
        await seat.see("Undo Anna 1 C1?")
        await seat.press("enter")
        await seat.see("↶ UNDONE", "is void", gone="Enter: undo")

    sit(file_school, story)
    assert len(file_school.events("line.voided/1")) == 1


def test_a_card_that_comes_while_it_is_asked_answers_no(file_school: School) -> None:
    readers = Readers()

    async def story(seat: Seat) -> None:
        await seat.type("C2")
        await seat.see("Boris")
        await seat.press("f2")
        await seat.see("Undo Boris")
        readers.tell(file_school.read(ANNAS_UID))
        await seat.see("Anna", gone="Enter: undo")
        await seat.press("enter")
        await seat.press("f2")
        await seat.see("Undo Anna")
        # So does a reader that types.
        await seat.type("C2")
        await seat.see("= ALREADY RECORDED")

    sit(file_school, story, readers=readers)
    assert not file_school.events("line.voided/1")


def test_cards_are_taken_while_the_help_is_read(file_school: School) -> None:
    async def story(seat: Seat) -> None:
        await seat.press("f1")
        await seat.see("F10", "This page")
        await seat.press("pagedown")
        await seat.press("pagedown")
        await seat.see("What the signs mean")
        await seat.type("C1")
        await seat.see("✓ RECORDED", "Last swipes", gone="This page")
        await seat.type("?")
        await seat.see("This page")
        await seat.press("tab")
        await seat.type("C2")
        await seat.see("Boris")

    sit(file_school, story)
    assert len(file_school.events("term.swiped/1")) == 2


def test_sound_goes_round_by_its_key(file_school: School) -> None:
    async def story(seat: Seat) -> None:
        await seat.see("Sound off")
        await seat.press("f4")
        await seat.see("Sound on")
        await seat.press("f4")
        await seat.see("Bell only")
        await seat.press("f4")
        await seat.see("Sound off")

    sit(file_school, story)


@pytest.mark.parametrize("size", [(80, 24), (132, 43), (220, 60), (50, 20)])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_everything_fits_on_small_and_large_terminals(
    file_school: School, size: tuple[int, int], language: str
) -> None:
    async def story(seat: Seat) -> None:
        await seat.type("C1", "C99", "C2")
        shown = await seat.see("Boris", "F1")
        lines = shown.split("\n")
        assert len(lines) == size[1]
        assert all(width(line) <= size[0] for line in lines)

    sit(file_school, story, size=size, language=language)


@pytest.mark.parametrize("key", ["f10", "ctrl+q", "ctrl+c"])
def test_it_ends_by_a_key_once_what_is_in_hand_is_done(file_school: School, key: str) -> None:
    async def story(seat: Seat) -> None:
        await seat.type("C1", "C2")
        await seat.press(key)

    app = sit(file_school, story)
    assert app.finish().counts == {"recorded": 2}
    assert not [one for one in threading.enumerate() if one.name in ("recorder", "readers")]


def test_an_error_of_the_screen_shows_no_names_and_loses_no_swipe(
    file_school: School, capsys: pytest.CaptureFixture[str]
) -> None:
    async def story(seat: Seat) -> None:
        await seat.type("C1")
        await seat.see("Anna")
        progress: Any = Progress(classes=(None,))  # type: ignore[arg-type]
        seat.app._counted(progress)
        seat.app.call_later(seat.app._draw)
        await seat.pilot.pause()

    with pytest.raises(AttributeError):
        sit(file_school, story)
    assert "Anna" not in "".join(capsys.readouterr())
    assert len(file_school.events("term.swiped/1")) == 1
