"""The app: puts the parts of the screen together, hears keys, and shows what the shift tells.

The field for a card number always has the keyboard: help, lists and questions lie beside it and
never in front of it, so that what a reader types as a keyboard is never lost to a dialogue.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar, Final, Literal

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.events import Resize
from textual.message import Message
from textual.widgets import Input, Static

from cardledger.i18n import Translator
from cardledger.station.faces import READY
from cardledger.station.screen import drawing, texts
from cardledger.station.screen.drawing import Card, Row, card_of
from cardledger.station.screen.messages import Ended, Heard, Ring, Show
from cardledger.station.screen.status import Status, draw_status
from cardledger.station.screen.style import STYLE
from cardledger.station.shift import Fault, Note, Result, Shift, Undone, Watch, Written
from cardledger.station.signs import ReaderCame, ReaderGone, ServiceCame, ServiceGone, Sign
from cardledger.station.sounds import Sounds, Wish
from cardledger.station.station import Station
from cardledger.station.swipe import Progress, Swipe
from cardledger.station.told import sentence, waits

#: How many of the last swipes are shown.
LAST: Final = 10
#: Columns of the counts, on a terminal of 80 columns and on a wide one.
SIDE, WIDE_SIDE = 26, 36
#: Seconds after which the station says that it is still writing.
TICK: Final = 0.5
_SIGNALS: Final = (signal.SIGTERM, signal.SIGHUP)
#: The order in which F4 goes round.
_WISHES: Final[tuple[Wish, ...]] = ("on", "bell", "off")

Lower = Literal["last", "help", "missing"]


class StationApp(App[None]):
    """The station's screen."""

    CSS = STYLE
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = "#typed"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "lower('help')", priority=True),
        Binding("f2", "ask", priority=True),
        Binding("f3", "lower('missing')", priority=True),
        Binding("f4", "sound", priority=True),
        Binding("f5", "write", priority=True),
        Binding("f10,ctrl+q,ctrl+c", "leave", priority=True),
        Binding("escape", "clear", priority=True),
        Binding("pageup", "turn(-1)", priority=True),
        Binding("pagedown", "turn(1)", priority=True),
        # What was typed before the screen was there ends a line otherwise; some readers do always.
        Binding("ctrl+j", "enter", priority=True),
        # There is one field only, and it keeps the keyboard.
        Binding("tab,shift+tab", "stay", priority=True),
    ]

    def __init__(
        self, station: Station, show: Show, *, watch: Watch | None, translate: Translator
    ) -> None:
        super().__init__()
        self._say = translate
        self._show = show
        self._station = station
        looks = station.act.command is None
        self._always = drawing.LOOKING if looks else drawing.ALWAYS
        self._watched = watch is not None
        self._shift = Shift(
            station,
            watch=watch,
            tell=lambda news: self._post(Heard(news)),
            translate=translate,
        )
        self._sounds = Sounds(show.sound, ring=lambda: self._post(Ring()))
        self._card = self._welcome()
        #: The number of the swipe that is shown large.
        self._shown = 0
        self._rows: deque[Row] = deque(maxlen=LAST)
        self._last: Swipe | None = None
        self._progress = Progress()
        self._readers: dict[str, bool] = {}
        self._faults: dict[str, tuple[str, str]] = {}
        if complaint := show.complaint:
            self._faults["readers"] = complaint.text(translate), complaint.hint_text(translate)
        self._question = ""
        #: What is done when the question is answered with yes.
        self._meant: Callable[[], None] = self._undo
        self._lower: Lower = "last"
        self._leaving = False
        #: An error of the screen itself; the shift is brought to its end before it is told.
        self.crash: Exception | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="head")
        yield Static(id="card")
        yield Static(id="faults")
        yield Static(id="question")
        with Horizontal(id="entry"):
            yield Static(f" {self._say(texts.PROMPT)} ", id="prompt")
            yield Input(id="typed", compact=True, max_length=200)
        with Horizontal(id="lower"):
            yield Static(id="rows")
            yield Static(id="side")
        with VerticalScroll(id="pages", can_focus=False):
            yield Static(id="page")
        yield Static(id="status")
        yield Static(id="keys")

    def on_mount(self) -> None:
        """Begin the shift."""
        if not self.is_headless:
            for number in _SIGNALS:
                asyncio.get_running_loop().add_signal_handler(number, self.action_leave)
        self._sounds.__enter__()
        self._shift.start()
        self.set_interval(TICK, self._draw_status)

    def on_resize(self, _event: Resize) -> None:
        """Lay everything out anew; not before Textual has noted the new size."""
        self.call_later(self._draw)

    def finish(self) -> Result:
        """Bring the shift to its end where the screen did not, and return what came of it."""
        self._shift.end()
        self._sounds.__exit__()
        return self._shift.result()

    # --- What the shift tells -----------------------------------------------------------------

    def on_heard(self, message: Heard) -> None:
        """Show what the shift told."""
        news = message.news
        match news:
            case Swipe():
                self._swiped(news)
            case Undone(swipe):
                self._undone(swipe)
            case Written(swipe):
                self._written(swipe)
            case Note(text):
                self._card = replace(self._card, said=(*self._card.said, text))
            case Fault(said, hint):
                self._faults[""] = said, hint
            case Progress():
                self._counted(news)
            case _:
                self._signed(news)
        self._draw()

    def _swiped(self, swipe: Swipe) -> None:
        self._question = ""
        self._faults.pop("", None)
        self._rows.appendleft(Row(swipe))
        if self._shift.can_undo(swipe):
            self._last = swipe
        self._present(swipe)

    def _present(self, swipe: Swipe, *, undone: bool = False) -> None:
        self._card = card_of(swipe, self._say, undone=undone)
        self._shown = swipe.number
        self._lower = "last" if self._lower == "help" else self._lower
        self._sounds.play(swipe.verdict)

    def _undone(self, swipe: Swipe) -> None:
        self._present(swipe, undone=True)
        if swipe.verdict in ("recorded", "queued") and self._last:
            self._change(self._last.number, lambda row: replace(row, undone=True))
            self._last = None

    def _written(self, swipe: Swipe) -> None:
        """Correct the row of a swipe that had waited; what went wrong must be seen."""
        self._change(swipe.number, lambda row: replace(row, swipe=swipe))
        if swipe.verdict in ("refused", "failed"):
            self._present(swipe)
        elif swipe.number == self._shown:
            self._card = card_of(swipe, self._say)

    def _change(self, number: int, change: Callable[[Row], Row]) -> None:
        changed = [change(row) if row.swipe.number == number else row for row in self._rows]
        self._rows = deque(changed, maxlen=LAST)

    def _counted(self, progress: Progress) -> None:
        self._progress = progress
        self._faults.pop("waiting", None)
        if progress.waiting:
            self._faults["waiting"] = waits(progress.waiting, self._say)

    def _signed(self, sign: Sign) -> None:
        match sign:
            case ReaderCame(reader):
                self._readers[reader] = True
                self._faults.pop(reader, None)
            case ReaderGone(reader):
                self._readers[reader] = False
                self._faults[reader] = sentence(sign, self._say)
            case ServiceGone():
                self._faults["service"] = sentence(sign, self._say)
            case ServiceCame():
                self._faults.pop("service", None)
            case _:
                pass

    # --- Keys ---------------------------------------------------------------------------------

    def on_input_changed(self, _event: Input.Changed) -> None:
        """Whoever types a number has answered the question with no."""
        if self._question and self.query_one("#typed", Input).value:
            self._question = ""
            self._draw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take what was typed: a card number, or a word for a key that a keyboard lacks."""
        text = event.value.strip()
        event.input.clear()
        if self._leaving:
            return
        if not text:
            self._answer_yes()
        elif text in ("?", "？"):
            self.action_lower("help")
        elif text.lower() == "undo":
            self.action_ask()
        elif text.lower() == "end" and self._station.ends:
            self._question, self._meant = self._say(texts.CONCLUDE), self._shift.conclude
            self._draw()
        else:
            self._shift.typed(text)

    async def action_enter(self) -> None:
        """Take what was typed."""
        await self.query_one("#typed", Input).action_submit()

    def _answer_yes(self) -> None:
        """Do what was asked about, if anything was."""
        if self._question:
            self._question = ""
            self._meant()
            self._draw()

    def _undo(self) -> None:
        self._shift.undo(self._last.number if self._last else None)

    def action_ask(self) -> None:
        """Ask whether the last act is to be undone."""
        if self._last is None:
            self._faults[""] = self._say(texts.NOTHING), ""
        else:
            what = texts.subject(self._last, self._say)
            self._question = self._say(texts.QUESTION).format(what=what)
            self._meant = self._undo
        self._draw()

    def action_lower(self, wanted: Lower) -> None:
        """Show the help or who is missing, or the last swipes again."""
        self._lower = "last" if self._lower == wanted else wanted
        self.query_one("#pages").scroll_home(animate=False)
        self._draw()

    def action_sound(self) -> None:
        """Go round: sound, bell, silence."""
        self._sounds.wish = _WISHES[(_WISHES.index(self._sounds.wish) + 1) % len(_WISHES)]
        self._sounds.play("shown")
        self._draw()

    def action_write(self) -> None:
        """Write what waits."""
        self._shift.flush()

    def action_clear(self) -> None:
        """Take away what was typed, a question, a message, the help."""
        self.query_one("#typed", Input).clear()
        self._question = ""
        self._faults.pop("", None)
        self._faults.pop("readers", None)
        self._lower = "last"
        self._draw()

    def action_turn(self, pages: int) -> None:
        """Turn the pages of a long list."""
        shown = self.query_one("#pages")
        shown.scroll_relative(y=pages * max(shown.size.height - 1, 1), animate=False)

    def action_stay(self) -> None:
        """Keep the keyboard where it is."""

    def action_leave(self) -> None:
        """End, once what is in hand is done."""
        if not self._leaving:
            self._leaving = True
            self._draw()
            threading.Thread(target=self._end, name="end", daemon=True).start()

    def _end(self) -> None:
        self._shift.end()
        self._post(Ended())

    def on_ended(self) -> None:
        """Go."""
        self.exit()

    def on_ring(self) -> None:
        """Ring the bell."""
        self.bell()

    def on_unmount(self) -> None:
        """Leave no thread behind, also after an error."""
        self._sounds.__exit__()

    # --- Drawing ------------------------------------------------------------------------------

    def _welcome(self) -> Card:
        said = self._say(texts.LAY if self._watched else texts.TYPE)
        end = (self._say(texts.CONCLUDED),) if self._station.ends else ()
        head = f"{READY.sign} {self._say(READY.word)}"
        return Card(READY, head, strong=(self._show.title,), said=(said, *end))

    def _draw(self) -> None:
        columns, rows = self.size
        if not columns or not self.is_running:
            return
        card = drawing.draw_card(self._card, columns)
        faults = drawing.draw_faults(list(self._faults.values()), columns)
        question = drawing.draw_notice(self._question, columns)
        # What is left below, without the lines for the title, the number, the state and the keys.
        left = rows - 4 - sum(len(part.split()) for part in (card, faults, question) if part)
        self.query_one("#head", Static).update(
            drawing.draw_ends(f" {self._show.title}", f"{self._show.handler} ", columns)
        )
        self.query_one("#card", Static).update(card)
        self._draw_line("#faults", faults)
        self._draw_line("#question", question)
        self.query_one("#lower").display = self._lower == "last"
        self.query_one("#pages").display = self._lower != "last"
        side = WIDE_SIDE if columns >= 110 else SIDE
        self.query_one("#side").styles.width = side
        self.query_one("#rows", Static).update(
            drawing.draw_rows(self._rows, columns - side, self._say)
        )
        shown = drawing.class_shown(self._progress, self._show.class_, self._rows)
        self.query_one("#side", Static).update(
            drawing.draw_side(self._progress, shown, side - 2, left, self._say, self._always)
        )
        if self._lower != "last":
            page = (
                drawing.draw_help(columns - 4, self._say)
                if self._lower == "help"
                else drawing.draw_classes(self._progress, columns - 4, self._say)
            )
            self.query_one("#page", Static).update(page)
        self._draw_status()
        self.query_one("#keys", Static).update(drawing.draw_keys(columns, self._say))

    def _draw_line(self, name: str, text: Text | None) -> None:
        widget = self.query_one(name, Static)
        widget.display = text is not None
        if text is not None:
            widget.update(text)

    def _draw_status(self) -> None:
        status = Status(
            readers=self._readers if self._watched else None,
            wish=self._sounds.wish,
            waiting=self._progress.waiting,
            busy=self._shift.busy(TICK),
            leaving=self._leaving,
        )
        drawn = draw_status(status, self.size[0], self._say)
        self.query_one("#status", Static).update(drawn)

    def _post(self, message: Message) -> None:
        # At the very end nobody is there any more to be told.
        with contextlib.suppress(RuntimeError):
            self.post_message(message)

    def _fatal_error(self) -> None:
        """End without Textual's traceback: it would show the values of names, and so pupils'."""
        self.crash = self._exception
        self._close_messages_no_wait()
