"""Children that may do less: another user, or a folder that is mounted to be read only.

The superuser may do everything whatever the modes of files are, so that a child drops its rights;
one that has none to drop meets the modes as it is.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

#: The user who owns nothing else (nobody).
NOBODY: Final = 65534

_NEW_MOUNTS: Final = 0x20000
_PRIVATE: Final = 1 << 18 | 1 << 14
_BIND: Final = 1 << 12
_READ_ONLY: Final = 1 << 5 | 1 << 0 | _BIND


def is_superuser() -> bool:
    """Whether modes do not count for this process."""
    return os.geteuid() == 0


def as_nobody(folder: Path) -> Callable[[], None]:
    """Give a folder to another user; return what a child does to become that user."""
    if not is_superuser():
        return lambda: None
    hand_over(folder)

    def become() -> None:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)

    return become


def hand_over(folder: Path) -> None:
    """Give a folder, what is in it, and what a child says beside it to another user."""
    for one in (folder, *folder.rglob("*")):
        os.chown(one, NOBODY, NOBODY)


def mounted_read_only(folder: Path) -> Callable[[], None]:
    """Return what a child does so that the folder can only be read, for it alone."""

    def mount() -> None:
        system = ctypes.CDLL(None, use_errno=True)
        here = str(folder).encode()

        def done(result: int) -> None:
            if result:
                raise OSError(ctypes.get_errno(), "no namespace of its own for mounts")

        done(system.unshare(_NEW_MOUNTS))
        done(system.mount(b"none", b"/", None, _PRIVATE, None))
        done(system.mount(here, here, None, _BIND, None))
        done(system.mount(b"none", here, None, _READ_ONLY, None))
        # What was entered before lies under the mount.
        os.chdir(folder)

    return mount
