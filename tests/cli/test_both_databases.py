"""The command line on SQLite and on PostgreSQL: the same term, the same answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import OTHER, PUPIL, SCHOOL, Run

ROSTER = f"学籍号,姓名,班级,届别,入学日期\n{PUPIL},王小明,1班,2015,2009-09-01\n"
ROSTER += f"{OTHER},李红,1班,2015,2009-09-01\n"
ACTS = [
    {"action": "issue", "card": "C001", "student": PUPIL, "at": "2009-10-01"},
    {"action": "issue", "card": "C002", "student": OTHER, "at": "2009-10-01"},
    {"action": "upgrade", "card": "C001", "at": "2010-03-01"},
    {"action": "upgrade", "card": "C002", "at": "2010-03-01"},
    {"action": "term-swipe", "card": "C001", "at": "2010-03-05"},
    {"action": "leave-swipe", "card": "C002", "reason": "transfer", "at": "2010-04-10"},
    {"action": "recycle", "card": "C002", "reason": "left", "at": "2010-04-12", "handler": "王敏"},
    {"action": "box-open", "box": "B1", "cohort": 2015, "at": "2010-05-01"},
    {"action": "box-put", "box": "B1", "card": "C002", "at": "2010-05-02"},
]


@pytest.mark.slow
def test_a_term_works_the_same_on_both_databases(
    run: Run, ledger_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARDLEDGER_LEDGER", ledger_url)
    assert run("init", "--school", SCHOOL).status == 0
    Path("roster.csv").write_text(ROSTER, encoding="utf-8")
    assert run("import", "roster", "roster.csv").status == 0
    acts = "".join(json.dumps(act, ensure_ascii=False) + "\n" for act in ACTS)
    ran = run("record", "-", input=acts)
    assert ran.status == 0, ran.err
    assert "rows: 9 = 9 recorded + 0 repeated + 0 refused" in ran.err
    roster = run("roster", "--json").json()
    assert [(row["name"], row["status"], row["card_state"]) for row in roster] == [
        ("王小明", "in-school", "live"),
        ("李红", "left", "boxed"),
    ]
    assert run("boxes", "--json").json()[0]["cards"] == ["C002"]
    terms = run("terms", "--as-of", "2010-03-20", "--json").json()
    assert [(row["pupils"], row["percent"]) for row in terms] == [(2, 50.0)]
    assert [row["position"] for row in run("trace", "C002", "--json").json()] == [6, 8, 10, 11, 13]
    for command in ("replay", "verify", "rebuild", "receipt", "checkpoint"):
        assert run(command).status == 0, command
    assert run("init", "--school", SCHOOL).status == 2
    assert run("forget", PUPIL, "--yes").status == 0
    assert run("roster", "--json").json()[0]["name"] is None
    assert run("backup", "ledger.backup").status == 0
    restored = run("--ledger", "copy.db", "restore", "ledger.backup")
    assert restored.status == 0, restored.err
    assert run("--ledger", "copy.db", "roster", "--json").json()[1]["name"] == "李红"


def test_a_password_is_never_shown(run: Run) -> None:
    place = "postgresql+psycopg://somebody:secret@127.0.0.1:9/nothing"
    ran = run("--ledger", place, "roster")
    assert ran.status in (1, 2)
    assert "secret" not in ran.err + ran.out
