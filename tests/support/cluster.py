"""A PostgreSQL cluster of one's own that may be hurt: restarted, killed, hung, replaced."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self

from sqlalchemy import URL, make_url

from tests.support import postgres

#: Seconds within which a server here does whatever it is told.
LIMIT: Final = 30.0


class Cluster:
    """A server with its files in a folder."""

    def __init__(self, folder: Path, url: str = "") -> None:
        """For a new cluster; `url` is that of one that is there and runs."""
        self.folder: Final = postgres.prepare(folder)
        self.url: Final[URL] = make_url(url or postgres.start(folder))
        self.port: Final = int(self.url.port or 0)

    def place(
        self, database: str = "postgres", *, ports: tuple[int, ...] = (), **query: str
    ) -> str:
        """Return the URL of a database; `ports` name several servers that have it."""
        url = self.url
        hosts = [f"127.0.0.1:{port}" for port in ports]
        url = URL.create(
            url.drivername,
            url.username,
            url.password,
            None if ports else url.host,
            None if ports else url.port,
            database,
        )
        if ports:
            url = url.update_query_dict({"host": hosts})
        url = url.update_query_dict(query)
        return url.render_as_string(hide_password=False)

    def ask(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Execute a statement, outside of a transaction; return the rows that it gives."""
        import psycopg

        url = self.url.set(drivername="postgresql", database=database)
        text = url.render_as_string(hide_password=False)
        connection: psycopg.Connection[Any]
        with psycopg.connect(text, autocommit=True, connect_timeout=10) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    # Restarted, killed, hung

    def stop(self, mode: str = "fast") -> None:
        """Stop the server; `immediate` is without ceremony, as if it had crashed."""
        postgres.stop(self.folder, mode)

    def start(self) -> None:
        """Start the server again, where it was."""
        pid = self.folder / "data" / "postmaster.pid"
        if pid.exists() and not _is_alive(int(pid.read_text().split()[0])):
            # A dead server that nobody has buried would be taken for a living one.
            pid.unlink()
        deadline = time.monotonic() + LIMIT
        while True:
            try:
                postgres.start_at(self.folder, self.port)
            except subprocess.CalledProcessError:
                # What is left of the server before may hold on to its memory for a moment.
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return

    def restart(self, mode: str) -> None:
        """Stop and start the server: `fast`, `immediate`, or `killed` (kill -9 of the main one)."""
        if mode == "killed":
            main = self._main()
            every = [main, *_children(main)]
            os.kill(main, signal.SIGKILL)
            # The others end by themselves when they see it, and hold on to its memory until then.
            wait_until(lambda: not any(map(_is_alive, every)), "the server is dead")
        else:
            self.stop(mode)
        self.start()

    def crash(self) -> None:
        """Kill all of the server at once, as if its machine had failed."""
        main = self._main()
        # Else the main process would tidy up after the others.
        os.kill(main, signal.SIGSTOP)
        every = [*_children(main), main]
        for pid in every:
            _send(pid, signal.SIGKILL)
        wait_until(lambda: not any(map(_is_alive, every)), "the server is dead")

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Let all of the server stand still; its machine goes on to answer."""
        main = self._main()
        every = [main, *_children(main)]
        for pid in every:
            _send(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in every:
                _send(pid, signal.SIGCONT)

    def _main(self) -> int:
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])

    # Replicated

    def standby(self, folder: Path) -> Self:
        """Return a new cluster that follows this one."""
        folder = postgres.prepare(folder)
        postgres.run(
            folder,
            postgres.find() / "pg_basebackup",
            f"--pgdata={folder / 'data'}",
            f"--dbname=postgresql://{postgres.USER}@127.0.0.1:{self.port}/postgres",
            "--checkpoint=fast",
            "--write-recovery-conf",
            "--no-sync",
            PGPASSWORD=str(self.url.password),
        )
        port = postgres.start_anywhere(folder)
        return type(self)(folder, self.url.set(port=port).render_as_string(hide_password=False))

    def wait_for_standby(self, confirmed: bool) -> None:
        """Let commits wait for a standby, or for none; return once it follows, or is not needed."""
        names = "*" if confirmed else ""
        self.ask(f"ALTER SYSTEM SET synchronous_standby_names = '{names}'")
        self.ask("SELECT pg_reload_conf()")
        question = "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'"
        if confirmed:
            wait_until(lambda: bool(self.ask(question)), "the standby follows")

    def promote(self) -> None:
        """Make this standby a server that is written to, and that waits for nobody."""
        self.ask("SELECT pg_promote(true, 30)")
        self.wait_for_standby(False)


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds; fails after `LIMIT` seconds."""
    deadline = time.monotonic() + LIMIT
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {LIMIT:g} seconds: {what}")
        time.sleep(0.01)


def _send(pid: int, what: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, what)


def _is_alive(pid: int) -> bool:
    return _stat(pid)[:1] not in ([], ["Z"], ["X"])


def _children(parent: int) -> list[int]:
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [pid for pid in pids if _stat(pid)[1:2] == [str(parent)]]


def _stat(pid: int) -> list[str]:
    """Return what the system says of a process from its state on; nothing where it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return []
