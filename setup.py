"""The build step that pyproject.toml cannot declare: compiling the message catalogues.

The compiled `.mo` files are never committed. They are made beside their `.po` by every build,
also an editable one, so that no installation lacks its translations.
"""

from __future__ import annotations

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

LOCALE = Path(__file__).parent / "src" / "cardledger" / "locale"


def compile_catalogues(folder: Path) -> list[Path]:
    """Write a `.mo` beside every `.po` below `folder`; return what was written.

    Fuzzy entries are left out: a guess is worse than English.
    """
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    written = []
    for source in sorted(folder.rglob("*.po")):
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parent.parent.name, abort_invalid=True)
        target = source.with_suffix(".mo")
        with target.open("wb") as file:
            write_mo(file, catalogue)
        written.append(target)
    return written


class BuildWithCatalogues(build_py):
    """Compile first, so that the usual build finds the `.mo` files as package data."""

    def run(self) -> None:
        compile_catalogues(LOCALE)
        # The list of data files may have been made before there were any .mo.
        self.__dict__.pop("data_files", None)
        super().run()


if __name__ == "__main__":
    setup(cmdclass={"build_py": BuildWithCatalogues})
