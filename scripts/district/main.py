"""The command line of `scripts/make_district`."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from scripts.district.making import make

#: As long as a school archive keeps records at hand. After five years nobody of the first roster is
#: left: in longer districts the irregularities that last from it to the end are not planted.
MOST_TERMS = 24


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make_district",
        description="Make a school district that does not exist: rosters, cards and what "
        "registrars did, as workbooks and JSON lines, with the irregularities planted in it.",
        epilog="The same arguments give the same bytes.",
    )
    parser.add_argument("out", metavar="OUT", type=Path, help="folder; must not exist or be empty")
    parser.add_argument("--seed", type=int, default=1, help="where chance begins (default 1)")
    parser.add_argument("--schools", type=int, default=1, help="how many schools (default 1)")
    parser.add_argument("--pupils", type=int, default=300, help="pupils in all (default 300)")
    parser.add_argument("--terms", type=int, default=2, help="how many terms (default 2)")
    parser.add_argument("--start", default="2010-spring", help="first term (default 2010-spring)")
    parser.add_argument(
        "--no-workbooks", action="store_true", help="only JSON lines and truth.json: much faster"
    )
    parser.add_argument(
        "--reconcile",
        action="store_true",
        help="also what other systems list at the end of the last term (roster, cards, filing), "
        "with differences from the rest, and reconcile-truth.json, which says what they are",
    )
    chosen = parser.parse_args(arguments)
    if not 1 <= chosen.terms <= MOST_TERMS:
        parser.error(f"--terms {chosen.terms}: give 1 to {MOST_TERMS}")
    if not 1 <= chosen.schools <= 900:
        parser.error(f"--schools {chosen.schools}: give 1 to 900")
    if chosen.pupils < 12 * chosen.schools:
        parser.error(f"--pupils {chosen.pupils}: give at least 12 for each school")
    if chosen.out.exists() and (not chosen.out.is_dir() or any(chosen.out.iterdir())):
        parser.error(f"{chosen.out} is there already; name a new or an empty folder")
    return chosen


def main(arguments: list[str] | None = None) -> int:
    """Make a district; returns the exit status."""
    chosen = _arguments(arguments)
    begun = time.monotonic()
    try:
        made = make(
            chosen.out,
            seed=chosen.seed,
            schools=chosen.schools,
            pupils=chosen.pupils,
            terms=chosen.terms,
            start=chosen.start,
            with_workbooks=not chosen.no_workbooks,
            with_lists=chosen.reconcile,
        )
    except ValueError as error:
        sys.stderr.write(f"make_district: {error}\n")
        return 2
    sys.stderr.write(
        f"{chosen.out}: {made['rows']} rows, {made['planted']} irregularities planted, "
        f"in {time.monotonic() - begun:.1f} s\n"
    )
    if made["not_planted"]:
        missed = Counter(made["not_planted"])
        names = ", ".join(f"{kind} ({times})" for kind, times in sorted(missed.items()))
        sys.stderr.write(f"No occasion for: {names}\n")
    return 0
