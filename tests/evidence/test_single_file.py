"""The verifier that is one file: with nothing but Python it says what the ledger's own says."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cardledger.evidence import BadProof, NotUsable, check, verifier, verifier_source
from cardledger.evidence.verifier import ed25519
from cardledger.ledger import Ledger
from tests.evidence.forgeries import FORGED
from tests.evidence.forging import CARD, Forger, file_of
from tests.evidence.vectors import VECTORS
from tests.verify.making import make_ledger

#: Asks the program about every file in the folder, in one process.
ASK_ALL = """
import json, pathlib, runpy
program = runpy.run_path("v.py")
def ask(file):
    try:
        program["check"](file.read_bytes())
    except program["Refused"] as refused:
        return refused.args[0]
    return "holds"
print(json.dumps({file.name: ask(file) for file in pathlib.Path("proofs").iterdir()}))
"""


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """Return a folder that holds the program and nothing else."""
    folder = tmp_path / "empty"
    folder.mkdir()
    (folder / "v.py").write_bytes(verifier_source())
    return folder


def run(folder: Path, *arguments: str, python: str = sys.executable) -> tuple[int, str]:
    """Run Python without site-packages, without an environment, in that folder."""
    done = subprocess.run(
        [python, "-I", "-S", *arguments], cwd=folder, env={}, capture_output=True, check=False
    )
    assert done.stderr == b"", done.stderr.decode()
    return done.returncode, done.stdout.decode()


def pythons() -> list[str]:
    """Return this interpreter and whatever others are on this machine."""
    names = [f"python3.{minor}" for minor in range(6, 15)]
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    found = [shutil.which(name) for name in names]
    found += [str(one) for one in root.glob("versions/3.*/bin/python")]
    return [sys.executable, *filter(None, found)]


def works(python: str) -> bool:
    """Return whether an interpreter runs (a shim of one that is not there does not)."""
    done = subprocess.run(
        [python, "-c", "import sys; sys.exit(sys.version_info < (3, 6))"], capture_output=True
    )
    return done.returncode == 0


def test_it_is_short_and_imports_only_what_python_brings() -> None:
    lines = verifier_source().decode().splitlines()
    assert len(lines) < 250
    imported = {line.split()[1] for line in lines if line.startswith(("import ", "from "))}
    assert imported <= sys.stdlib_module_names


@pytest.mark.slow
def test_a_proof_verifies_where_there_is_only_python(empty: Path, forger: Forger) -> None:
    (empty / "p").write_bytes(forger.good)
    (empty / "old").write_text(forger.older, encoding="utf-8")
    for python in filter(works, pythons()):
        asked = ("v.py", "p", "--key", forger.key, "--checkpoint", "old", "--lines")
        status, out = run(empty, *asked, python=python)
        assert status == 0, (python, out)
        assert out.startswith("HOLDS "), python
        assert "lines 97 98 99" in out
        assert f"about {CARD}" in out
        assert '97 {"event":"card.registered/1"' in out
        assert "nothing vouches" not in out


def test_it_says_when_nothing_vouches_for_the_key(empty: Path, forger: Forger) -> None:
    (empty / "p").write_bytes(forger.good)
    status, out = run(empty, "v.py", "p")
    assert status == 0
    assert "nothing vouches for the key" in out


@pytest.mark.slow
def test_what_is_given_is_held_against_the_proof(empty: Path, forger: Forger) -> None:
    (empty / "p").write_bytes(forger.good)
    files = {
        "stranger": forger.stranger,
        "later": forger.later,
        "other": forger.signed(300, bytes(32)),
        "altered": forger.note.replace("\n300\n", "\n299\n"),
        "text": "no checkpoint\n",
    }
    for name, text in files.items():
        (empty / name).write_text(text, encoding="utf-8")
    asked = [
        (("--key", "nonsense"), 2, "bad-key"),
        (("--key", forger.strange_key), 2, "other-ledger"),
        (("--checkpoint", "text"), 2, "bad-checkpoint"),
        (("--checkpoint", "stranger"), 2, "other-ledger"),
        (("--checkpoint", "later"), 2, "not-comparable"),
        (("--checkpoint", "other"), 5, "rewritten"),
        (("--checkpoint", "altered"), 5, "wrong-key"),
    ]
    for options, status, code in asked:
        got, out = run(empty, "v.py", "p", *options)
        assert (got, out.split()[:2]) == (status, ["REFUSED", f"{code},"])
    status, out = run(empty, "v.py", "not-there")
    assert status == 2
    assert "not-there" in out


@pytest.mark.slow
@pytest.mark.parametrize("name", FORGED)
def test_a_forgery_is_refused_by_its_name(name: str, empty: Path, forger: Forger) -> None:
    """The forgery is the function of that name in `forging`."""
    (empty / "p").write_bytes(FORGED[name].forge(forger))
    status, out = run(empty, "v.py", "p")
    assert out.split()[:2] == ["REFUSED", f"{FORGED[name].code},"]
    assert status == (2 if FORGED[name].code == "unreadable" else 5)


def mutated(forger: Forger, chance: random.Random) -> bytes:
    """Return a proof in which one thing is another, with the hash that it must have, or without."""
    if chance.random() < 0.5:
        spoilt = bytearray(forger.good)
        at = chance.randrange(len(spoilt))
        how = chance.randrange(3)
        if how == 0:
            spoilt[at] ^= 1 << chance.randrange(8)
        elif how == 1:
            del spoilt[at : at + chance.randrange(1, 40)]
        else:
            spoilt[at:at] = chance.randbytes(3)
        return bytes(spoilt)
    rows = forger.rows
    row = chance.choice(rows)
    field = chance.choice(list(row))
    text = row[field]
    at = chance.randrange(len(text))
    other = chance.choice("AZ09 \n+=é")
    row[field] = text[:at] + (other if other != text[at] else "~") + text[at + 1 :]
    return file_of(rows)


def judged(data: bytes) -> str:
    """Return what the ledger's own check says."""
    try:
        check(data)
    except (BadProof, NotUsable) as error:
        return error.code
    return "holds"


@pytest.mark.slow
def test_hundreds_of_mutations_are_refused_as_the_ledger_refuses_them(
    empty: Path, forger: Forger
) -> None:
    chance = random.Random(8032)
    proofs = {str(number): mutated(forger, chance) for number in range(600)}
    (empty / "proofs").mkdir()
    for name, data in proofs.items():
        (empty / "proofs" / name).write_bytes(data)
    (empty / "proofs" / "good").write_bytes(forger.good)
    status, out = run(empty, "-c", ASK_ALL)
    assert status == 0
    told = json.loads(out)
    assert told.pop("good") == "holds"
    assert "holds" not in told.values()
    different = {
        name: (code, judged(proofs[name]))
        for name, code in told.items()
        if code != judged(proofs[name])
    }
    # Only who knows the events can say that a line has the number, but not as a card's.
    assert set(different.values()) <= {("false-claim", "not-about")}
    assert len(different) < 30


@pytest.mark.parametrize("name", VECTORS)
def test_signatures_of_the_rfc(name: str) -> None:
    public, message, signature = VECTORS[name]
    assert ed25519(public, message, signature)
    assert not ed25519(public, message + b"x", signature)
    for at in (0, 31, 32, 63):
        spoilt = bytearray(signature)
        spoilt[at] ^= 1
        assert not ed25519(public, message, bytes(spoilt))
    assert not ed25519(public, message, signature[:-1])
    assert not ed25519(public[:-1], message, signature)
    # The scalar must be below the order of the group: else every signature could be given twice.
    scalar = int.from_bytes(signature[32:], "little") + verifier.ORDER
    assert not ed25519(public, message, signature[:32] + scalar.to_bytes(32, "little"))


def test_signatures_that_cryptography_makes_and_refuses() -> None:
    chance = random.Random(25519)
    for _round in range(40):
        key = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
        public = key.public_key()
        message = chance.randbytes(chance.randrange(200))
        signature = bytearray(key.sign(message))
        assert ed25519(public.public_bytes_raw(), message, bytes(signature))
        signature[chance.randrange(64)] ^= 1 << chance.randrange(8)
        with pytest.raises(InvalidSignature):
            public.verify(bytes(signature), message)
        assert not ed25519(public.public_bytes_raw(), message, bytes(signature))


@pytest.mark.parametrize("y", [2**255 - 19, 2**255 - 18, 2**255 - 1, 2])
def test_numbers_that_are_no_points_are_no_keys(y: int) -> None:
    assert not ed25519(y.to_bytes(32, "little"), b"", bytes(64))


def test_a_proof_of_every_position_of_a_small_ledger(tmp_path: Path) -> None:
    from cardledger.evidence import growth, prove

    with make_ledger(tmp_path / "l.db", tmp_path / "l.keys.db", 2) as ledger:
        notes = [_note(ledger)]
        for size in range(3, 20):
            from tests.verify.making import grow

            grow(ledger, size)
            notes.append(_note(ledger))
            lines, _told = verifier.check(prove(ledger, f"@1-{size}").to_bytes())
            assert list(lines) == list(range(1, size + 1))
            for old in notes:
                verifier.check(growth(ledger, old).to_bytes(), kept=old)


def _note(ledger: Ledger) -> str:
    note = ledger.log.checkpoint()
    assert note is not None
    return note
