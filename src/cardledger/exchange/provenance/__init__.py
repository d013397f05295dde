"""Where a workbook came from, on its last sheet, and what was altered in it since.

The sheet says of which ledger the workbook is, up to which line, by which command, when and by
whom it was made. Below stand check values: for every row of every sheet a digest of 96 bits, and
24 bits for each of its cells, salted. A statement of all this, with the digest of the list, is
signed with the key that signs the ledger's checkpoints. So nobody can alter a cell and the list
with it; and of an altered row the cells are named. Compared are values, not looks: whoever opens
and saves the workbook, widens a column or hides a row has altered nothing.
"""

from __future__ import annotations

from cardledger.exchange.provenance.made import Made
from cardledger.exchange.provenance.verdict import Alteration, WorkbookVerdict
from cardledger.exchange.provenance.verifying import verify_workbook

__all__ = ["Alteration", "Made", "WorkbookVerdict", "verify_workbook"]
