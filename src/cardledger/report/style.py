"""How a report looks, on a screen and on A4."""

from __future__ import annotations

from typing import Final

from cardledger.trace.document import FONTS

#: Ink that is read on white: every pair has a contrast of at least 4.5 to 1.
STYLE: Final = f"""
@page {{ size: A4; margin: 18mm 15mm 18mm 15mm;
  @bottom-right {{ content: counter(page) " / " counter(pages); font: 8pt {FONTS}; color: #444 }}
  @bottom-left {{ content: string(running); font: 8pt {FONTS};
  color: #444 }} }}
html {{ font: 10.5pt/1.5 {FONTS}; color: #111; background: #fff }}
body {{ max-width: 190mm; margin: 0 auto; padding: 0 4mm 20mm }}
h1 {{ font-size: 20pt; line-height: 1.25; margin: 8mm 0 1mm; string-set: running content() }}
h2 {{ font-size: 14pt; margin: 9mm 0 2mm; border-bottom: 1.5pt solid #111; break-after: avoid }}
h3 {{ font-size: 11.5pt; margin: 6mm 0 1mm; break-after: avoid }}
p {{ margin: 1mm 0 }}
.sub, .small {{ color: #444; font-size: 9pt }}
.good {{ border-left: 3pt solid #0072b2; padding: 1mm 3mm; background: #eef5fa }}
.bad {{ border-left: 6pt solid #a32a00; padding: 1mm 3mm; background: #fbeee6; font-weight: 600 }}
table {{ border-collapse: collapse; width: 100%; table-layout: fixed; margin: 1.5mm 0;
  font-size: 9pt }}
th, td {{ text-align: left; vertical-align: top; padding: .7mm 2mm .7mm 0;
  border-bottom: .5pt solid #ccc; overflow-wrap: break-word }}
th {{ font-weight: 600; color: #333 }}
thead {{ display: table-header-group }}
tr {{ break-inside: avoid }}
.facts th {{ width: 42mm }}
.number {{ text-align: right; white-space: nowrap; padding-right: 3mm; width: 18mm }}
th.number {{ white-space: normal }}
.code {{ width: 52mm }}
.grave {{ width: 20mm }}
.when {{ white-space: nowrap; width: 27mm }}
.line {{ width: 14mm; text-align: right; padding-right: 3mm }}
.who {{ width: 24mm }}
.how {{ width: 18mm }}
pre, code {{ font: 8.5pt/1.4 "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace }}
.command span {{ display: inline-block; max-width: 100% }}
pre {{ background: #f3f3f3; padding: 2mm; white-space: pre-wrap; overflow-wrap: break-word }}
svg.bars {{ display: block; max-width: 100%; height: auto; margin: 1mm 0 3mm;
  break-inside: avoid }}
.finding {{ margin: 2.5mm 0 4mm; padding-left: 3mm; border-left: 2pt solid #bbb }}
.finding.serious {{ border-left: 4pt solid #a32a00 }}
.finding.warning {{ border-left: 3pt double #9a6700 }}
.finding .said {{ font-weight: 600; break-after: avoid }}
.finding .sub {{ break-after: avoid }}
.rule {{ background: #f5f5f5; padding: 1.5mm 3mm; font-size: 9.5pt;
  break-after: avoid }}
nav ol {{ columns: 2; margin: 2mm 0; padding-left: 6mm }}
nav li {{ margin: 0; padding: .4mm 0; break-inside: avoid }}
a {{ color: #00466e; text-decoration: none }}
ul li {{ margin: .8mm 0 }}
/* A checkpoint is copied as it is: its signature stays on one line. */
@media print {{ pre {{ font-size: 6.2pt; padding: 1.5mm }}
  body {{ max-width: none; padding: 0 }} }}
""".strip()

#: Colours of Okabe and Ito, each of another lightness, the gravest the darkest.
SEVERITY_COLOURS: Final = {"serious": "#a32a00", "warning": "#e69f00", "notice": "#9fd0f0"}
COLOURS: Final = (
    "#0072b2",
    "#e69f00",
    "#9fd0f0",
    "#a32a00",
    "#f0e442",
    "#555555",
    "#009e73",
    "#cc79a7",
)
