"""Labels to print: several on an A4 sheet, or one on each label of a label printer.

Every label says everything in both languages: whoever opens the shelf reads one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal, NamedTuple

from cardledger.exchange.labels.qr import qr
from cardledger.exchange.labels.text import Label
from cardledger.exchange.writing.widths import width
from cardledger.i18n import _, translator
from cardledger.trace.document import FONTS, document
from cardledger.trace.elements import Markup, tag

#: `a4`: eight labels on a sheet; `label`: one on each label of 100 by 70 mm.
Paper = Literal["a4", "label"]
PAPERS: Final[tuple[Paper, ...]] = ("a4", "label")


class Sheet(NamedTuple):
    """Millimetres of a sheet: its size, and the left upper corner of each label on it."""

    size: tuple[int, int]
    places: tuple[tuple[float, float], ...]


#: A label is 95 by 66 mm.
_SHEETS: Final[dict[Paper, Sheet]] = {
    "a4": Sheet(
        (210, 297), tuple((8 + 99 * column, 9 + 71 * row) for row in range(4) for column in (0, 1))
    ),
    "label": Sheet((100, 70), ((2.5, 2),)),
}
_TITLE: Final = _("Box labels")
#: Names of boxes up to so many characters are printed in this class.
_SIZES: Final = ((9, "large"), (14, "middle"), (20, "small"))
#: The same for what stands beside the code, by columns of text.
_LENGTHS: Final = ((20, ""), (29, "long"))

STYLE: Final = f"""
* {{ box-sizing: border-box }}
html {{ font: 9pt/1.25 {FONTS}; color: #000; background: #fff }}
body {{ margin: 0 }}
.sheet {{ position: relative; overflow: hidden; break-after: page }}
.sheet:last-child {{ break-after: auto }}
.label {{ position: absolute; width: 95mm; height: 66mm; border: .3mm solid #000;
  border-radius: 2mm; overflow: hidden }}
.label.open {{ border: 1.2mm dashed #000 }}
.head {{ position: absolute; left: 4mm; top: 2.5mm; width: 86mm; height: 15mm }}
.box {{ font-weight: 700; line-height: 10.5mm; height: 10.5mm; white-space: nowrap }}
.large {{ font-size: 29pt }} .middle {{ font-size: 22pt }} .small {{ font-size: 17pt }}
.tiny {{ font-size: 11pt }}
.name {{ font-size: 7pt; color: #333; line-height: 3.4mm; margin-top: .8mm }}
.qr {{ position: absolute; left: 2mm; top: 19mm; width: 39mm; height: 39mm }}
.facts {{ position: absolute; left: 42mm; top: 18.5mm; width: 51mm }}
.facts div {{ height: 9.9mm; overflow: hidden }}
.facts .what {{ font-size: 6.5pt; color: #333; line-height: 3.2mm; display: block }}
.facts .is {{ font-size: 13pt; font-weight: 600; line-height: 6mm; display: block;
  white-space: nowrap }}
.facts .long {{ font-size: 9.5pt }}
.facts .longest {{ font-size: 7pt; line-height: 2.9mm; white-space: normal;
  overflow-wrap: anywhere }}
.facts .half {{ float: left; width: 25mm }}
.facts .open {{ background: #000; color: #fff; padding: 0 2mm; display: inline-block }}
.foot {{ position: absolute; left: 4mm; bottom: 1.5mm; width: 86mm; font-size: 6.5pt;
  color: #333; white-space: nowrap }}
@media screen {{ body {{ background: #ddd }} .sheet {{ background: #fff; margin: 4mm auto }} }}
""".strip()


def page(labels: Sequence[Label], schools: dict[str, str], language: str, paper: Paper) -> str:
    """Return the page with labels; `schools` are the names of schools by their codes."""
    (width, height), places = _SHEETS[paper]
    sheet_style = f"@page {{ size: {width}mm {height}mm; margin: 0 }}"
    sheet_style += f" .sheet {{ width: {width}mm; height: {height}mm }}"
    style = f"{STYLE}\n{sheet_style}\n{_corners(places)}"
    title = translator(language)(_TITLE)
    sheets = (labels[start : start + len(places)] for start in range(0, len(labels), len(places)))
    return "".join(
        document(title, language, style, (_sheet(one, schools) for one in sheets)),
    )


def _corners(places: Iterable[tuple[float, float]]) -> str:
    # In the style of the page: an attribute would be a style of its own for every label.
    return " ".join(
        f".at{place} {{ left: {left}mm; top: {top}mm }}" for place, (left, top) in enumerate(places)
    )


def _sheet(labels: Sequence[Label], schools: dict[str, str]) -> Markup:
    drawn = (_label(one, place, schools) for place, one in enumerate(labels))
    return tag("section", *drawn, class_="sheet")


def _label(label: Label, place: int, schools: dict[str, str]) -> Markup:
    state = "" if label.sealed else " open"
    return tag(
        "article",
        tag(
            "div",
            tag("div", label.box, class_=f"box {_size(label.box)}"),
            tag("div", _both(_("Box of recycled cards")), class_="name"),
            class_="head",
        ),
        qr(label.to_text(), label.box),
        tag("div", *_facts(label, schools), class_="facts"),
        tag("div", f"{_both(_('Checkpoint'))} {label.checkpoint}", class_="foot"),
        class_=f"label at{place}{state}",
    )


def _facts(label: Label, schools: dict[str, str]) -> Iterator[Markup]:
    cohort = f"{label.cohort}届" if label.cohort else "-"
    yield _fact(_("Cohort"), cohort, half=True)
    yield _fact(_("Count"), str(label.cards), half=True)
    if label.sealed:
        yield _fact(_("Sealed on"), str(label.day))
        yield _fact(_("Handler"), label.handler or "-")
    else:
        yield _fact(_("Not sealed; as of"), str(label.day), "open")
    name = schools.get(label.school, "")
    yield _fact(_("School"), f"{label.school}  {name}".strip() or "-")


def _fact(what: str, value: str, look: str = "", *, half: bool = False) -> Markup:
    size = next((size for longest, size in _LENGTHS if width(value) <= longest), "longest")
    return tag(
        "div",
        tag("span", _both(what), class_="what"),
        tag("span", value, class_=f"is {size} {look}".strip()),
        class_="half" if half else None,
    )


def _both(text: str) -> str:
    """Return a text in both languages."""
    return f"{translator('zh')(text)} {text}"


def _size(name: str) -> str:
    return next((size for longest, size in _SIZES if len(name) <= longest), "tiny")
