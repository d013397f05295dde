"""Verdicts can be told apart by sign, word and colour alone, whatever colours somebody sees."""

from __future__ import annotations

import itertools
from typing import Final, get_args

import pytest

from cardledger.exchange.writing.widths import width
from cardledger.i18n import LANGUAGES, translator
from cardledger.station.faces import FACES, UNDONE, Face
from cardledger.station.swipe import Verdict

SEEN: Final[dict[str, Face]] = {
    **{str(name): face for name, face in FACES.items()},
    "undone": UNDONE,
}

Colour = tuple[float, float, float]
#: What reaches somebody who lacks a kind of cone (Machado, Oliveira and Fernandes, 2009).
EYES: Final[dict[str, tuple[Colour, Colour, Colour]]] = {
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "no green": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "no blue": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def linear(colour: str) -> Colour:
    """Return the light of a colour such as #00805c."""
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))

    def light(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    return light(red), light(green), light(blue)


def seen_by(eye: str, colour: str) -> Colour:
    """Return a colour as an eye sees it, in CIE Lab, where distances are what people notice."""
    light = linear(colour)
    red, green, blue = (
        min(max(sum(part * one for part, one in zip(row, light, strict=True)), 0), 1)
        for row in EYES[eye]
    )

    def root(value: float) -> float:
        return value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116

    x = root((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505)
    y = root(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    z = root((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def brightness(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_verdict_has_a_face() -> None:
    assert set(FACES) == set(get_args(Verdict))


@pytest.mark.parametrize("eye", EYES)
def test_no_two_colours_are_near_each_other_for_any_eye(eye: str) -> None:
    for (first, one), (second, other) in itertools.combinations(SEEN.items(), 2):
        pair = zip(seen_by(eye, one.ground), seen_by(eye, other.ground), strict=True)
        distance = sum((a - b) ** 2 for a, b in pair) ** 0.5
        assert distance > 20, (first, second)


def test_what_is_written_on_a_colour_can_be_read() -> None:
    for name, face in SEEN.items():
        dark, light = sorted((brightness(face.ink), brightness(face.ground)))
        # 4.5 is what WCAG asks of text.
        assert (light + 0.05) / (dark + 0.05) >= 4.5, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_signs_words_and_pictures_differ(language: str) -> None:
    say = translator(language)
    assert len({face.sign for face in SEEN.values()}) == len(SEEN)
    assert len({say(face.word) for face in SEEN.values()}) == len(SEEN)
    assert len({face.picture for face in SEEN.values()}) == len(SEEN)
    for face in SEEN.values():
        assert width(face.sign) == 1
        assert {len(row) for row in face.picture} == {7}
        assert len(face.picture) == 5
