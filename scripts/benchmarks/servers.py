"""Servers on loopback, for as long as a row needs them; each run has its own."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from uuid import uuid4

import sqlalchemy

from scripts.benchmarks.peers import environment
from tests.support import postgres as cluster

#: Seconds that a server may take to answer.
PATIENCE: Final = 20


class Missing(Exception):
    """A server that is not on this machine."""


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Run PostgreSQL, synced to disk as in earnest; give its URL. `Missing` where there is none."""
    folder = Path(tempfile.mkdtemp(prefix="cardledger-bench-pg-"))
    try:
        url = cluster.start(folder)
    except cluster.NoPostgres as error:
        shutil.rmtree(folder)
        raise Missing(str(error)) from error
    try:
        yield url
    finally:
        cluster.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)


def database(url: str) -> str:
    """Make a database of its own; return its URL."""
    name = f"bench_{uuid4().hex}"
    engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return sqlalchemy.make_url(url).set(database=name).render_as_string(hide_password=False)


@contextlib.contextmanager
def umadb(folder: Path) -> Iterator[str]:
    """Run UmaDB with a new file; give its URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
    file = folder / f"{uuid4().hex}.uma"
    program = environment.program("umadb")
    command = [str(program), "--listen", place, "--db-path", str(file)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(place, server)
            yield f"http://{place}"
        finally:
            server.terminate()
            server.wait()


def _wait_for(place: str, server: subprocess.Popen[bytes]) -> None:
    host, port = place.split(":")
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((host, int(port)), 1):
            return
        time.sleep(0.05)
    raise Missing(f"the server at {place} does not answer")


def say(missing: Missing) -> None:
    """Say that rows are left out."""
    print(f"  left out: {missing}", file=sys.stderr)
