"""Proofs of lines and of growth: what they hold, and what is not taken for one."""

from __future__ import annotations

import base64
import json
import random
from pathlib import Path

import pytest

from cardledger import open_ledger
from cardledger.errors import (
    BadValue,
    IntegrityBroken,
    KeyStoreMissing,
    NotFound,
    RollbackFound,
)
from cardledger.evidence import BadProof, NotUsable, check, growth, prove, published_key
from cardledger.evidence.checking import NO_KEY, NOT_ALL, ONLY_CLAIMED
from cardledger.evidence.refusals import CODES
from cardledger.evidence.verifier import REASONS
from cardledger.ledger import Ledger
from cardledger.log import Entry
from cardledger.tlog import InclusionText, NoteVerifier, leaf_hash, open_note, verify_inclusion
from tests.evidence.forgeries import FORGED
from tests.evidence.forging import CARD, Forger, rows_of
from tests.verify.edits import forge
from tests.verify.making import append, grow, unguarded


def code_of(data: bytes, **given: str) -> str:
    with pytest.raises((BadProof, NotUsable)) as caught:
        check(data, **given)
    error = caught.value
    assert isinstance(error, BadProof | NotUsable)
    assert error.exit_status == (5 if isinstance(error, BadProof) else 2)
    assert error.text()
    assert error.hint
    return error.code


def test_a_proof_about_a_card_holds_its_lines(ledger: Ledger) -> None:
    bundle = prove(ledger, CARD)
    checked = check(bundle.to_bytes(), key=published_key(ledger))
    assert [position for position, _content in checked.lines] == [97, 98, 99]
    for position, content in checked.lines:
        line = ledger.log.line(position)
        assert line is not None
        assert line.data == content
    assert (checked.size, checked.root) == (300, ledger.log.root().hex())
    assert (checked.subject, checked.claimed, checked.since) == (CARD, True, None)
    # What the proof does not show is said.
    assert checked.remarks == (ONLY_CLAIMED,)


@pytest.mark.parametrize(
    ("what", "subject", "lines"),
    [
        ("C00024", CARD, 3),
        ("uid:00:00:00:6d", "card:C00027", 3),
        ("P0000000024", "student:P0000000024", 3),
        ("0117001101000096", "student:P0000000024", 3),
        ("school:01170011", "school:01170011", 1),
    ],
)
def test_whatever_names_a_subject_can_be_proved(
    ledger: Ledger, what: str, subject: str, lines: int
) -> None:
    checked = check(prove(ledger, what).to_bytes())
    assert (checked.subject, len(checked.lines)) == (subject, lines)
    assert NO_KEY in checked.remarks


def test_positions_are_proved_without_a_word_about_others(ledger: Ledger) -> None:
    assert [at for at, _line in check(prove(ledger, "@256-258").to_bytes()).lines] == [
        256,
        257,
        258,
    ]
    checked = check(prove(ledger, "@1").to_bytes(), key=published_key(ledger))
    assert checked.remarks == (NOT_ALL,)
    for what in ("@0", "@301", "@5-3", "@299-301"):
        with pytest.raises(BadValue, match="lines 1 to 300"):
            prove(ledger, what)
    with pytest.raises(NotFound):
        prove(ledger, "C99999")


def test_each_proof_inside_is_one_that_programs_of_others_read(ledger: Ledger) -> None:
    bundle = prove(ledger, CARD)
    for row in rows_of(bundle.to_bytes())[2:]:
        proof = InclusionText.from_text(row["proof"])
        text = open_note(proof.checkpoint, [NoteVerifier.from_text(bundle.key)])
        _origin, size, root, _end = text.split("\n")
        verify_inclusion(
            proof.path,
            leaf=leaf_hash(row["line"].encode()),
            index=proof.index,
            size=int(size),
            root=base64.b64decode(root),
        )


def test_lines_of_other_applications_are_proved_with_what_their_hash_covers(
    ledger: Ledger,
) -> None:
    append(
        ledger,
        Entry("Dog", b"\xff\x00", ("dog:1",), foreign=True),
        Entry("Cat", b"", ("cat:1",), foreign=True),
    )
    checked = check(prove(ledger, "@299-302").to_bytes())
    assert [position for position, _line in checked.lines] == [299, 300, 301, 302]
    assert b"dog:1" in checked.lines[2][1]


def test_growth_is_proved_between_any_two_checkpoints(ledger: Ledger) -> None:
    old = ledger.log.checkpoint()
    assert old is not None
    for size in (300, 301, 512, 513, 600):
        grow(ledger, size)
        data = growth(ledger, old).to_bytes()
        assert check(data, kept=old).since == 300
        new = ledger.log.checkpoint()
        assert new is not None
        # The newer checkpoint is as good to compare with.
        assert check(data, kept=new).size == size
    assert check(prove(ledger, CARD, since=old).to_bytes(), kept=old).since == 300


def test_a_proof_is_held_against_what_one_trusts(forger: Forger) -> None:
    good = forger.good
    assert check(good, key=forger.key, kept=forger.note).since == 250
    assert check(good, kept=forger.older).remarks == (ONLY_CLAIMED,)
    origin = forger.signer.verifier.name
    other_key = str(NoteVerifier(origin, bytes(31) + b"\1"))
    strangers_file = forger.stranger
    assert code_of(good, key="nonsense") == "bad-key"
    assert code_of(good, key=forger.key[:-1]) == "bad-key"
    assert code_of(good, key=forger.strange_key) == "other-ledger"
    assert code_of(good, key=other_key) == "wrong-key"
    assert code_of(good, kept="not a checkpoint") == "bad-checkpoint"
    assert code_of(good, kept=strangers_file) == "other-ledger"
    assert code_of(good, kept=forger.later) == "not-comparable"
    assert code_of(good, kept=forger.signed(300, bytes(32))) == "rewritten"
    assert code_of(good, kept=forger.signed(250, bytes(32))) == "rewritten"
    assert code_of(good, kept=forger.note.replace("\n300\n", "\n299\n")) == "wrong-key"


@pytest.mark.parametrize("name", FORGED)
def test_a_forgery_is_refused_by_its_name(name: str, forger: Forger) -> None:
    """The forgery is the function of that name in `forging`."""
    assert code_of(FORGED[name].forge(forger)) == FORGED[name].code


def test_every_code_is_met_and_both_programs_have_the_same() -> None:
    asked = {"bad-key", "bad-checkpoint", "other-ledger", "not-comparable", "wrong-key"}
    assert {one.code for one in FORGED.values()} | asked == set(CODES) == set(REASONS)


def test_no_byte_of_a_proof_can_be_changed(forger: Forger) -> None:
    chance = random.Random(6962)
    for _round in range(600):
        spoilt = bytearray(forger.good)
        at = chance.randrange(len(spoilt))
        spoilt[at] ^= 1 << chance.randrange(8)
        assert code_of(bytes(spoilt)) in ("damaged", "cut-off", "unreadable")
    for length in range(0, len(forger.good), 17):
        assert code_of(forger.good[:length]) in ("cut-off", "unreadable")


def test_a_ledger_without_its_keys_proves_nothing(ledger_url: str, ledger: Ledger) -> None:
    with open_ledger(ledger_url, keys=Path("keys.db")) as there:
        there.close()
    Path("keys.db").unlink()
    with open_ledger(ledger_url, keys=Path("keys.db")) as keyless:
        with pytest.raises(KeyStoreMissing):
            published_key(keyless)
        with pytest.raises(KeyStoreMissing):
            prove(keyless, CARD)


def test_a_ledger_that_was_edited_gives_no_proof(ledger: Ledger) -> None:
    old = ledger.log.checkpoint()
    assert old is not None
    with unguarded(ledger) as hand:
        forge(hand, 98)
    with pytest.raises(BadProof) as caught:
        prove(ledger, CARD)
    assert (caught.value.code, caught.value.position) == ("line-altered", 98)
    # Growth proves the tree, and that is as it was; line 99 is under a tile.
    assert check(growth(ledger, old).to_bytes()).since == 300


def test_an_older_checkpoint_must_be_one_of_this_ledger(ledger: Ledger, forger: Forger) -> None:
    with pytest.raises(NotUsable) as caught:
        growth(ledger, forger.note, "old.txt")
    assert caught.value.code == "other-ledger"
    with pytest.raises(NotUsable, match=r"old\.txt is not a signed checkpoint"):
        growth(ledger, "nonsense", "old.txt")
    later = ledger.anchor.sign(301, bytes(32))
    with pytest.raises(RollbackFound):
        growth(ledger, later)
    with pytest.raises(NotUsable, match="not a signed checkpoint"):
        growth(ledger, later.replace("\n301\n", "\n300\n"))
    with pytest.raises(BadProof) as rewritten:
        growth(ledger, ledger.anchor.sign(200, bytes(32)))
    assert rewritten.value.code == "rewritten"


def test_a_ledger_whose_checkpoint_was_taken_away_proves_nothing(ledger: Ledger) -> None:
    with unguarded(ledger) as hand:
        hand("DELETE FROM checkpoint")
    with pytest.raises(IntegrityBroken, match="removed"):
        prove(ledger, CARD)


def test_the_result_as_scripts_see_it(forger: Forger) -> None:
    checked = check(forger.good)
    found = checked.as_json()
    assert json.loads(json.dumps(found)) == found
    assert found["positions"] == [97, 98, 99]
    assert found["claimed_complete"] is True
    assert found["since"] == 250
    assert len(found["not_proved"]) == 2
    assert CARD in found["not_proved"][1]
