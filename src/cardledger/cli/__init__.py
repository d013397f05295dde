"""The command line. `main` is the console script; everything else is loaded when it is used."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line of this process, and exit with its status (DESIGN 5)."""
    if sys.argv[1:] == ["--version"]:
        # Scripts ask for it often: no other module is needed for the answer.
        from cardledger.version import __version__

        sys.stdout.write(f"cardledger {__version__}\n")
        sys.exit(0)
    try:
        from cardledger.cli.program import PROGRAM

        PROGRAM.main(prog_name="cardledger")
    except KeyboardInterrupt:
        # Before the program is there, or after it ended: there is nothing to tell.
        sys.exit(130)
