"""The page around what is printed: it is whole by itself, and nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from cardledger.trace.elements import Markup, tag, text

#: Fonts with Chinese of the usual systems; each machine takes the first that it has.
FONTS: Final = (
    '"Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC",'
    ' "Microsoft YaHei", "WenQuanYi Micro Hei", sans-serif'
)
#: Nothing is fetched and nothing runs, whoever opens the page, also from a folder of others.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def document(title: str, language: str, style: str, body: Iterable[Markup]) -> Iterator[str]:
    """Yield a page piece by piece. `style` is put in as it is: it must hold no foreign text."""
    yield f'<!DOCTYPE html>\n<html lang="{text(language)}">\n<head>\n'
    yield tag("meta", charset="utf-8") + "\n"
    yield tag("meta", http_equiv="Content-Security-Policy", content=_POLICY) + "\n"
    yield tag("meta", name="viewport", content="width=device-width, initial-scale=1") + "\n"
    yield tag("meta", name="referrer", content="no-referrer") + "\n"
    yield tag("title", title) + f"\n<style>\n{style}\n</style>\n</head>\n<body>\n"
    for part in body:
        yield part + "\n"
    yield "</body>\n</html>\n"
