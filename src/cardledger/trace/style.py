"""How a page looks on a screen and on paper."""

from __future__ import annotations

from typing import Final

STYLE: Final = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 24px; max-width: 1080px; color: #1a1a1a; background: #fff;
  font: 14px/1.45 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif; }
h1 { font-size: 22px; margin: 0 0 4px; }
h2 { font-size: 16px; margin: 24px 0 8px; break-after: avoid; }
.moment { margin: 0 0 8px; color: #8a4b00; font-weight: 600; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(220px, 1fr)); gap: 6px 20px;
  margin: 12px 0 0; padding: 12px; background: #f5f5f2; border: 1px solid #ddd; }
dt { color: #555; font-size: 12px; }
dd { margin: 0; overflow-wrap: anywhere; }
figure { margin: 0; break-inside: avoid; }
figure > svg { width: 100%; height: auto; display: block; font-family: inherit; }
figcaption small { color: #555; }
.legend { list-style: none; margin: 8px 0 2px; padding: 0; display: flex; flex-wrap: wrap;
  gap: 4px 18px; }
.chip { display: inline-flex; align-items: center; gap: 6px; white-space: nowrap; }
table { width: 100%; border-collapse: collapse; margin-top: 12px; }
th, td { text-align: left; vertical-align: top; padding: 5px 8px; border-bottom: 1px solid #ddd; }
th { border-bottom: 2px solid #333; font-size: 12px; white-space: nowrap; }
td { overflow-wrap: anywhere; }
.when { white-space: nowrap; }
.count { text-align: right; font-variant-numeric: tabular-nums; }
tr:target { background: #fff6d6; }
.void td { background: #f7f7f7; color: #666; }
.because { color: #0b4f8a; }
.because a { color: inherit; }
.mark { color: #9a2c00; font-weight: 600; }
footer { margin-top: 24px; padding-top: 8px; border-top: 1px solid #999; font-size: 11px;
  color: #444; display: flex; flex-wrap: wrap; gap: 2px 18px; overflow-wrap: anywhere; }
footer span { max-width: 100%; }
@page { size: A4; margin: 14mm 12mm; }
@media print {
  body { padding: 0; max-width: none; font-size: 10pt; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  thead { display: table-header-group; }
  tr, dl, figure, footer { break-inside: avoid; }
  a { color: inherit; text-decoration: none; }
  th, td { padding: 3px 5px; }
  dl { grid-template-columns: repeat(4, 1fr); gap: 3px 12px; padding: 8px; }
}
"""
