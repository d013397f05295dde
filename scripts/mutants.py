"""Turn the list of mutants on stdin into the report of docs/mutation.md; see scripts/mutation."""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict

#: `    cardledger.tlog.note.x_open_note__mutmut_3: survived`; methods are xǁClassǁname.
LINE = re.compile(r"\s*(cardledger\.[\w.]+?)\.x(\S+)__mutmut_\d+: ([\w ]+)")
#: A mutant for which a test fails, or that never ends.
KILLED = {"killed", "timeout"}


def main() -> int:
    """Print the report."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    survivors: Counter[str] = Counter()
    for line in sys.stdin:
        if found := LINE.match(line):
            module, function, status = found.groups()
            counts[module]["killed" if status in KILLED else "survived"] += 1
            if status not in KILLED:
                name = function.removeprefix("_").strip("ǁ").replace("ǁ", ".")
                survivors[f"{module}.{name}"] += 1
    total: Counter[str] = sum(counts.values(), start=Counter())
    print("# Mutation testing\n")
    print(f"`scripts/mutation`, of {sys.argv[1]}: {_share(total)} of {total.total()} mutants are")
    print("killed by `tests/tlog`, `tests/core` and `tests/actions`.\n")
    print("| module | mutants | killed |\n|---|---|---|")
    for module, count in sorted(counts.items()):
        print(f"| {module} | {count.total()} | {_share(count)} |")
    print("\nWhere mutants survive:\n")
    for name, number in survivors.most_common():
        print(f"- {name}: {number}")
    return 0


def _share(count: Counter[str]) -> str:
    return f"{count['killed'] / max(count.total(), 1):.1%}"


if __name__ == "__main__":
    sys.exit(main())
