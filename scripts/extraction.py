"""What `scripts/catalogue` collects besides the texts marked with `_`: docstrings people read.

The help of an action is the docstring of its command class, paragraph by paragraph; an event is
told by the first sentence of its docstring, and so is a projection by that of its module; the text
of a rule of the audit is the docstring of its module; an error's message is the first line of its
own. So each is declared once, where it belongs.
"""

from __future__ import annotations

import ast
import io
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from babel.messages.extract import extract_python

from cardledger.cli.speech import first_sentence, paragraphs

#: Line, function, text (with its plural), comments.
Message = tuple[int, Any, Any, list[str]]


def extract(
    file: IO[bytes],
    keywords: Mapping[str, Any],
    comment_tags: Collection[str],
    options: Mapping[str, Any],
) -> Iterator[Message]:
    """Yield the texts of a Python file, as Babel wants them: line, function, text, comments."""
    source = file.read()
    settings: Any = dict(options)
    marked: Any = extract_python(io.BytesIO(source), keywords, comment_tags, settings)
    yield from marked
    tree = ast.parse(source)
    for line, text in docstrings(tree):
        yield line, None, text, []
    folder, name = Path(file.name).parts[-2:]
    if folder == "rules" and not name.startswith("_"):
        yield from ((1, None, text, []) for text in paragraphs(ast.get_docstring(tree) or ""))
    if folder in {"projections", "exports"} and not name.startswith("_"):
        yield 1, None, first_sentence(ast.get_docstring(tree) or ""), []


def docstrings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the docstrings of commands, events and errors that people read, with their lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and (text := ast.get_docstring(node)):
            tag = _tag(node)
            if tag is None:
                if _is_error(node):
                    yield node.lineno, text.splitlines()[0]
            elif "/" in tag:
                yield node.lineno, first_sentence(text)
            else:
                yield from ((node.lineno, one) for one in paragraphs(text))


def _tag(node: ast.ClassDef) -> str | None:
    for keyword in node.keywords:
        if keyword.arg == "tag" and isinstance(keyword.value, ast.Constant):
            return str(keyword.value.value)
    return None


def _is_error(node: ast.ClassDef) -> bool:
    """Whether a class is an error that is shown: its base is one of `cardledger.errors`."""
    bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
    return bool(bases & _ERRORS)


_ERRORS = {
    "CardledgerError",
    "BadInput",
    "BadValue",
    "UnreadableFile",
    "NotFound",
    "IntegrityBroken",
}
