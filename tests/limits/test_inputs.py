"""What never ends, or is far too much, ends with a sentence, with little memory taken."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import pytest

from cardledger.exchange.reading.rows import LINE_LIMIT
from tests.cli.conftest import Run
from tests.limits.measured import measured, without_end
from tests.support.given import PRIMARY, act, number, pupil

#: KiB that a command may take beyond what it takes for nothing at all.
MODEST: Final = 100 << 10
ROW: Final = b'{"action": "school-add", "code": "01170099", "name": "N"}\n'


@pytest.fixture
def folder(run: Run, tmp_path: Path) -> Path:
    """Return a folder with a small ledger."""
    assert run("init", "--school", PRIMARY).status == 0
    assert run("box", "open", "B1", "--cohort", 2015).status == 0
    return tmp_path


def lines(run: Run) -> str:
    return run("history", "--raw").out


#: What never ends, and what is said of it; some of it in every run.
FEW: Final[tuple[Any, ...]] = (
    (("record", "-"), without_end(b"a", b"{"), "is longer than 1048576 bytes"),
)
MORE: Final[tuple[Any, ...]] = (
    (("record", "-"), without_end(b"\n", b"{}\n"), "has more than 1048576 lines"),
    (("verify-proof", "-"), without_end(b"\0"), "has more than 104857600 bytes"),
    (("verify", "--checkpoint", "-"), without_end(b"a\n"), "has more than 1000000 bytes"),
    (
        ("box", "stocktake", "B1", "--from", "-"),
        without_end(b"C1\n"),
        "has more than 10485760 bytes",
    ),
    (("box", "check-label", "-"), without_end("箱".encode()), "has more than 10000 bytes"),
    (("policy", "adopt", "/dev/zero", "--from", "2010-01-01"), (), "has more than 1048576"),
    (("import", "roster", "-"), without_end(b"a,b\n"), "is too large"),
    (("import", "roster", "-"), without_end(b"a"), "is too large"),
    (("reconcile", "-"), without_end("学籍号,姓名\n".encode()), "is too large"),
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "feed", "said"),
    [*FEW, *(pytest.param(*one, marks=pytest.mark.long) for one in MORE)],
)
def test_what_never_ends_is_refused_with_little_memory(
    run: Run, folder: Path, words: tuple[str, ...], feed: Iterable[bytes], said: str
) -> None:
    before = lines(run)
    nothing = measured(folder, "history", "--raw", feed=())
    # What comes for ever is read until it is too much, and not a piece longer.
    ran = measured(folder, *words, feed=feed)
    assert (ran.status, said in ran.err) == (2, True), ran.err
    assert "Traceback" not in ran.err
    most = MODEST + (100 << 10 if "verify-proof" in words else 0)
    assert ran.peak <= nothing.peak + most
    assert lines(run) == before


def test_the_longest_line_is_read_and_one_byte_more_is_refused(run: Run) -> None:
    assert run("init", "--school", PRIMARY).status == 0
    before = run("history", "--raw").out
    line = json.dumps(pupil(number(1), name="Anna")).encode()
    longest = line + b" " * (LINE_LIMIT - len(line) - 1) + b"\n"
    for language, said in (("en", "is longer than 1048576 bytes"), ("zh", "超过 1048576 字节")):
        ran = run("--lang", language, "record", "-", input=b" ".join((b"", longest)))
        assert (ran.status, said in ran.err) == (2, True), ran.err
    assert run("history", "--raw").out == before
    assert run("record", "-", input=longest).status == 0


@pytest.mark.slow
def test_a_line_of_100_megabytes_is_not_taken_in(run: Run, folder: Path) -> None:
    small = measured(folder, "record", "-", feed=(b'{"action": "x"}\n',))
    huge = b'{"action": "school-add", "name": "' + b"x" * (100 << 20) + b'"}\n'
    (folder / "huge.jsonl").write_bytes(huge)
    before = lines(run)
    for words in (("record", "huge.jsonl"), ("import", "actions", "huge.jsonl")):
        ran = measured(folder, *words)
        assert ran.status == 2, ran.err
        assert ran.peak <= small.peak + MODEST
    assert lines(run) == before


@pytest.mark.parametrize("depth", [50, 900, 5_000, 100_000])
@pytest.mark.parametrize("field", ["action", "name", "reading", "more"])
def test_json_that_is_nested_for_ever_is_a_row_like_any_other(
    run: Run, depth: int, field: str
) -> None:
    assert run("init", "--school", PRIMARY).status == 0
    before = run("history", "--raw").out
    fields = {"action": '"school-add"', "code": '"01170099"', "name": '"N"'}
    fields[field] = "[" * depth + "]" * depth
    line = "{" + ", ".join(f'"{name}": {value}' for name, value in fields.items()) + "}"
    ran = run("record", "-", "--json", input=line)
    assert (ran.status, ran.json()[0]["code"]) == (3, "bad-input"), ran.out + ran.err
    assert len(ran.out) < 3000
    assert run("history", "--raw").out == before


@pytest.mark.parametrize("depth", [50, 5_000, 100_000])
def test_other_json_that_is_nested_for_ever_is_refused_too(run: Run, depth: int) -> None:
    assert run("init", "--school", PRIMARY).status == 0
    nested = "[" * depth + "]" * depth
    Path("deep.json").write_text('{"guests": ' + nested + "}")
    Path("deep.mapping").write_text('{"columns": {"a": ' + nested + "}}")
    row = act("policy-adopt", changes={}, **{"from": "2010-01-01"})
    Path("deep.csv").write_text(f'action,from,changes\n{row["action"]},2010-01-01,"{nested}"\n')
    Path("roster.csv").write_text("学籍号,姓名\n")
    Path("deep.proof").write_text('{"cardledger":"proof/1","key":' + nested + "}\n")
    for words in (
        ("policy", "adopt", "deep.json", "--from", "2010-01-01"),
        ("import", "roster", "roster.csv", "--mapping", "deep.mapping"),
        ("verify-proof", "deep.proof"),
        ("box", "check-label", nested[:5000]),
    ):
        ran = run(*words)
        assert ran.status in (2, 5), (words, ran.err)
        assert 0 < len(ran.err + ran.out) < 3000, words
    ran = run("record", "deep.csv", "--json")
    # A cell of so many signs is no cell of a CSV.
    assert ran.status == (3 if depth < 60_000 else 2), ran.err


@pytest.mark.slow
def test_more_rows_than_can_be_taken_are_refused_before_any_is_written(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cardledger.cli.batches.BATCH_LIMIT", 3)
    assert run("init", "--school", PRIMARY).status == 0
    before = run("history", "--raw").out
    rows = [json.dumps(act("school-add", code=f"0117009{place}")) for place in range(4)]
    for language, said in (("en", "More than 3 rows"), ("zh", "超过 3 行")):
        ran = run("--lang", language, "record", "-", input="\n".join(rows))
        assert (ran.status, said in ran.err) == (2, True), ran.err
    csv = "action,code\n" + "".join(f"school-add,0117009{place}\n" for place in range(4))
    Path("rows.csv").write_text(csv)
    assert run("record", "rows.csv").status == 2
    assert run("import", "actions", "rows.csv").status == 2
    assert run("history", "--raw").out == before
    assert run("record", "-", input="\n".join(rows[:3])).status == 0
