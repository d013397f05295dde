"""A ledger on a server of its own roles: an administrator made it, people may do what they may."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url

from tests.cli.conftest import SCHOOL, Ran, Run
from tests.cli.conftest import run as run
from tests.conftest import Databases

PASSWORD: Final = "a-password-that-is-told-to-nobody"
#: Who logs in: the administrator, and a member of each role.
PEOPLE: Final = ("admin", "writer", "auditor", "keeper", "stranger")


class Server:
    """One database of a cluster, and roles whose names no other test uses."""

    def __init__(self, url: str) -> None:
        self.superuser: Final = url
        self.prefix: Final = f"t{uuid4().hex[:10]}"
        self._name = make_url(url).database or ""
        self._owner = self.all(
            "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
        )[0][0]

    def role(self, what: str) -> str:
        """Return the name of one of the ledger's roles."""
        return f"{self.prefix}_{what}"

    def person(self, what: str) -> str:
        """Return the name of one who logs in."""
        return f"{self.prefix}_person_{what}"

    def url(self, what: str) -> str:
        """Return the place of the ledger as one who logs in writes it."""
        url = make_url(self.superuser).set(username=self.person(what), password=PASSWORD)
        return url.render_as_string(hide_password=False)

    def connect(self, what: str | None = None) -> psycopg.Connection[Any]:
        """Connect as one who logs in; as a superuser where nobody is named."""
        url = make_url(self.url(what) if what else self.superuser)
        return psycopg.connect(url.set(drivername="postgresql").render_as_string(False))

    def all(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Execute a query as a superuser and return its rows."""
        with self.connect() as connection:
            return connection.execute(statement, values).fetchall()

    def do(self, *statements: str) -> None:
        """Execute statements as a superuser."""
        with self.connect() as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def let(self, what: str, *roles: str) -> None:
        """Make a person a member of roles."""
        for role in roles:
            self.do(f"GRANT {self.role(role)} TO {self.person(what)}")

    def prepare(self) -> None:
        """Make the people; the administrator has the database, and may make roles."""
        for person in PEOPLE:
            may = "CREATEROLE" if person == "admin" else ""
            self.do(f"CREATE ROLE {self.person(person)} LOGIN {may} PASSWORD '{PASSWORD}'")
        self.do(
            f"ALTER DATABASE {self._name} OWNER TO {self.person('admin')}",
            # As a database has it that was just made.
            "ALTER SCHEMA public OWNER TO pg_database_owner",
            "GRANT USAGE ON SCHEMA public TO PUBLIC",
        )

    def clear(self) -> None:
        """Take away everything that belongs to a role of this test, and the roles."""
        self.do(
            f"ALTER DATABASE {self._name} OWNER TO {self._owner}",
            f"GRANT TEMPORARY ON DATABASE {self._name} TO PUBLIC",
        )
        names = [
            name
            for (name,) in self.all(
                "SELECT rolname FROM pg_roles WHERE rolname LIKE %s", f"{self.prefix}%"
            )
        ]
        for name in names:
            self.do(f"DROP OWNED BY {name} CASCADE")
        for name in names:
            self.do(f"DROP ROLE {name}")


@pytest.fixture
def server(postgres_databases: Databases) -> Iterator[Server]:
    """Return an empty database of an administrator, who is no superuser."""
    with postgres_databases.one() as url:
        server = Server(url)
        server.prepare()
        yield server
        server.clear()


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """Return the place of the key store."""
    return tmp_path / "keys.db"


@pytest.fixture
def ledger(server: Server, run: Run, keys: Path) -> Server:
    """Return a server with a ledger and its roles; a writer and an auditor are let in."""
    made = init(server, run, keys)
    assert made.status == 0, made.err
    server.let("writer", "writer")
    server.let("auditor", "auditor")
    return server


def init(server: Server, run: Run, keys: Path | str, *more: str) -> Ran:
    """Make the ledger of a server with its roles, or only the roles where it is there."""
    place = ("--ledger", server.url("admin"), "--keys", str(keys))
    return run(*place, "init", "--school", SCHOOL, "--roles", "--role-prefix", server.prefix, *more)
