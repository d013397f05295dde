"""People at work: a writer records, an auditor reads, and neither does what the other does."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import make_url

from cardledger import open_ledger
from cardledger.keys import KeyStore
from cardledger.roles import set_roles
from tests.cli.conftest import OTHER, PUPIL, SCHOOL, Ran, Run
from tests.conftest import Databases
from tests.roles.conftest import PASSWORD, Server, init

#: A person's command line; without keys where nothing else is said.
As = Callable[..., Ran]

ACTS: tuple[tuple[object, ...], ...] = (
    ("student", "add", PUPIL, "--name", "王小明", "--class", "1班", "--cohort", 2015),
    ("student", "add", OTHER, "--name", "李红", "--class", "1班", "--cohort", 2015),
    ("register", "C001", "--student", PUPIL, "--upgraded", "--at", "2010-03-01"),
    ("register", "C002", "--student", OTHER, "--upgraded", "--at", "2010-03-01"),
    ("term-swipe", "C001", "--at", "2010-03-02"),
    ("lost", "C002", "--at", "2010-03-03"),
)
#: Everything that only reads, as an auditor would ask, with its exit statuses.
READING: tuple[tuple[tuple[object, ...], tuple[int, ...]], ...] = (
    *(((name,), (0,)) for name in ("roster", "cards", "boxes", "terms", "leavers", "filings")),
    (("numbers",), (0,)),
    (("roster", "--as-of", "2010-03-02"), (0,)),
    (("cards", "--known", "@5"), (0,)),
    (("trace", "C001"), (0,)),
    (("trace", PUPIL, "--html", "page.html"), (0,)),
    (("history",), (0,)),
    (("history", "--raw"), (0,)),
    (("diff", "--from", "@3", "--to", "@6"), (0, 4)),
    # What would be decided anew is decided on what is known of the pupils: that takes the keys.
    (("replay", "--without", "5"), (0, 2, 4)),
    (("school", "list"), (0,)),
    (("policy", "show"), (0,)),
    (("student", "check"), (0, 4)),
    (("number", "check", PUPIL), (0, 4)),
    (("audit",), (0, 4)),
    (("audit", "report", "--output", "report.html"), (0, 4)),
    (("agenda",), (0, 4)),
    (("diagnose", "C001"), (0, 4)),
    (("checkpoint",), (0,)),
    (("export", "roster", "--output", "roster.xlsx"), (0,)),
    (("export", "tiles", "tiles"), (0,)),
    (("export", "verifier", "--output", "verify.py"), (0,)),
)


@pytest.fixture
def office(ledger: Server, run: Run, keys: Path) -> tuple[As, As]:
    """Return the command lines of a writer with the keys and of an auditor without them."""

    def writer(*arguments: object, **env: str) -> Ran:
        return run("--ledger", ledger.url("writer"), "--keys", keys, *arguments, **env)

    def auditor(*arguments: object, **env: str) -> Ran:
        place = ("--ledger", ledger.url("auditor"), "--keys", "no-keys.db")
        return run(*place, *arguments, **env)

    for act in ACTS:
        done = writer(*act)
        assert done.status == 0, done.err
    return writer, auditor


def test_a_writer_does_all_that_a_registrar_does(office: tuple[As, As]) -> None:
    writer, _auditor = office
    for command, statuses in READING:
        ran = writer(*command)
        assert ran.status in statuses, (command, ran.err)
    for name in ("rebuild", "replay", "verify", "receipt"):
        assert writer(name).status == 0, name
    assert [row["name"] for row in writer("roster", "--json").json()] == ["王小明", "李红"]
    assert writer("void", "7", "--reason", "wrong card").status == 0
    assert writer("forget", OTHER, "--yes").status == 0
    assert writer("backup", "copy.backup").status == 0
    assert writer("verify").status == 0


def test_an_auditor_reads_everything_and_sees_no_name(office: tuple[As, As]) -> None:
    writer, auditor = office
    # Nobody has folded a row yet: the auditor folds for this once, and writes nothing.
    for command, statuses in READING:
        shutil.rmtree("tiles", ignore_errors=True)
        ran = auditor(*command)
        assert ran.status in statuses, (command, ran.err)
        assert "王小明" not in ran.out + ran.err
    roster = auditor("roster", "--json").json()
    assert [(row["student_number"], row["name"]) for row in roster] == [
        (PUPIL, None),
        (OTHER, None),
    ]
    assert auditor("verify", "--checkpoint", "t.checkpoint").status in (0, 2, 4)
    behind = auditor("replay", "--check")
    assert behind.status == 1
    assert "cardledger rebuild" in behind.err
    assert writer("rebuild").status == 0
    for name in ("replay", "receipt"):
        assert auditor(name).status == 0
    # The tables lag again: they are compared with the lines up to which they are folded.
    assert writer("found", "C002", "--at", "2010-03-04").status == 0
    checked = auditor("replay", "--check", "--json").json()
    assert (checked["ok"], checked["position"]) == (True, 8)
    assert auditor("cards", "--json").json()[1]["state"] == "live"
    assert writer("cards", "--json").json() == auditor("cards", "--json").json()


@pytest.mark.parametrize(
    ("language", "said"), [("en", "does not allow that"), ("zh", "数据库不允许这样做")]
)
def test_an_auditor_who_records_is_told_what_he_may(
    office: tuple[As, As], ledger: Server, run: Run, keys: Path, language: str, said: str
) -> None:
    _writer, auditor = office
    with_keys = ("--ledger", ledger.url("auditor"), "--keys", keys, "--lang", language)
    for command in (("found", "C002", "--at", "2010-03-05"), ("rebuild",)):
        ran = run(*with_keys, *command)
        assert ran.status == 1
        assert said in ran.err
        assert "cardledger init --roles" in ran.err
        assert PASSWORD not in ran.err
    assert run(*with_keys, "roster", "--json").json()[0]["name"] == "王小明"
    assert auditor("history", "--json").json()[-1]["position"] == 8


@pytest.mark.parametrize("person", ["writer", "auditor"])
def test_names_need_the_keys_which_may_be_in_another_database(
    server: Server, postgres_databases: Databases, run: Run, person: str
) -> None:
    with postgres_databases.one() as other:
        elsewhere = Server(other)
        name = make_url(other).database
        elsewhere.do(
            f"ALTER DATABASE {name} OWNER TO {server.person('admin')}",
            "ALTER SCHEMA public OWNER TO pg_database_owner",
            "GRANT USAGE ON SCHEMA public TO PUBLIC",
        )

        def keys(who: str) -> str:
            return make_url(server.url(who)).set(database=name).render_as_string(False)

        try:
            made = init(server, run, keys("admin"))
            assert made.status == 0, made.err
            assert f"{server.prefix}_keys" in made.out
            server.let("writer", "writer", "keys")
            server.let("auditor", "auditor")
            place = ("--ledger", server.url("writer"), "--keys", keys("writer"))
            added = run(*place, "student", "add", PUPIL, "--name", "王小明", "--cohort", "2015")
            assert added.status == 0, added.err
            if person == "writer":
                # Who leaves the post loses the keys at once, and still could append.
                server.do(f"REVOKE {server.role('keys')} FROM {server.person('writer')}")
            place = ("--ledger", server.url(person), "--keys", keys(person))
            refused = run(*place, "roster")
            assert refused.status == 1
            assert "with the keys" in refused.err
            assert "王小明" not in refused.out + refused.err
            place = ("--ledger", server.url(person), "--keys", "nowhere.db")
            assert run(*place, "roster", "--json").json()[0]["name"] is None
            server.let("auditor", "keys")
            place = ("--ledger", server.url("auditor"), "--keys", keys("auditor"))
            assert run(*place, "roster", "--json").json()[0]["name"] == "王小明"
        finally:
            elsewhere.do(f"ALTER DATABASE {name} OWNER TO CURRENT_USER")
            for role in ("keys", "person_admin"):
                elsewhere.do(f"DROP OWNED BY {server.role(role)} CASCADE")


def test_whoever_has_the_keys_destroys_one_for_good(server: Server, run: Run, keys: Path) -> None:
    """On the server a key is gone when the table is rewritten, which is its owner's to do."""
    place = make_url(server.url("admin")).update_query_dict({"application_name": "keys"})
    made = init(server, run, place.render_as_string(False))
    assert made.status == 0, made.err
    server.let("writer", "writer")
    server.let("keeper", "writer", "keys")
    keeper = make_url(server.url("keeper")).update_query_dict({"application_name": "keys"})
    with KeyStore.open(keeper.render_as_string(False)) as store:
        store.ensure(["P1", "P2"])
        before = server.all("SELECT pg_relation_filenode('keystore_key')")
        store.destroy("P1")
        assert store.keys(["P1", "P2"]).keys() == {"P2"}
    assert server.all("SELECT pg_relation_filenode('keystore_key')") != before
    with server.connect("writer") as connection:
        for table in ("keystore_key", "keystore_secret", "keystore_meta"):
            with pytest.raises(Exception, match="permission denied"):
                connection.execute(f"SELECT * FROM {table}".encode())
            connection.rollback()


def test_roles_can_be_given_again_and_change_nothing(ledger: Server, run: Run, keys: Path) -> None:
    def state() -> list[tuple[object, ...]]:
        return ledger.all(
            "SELECT relname, relowner::regrole::text, relacl::text FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace ORDER BY relname"
        )

    before, lines = state(), ledger.all("SELECT count(*) FROM line")
    again = init(ledger, run, keys)
    assert again.status == 0, again.err
    without_school = run(
        *("--ledger", ledger.url("admin"), "--lang", "zh", "init", "--roles"),
        *("--role-prefix", ledger.prefix),
    )
    assert without_school.status == 0, without_school.err
    assert "查阅" in without_school.out
    assert PASSWORD not in without_school.out
    assert (state(), ledger.all("SELECT count(*) FROM line")) == (before, lines)
    # Another school's ledger is not this one; and without --roles nothing is as before.
    other = init(ledger, run, keys, "--school", "01170099")
    assert other.status == 2
    assert run("--ledger", ledger.url("admin"), "init", "--school", SCHOOL).status == 2


def test_a_right_that_was_given_by_hand_is_taken_away_again(
    ledger: Server, run: Run, keys: Path
) -> None:
    ledger.do(f"GRANT UPDATE ON line TO {ledger.role('writer')}", "GRANT DELETE ON tag TO PUBLIC")
    assert init(ledger, run, keys).status == 0
    rights = ledger.all(
        "SELECT has_table_privilege(rolname, 'line', 'UPDATE'),"
        " has_table_privilege(rolname, 'tag', 'DELETE') FROM pg_roles WHERE rolname = %s",
        ledger.role("writer"),
    )
    assert rights == [(False, False)]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_who_may_not_make_roles_is_told_what_to_run(
    server: Server, run: Run, keys: Path, language: str
) -> None:
    server.do(f"ALTER ROLE {server.person('admin')} NOCREATEROLE")
    refused = (
        init(server, run, keys, *())
        if language == "en"
        else run(
            *("--lang", "zh", "--ledger", server.url("admin"), "--keys", keys),
            *("init", "--school", SCHOOL, "--roles", "--role-prefix", server.prefix),
        )
    )
    assert refused.status == 1
    assert f"CREATE ROLE {server.role('owner')} NOLOGIN" in refused.err
    assert ("may not make roles" if language == "en" else "无权") in refused.err
    assert PASSWORD not in refused.err
    # What is told there is enough.
    for what in ("owner", "writer", "auditor"):
        server.do(f"CREATE ROLE {server.role(what)} NOLOGIN")
    server.do(f"GRANT {server.role('owner')} TO {server.person('admin')}")
    again = init(server, run, keys)
    assert again.status == 0, again.err


@pytest.mark.parametrize("powers", ["SUPERUSER", "LOGIN", "CREATEROLE", "BYPASSRLS"])
def test_a_role_that_is_mightier_than_ours_is_refused(
    server: Server, run: Run, keys: Path, powers: str
) -> None:
    server.do(f"CREATE ROLE {server.role('writer')} {powers}")
    refused = init(server, run, keys)
    assert refused.status == 2
    assert powers in refused.err
    # The ledger is made, and its roles are given when that is settled.
    server.do(f"ALTER ROLE {server.role('writer')} NO{powers}")
    assert init(server, run, keys).status == 0


def test_an_owner_of_tables_alone_cannot_close_the_database(
    server: Server, run: Run, keys: Path
) -> None:
    name = make_url(server.superuser).database
    server.do(f"ALTER DATABASE {name} OWNER TO CURRENT_USER")
    server.do(f"GRANT CREATE, USAGE ON SCHEMA public TO {server.person('admin')} WITH GRANT OPTION")
    refused = init(server, run, keys)
    assert refused.status == 1
    assert "REVOKE TEMPORARY" in refused.err


def test_a_file_has_no_roles(run: Run) -> None:
    assert run("init", "--school", SCHOOL).status == 0
    refused = run("--ledger", "cardledger.db", "init", "--roles")
    assert refused.status == 2
    assert "is a file" in refused.err
    assert run("init", "--roles", "--role-prefix", "Robert'); --").status == 2
    missing = run("--ledger", "other.db", "init")
    assert missing.status == 2
    assert "--school" in missing.err


def test_the_rows_of_a_new_projection_get_their_rights(ledger: Server, keys: Path) -> None:
    """As after an update of the program: until then a writer is told what is missing."""
    ledger.do("DROP TABLE row_roster", "DELETE FROM projection_cursor")
    with open_ledger(ledger.url("writer"), keys=keys):
        pass
    set_roles(ledger.url("admin"), keys=keys, prefix=ledger.prefix)
    owner = ledger.all("SELECT relowner::regrole::text FROM pg_class WHERE relname = 'row_roster'")
    assert owner == [(ledger.role("owner"),)]
    with ledger.connect("writer") as connection:
        connection.execute("DELETE FROM row_roster")
