"""The manifest of a stocktake on paper: what was found, what was not, and room to sign."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Final

from cardledger.exchange.labels.text import root_of
from cardledger.exchange.writing.tables_out import Row
from cardledger.i18n import Translator, _, translator
from cardledger.ledger import Ledger
from cardledger.trace.document import FONTS, document
from cardledger.trace.elements import Markup, tag

#: What cards that were found are listed with: nothing but their numbers.
_PLAIN: Final = ("found", "expected")
_STATES: Final[dict[str, str]] = {
    "live": _("in use"),
    "lost": _("reported lost"),
    "left": _("swiped out"),
    "outstanding": _("replaced, not handed in"),
    "replaced-lost": _("lost and replaced"),
    "recycled": _("taken back, in no box"),
    "boxed": _("in a box"),
    "unknown": _("unknown"),
}
_HEADINGS: Final[dict[str, str]] = {
    "missing": _("Not found in the box"),
    "elsewhere": _("In the box, but they belong in another box"),
    "unexpected": _("In the box, but in no box of the ledger"),
    "found": _("Found"),
    "expected": _("Expected; only the number was counted"),
}

STYLE: Final = f"""
@page {{ size: A4; margin: 16mm 15mm 18mm 15mm;
  @bottom-right {{ content: counter(page) " / " counter(pages); font: 8pt {FONTS}; color: #444 }} }}
html {{ font: 10pt/1.45 {FONTS}; color: #111; background: #fff }}
body {{ max-width: 180mm; margin: 0 auto; padding: 0 4mm 12mm }}
section {{ break-before: page }}
section:first-of-type {{ break-before: auto }}
h1 {{ font-size: 19pt; line-height: 1.25; margin: 4mm 0 2mm }}
h2 {{ font-size: 12.5pt; margin: 6mm 0 1.5mm; border-bottom: 1pt solid #111; break-after: avoid }}
.result {{ font-size: 12pt; font-weight: 600; padding: 1.5mm 3mm; margin: 2mm 0 }}
.good {{ border-left: 3pt solid #0072b2; background: #eef5fa }}
.bad {{ border-left: 6pt solid #a32a00; background: #fbeee6 }}
table {{ border-collapse: collapse; width: 100%; table-layout: fixed; margin: 1.5mm 0;
  font-size: 9pt }}
th, td {{ text-align: left; vertical-align: top; padding: .8mm 2mm .8mm 0;
  border-bottom: .5pt solid #ccc; overflow-wrap: anywhere }}
th {{ font-weight: 600; color: #333 }}
thead {{ display: table-header-group }}
tr {{ break-inside: avoid }}
.counts {{ font-size: 10pt; margin: 3mm 0 }}
.counts td {{ font-size: 17pt; font-weight: 700; border: 0; padding-top: 0 }}
.counts th {{ border: 0; padding-bottom: 0; color: #444; font-size: 9pt }}
.facts th {{ width: 36mm }}
.numbers {{ columns: 4; column-gap: 5mm; font-size: 9pt; margin: 1.5mm 0; padding: 0;
  list-style: none }}
.numbers li {{ break-inside: avoid; border-bottom: .5pt solid #ddd; padding: .4mm 0;
  overflow-wrap: anywhere }}
.sign {{ margin-top: 12mm; break-inside: avoid }}
.sign td {{ border-bottom: 0; padding: 0 6mm 0 0 }}
.sign .line {{ border-top: .7pt solid #111; padding-top: 1mm; margin-top: 14mm; color: #444 }}
.small {{ color: #444; font-size: 8pt }}
""".strip()


def manifest(ledger: Ledger, rows: list[Row], language: str) -> str:
    """Return the page of stocktakes; rows are those of `export stocktake`."""
    say = translator(language)
    size = ledger.log.size()
    foot = f"{say(_('Checkpoint'))} {size}@{root_of(ledger, size)}"
    boxes = (list(group) for _box, group in groupby(rows, key=lambda row: row["box"]))
    sections = [_section(one, say, foot) for one in boxes]
    if not sections:
        sections = [tag("p", say(_("No box was counted.")))]
    return "".join(document(say(_("Stocktake")), language, STYLE, sections))


def _section(rows: list[Row], say: Translator, foot: str) -> Markup:
    event, position = rows[0]["taken"].event, rows[0]["taken"].position
    return tag(
        "section",
        tag("h1", say(_("Stocktake of box {box}")).format(box=event.box)),
        _verdict(event, say),
        _counts(event, say),
        _facts(rows[0], say),
        *_lists(rows, say),
        _signatures(say),
        tag(
            "p",
            say(_("Line {position} of the ledger.")).format(position=position),
            f" {foot}",
            class_="small",
        ),
    )


def _verdict(event: Any, say: Translator) -> Markup:
    others = len(event.unexpected) + len(event.elsewhere)
    gone = max(len(event.missing), event.expected - event.found)
    if not gone and not others and event.found == event.expected:
        return tag("p", say(_("All cards were found, and no other.")), class_="result good")
    told = say(_("Not found: {missing}; in the box and not expected there: {others}."))
    more = max(others, event.found - event.expected)
    return tag("p", told.format(missing=gone, others=more), class_="result bad")


def _counts(event: Any, say: Translator) -> Markup:
    counts = (
        (_("Expected"), event.expected),
        (_("Found"), event.found),
        (_("Not found"), len(event.missing)),
        (_("Unexpected"), len(event.unexpected)),
        (_("Belongs elsewhere"), len(event.elsewhere)),
    )
    heads = (tag("th", say(title)) for title, _count in counts)
    return tag(
        "table",
        tag("tr", *heads),
        tag("tr", *(tag("td", count) for _title, count in counts)),
        class_="counts",
    )


def _facts(row: Row, say: Translator) -> Markup:
    event, box = row["taken"].event, row["shown"]
    state = _("sealed") if box["state"] == "sealed" else _("open")
    told: tuple[tuple[str, object], ...] = (
        (_("School"), box["school"]),
        (_("Cohort"), box["cohort"]),
        (_("State"), say(state)),
        (_("Sealed on"), box["sealed_on"]),
        (_("Counted on"), event.at[:16].replace("T", " ")),
        (_("Counted by"), event.handler),
    )
    lines = (tag("tr", tag("th", say(title)), tag("td", value)) for title, value in told if value)
    return tag("table", *lines, class_="facts")


def _lists(rows: list[Row], say: Translator) -> Iterator[Markup]:
    for result, group in groupby(rows, key=lambda row: row["result"]):
        found = list(group)
        yield tag("h2", f"{say(_HEADINGS[result])} ({len(found)})")
        if result in _PLAIN:
            yield tag("ul", *(tag("li", row["card"]) for row in found), class_="numbers")
        else:
            yield _table(found, say)


def _table(rows: Iterable[Row], say: Translator) -> Markup:
    titles = (_("Card"), _("Student number"), _("Name"), _("State"), _("Belongs in box"))
    return tag(
        "table",
        tag("thead", tag("tr", *(tag("th", say(title)) for title in titles))),
        tag("tbody", *(_row(row, say) for row in rows)),
    )


def _row(row: Row, say: Translator) -> Markup:
    state = str(row["state"] or "")
    values = (
        row["card"],
        row["student_number"],
        row["name"],
        say(_STATES.get(state, state)) if state else say(_("no card of this ledger")),
        row["belongs_in"],
    )
    return tag("tr", *(tag("td", value or "-") for value in values))


def _signatures(say: Translator) -> Markup:
    who = (_("Counted by"), _("Witness"), _("Date"))
    lines = (tag("td", tag("div", say(one), class_="line")) for one in who)
    return tag("table", tag("tr", *lines), class_="sign")
