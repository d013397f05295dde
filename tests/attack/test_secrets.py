"""No password, no key and no name of a pupil is in what a command says, whatever goes wrong.

Passwords and names are marked; every command fails in another way, in both languages, with and
without `--debug`; then everything that was said, and every file that was written, is searched.
"""

from __future__ import annotations

import io
import json
import traceback
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import make_url

from cardledger import StudentAdd, open_ledger
from cardledger.audit.auditing import audit
from cardledger.cli.settings import Settings
from cardledger.errors import CardledgerError
from cardledger.keys import KeyStore
from cardledger.places import places_of, without_secrets
from tests.cli.conftest import PUPIL, SCHOOL, Run
from tests.cli.conftest import run as run
from tests.support.given import number, pupil

MARK: Final = "Pa55wordMARK"
NAME: Final = "马可标"
#: 110102 and so on with a right check digit.
IDENTITY: Final = "110102200301011234"


def wrong(url: str, **parts: object) -> str:
    """Return a URL of which something is not as it should be, with the marked password."""
    return make_url(url).set(password=MARK, **parts).render_as_string(False)  # type: ignore[arg-type]


def bad_places(url: str) -> Iterator[str]:
    """Yield places with the marked password that cannot be opened, each for another reason."""
    host = make_url(url).host
    port = make_url(url).port
    yield wrong(url)  # a password that is not right
    yield wrong(url, port=9)  # nobody listens
    yield wrong(url, host="no.such.host.invalid")
    yield wrong(url, username="nobody_of_that_name")
    yield wrong(url, database="no_such_database")
    yield wrong(url, drivername="postgresql+asyncpg")
    yield wrong(url, drivername="mysql")
    yield f"postgresql+psycopg://wang@{host}:{port}/cards?password={MARK}"
    yield f"postgresql+psycopg://wang@{host}:{port}/cards?sslmode=require&sslpassword={MARK}"
    yield f"postgresql+psycopg://wang:{MARK}@{host}:{port}/cards?no_such_option=1"
    yield f"postgresql+psycopg://wang:{MARK}@@{host}:{port}/cards"
    yield f"postgresql+psycopg://wang:@{MARK}@{host}:{port}/cards"
    yield f"postgresql+psycopg://wang:a@{MARK}@{host}:{port}/cards"
    yield f"postgresql+psycopg://wang:{MARK}/cards"
    yield f"postgresql+psycopg://wang:{MARK}@{host}:port/cards"
    yield f"postgresql+psycopg://wang:a/{MARK}@{host}:{port}/cards"
    yield f"postgresql+nothing://wang:{MARK}@{host}/cards"
    yield f"sqlite://wang:{MARK}@/x?mode=memory"


COMMANDS: Final[tuple[tuple[str, ...], ...]] = (
    ("init", "--school", SCHOOL),
    ("init", "--school", SCHOOL, "--roles"),
    ("history",),
    ("verify",),
    ("restore", "copy.backup"),
)
#: Beginning another server each time takes long; these differ in where the place is used.
MORE_COMMANDS: Final[tuple[tuple[str, ...], ...]] = (
    ("roster", "--output", "roster.xlsx"),
    ("audit", "report", "--output", "report.html"),
    ("backup", "new.backup"),
    ("student", "add", PUPIL, "--name", NAME, "--identity", IDENTITY),
    ("prove", PUPIL),
    ("checkpoint",),
    ("rebuild",),
    ("forget", PUPIL, "--yes"),
)


def searched(said: list[str], folder: Path) -> list[str]:
    """Return where a mark is: what was said, and files, also within workbooks and backups."""
    found = [text for text in said if MARK in text or NAME in text or IDENTITY in text]
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            found += [f"{file.name}: {part}" for part, data in _parts(file) if _marked(data)]
    return found


def _marked(data: bytes) -> bool:
    return any(mark.encode() in data for mark in (MARK, NAME, IDENTITY))


def _parts(file: Path) -> Iterator[tuple[str, bytes]]:
    data = file.read_bytes()
    yield "", data
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            for name in opened.namelist():
                yield name, opened.read(name)


@pytest.fixture
def place(postgres_place: str, run: Run) -> str:
    """Return the URL of a ledger on a server, with a backup beside it."""
    env = {"CARDLEDGER_LEDGER": postgres_place, "CARDLEDGER_KEYS": "keys.db"}
    assert run("init", "--school", SCHOOL, **env).status == 0
    assert run("backup", "copy.backup", **env).status == 0
    return postgres_place


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_password_is_in_nothing_that_a_command_says(
    run: Run, place: str, tmp_path: Path, language: str
) -> None:
    said = []
    for place_number, bad in enumerate(bad_places(place)):
        commands = COMMANDS if place_number else COMMANDS + MORE_COMMANDS
        for command in commands:
            for ledger, keys in ((bad, "keys.db"), (place, bad)):
                env = {"CARDLEDGER_LEDGER": ledger, "CARDLEDGER_KEYS": keys}
                ran = run("--lang", language, "--debug", *command, **env)
                # A ledger without its key store can be read.
                assert ran.status in (0, 1, 2, 4), (bad, command, ran.err)
                assert ran.status != 1 or "Traceback" in ran.err
                assert "unexpected" not in ran.err
                assert "意外" not in ran.err
                said += [ran.out, ran.err]
    assert searched(said, tmp_path) == []
    assert any("***" in text for text in said)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_password_in_a_command_is_in_no_answer_and_is_warned_of(
    run: Run, place: str, tmp_path: Path, language: str
) -> None:
    password = make_url(place).password
    assert isinstance(password, str)
    ledger = ("--lang", language, "--ledger", place, "--keys", "keys.db")
    added = run(*ledger, "student", "add", PUPIL, "--name", NAME, "--identity", IDENTITY)
    assert added.status == 0, added.err
    assert "PGPASSFILE" in added.err
    said = [added.out, added.err]
    for command in (
        ("roster", "--output", "roster.xlsx"),
        ("export", "roster", "--output", "exported.xlsx"),
        ("audit", "report", "--output", "report.html"),
        ("backup", "made.backup"),
        ("verify",),
        ("init", "--school", SCHOOL),
    ):
        ran = run(*ledger, *command)
        assert ran.status in (0, 2, 4), ran.err
        said += [ran.out, ran.err]
    said += [
        data.decode(errors="replace") for file in tmp_path.iterdir() for _name, data in _parts(file)
    ]
    assert [text for text in said if password in text] == []
    # Without a password in it, nothing is to be warned of.
    assert "PGPASSFILE" not in run("--ledger", "postgresql://a@127.0.0.1:9/b", "history").err


def test_a_missing_key_store_on_a_server_is_named_without_its_password(
    run: Run, place: str
) -> None:
    """The key store's own database is there, and empty."""
    ran = run("verify", "--debug", CARDLEDGER_LEDGER=place, CARDLEDGER_KEYS=wrong(place))
    assert MARK not in ran.err + ran.out
    empty = make_url(place).update_query_dict({"options": "-csearch_path=pg_temp"})
    url = empty.render_as_string(hide_password=False)
    command = ("student", "add", PUPIL, "--name", NAME)
    ran = run("--debug", *command, CARDLEDGER_LEDGER=place, CARDLEDGER_KEYS=url)
    password = str(empty.password)
    assert ran.status == 2
    assert "***" in ran.err
    assert password not in ran.err


@pytest.mark.slow
def test_names_are_in_no_message_and_no_file_but_answers(
    run: Run, place: str, tmp_path: Path
) -> None:
    env = {"CARDLEDGER_LEDGER": place, "CARDLEDGER_KEYS": "keys.db"}
    assert (
        run(
            *("student", "add", PUPIL, "--name", NAME, "--identity", IDENTITY, "--cohort", "2015"),
            **env,
        ).status
        == 0
    )
    said = []
    for command in (
        ("student", "add", PUPIL, "--name", NAME, "--identity", IDENTITY),
        ("void", "3", "--reason", "x"),
        ("issue", "C1", "--student", PUPIL, "--at", "1999-01-01"),
        ("history", "--raw"),
        ("receipt",),
        ("rebuild",),
        ("checkpoint",),
        ("prove", PUPIL, "--output", "pupil.proof"),
        ("export", "tiles", "tiles"),
        ("verify",),
        ("replay", "--check"),
        ("backup", "second.backup"),
        ("number", "check", PUPIL),
    ):
        ran = run("--debug", *command, **env)
        assert ran.status in (0, 2, 3, 4), (command, ran.err)
        said += [ran.out, ran.err]
    # The ledger's own rows, in the server and in a copy of it, are sealed.
    assert run("--ledger", "second.db", "restore", "second.backup").status == 0
    assert searched(said, tmp_path) == []


def test_keys_and_passwords_are_in_no_representation(place: str) -> None:
    with KeyStore.open("keys.db") as store:
        secrets = [store.secret(name) for name in ("person", "retry", "signing")]
        store.ensure(["P1"])
        secrets.append(store.keys(["P1"])["P1"])
        with open_ledger(place, keys="keys.db") as ledger:
            things = [store, store.url, ledger, ledger.places, ledger.anchor, ledger.log.engine]
            things += [
                vars(ledger.anchor),
                Settings(place, place),
                places_of(place, place + "?a=b"),
            ]
            texts = [repr(one) + str(one) for one in things]
    password = str(make_url(place).password)
    for text in texts:
        assert password not in text
        for secret in secrets:
            assert secret.hex() not in text
            assert repr(secret)[2:-1] not in text


def test_an_exception_of_the_program_interface_holds_no_secret(place: str) -> None:
    for bad in bad_places(place):
        for ledger, keys in ((bad, "keys.db"), (place, bad)):
            try:
                with open_ledger(ledger, keys=keys) as opened:
                    opened.record(StudentAdd(number=PUPIL, name=NAME))
            except CardledgerError as error:
                texts = [*traceback.format_exception(error), repr(error), error.hint]
                texts.append(repr(error.values))
                assert [text for text in texts if MARK in text or NAME in text] == []
            else:
                pytest.fail(f"could be opened: {without_secrets(bad)}")


def test_processes_that_help_show_no_password_in_the_list(place: str, run: Run) -> None:
    env = {"CARDLEDGER_LEDGER": place, "CARDLEDGER_KEYS": "keys.db"}
    rows = "\n".join(json.dumps(pupil(number(n))) for n in range(10, 40))
    assert run("record", "-", input=rows, **env).status == 0
    password = str(make_url(place).password).encode()
    with open_ledger(place, keys="keys.db") as ledger:
        children: list[bytes] = []
        list(audit(ledger, jobs=2, share=8, progress=lambda *_done: children.extend(_children())))
    assert children
    assert [line for line in children if password in line] == []


def _children() -> Iterator[bytes]:
    """Yield how the processes were called that this one started."""
    me = f"PPid:\t{Path('/proc/self').resolve().name}\n"
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if me in (process / "status").read_text():
                yield (process / "cmdline").read_bytes()
        except OSError:
            continue
