"""A server that goes away or hangs: what the command line says of it, in both languages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.cli.conftest import SCHOOL, Run
from tests.support.relay import Do, Plan, Said, relay_to

CARDS = 3
#: Words of each language, by what becomes of the commit.
WORDS = {
    (Do.CUT, "en"): ("broke off", "Whether it was written is not certain."),
    (Do.CUT_ANSWER, "zh"): ("连接", "不能确定"),
    (Do.HOLD, "zh"): ("0.4 秒", "answer_timeout"),
    (Do.HOLD_ANSWER, "en"): ("did not answer for 0.4 seconds", "answer_timeout=SECONDS"),
}


class Office:
    """The command line of an office whose ledger lies behind a relay."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.plan: Plan = lambda _said: Do.PASS

    def planned(self, said: Said) -> Do:
        """Return what becomes of a message."""
        return self.plan(said)

    def at_commit(self, do: Do) -> None:
        """Do something with every commit from now on."""
        self.plan = lambda said: do if said.is_commit else Do.PASS

    def quietly(self) -> None:
        """Let everything pass from now on."""
        self.plan = lambda _said: Do.PASS


@pytest.fixture
def office(run: Run, postgres_place: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Return an office with pupils and their cards, and a list of swipes to be recorded."""
    office = Office(run)
    url = make_url(postgres_place)
    with relay_to(str(url.host), int(url.port or 5432), office.planned) as relay:
        place = url.set(port=relay.port).update_query_dict({"answer_timeout": "0.4"})
        monkeypatch.setenv("CARDLEDGER_LEDGER", place.render_as_string(hide_password=False))
        assert run("init", "--school", SCHOOL).status == 0
        acts = []
        for index in range(1, CARDS + 1):
            number = f"{SCHOOL}01501{index:02}0"
            acts.append({"action": "student-add", "number": number, "name": "王", "cohort": 2015})
            acts.append({"action": "issue", "card": f"C{index}", "student": number})
            acts[-1]["at"] = "2010-02-20"
            acts.append({"action": "upgrade", "card": f"C{index}", "at": "2010-03-01"})
        swipes = [
            {"action": "term-swipe", "card": f"C{index}", "at": "2010-03-05"}
            for index in range(1, CARDS + 1)
        ]
        for name, rows in (("acts", acts), ("swipes", swipes)):
            Path(f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)))
        assert run("record", "acts.jsonl").status == 0
        yield office


@pytest.mark.parametrize(("do", "lang"), list(WORDS))
def test_a_list_in_doubt_is_given_again_and_is_there_once(
    office: Office, do: Do, lang: str
) -> None:
    run = office.run
    office.at_commit(do)
    ran = run("--lang", lang, "record", "swipes.jsonl")
    assert ran.status == 1
    for words in WORDS[do, lang]:
        assert words in ran.err
    assert "Traceback" not in ran.err
    office.quietly()
    ran = run("record", "swipes.jsonl")
    assert ran.status == 0, ran.err
    there = f"{CARDS} repeated" if do in (Do.CUT_ANSWER, Do.HOLD_ANSWER) else f"{CARDS} recorded"
    assert there in ran.err
    swiped = [row for row in run("history", "--json").json() if row["name"] == "term.swiped/1"]
    assert len(swiped) == CARDS
    assert run("verify").status == 0


@pytest.mark.parametrize(("lang", "words"), [("en", "cannot be reached"), ("zh", "连不上服务器")])
def test_a_server_that_is_not_there(run: Run, lang: str, words: str) -> None:
    place = "postgresql+psycopg://wang:secret@127.0.0.1:1/cards"
    for command in (("roster",), ("verify",), ("init", "--school", SCHOOL), ("backup", "copy")):
        ran = run("--ledger", place, "--lang", lang, *command)
        assert ran.status == 1, command
        assert words in ran.err
        assert "secret" not in ran.err
    assert not Path("copy").exists()


def test_a_time_in_the_url_that_is_none(run: Run) -> None:
    place = "postgresql+psycopg://wang@127.0.0.1:1/cards?answer_timeout=soon"
    ran = run("--ledger", place, "--lang", "zh", "roster")
    assert ran.status == 2
    assert "soon" in ran.err
    assert "秒" in ran.err
