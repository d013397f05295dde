"""Files are under 400 lines and functions under 70, so that a reader takes each in at a glance."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
FILE: Final = 400
FUNCTION: Final = 70


def sources() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of every file of ours in Python, programs without .py too."""
    for folder in ("src", "projections", "tests", "scripts"):
        for path in sorted((ROOT / folder).rglob("*")):
            if not path.is_file() or "__pycache__" in path.parts:
                continue
            if path.suffix == ".py" or (not path.suffix and b"python" in first_line(path)):
                yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def first_line(path: Path) -> bytes:
    with path.open("rb") as file:
        line = file.readline()
    return line if line.startswith(b"#!") else b""


def test_files_are_short() -> None:
    sizes = {name: text.count("\n") for name, text in sources()}
    assert len(sizes) > 500
    assert {name: size for name, size in sizes.items() if size >= FILE} == {}


def test_functions_are_short() -> None:
    long = []
    for name, text in sources():
        for one in ast.walk(ast.parse(text)):
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (one.end_lineno or 0) - one.lineno + 1
                if size >= FUNCTION:
                    long.append(f"{name}:{one.lineno} {one.name}: {size} lines")
    assert long == []
