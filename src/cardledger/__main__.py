"""`python -m cardledger` is the console script."""

from __future__ import annotations

from cardledger.cli import main

main()
