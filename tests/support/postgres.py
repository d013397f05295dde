"""A private PostgreSQL cluster for tests: its own folder, a free loopback port, a random password.

    python -m tests.support.postgres find        print the folder of the server's programs
    python -m tests.support.postgres start DIR   start a cluster in DIR, print its URL
    python -m tests.support.postgres stop DIR    stop it; the files stay

`initdb` refuses root: there it runs as the user `postgres`, to whom DIR is given. Data is synced
to disk as in earnest (fsync on): a store that is only right without it is not right.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

USER = "cardledger"
#: Where distributions put the programs that are not on PATH.
PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
ATTEMPTS = 3


class NoPostgres(Exception):
    """PostgreSQL's server programs are not on this machine."""


def find() -> Path:
    """Return the folder that holds initdb and pg_ctl, of the highest version; NoPostgres."""
    on_path = shutil.which("pg_ctl")
    if on_path and (Path(on_path).resolve().parent / "initdb").exists():
        return Path(on_path).resolve().parent
    folders = [folder for place in PLACES for folder in Path("/").glob(place[1:])]
    usable = [folder for folder in folders if (folder / "initdb").exists()]
    if not usable:
        raise NoPostgres("PostgreSQL is not here: initdb was found neither on PATH nor installed")
    return max(usable, key=_version)


def start(folder: Path) -> str:
    """Start a cluster in `folder`, which is made if need be; return the SQLAlchemy URL."""
    programs = find()
    folder = prepare(folder)
    password = secrets.token_urlsafe(16)
    _initialise(programs, folder, password)
    port = start_anywhere(folder)
    return f"postgresql+psycopg://{USER}:{password}@127.0.0.1:{port}/postgres"


def prepare(folder: Path) -> Path:
    """Make the folder of a cluster, for the user as whom its server runs; return its full path."""
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    if _as_postgres():
        shutil.chown(folder, "postgres", "postgres")
    folder.chmod(0o700)
    return folder


def start_anywhere(folder: Path) -> int:
    """Start the cluster whose files are in `folder` on a free port; return the port."""
    for _attempt in range(ATTEMPTS - 1):
        port = free_port()
        # Between asking for a free port and using it somebody else may have taken it.
        with contextlib.suppress(subprocess.CalledProcessError):
            start_at(folder, port)
            return port
    port = free_port()
    start_at(folder, port)
    return port


def start_at(folder: Path, port: int) -> None:
    """Start the cluster whose files are in `folder`."""
    program = find() / "pg_ctl"
    run(folder, program, "start", "--wait", *_place(folder), *_options(folder, port))


def stop(folder: Path, mode: str = "fast") -> None:
    """Stop the cluster in `folder`; open connections are cut."""
    folder = folder.resolve()
    run(folder, find() / "pg_ctl", "stop", "--wait", f"--mode={mode}", *_place(folder))


def _initialise(programs: Path, folder: Path, password: str) -> None:
    written = folder / "password"
    written.touch(mode=0o600)
    written.write_text(password)
    if _as_postgres():
        shutil.chown(written, "postgres", "postgres")
    run(
        folder,
        programs / "initdb",
        f"--pgdata={folder / 'data'}",
        f"--username={USER}",
        f"--pwfile={written}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--no-instructions",
        # Only of the files that it begins with; what is written later is synced.
        "--no-sync",
    )
    written.unlink()


def _options(folder: Path, port: int) -> tuple[str, ...]:
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": folder,
        "fsync": "on",
        "max_connections": 200,
    }
    words = " ".join(f"-c {name}={value}" for name, value in settings.items())
    return (f"--options={words}",)


def _place(folder: Path) -> tuple[str, ...]:
    return (f"--pgdata={folder / 'data'}", f"--log={folder / 'log'}", "--silent")


def run(folder: Path, *command: str | Path, **environment: str) -> None:
    """Run one of PostgreSQL's programs as the user to whom the folder belongs."""
    identity: dict[str, Any] = {}
    if _as_postgres():
        identity = {"user": "postgres", "group": "postgres", "extra_groups": []}
    # To a file: the server inherits what it is given, and would hold a pipe open for ever.
    with (folder / "output").open("a+") as output:
        try:
            subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                text=True,
                cwd=folder,
                check=True,
                stdout=output,
                stderr=output,
                env={**os.environ, **environment},
                **identity,
            )
        except subprocess.CalledProcessError:
            output.seek(0)
            sys.stderr.write(output.read())
            raise


def _as_postgres() -> bool:
    return os.geteuid() == 0


def free_port() -> int:
    """Return a port that nobody listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _version(folder: Path) -> tuple[int, ...]:
    digits = "".join(c if c.isdigit() else " " for c in str(folder))
    return tuple(map(int, digits.split()))


def main(arguments: list[str]) -> int:
    """Run one of the commands in the module's docstring; exit status 1 without PostgreSQL."""
    try:
        match arguments:
            case ["find"]:
                print(find())
            case ["start", folder]:
                print(start(Path(folder)))
            case ["stop", folder]:
                stop(Path(folder))
            case _:
                print(__doc__, file=sys.stderr)
                return 2
    except NoPostgres as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
