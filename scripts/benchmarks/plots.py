"""Plots of cost against size, one picture a kind of work, made where matplotlib is."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

from scripts.benchmarks.peers import environment

#: Runs in the peers' environment: the figures, then the folder of the pictures.
_PROGRAM: Final = """
import collections, json, pathlib, sys
import matplotlib
matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "cardledger"
from matplotlib import pyplot
costs = collections.defaultdict(list)
for figure in json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")):
    if cost := figure["cost"]:
        costs[cost["work"], cost["unit"]].append((cost["lines"], cost["amount"]))
shown = {key: sorted(points) for key, points in costs.items() if len(points) > 1}
if not shown:
    sys.exit()
across = 3
down = -(-len(shown) // across)
picture, places = pyplot.subplots(down, across, figsize=(4 * across, 2.8 * down), squeeze=False)
for place in places.flat[len(shown):]:
    place.set_axis_off()
for place, ((work, unit), points) in zip(places.flat, sorted(shown.items())):
    place.plot(*zip(*points), marker="o", color="#1f5a96")
    place.set_xscale("log")
    place.set_ylim(0, max(amount for _lines, amount in points) * 1.3)
    place.set_title(work, fontsize=10)
    place.set_ylabel(unit, fontsize=9)
    place.set_xlabel("lines of the ledger", fontsize=9)
    place.grid(alpha=0.3)
picture.tight_layout()
picture.savefig(pathlib.Path(sys.argv[2]) / "cost-against-size.svg", metadata={"Date": None})
"""


def draw(figures: Path, folder: Path) -> None:
    """Draw what the figures say of cost against size; nothing where there is one size only."""
    python = environment.python()
    subprocess.run([python, "-c", _PROGRAM, str(figures), str(folder)], check=True)
