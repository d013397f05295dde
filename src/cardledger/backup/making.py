"""Making a backup, of a ledger that is in use."""

from __future__ import annotations

from pathlib import Path

from cardledger.anchor import Anchor
from cardledger.backup import archive as archives
from cardledger.backup.archive import CHECKPOINT, KEYS, LEDGER, Manifest
from cardledger.backup.partial import make_private, publish, workshop
from cardledger.backup.portable import write_copy
from cardledger.errors import BadInput, IntegrityBroken, KeyStoreMissing, StorageError
from cardledger.i18n import _
from cardledger.ledger import Ledger
from cardledger.log import Log
from cardledger.moments import now
from cardledger.recorder import TOOL
from cardledger.verify.examine import Progress, silent, verify_log
from cardledger.verify.verdict import Verdict


def backup(ledger: Ledger, file: str | Path, progress: Progress = silent) -> Manifest:
    """Write a verified backup of a ledger and its keys into a new file for its owner alone.

    Others may go on writing: it is of one state. The file appears when it is complete, on the
    disk and read again. Raises `BadInput` where there is a file, `KeyStoreMissing` where the keys
    are away, and `IntegrityBroken` where the ledger does not verify: a copy of a broken ledger
    could not be restored.
    """
    # Not resolved: a link that leads nowhere is taken, too.
    target = Path(file).absolute()
    if ledger.keys is None:
        raise KeyStoreMissing(place=ledger.places.keys_shown)
    try:
        if target.exists() or target.is_symlink():
            raise FileExistsError
        with workshop(target) as folder:
            manifest = _write(ledger, folder, progress)
            publish(folder / "archive", target)
    except FileExistsError:
        raise BadInput(
            _("There is a file {file} already."),
            hint=_("A backup never overwrites a file: give another name."),
            file=file,
        ) from None
    except OSError as error:
        raise StorageError(reason=error) from error
    return manifest


def _write(ledger: Ledger, folder: Path, progress: Progress) -> Manifest:
    assert ledger.keys is not None  # nosec B101 # for the type checker
    # In this order: outside there is never more than inside, and a key is there before its line.
    outside = folder / "outside"
    if ledger.places.checkpoint.exists():
        make_private(outside, ledger.places.checkpoint.read_bytes())
    write_copy(ledger.log, folder / LEDGER)
    ledger.keys.backup_to(folder / KEYS)
    with Log.open(folder / LEDGER) as copy:
        verdict = verify_log(copy, Anchor(outside, ledger.id, ledger.keys), progress)
    demand_sound(verdict)
    make_private(folder / CHECKPOINT, (verdict.checkpoint or "").encode())
    about = {
        "ledger": ledger.id,
        "lines": verdict.size,
        "root": verdict.root,
        "made": now(),
        "tool": TOOL,
    }
    archives.write_archive(folder / "archive", folder, about)
    return archives.check_archive(folder / "archive")


def demand_sound(verdict: Verdict, hint: str = "") -> None:
    """Raise `IntegrityBroken` with what verification found, if it found anything."""
    if verdict.problem is not None:
        template, values = verdict.problem
        raise IntegrityBroken(template, hint=hint, **values)
