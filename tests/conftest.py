"""Fixtures for all tests: fresh places for a ledger, on SQLite and on PostgreSQL.

PostgreSQL is a private cluster, shared by the whole run (also by the workers of pytest-xdist):
the one that CARDLEDGER_TEST_POSTGRES names, else one that the first test in need of it starts and
the end of the run stops. Every test gets databases of its own.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

import pytest
from hypothesis import settings
from sqlalchemy import NullPool, create_engine, make_url

from tests.support import postgres
from tests.support.needs import do_without

#: A URL of a cluster in which databases may be made and dropped.
URL_VARIABLE: Final = "CARDLEDGER_TEST_POSTGRES"
#: Where the run's own cluster is, once it is needed; set by the main process for its workers.
FOLDER_VARIABLE: Final = "CARDLEDGER_TEST_CLUSTER"

# A machine that is busy is no failure of the code.
settings.register_profile("cardledger", deadline=None)
settings.load_profile("cardledger")
# A background job of a shell is deaf to Ctrl-C, and so would be the programs that the tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_configure(config: pytest.Config) -> None:
    """Choose a folder for the cluster that may be started, in the process that will stop it."""
    if URL_VARIABLE not in os.environ and not hasattr(config, "workerinput"):
        # Not in pytest's own temporary folder: the user postgres could not enter that.
        os.environ[FOLDER_VARIABLE] = tempfile.mkdtemp(prefix="cardledger-cluster-")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the cluster that this run started."""
    if hasattr(config, "workerinput"):
        return
    name = os.environ.pop(FOLDER_VARIABLE, None)
    if name is not None:
        folder = Path(name)
        if (folder / "url").exists():
            postgres.stop(folder / "cluster")
        shutil.rmtree(folder)


def _own_cluster() -> str:
    folder = Path(os.environ[FOLDER_VARIABLE])
    known = folder / "url"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not known.exists():
            # The user postgres has to pass through to what is its own.
            folder.chmod(0o711)
            try:
                url = postgres.start(folder / "cluster")
            except postgres.NoPostgres as error:
                do_without(str(error))
            known.write_text(url)
            known.chmod(0o600)
        return known.read_text()


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """Return the URL of a cluster in which databases may be made; skip where there is none."""
    return os.environ.get(URL_VARIABLE) or _own_cluster()


class Databases:
    """Empty databases of a cluster, each for one test at a time.

    A database that a test is done with is emptied for the next one: making and dropping takes
    the server a second, emptying some milliseconds.
    """

    def __init__(self, cluster: str) -> None:
        self._cluster = make_url(cluster)
        self._free: list[str] = []
        self._made: list[str] = []

    @contextmanager
    def one(self) -> Iterator[str]:
        """Give the URL of a database that holds nothing."""
        name = self._free.pop() if self._free else self._make()
        try:
            yield self._cluster.set(database=name).render_as_string(hide_password=False)
        finally:
            self._empty(name)
            self._free.append(name)

    def drop(self) -> None:
        """Drop what was made."""
        for name in self._made:
            self._execute("postgres", f"DROP DATABASE {name} WITH (FORCE)")

    def _make(self) -> str:
        name = f"test_{uuid4().hex}"
        self._execute("postgres", f"CREATE DATABASE {name} TEMPLATE template0")
        self._made.append(name)
        return name

    def _empty(self, name: str) -> None:
        self._execute(
            name,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
            f"ALTER DATABASE {name} RESET ALL",
            "DROP SCHEMA public CASCADE",
            "CREATE SCHEMA public",
        )

    def _execute(self, name: str, *statements: str) -> None:
        url = self._cluster.set(database=name)
        engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)


@pytest.fixture(scope="session")
def postgres_databases(postgres_url: str) -> Iterator[Databases]:
    """Return the databases of this process."""
    databases = Databases(postgres_url)
    yield databases
    databases.drop()


#: Makes a fresh place for a ledger at each call: for tests that need several.
NewPlace = Callable[[], str]


@pytest.fixture(params=["sqlite", "postgres"])
def new_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewPlace]:
    """Return a function whose every answer is the URL of a place where no ledger is yet."""
    numbers = itertools.count(1)
    if request.param == "sqlite":
        yield lambda: f"sqlite:///{tmp_path / f'ledger-{next(numbers)}.db'}"
        return
    databases: Databases = request.getfixturevalue("postgres_databases")
    with ExitStack() as stack:
        yield lambda: stack.enter_context(databases.one())


@pytest.fixture
def ledger_url(new_place: NewPlace) -> str:
    """Return the URL of a place where no ledger is yet, on SQLite and on PostgreSQL in turn."""
    return new_place()


@pytest.fixture
def postgres_place(postgres_databases: Databases) -> Iterator[str]:
    """Return the URL of an empty PostgreSQL database."""
    with postgres_databases.one() as url:
        yield url


@pytest.fixture
def sqlite_place(tmp_path: Path) -> str:
    """Return the URL of a SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path / 'ledger.db'}"
