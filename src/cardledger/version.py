"""The version, in its one place: the build and the command line read it from here."""

from __future__ import annotations

from typing import Final

__version__: Final = "0.1.0"
