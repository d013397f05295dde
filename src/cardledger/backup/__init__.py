"""Backup and restore: the ledger, its key store and its checkpoint in one file.

The file is a zip archive of `ledger.db` (the log as a SQLite ledger, whatever database it came
from; what is derived from the log is left out), `keys.db`, `checkpoint` and `manifest.json` with
sizes and digests. It opens every name in the ledger: keep it as safe as the key store.
"""

from __future__ import annotations

from cardledger.backup.archive import Manifest
from cardledger.backup.making import backup
from cardledger.backup.restoring import restore

__all__ = ["Manifest", "backup", "restore"]
