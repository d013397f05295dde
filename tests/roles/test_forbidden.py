"""What a role may not do is tried, statement by statement, on every table that there is."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from cardledger import open_ledger
from cardledger.keys.tables import METADATA as KEY_TABLES
from cardledger.log.schema import metadata as log_tables
from cardledger.log.triggers import FUNCTIONS, HISTORY
from cardledger.replay.tables import metadata as row_tables
from cardledger.roles import set_roles
from cardledger.verify import verify
from tests.cli.conftest import PUPIL, Run
from tests.roles.conftest import Server

TABLES = {**log_tables.tables, **row_tables.tables}
#: What recording itself needs, so that it cannot be forbidden; the rest is.
WRITER_NEEDS = {
    "about": set(),
    "frontier": {"UPDATE"},
    "checkpoint": {"INSERT", "UPDATE"},
    **{name: {"INSERT"} for name in HISTORY},
    **{name: {"INSERT", "UPDATE", "DELETE"} for name in row_tables.tables},
}


def changes(table: str) -> Iterator[tuple[str, str]]:
    """Yield a kind of change, and a statement that would be one."""
    columns = [column.name for column in TABLES[table].columns]
    first = columns[0]
    yield "INSERT", f"INSERT INTO {table} SELECT * FROM {table}"
    for column in columns:
        yield "UPDATE", f"UPDATE {table} SET {column} = {column}"
    yield "UPDATE", f"SELECT * FROM {table} FOR UPDATE"
    yield (
        "UPDATE",
        (
            f"MERGE INTO {table} USING (SELECT 1) AS w ON true"
            f" WHEN MATCHED THEN UPDATE SET {first} = {first}"
        ),
    )
    yield "DELETE", f"DELETE FROM {table}"
    yield "DELETE", f"WITH gone AS (DELETE FROM {table} RETURNING *) SELECT count(*) FROM gone"


def alterations(table: str) -> Iterator[str]:
    """Yield statements that only the owner of a table may give."""
    first = next(iter(TABLES[table].columns)).name
    yield f"TRUNCATE {table}"
    yield f"TRUNCATE {table} CASCADE"
    yield f"DROP TABLE {table}"
    yield f"ALTER TABLE {table} ADD COLUMN more text"
    yield f"ALTER TABLE {table} DROP COLUMN {first}"
    yield f"ALTER TABLE {table} RENAME TO other"
    yield f"ALTER TABLE {table} OWNER TO CURRENT_USER"
    yield f"ALTER TABLE {table} SET SCHEMA pg_temp"
    yield f"ALTER TABLE {table} DISABLE TRIGGER ALL"
    yield f"ALTER TABLE {table} DISABLE TRIGGER USER"
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"CREATE INDEX ON {table} ({first})"
    yield f"CREATE RULE nothing AS ON INSERT TO {table} DO INSTEAD NOTHING"
    yield f"CREATE POLICY hidden ON {table} USING (false)"
    yield (
        f"CREATE TRIGGER mine BEFORE INSERT ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION history_stays()"
    )
    yield f"CREATE VIEW seen AS SELECT * FROM {table}"
    yield f"CREATE TABLE child () INHERITS ({table})"
    yield f"COMMENT ON TABLE {table} IS 'mine'"


def things(server: Server) -> Iterator[str]:
    """Yield statements that make things, or make somebody mightier."""
    yield "CREATE TABLE mine (a int)"
    yield "CREATE TEMPORARY TABLE line (seq bigint)"
    yield "CREATE TEMPORARY VIEW line AS SELECT 1 AS seq"
    yield "CREATE SCHEMA mine"
    yield "CREATE SCHEMA AUTHORIZATION CURRENT_USER"
    yield "CREATE SEQUENCE mine"
    yield "CREATE TYPE mine AS (a int)"
    yield "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'"
    yield "CREATE FUNCTION mine() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'"
    yield "CREATE EVENT TRIGGER mine ON ddl_command_start EXECUTE FUNCTION history_stays()"
    yield "CREATE PUBLICATION mine FOR ALL TABLES"
    yield "CREATE ROLE mine"
    yield "CREATE DATABASE mine"
    yield "DROP SCHEMA public CASCADE"
    yield "SET session_replication_role = replica"
    yield f"SET ROLE {server.role('owner')}"
    yield f"SET ROLE {server.person('admin')}"
    yield f"GRANT {server.role('owner')} TO CURRENT_USER"
    yield "ALTER ROLE CURRENT_USER SUPERUSER"
    yield "ALTER ROLE CURRENT_USER CREATEROLE"
    yield "COPY (SELECT 1) TO PROGRAM 'true'"
    yield "COPY (SELECT 1) TO '/tmp/never'"
    yield "SELECT pg_read_file('postgresql.conf')"
    yield "ALTER SYSTEM SET fsync = off"
    for function in FUNCTIONS:
        yield f"DROP FUNCTION {function}() CASCADE"
        yield f"ALTER FUNCTION {function}() SET search_path = pg_temp"
        yield (
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql"
            " AS 'BEGIN RETURN NULL; END'"
        )
    for name, table in server.all(
        "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
    ):
        yield f"DROP TRIGGER {name} ON {table}"
        yield f"ALTER TRIGGER {name} ON {table} RENAME TO other"
        yield f"ALTER TABLE {table} DISABLE TRIGGER {name}"


def allowed(server: Server, person: str, statements: Iterator[str]) -> list[str]:
    """Return what a person was not kept from, of statements that nobody ought to be let do."""
    passed = []
    with server.connect(person) as connection:
        for statement in statements:
            # These two are not for transactions, and say so before anything else.
            connection.autocommit = statement.startswith(("CREATE DATABASE", "ALTER SYSTEM"))
            try:
                connection.execute(statement.encode())
            except psycopg.errors.InsufficientPrivilege:
                pass
            except psycopg.Error as error:
                passed.append(f"{statement}: {error}")
            else:
                passed.append(statement)
            connection.rollback()
    return passed


@pytest.fixture
def used(ledger: Server, run: Run, keys: object) -> Server:
    """Return a server with a ledger in which something was recorded."""
    place = ("--ledger", ledger.url("writer"), "--keys", str(keys))
    added = run(*place, "student", "add", PUPIL, "--name", "王小明", "--cohort", "2015")
    assert added.status == 0, added.err
    assert run(*place, "roster").status == 0
    return ledger


def test_every_table_of_the_database_is_one_that_is_tried(used: Server) -> None:
    there = {
        name
        for (name,) in used.all(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'v', 'm', 'f', 'p', 'S')"
        )
    }
    assert there == set(TABLES)
    assert set(WRITER_NEEDS) == set(TABLES)


@pytest.mark.parametrize("person", ["writer", "auditor", "stranger"])
def test_no_table_can_be_changed_beyond_what_recording_needs(used: Server, person: str) -> None:
    forbidden = (
        statement
        for table in TABLES
        for kind, statement in changes(table)
        if person != "writer" or kind not in WRITER_NEEDS[table]
    )
    assert allowed(used, person, forbidden) == []


@pytest.mark.parametrize("person", ["writer", "auditor", "stranger"])
def test_no_table_can_be_altered(used: Server, person: str) -> None:
    statements = (one for table in TABLES for one in alterations(table))
    assert allowed(used, person, statements) == []


@pytest.mark.parametrize("person", ["writer", "auditor", "stranger"])
def test_nobody_makes_things_or_becomes_mightier(used: Server, person: str) -> None:
    assert allowed(used, person, things(used)) == []


def test_what_recording_needs_still_meets_the_triggers(used: Server) -> None:
    """A writer may insert lines, but none out of order, and no tag to a line that is there."""
    with used.connect("writer") as connection:
        for statement in (
            "INSERT INTO line SELECT seq + 5, origin, position + 5, name, data, tags, leaf"
            " FROM line ORDER BY seq DESC LIMIT 1",
            "INSERT INTO tag VALUES ('card:stolen', 1, 9)",
        ):
            with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
                connection.execute(statement.encode())
            connection.rollback()


def test_rights_cannot_be_handed_on(used: Server) -> None:
    def rights() -> list[tuple[object, ...]]:
        return used.all(
            "SELECT relname, relacl::text FROM pg_class WHERE relname = ANY (%s) ORDER BY relname",
            list(TABLES),
        )

    before = rights()
    for person in ("writer", "auditor"):
        with used.connect(person) as connection:
            connection.add_notice_handler(lambda _notice: None)
            for table in TABLES:
                # PostgreSQL warns, and grants nothing.
                connection.execute(f"GRANT ALL ON {table} TO PUBLIC".encode())
    assert rights() == before


def test_a_stranger_reads_nothing(used: Server) -> None:
    assert allowed(used, "stranger", (f"SELECT * FROM {table}" for table in TABLES)) == []


def test_who_reads_and_who_owns(used: Server) -> None:
    with used.connect("auditor") as connection:
        for table in TABLES:
            connection.execute(f"SELECT * FROM {table}".encode())
    owners = used.all("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
    assert owners == [(used.role("owner"),)]
    may_log_in = used.all(
        "SELECT rolname FROM pg_roles WHERE rolcanlogin AND rolname LIKE %s",
        f"{used.prefix}%",
    )
    assert {name for (name,) in may_log_in}.isdisjoint(
        used.role(what) for what in ("owner", "writer", "auditor", "keys")
    )


def test_functions_run_as_whoever_calls_them_and_find_only_our_tables(used: Server) -> None:
    found = used.all(
        "SELECT proname, prosecdef, array_to_string(proconfig, ';') FROM pg_proc"
        " WHERE pronamespace = 'public'::regnamespace"
    )
    assert {name for name, _definer, _settings in found} == set(FUNCTIONS)
    for _name, is_definer, settings in found:
        assert not is_definer
        assert "search_path=public, pg_temp" in settings


@pytest.mark.parametrize("repaired", [False, True])
def test_a_table_of_a_session_does_not_stand_in_for_the_log(used: Server, repaired: bool) -> None:
    """Not even for one who may make such tables; nor in a ledger of an older version."""
    if repaired:
        used.do("ALTER FUNCTION line_is_next() RESET search_path")
    for attempt in (False, True) if repaired else (True,):
        with used.connect() as connection:
            connection.execute("CREATE TEMPORARY TABLE line AS SELECT * FROM public.line")
            connection.execute("UPDATE pg_temp.line SET seq = 100 WHERE seq = 1")
            insert = (
                b"INSERT INTO public.line SELECT 101, 'elsewhere', 1, name, data, tags, leaf"
                b" FROM public.line WHERE seq = 2"
            )
            if attempt:
                with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
                    connection.execute(insert)
            else:
                connection.execute(insert)
            connection.rollback()
        if not attempt:
            with open_ledger(used.url("auditor"), keys="nowhere.db") as opened:
                found = verify(opened)
            assert found.problem is not None
            assert "other tables" in found.problem[0]
            set_roles(used.url("admin"), prefix=used.prefix)


def test_the_key_store_s_tables_are_nobody_s_here() -> None:
    assert set(KEY_TABLES.tables).isdisjoint(TABLES)
