"""`prove`, `verify-proof`, `checkpoint` and `export tiles`, as an auditor uses them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cardledger.evidence import VERIFIER_NAME, verifier_source
from tests.cli.conftest import PUPIL, SCHOOL, Run


@pytest.fixture
def bundle(cards: Run) -> Run:
    """Return `run` in a folder with a proof about a card, and an older checkpoint."""
    Path("old.txt").write_text(cards("checkpoint").out, encoding="utf-8")
    assert cards("term-swipe", "C001", "--at", "2010-03-02").status == 0
    made = cards("prove", "C001", "--since", "old.txt", "--output", "c.proof")
    assert made.status == 0, made.err
    return cards


def key_of(run: Run) -> str:
    return run("checkpoint", "--key").out.strip()


def test_a_proof_is_made_and_checked(bundle: Run) -> None:
    key = key_of(bundle)
    checked = bundle(
        "verify-proof", "c.proof", "--key", key, "--checkpoint", "old.txt", "--json"
    ).json()
    assert checked["ok"] is True
    assert checked["subject"] == "card:C001"
    assert len(checked["positions"]) == 3
    assert checked["key"] == key
    assert checked["claimed_complete"] is True
    told = bundle("verify-proof", "c.proof")
    assert told.status == 0
    assert "It holds." in told.out
    assert "Nothing vouches for the key" in told.out
    assert "not proved" in told.out
    assert "成立" in bundle("--lang", "zh", "verify-proof", "c.proof").out


def test_the_lines_of_a_proof_can_be_read(bundle: Run) -> None:
    told = bundle("verify-proof", "c.proof", "--lines").out.splitlines()
    assert told[-1].startswith('9  {"event":"term.swiped/1"')
    found = bundle("verify-proof", "c.proof", "--lines", "--json").json()
    raw = bundle("history", "--raw", "--about", "C001").out.splitlines()
    assert [one["line"] for one in found["lines"]] == raw


def test_a_pupil_is_proved_by_name_and_the_name_stays_sealed(bundle: Run) -> None:
    by_number = bundle("prove", PUPIL, "--output", "number.proof")
    assert bundle("prove", "王小明", "--output", "name.proof").status == 0
    assert bundle("prove", "name:王小明", "--output", "name.proof").status == 0
    numbers = bundle("verify-proof", "number.proof", "--json").json()
    names = bundle("verify-proof", "name.proof", "--json").json()
    assert by_number.status == 0
    assert names["subject"] == numbers["subject"]
    assert names["positions"] == numbers["positions"]
    assert "王小明".encode() not in Path("name.proof").read_bytes()
    unknown = bundle("prove", "name:王五")
    assert (unknown.status, "王五" in unknown.err) == (2, True)


def test_a_proof_needs_no_ledger(bundle: Run, tmp_path: Path) -> None:
    key = key_of(bundle)
    for file in tmp_path.glob("cardledger*"):
        file.unlink()
    assert bundle("verify-proof", "c.proof", "--key", key).status == 0
    data = Path("c.proof").read_bytes()
    assert bundle("verify-proof", "-", "--key", key, input=data).status == 0


def test_a_proof_names_no_pupil(bundle: Run) -> None:
    assert bundle("prove", PUPIL, "--output", "p.proof").status == 0
    text = Path("p.proof").read_text(encoding="utf-8")
    assert "王小明" not in text
    assert "card.issued/1" in text


def test_a_proof_may_go_to_stdout_and_messages_do_not(bundle: Run) -> None:
    made = bundle("prove", "@1")
    assert made.out.startswith('{"cardledger":"proof/1"')
    assert "Lines proved: 1." in made.err
    assert bundle("verify-proof", "-", input=made.out).status == 0


def test_what_is_wrong_is_told_apart(bundle: Run) -> None:
    good = Path("c.proof").read_bytes()
    Path("cut.proof").write_bytes(good[:-80])
    Path("spoilt.proof").write_bytes(good.replace(b"term.swiped", b"term.Swiped"))
    Path("roster.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert bundle("--ledger", "other.db", "init", "--school", SCHOOL).status == 0
    Path("other.txt").write_text(bundle("--ledger", "other.db", "checkpoint").out, encoding="utf-8")
    other_key = bundle("--ledger", "other.db", "checkpoint", "--key").out.strip()
    same_name = key_of(bundle).partition("+")[0]
    from cardledger.tlog import NoteVerifier

    wrong_key = str(NoteVerifier(same_name, bytes(31) + b"\1"))
    cases: list[tuple[list[str], int, str]] = [
        (["cut.proof"], 5, "cut off"),
        (["spoilt.proof"], 5, "damaged"),
        (["c.proof", "--key", wrong_key], 5, "another of the same name"),
        (["c.proof", "--key", other_key], 2, "is of"),
        (["c.proof", "--key", key_of(bundle)[:-2]], 2, "not a verifier key"),
        (["c.proof", "--checkpoint", "other.txt"], 2, "is of"),
        (["c.proof", "--checkpoint", "roster.csv"], 2, "roster.csv is not a signed checkpoint"),
        (["roster.csv"], 2, "roster.csv is not a proof"),
        (["not-there.proof"], 2, "not-there.proof cannot be read"),
        (["."], 2, ". cannot be read"),
    ]
    for arguments, status, words in cases:
        ran = bundle("verify-proof", *arguments)
        assert ran.status == status, (arguments, ran)
        assert words in ran.out + ran.err, (arguments, ran)
    broken = bundle("verify-proof", "cut.proof", "--json")
    assert broken.status == 5
    assert broken.json() == {
        "ok": False,
        "code": "cut-off",
        "position": None,
        "problem": "The proof was cut off: its end is missing.",
    }
    assert "证明被截断" in bundle("--lang", "zh", "verify-proof", "cut.proof").out


def test_a_checkpoint_of_another_size_needs_a_proof_since_it(bundle: Run) -> None:
    assert bundle("prove", "C002", "--output", "two.proof").status == 0
    ran = bundle("verify-proof", "two.proof", "--checkpoint", "old.txt")
    assert ran.status == 2
    assert "--since YOUR_CHECKPOINT" in ran.err


def test_growth_alone_is_proved_too(bundle: Run) -> None:
    grown = bundle("checkpoint", "--since", "old.txt", "--output", "g.proof")
    assert grown.status == 0, grown.err
    found = bundle("verify-proof", "g.proof", "--checkpoint", "old.txt", "--json").json()
    assert (found["since"], found["positions"], found["not_proved"]) == (8, [], [])
    assert "grew from 8 lines" in bundle("verify-proof", "g.proof").out
    assert bundle("checkpoint", "--key", "--since", "old.txt").status == 2
    assert bundle("checkpoint", "--since", "not-there").status == 2
    assert bundle("checkpoint", "--key", "--json").json() == {"key": key_of(bundle)}


def test_the_verifier_is_put_beside_a_proof(bundle: Run, tmp_path: Path) -> None:
    made = bundle("prove", "C001", "--output", "x.proof", "--with-verifier")
    assert made.status == 0, made.err
    assert Path(VERIFIER_NAME).read_bytes() == verifier_source()
    done = subprocess.run(
        [sys.executable, "-I", "-S", VERIFIER_NAME, "x.proof", "--key", key_of(bundle)],
        cwd=tmp_path,
        env={},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert bundle("prove", "C001", "--with-verifier").status == 2
    assert bundle("export", "verifier").out.encode() == verifier_source()


def test_what_nobody_knows_cannot_be_proved(bundle: Run) -> None:
    assert bundle("prove", "C999").status == 2
    assert bundle("prove", "@99").status == 2
    assert bundle("prove", "C999", "--output", "no.proof").status != 0
    assert not Path("no.proof").exists()


def test_tiles_are_written_into_an_empty_folder(bundle: Run) -> None:
    ran = bundle("export", "tiles", "tiles")
    assert ran.status == 0
    assert "9 lines" in ran.out
    assert Path("tiles/checkpoint").read_text(encoding="utf-8") == bundle("checkpoint").out
    assert Path("tiles/tile/0/000.p/9").stat().st_size == 9 * 32
    again = bundle("export", "tiles", "tiles")
    assert again.status == 2
    assert "not an empty folder" in again.err
