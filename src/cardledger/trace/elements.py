"""Elements of a page: the one place where texts become HTML, and are escaped.

What is not `Markup` already is text, whatever somebody typed: it is escaped, and what nobody can
see in it becomes a space.
"""

from __future__ import annotations

import html
from collections.abc import Iterable

#: Elements without an end.
_EMPTY = frozenset({"meta", "br", "col"})

Child = object


class Markup(str):
    """HTML that was made by `tag`."""

    __slots__ = ()


def tag(name: str, /, *children: Child, **attributes: object) -> Markup:
    """Return one element; an attribute that is none or empty is left out.

    `class_` stands for the attribute class; other underscores are hyphens.
    """
    told = "".join(
        f' {_named(key)}="{text(value)}"'
        for key, value in attributes.items()
        if value not in (None, "")
    )
    if name in _EMPTY:
        return Markup(f"<{name}{told}>")
    return Markup(f"<{name}{told}>{joined(children)}</{name}>")


def joined(children: Iterable[Child]) -> Markup:
    """Return elements and texts one after the other; nothing where there is none."""
    return Markup(
        "".join(
            one if isinstance(one, Markup) else text(one) for one in children if one is not None
        )
    )


def text(value: object) -> str:
    """Return a text as it stands in HTML, also inside an attribute."""
    plain = "".join(char if char.isprintable() else " " for char in str(value))
    return html.escape(plain, quote=True)


def _named(key: str) -> str:
    # viewBox is the one attribute here that is written with a capital.
    return "viewBox" if key == "view_box" else key.rstrip("_").replace("_", "-")
