"""What the app is given to show, and what other threads tell it."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from cardledger.errors import CardledgerError
from cardledger.station.shift import News
from cardledger.station.sounds import Wish


@dataclass(frozen=True, slots=True)
class Show:
    """What the screen is about: `title` is the act, `class_` the class that is expected.

    `complaint`: what is wrong from the beginning, such as readers that cannot be used.
    """

    title: str
    handler: str = ""
    class_: str = ""
    sound: Wish = "on"
    complaint: CardledgerError | None = None


class Heard(Message):
    """The shift told something."""

    def __init__(self, news: News) -> None:
        super().__init__()
        self.news = news


class Ring(Message):
    """The bell is to be rung."""


class Ended(Message):
    """The shift is over."""
