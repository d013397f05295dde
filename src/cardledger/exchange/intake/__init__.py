"""What a file would change of the ledger: rosters beside it, filings, corrected files."""
