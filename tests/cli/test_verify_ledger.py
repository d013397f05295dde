"""`verify` for an auditor who trusts nobody: what is missing, damaged or another's is said."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cardledger.cli.edge import BROKEN, DIFFERENT, DONE, USAGE
from cardledger.tlog import NoteSigner, sign_note
from tests.cli.conftest import SCHOOL, Run

MISSING = "There is no checkpoint at cardledger.checkpoint"


@pytest.fixture
def ledger(cards: Run) -> Run:
    """Return `run` in a folder with a ledger whose rows are stored, and a checkpoint kept apart."""
    assert cards("cards").status == DONE
    Path("kept.txt").write_text(cards("checkpoint").out, encoding="utf-8")
    return cards


def edit(statement: str) -> None:
    with closing(sqlite3.connect("cardledger.db")) as connection:
        triggers = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for name, _sql in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)
        for _name, sql in triggers:
            connection.execute(sql)
        connection.commit()


def test_a_missing_checkpoint_is_said_at_every_opening_and_ends_verify_with_4(ledger: Run) -> None:
    Path("cardledger.checkpoint").unlink()
    for command in (["cards"], ["trace", "C001"], ["history"], ["checkpoint"]):
        ran = ledger(*command)
        assert ran.status == DONE
        assert MISSING in ran.err
    ran = ledger("verify")
    assert ran.status == DIFFERENT
    assert "that the end was cut off would go unseen" in ran.out
    found = ledger("verify", "--json").json()
    assert (found["ok"], found["anchored"]) == (True, False)
    # Compared with one that was kept elsewhere nothing is missing.
    ran = ledger("verify", "--checkpoint", "kept.txt", "--json")
    assert ran.status == DONE
    assert ran.json()["anchored"] is True
    # Whoever records hears of it, and then there is one again.
    recorded = ledger("lost", "C001", "--at", "2010-04-01")
    assert MISSING in recorded.err
    assert MISSING not in ledger("cards").err
    assert ledger("verify").status == DONE


def test_a_kept_checkpoint_shows_what_the_one_beside_the_ledger_no_longer_does(
    ledger: Run, tmp_path: Path
) -> None:
    before = tmp_path / "before"
    before.mkdir()
    for file in tmp_path.glob("cardledger*"):
        shutil.copy(file, before)
    assert ledger("lost", "C001", "--at", "2010-04-01").status == DONE
    Path("kept.txt").write_text(ledger("checkpoint").out, encoding="utf-8")
    # All three files are put back as they were: beside the ledger nothing tells.
    for file in before.iterdir():
        shutil.copy(file, tmp_path)
    assert ledger("verify").status == DONE
    ran = ledger("verify", "--checkpoint", "kept.txt", "--json")
    assert ran.status == BROKEN
    assert ran.json()["first_bad_position"] == 9
    assert "the checkpoint that was given covers 9 lines, 8 are there" in ran.json()["problem"]


def test_what_is_given_to_compare_with_must_be_of_this_ledger(ledger: Run) -> None:
    assert ledger("--ledger", "other.db", "init", "--school", SCHOOL).status == DONE
    Path("other.txt").write_text(ledger("--ledger", "other.db", "checkpoint").out, encoding="utf-8")
    Path("text.txt").write_text("hello\n", encoding="utf-8")
    kept = Path("kept.txt").read_text(encoding="utf-8")
    Path("altered.txt").write_text(kept.replace("\n8\n", "\n7\n"), encoding="utf-8")
    cases = [
        ("other.txt", USAGE, "other.txt belongs to another ledger"),
        ("text.txt", USAGE, "text.txt is not a signed checkpoint"),
        ("not-there.txt", USAGE, "not-there.txt cannot be read"),
        ("altered.txt", BROKEN, "not signed by this ledger's key"),
    ]
    for file, status, words in cases:
        ran = ledger("verify", "--checkpoint", file)
        assert ran.status == status, (file, ran)
        assert words in ran.out + ran.err, (file, ran)
    assert ledger("verify", "some.xlsx", "--checkpoint", "kept.txt").status == USAGE


def test_a_checkpoint_or_key_store_of_another_ledger_is_no_broken_ledger(
    ledger: Run, tmp_path: Path
) -> None:
    assert ledger("--ledger", "other.db", "init", "--school", SCHOOL).status == DONE
    own = Path("cardledger.checkpoint").read_bytes()
    shutil.copy("other.checkpoint", "cardledger.checkpoint")
    for command in (["cards"], ["verify"]):
        ran = ledger(*command)
        assert ran.status == USAGE, ran
        assert "belongs to another ledger" in ran.err
        assert "--checkpoint FILE" in ran.err
    Path("cardledger.checkpoint").write_bytes(own)
    for command in (["cards"], ["verify"]):
        ran = ledger("--keys", "other.keys.db", *command)
        assert ran.status == USAGE
        assert "other.keys.db belongs to another ledger" in ran.err
    # One that was made to look like another's is broken all the same.
    name = own.decode().split("\n")[0]
    spoilt = own.decode().replace(name + "\n", "cardledger/LOTHER\n")
    Path("cardledger.checkpoint").write_text(spoilt, encoding="utf-8")
    assert ledger("cards").status == BROKEN
    assert ledger("verify").status == BROKEN


def test_a_row_that_was_altered_is_named_with_the_line_that_says_otherwise(ledger: Run) -> None:
    edit(
        "UPDATE row_cards SET data = CAST(replace(data, '\"live\"', '\"lost\"') AS BLOB)"
        " WHERE subject = 'C002'"
    )
    ran = ledger("verify", "--json")
    assert ran.status == BROKEN
    found = ran.json()
    assert found["first_bad_position"] == 7
    assert "cards of C002, state" in found["problem"]
    assert ledger("verify", "--only-lines").status == DONE
    assert ledger("rebuild").status == DONE
    assert ledger("verify").status == DONE


def test_rows_that_know_of_more_lines_than_there_are_show_a_cut_end(ledger: Run) -> None:
    edit("UPDATE projection_cursor SET seq = 12 WHERE name = 'cards'")
    found = ledger("verify", "--json").json()
    assert found["first_bad_position"] == 9
    assert "are folded up to line 12, 8 lines are there" in found["problem"]


def test_a_ledger_whose_rows_were_never_asked_for_is_whole(school: Run) -> None:
    assert school("verify").status == DONE
    with closing(sqlite3.connect("cardledger.db")) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'row_%'")
        assert tables.fetchall() == []


def test_damage_is_told_from_another_file(ledger: Run) -> None:
    whole = Path("cardledger.db").read_bytes()
    cases: list[tuple[bytes, int, str]] = [
        (b"a text\n" * 1000, USAGE, "is not a ledger"),
        (b"PK" + whole[2:], BROKEN, "damaged"),
        (whole[:30] + b"\xff" * 30 + whole[60:], BROKEN, ""),
        (whole[: len(whole) // 2], BROKEN, ""),
        (b"", BROKEN, "The ledger has 0 lines, but its checkpoint outside"),
    ]
    for content, status, words in cases:
        Path("cardledger.db").write_bytes(content)
        for command in (["cards"], ["verify"]):
            ran = ledger(*command)
            assert ran.status == status, (content[:10], command, ran)
            assert words in ran.out + ran.err, (content[:10], command, ran)
    Path("cardledger.db").unlink()
    assert ledger("verify").status == USAGE
    Path("other.db").touch()
    assert ledger("--ledger", "other.db", "verify").status == USAGE


def test_the_sentences_are_in_chinese_too(ledger: Run) -> None:
    Path("cardledger.checkpoint").unlink()
    assert "没有检查点" in ledger("--lang", "zh", "cards").err
    edit("UPDATE row_cards SET data = '5' WHERE subject = 'C002'")
    told = json.loads(ledger("--lang", "zh", "verify", "--json").out)
    assert "存储的数据被改动" in told["problem"]


def another_key(name: str) -> str:
    """Return the public half of a key that somebody made under the name of a ledger."""
    return str(NoteSigner(name, b"7" * 32).verifier)


def test_with_the_key_that_an_auditor_kept_signatures_are_checked_without_the_key_store(
    ledger: Run,
) -> None:
    key = ledger("checkpoint", "--key").out.strip()
    assert ledger("verify", "--key", key).status == DONE
    Path("cardledger.keys.db").unlink()
    away = ledger("verify", "--json").json()
    assert any("key store is away" in one for one in away["unchecked"])
    ran = ledger("verify", "--key", f" {key}\n", "--json")
    assert (ran.status, ran.json()["unchecked"]) == (DONE, [])


def test_a_key_that_does_not_match_is_told_apart(ledger: Run) -> None:
    """Of this ledger and another one: broken. Of another ledger, or none at all: a mistake."""
    name = ledger("checkpoint", "--key").out.partition("+")[0]
    wrong = another_key(name)
    for language, words in (
        ("en", "signs with another key than the one that was given"),
        ("zh", "台账签名所用的密钥不是所给的密钥"),
    ):
        ran = ledger("--lang", language, "verify", "--key", wrong)
        assert ran.status == BROKEN
        assert words in ran.out
        assert ledger("checkpoint", "--key").out.strip() in ran.out
    Path("cardledger.keys.db").unlink()
    ran = ledger("verify", "--key", wrong, "--json")
    assert ran.status == BROKEN
    assert "is not signed by the key that was given" in ran.json()["problem"]
    foreign = ledger("verify", "--key", another_key("cardledger/LOTHER"))
    assert foreign.status == USAGE
    assert "is of another ledger, cardledger/LOTHER" in foreign.err
    for nothing in ("abc", f"{wrong[:-3]}A=", "", "-"):
        ran = ledger("verify", "--key", nothing)
        assert ran.status == USAGE, nothing
        assert ran.out == ""


def test_a_ledger_that_was_signed_anew_is_found_by_the_key_alone(ledger: Run) -> None:
    """All lines are as they were and all checkpoints agree; only the key is another one."""
    key = ledger("checkpoint", "--key").out.strip()
    origin = key.partition("+")[0]
    other = NoteSigner(origin, b"7" * 32)
    text = Path("cardledger.checkpoint").read_text(encoding="utf-8").rpartition("\n\n")[0] + "\n"
    forged = sign_note(text, [other])
    Path("cardledger.checkpoint").write_text(forged, encoding="utf-8")
    quoted = forged.replace("'", "''")
    edit(f"UPDATE checkpoint SET note = '{quoted}'")
    Path("cardledger.keys.db").unlink()
    assert ledger("verify").status == DONE
    ran = ledger("verify", "--key", key, "--json")
    assert ran.status == BROKEN
    assert "not signed by the key that was given" in ran.json()["problem"]
