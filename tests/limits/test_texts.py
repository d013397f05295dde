"""Texts at their limit go through the whole chain as they are; one sign more is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from cardledger.forms import TEXT_LIMIT
from cardledger.ids import _LABEL as LABEL
from tests.cli.conftest import Run
from tests.limits.texts import KINDS, UNSHOWN, filled
from tests.support.given import PRIMARY, act, number, pupil

LONGEST_LABEL: Final = 32
AT: Final = "2010-03-02"
_NAMES: Final = list(KINDS)


def card_of(place: int) -> str:
    """Return the longest card number there is, of its own for each kind of text."""
    return f"C{place:0{LONGEST_LABEL - 1}}"


def text_of(kind: str) -> str:
    return filled(kind, TEXT_LIMIT)


def rows() -> Iterator[dict[str, Any]]:
    """Yield acts all of whose texts are as long as they may be, a pupil for each kind of text."""
    box = "B" * LONGEST_LABEL
    yield act("box-open", box=box, cohort=2015, at="2010-01-01", handler=text_of("chinese"))
    for place, kind in enumerate(_NAMES, 1):
        text = text_of(kind)
        common = {"handler": text, "note": text, "tool": text}
        who, card = number(place), card_of(place)
        known = {"name": text, "class": text, "address": text, "entered": "2009-09-01"}
        yield pupil(who, **known, **common, at="2009-09-01")
        yield act("issue", card=card, student=who, at="2009-10-01", **common)
        yield act("upgrade", card=card, at="2010-03-01", **common)
        yield act("term-swipe", card=card, at=AT, **common)
        yield act("lost", card=card, at="2010-03-03", **common)
        yield act("found", card=card, at="2010-03-04", **common)
        yield act("recycle", card=card, at="2010-03-05", reason="left", **common)
        yield act("box-put", box=box, card=card, at="2010-03-06", **common)
    yield act("box-seal", box=box, count=len(_NAMES), at="2010-03-07", handler=text_of("plain"))
    yield act("box-reopen", box=box, reason=text_of("both ways"), at="2010-03-08", handler="W")


def given(run: Run, place: str, *more: dict[str, Any]) -> None:
    """Make a ledger and record the acts from a file."""
    assert run("init", "--school", PRIMARY, "--name", text_of("four bytes")).status == 0, place
    lines = [json.dumps(row, ensure_ascii=False) for row in (*rows(), *more)]
    Path("acts.jsonl").write_text("\n".join(lines), "utf-8")
    ran = run("record", "acts.jsonl", "--format", "jsonl")
    assert ran.status == 0, ran.out[:3000] + ran.err


@pytest.fixture
def full(run: Run, ledger_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return `run` in a ledger full of texts at their limit, on both databases in turn."""
    monkeypatch.setenv("CARDLEDGER_LEDGER", ledger_url)
    monkeypatch.setenv("CARDLEDGER_KEYS", "keys.db")
    given(run, ledger_url)
    return run


@pytest.mark.slow
def test_the_whole_chain_keeps_texts_at_their_limit(full: Run, ledger_url: str) -> None:
    assert full("rebuild").status == 0
    told_by_tables(full)
    told_by_lines(full)
    told_by_papers(full)
    assert full("audit", "--json").status in (0, 4)
    for words in (("verify",), ("replay", "--check")):
        ran = full(*words)
        assert ran.status in (0, 4), ran.out + ran.err
    for language in ("en", "zh"):
        for words in (("roster",), ("cards", "--wide"), ("boxes",), ("history",), ("audit",)):
            shown = full("--lang", language, *words).out
            assert "\x1b[2J" not in shown
            assert "\x07" not in shown
    proved(full)
    restored(full, ledger_url)


def told_by_tables(run: Run) -> None:
    roster = {row["student_number"]: row for row in run("roster", "--json").json()}
    for place, kind in enumerate(_NAMES, 1):
        row = roster[number(place)]
        assert (row["name"], row["class"]) == (text_of(kind), text_of(kind)), kind
    cards = {row["card"]: row for row in run("cards", "--json").json()}
    assert all(len(card) == LONGEST_LABEL for card in cards)
    assert cards[card_of(2)]["recycled_by"] == text_of(_NAMES[1])
    (box,) = run("boxes", "--json").json()
    assert (box["box"], len(box["cards"])) == ("B" * LONGEST_LABEL, len(_NAMES))


def told_by_lines(run: Run) -> None:
    for place, kind in enumerate(_NAMES, 1):
        lines = run("trace", card_of(place), "--json").json()
        assert {line["handler"] for line in lines} == {text_of(kind)}, kind
        assert {line["data"]["note"] for line in lines} == {text_of(kind)}, kind
        page = f"trace-{place}.html"
        assert run("trace", card_of(place), "--html", page).status == 0
        assert Path(page).stat().st_size < 200_000
    raw = run("history", "--raw").out
    assert len(raw.rstrip("\n").split("\n")) == len(run("history", "--json").json())


def told_by_papers(run: Run) -> None:
    """A workbook has what people can see; read again it changes nothing."""
    for words, file in ((("export", "roster"), "roster.xlsx"), (("roster",), "roster.csv")):
        ran = run(*words, "--output", file)
        assert ran.status == 0, ran.err
    assert run("verify", "roster.xlsx").status == 0
    ran = run("import", "roster", "roster.csv", "--dry-run", "--json", "--map", "student=")
    told = {row["row"]: row for row in ran.json()}
    for place, kind in enumerate(_NAMES, 2):
        if kind not in UNSHOWN:
            assert told[place]["outcome"] == "repeated", (kind, told[place])
    box = "B" * LONGEST_LABEL
    for file in ("label.html", "stocktake.html"):
        name = file.partition(".")[0]
        words = ("box-label",) if name == "label" else ("stocktake",)
        if name == "stocktake":
            counted = ("box", "stocktake", box, "--found", len(_NAMES), "--at", "2010-03-09")
            assert run(*counted, "--handler", text_of("joined")).status == 0
        ran = run("export", *words, box, "--output", file)
        assert ran.status == 0, ran.err
    (row,) = run("export", "box-label", box, "--json").json()
    assert run("box", "check-label", row["text"]).status == 0
    for file in ("report.html",):
        assert run("audit", "report", "--output", file).status in (0, 4)


def proved(run: Run) -> None:
    assert run("prove", card_of(3), "--output", "card.proof").status == 0
    key = run("checkpoint", "--key").out.strip()
    ran = run("verify-proof", "card.proof", "--key", key, "--lines", "--json")
    assert ran.status == 0, ran.err
    assert json.loads(ran.json()["lines"][0]["line"])["handler"] == text_of(_NAMES[2])


def restored(run: Run, ledger_url: str) -> None:
    before = run("roster", "--json").out, run("history", "--raw").out
    assert run("backup", "copy.backup").status == 0
    place = ("--ledger", "again.db", "--keys", "again.keys.db")
    ran = run(*place, "restore", "copy.backup")
    assert ran.status == 0, ran.err
    assert (run(*place, "roster", "--json").out, run(*place, "history", "--raw").out) == before
    assert run(*place, "verify").status == 0


def test_a_label_of_32_signs_is_the_longest() -> None:
    assert LABEL.fullmatch("A" * LONGEST_LABEL)
    assert not LABEL.fullmatch("A" * (LONGEST_LABEL + 1))


@pytest.mark.parametrize("kind", _NAMES)
@pytest.mark.parametrize("field", ["handler", "note", "tool", "key", "name", "class", "address"])
def test_one_sign_more_is_refused_with_its_batch_and_nothing_is_written(
    run: Run, kind: str, field: str
) -> None:
    assert run("init", "--school", PRIMARY).status == 0
    before = run("history", "--raw").out
    good = pupil(number(1), name="Anna")
    bad = pupil(number(2), name="Boris") | {field: filled(kind, TEXT_LIMIT + 1)}
    lines = "\n".join(json.dumps(row) for row in (good, bad))
    for language, words in (
        ("en", "2001 characters is too long"),
        ("zh", "共 2001 个字符，太长了"),
    ):
        ran = run("--lang", language, "record", "-", "--json", input=lines)
        assert ran.status == 3
        first, second = ran.json()
        assert (first["code"], second["code"]) == ("batch-aborted", "bad-input")
        assert words in second["message"]
        assert len(second["message"]) < 1000
    assert run("history", "--raw").out == before
    good |= {field: filled(kind, TEXT_LIMIT)}
    assert run("record", "-", input=json.dumps(good)).status == 0


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("issue", "C" * 33, "--student", number(1)), 2),
        (("box", "open", "B" * 33, "--cohort", 2015), 2),
        (("issue", "Ｃ" * 33, "--student", number(1)), 2),
        (("upgrade", "c" * 2001), 2),
        (("upgrade", "c" * 2000), 3),
        (("student", "suspend", "1" * 2001), 2),
        (("student", "suspend", "1" * 2000), 3),
        (("lost", "x\0y"), 2),
    ],
)
def test_what_is_too_long_is_said_in_a_short_sentence(
    run: Run, words: tuple[object, ...], status: int
) -> None:
    assert run("init", "--school", PRIMARY).status == 0
    before = run("history", "--raw").out
    for language in ("en", "zh"):
        ran = run("--lang", language, *words)
        assert ran.status == status, ran.err
        assert 0 < len(ran.err) < 1000
    assert run("history", "--raw").out == before


@pytest.mark.parametrize("field", ["handler", "note", "name", "class", "address", "key", "tool"])
def test_no_text_has_a_nul(run: Run, field: str) -> None:
    assert run("init", "--school", PRIMARY).status == 0
    before = run("history", "--raw").out
    row = pupil(number(1), name="Anna") | {field: "a\0b"}
    for language, words in (("en", "the sign U+0000"), ("zh", "字符 U+0000")):
        ran = run("--lang", language, "record", "-", "--json", input=json.dumps(row))
        assert (ran.status, words in ran.json()[0]["message"]) == (3, True), ran.out
    assert run("history", "--raw").out == before


@pytest.mark.parametrize("given", [b'"\\ud800"', b'"\xff"', b'"\xed\xa0\x80"'])
def test_half_a_character_is_no_text(run: Run, given: bytes) -> None:
    assert run("init", "--school", PRIMARY).status == 0
    line = b'{"action": "student-add", "number": "%s", "name": %s}' % (number(1).encode(), given)
    ran = run("record", "-", "--json", input=line)
    assert (ran.status, ran.json()[0]["code"]) == (3, "bad-input")
