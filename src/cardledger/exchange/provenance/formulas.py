"""Formulas in a workbook. We write none, so that any of them was put there since."""

from __future__ import annotations

import posixpath
import zipfile
from pathlib import Path
from typing import Final

# Expat fetches nothing from elsewhere, and since 2.4.1 bounds what entities grow to.
from xml.etree.ElementTree import Element, ParseError, iterparse  # nosec B405 # as said above

from cardledger.exchange.provenance.comparing import Formulas

_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"


def formulas_of(file: Path) -> dict[str, Formulas] | None:
    """Return the formulas of a .xlsx by sheet and cell; none where they cannot be looked for."""
    try:
        with zipfile.ZipFile(file) as package:
            names = set(package.namelist())
            if not {_WORKBOOK, _RELATIONS} <= names:
                return None
            parts = _parts(package)
            return {
                sheet: _formulas(package, part) for sheet, part in parts.items() if part in names
            }
    except (zipfile.BadZipFile, ParseError):
        return None


def _parts(package: zipfile.ZipFile) -> dict[str, str]:
    """Return in which part of the package each sheet is."""
    targets = {
        one.get("Id", ""): one.get("Target", "")
        for one in _elements(package, _RELATIONS, "Relationship")
    }
    found = {}
    for one in _elements(package, _WORKBOOK, "sheet"):
        target = targets.get(one.get(_RELATION, ""), "")
        found[one.get("name", "")] = posixpath.normpath(
            target[1:] if target.startswith("/") else f"xl/{target}"
        )
    return found


def _elements(package: zipfile.ZipFile, part: str, name: str) -> list[Element]:
    with package.open(part) as stream:
        return [one for _event, one in iterparse(stream) if _local(one) == name]  # nosec B314 # as above


def _formulas(package: zipfile.ZipFile, part: str) -> Formulas:
    # Most files have none, and looking for the letters is a hundred times as fast as reading them.
    if not _may_have_any(package, part):
        return {}
    found: Formulas = {}
    with package.open(part) as stream:
        for _event, one in iterparse(stream):  # nosec B314 # as said at the import
            if _local(one) == "c":
                text = next((each.text or "" for each in one if _local(each) == "f"), None)
                if text is not None:
                    found[one.get("r", "?")] = f"={text}"
                one.clear()
            elif _local(one) == "row":
                one.clear()
    return found


def _may_have_any(package: zipfile.ZipFile, part: str) -> bool:
    rest = b""
    with package.open(part) as stream:
        while chunk := stream.read(1 << 20):
            seen = rest + chunk
            # As every program writes it: <f>, <f t="…">, <f/>, or with the prefix of a namespace.
            if any(sign in seen for sign in (b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/")):
                return True
            rest = seen[-4:]
    return False


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]
