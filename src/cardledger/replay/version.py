"""The version of the code that folds: a hash of the sources on which a row depends.

Rows are kept between runs, so that they must be folded anew when the code that folds them changed.
Two auditors who compare receipts see by it whether they ran the same code.
"""

from __future__ import annotations

import functools
import hashlib
import pkgutil
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from cardledger import actions
from cardledger.version import __version__
from projections import PROJECTIONS

#: Modules on which every fold depends, beside the actions.
_SHARED: Final = (
    "cardledger.events",
    "cardledger.states",
    "cardledger.book",
    "cardledger.moments",
    "projections._base",
)


def _source(module: str) -> bytes:
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(module)
    return Path(spec.origin).read_bytes()


@functools.cache
def _shared_hash() -> bytes:
    every = sorted(
        f"{actions.__name__}.{info.name}" for info in pkgutil.iter_modules(actions.__path__)
    )
    digest = hashlib.sha256()
    for module in (*_SHARED, *every):
        digest.update(module.encode() + b"\0" + hashlib.sha256(_source(module)).digest())
    return digest.digest()


@functools.cache
def code_version(name: str) -> str:
    """Return the version of the code of a projection: 16 hexadecimal digits."""
    digest = hashlib.sha256(_shared_hash() + _source(f"projections.{name}"))
    return digest.hexdigest()[:16]


def overall_version() -> str:
    """Return the version of the program with a hash of all code that folds."""
    digest = hashlib.sha256("".join(map(code_version, PROJECTIONS)).encode())
    return f"cardledger {__version__}+{digest.hexdigest()[:16]}"
