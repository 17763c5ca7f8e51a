/** Style of the page: one column, quiet, the same on paper. */
export const PAGE_STYLE = `
:root { color-scheme: light; --ink: #1f2430; --soft: #5b6370; --line: #dfe2e7; --wash: #f6f7f9; --accent: #0072b2; --warn: #8a4b00; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: #fff; font: 16px/1.55 "Helvetica Neue", Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 6px; text-wrap: balance; }
h2 { font-size: 1.3rem; margin: 52px 0 12px; }
h3 { font-size: 1.05rem; margin: 0 0 4px; }
p { margin: 0 0 10px; max-width: 74ch; }
small, .soft { color: var(--soft); font-weight: 400; }
small { font-size: .82em; }
a { color: var(--accent); }
nav { margin: 12px 0 0; font-size: .88rem; }
nav a { display: inline-block; margin-right: 16px; }
.verdict { margin: 26px 0; padding: 20px 24px; background: var(--wash); border-left: 5px solid var(--accent); border-radius: 4px; }
.verdict p:first-child { font-size: 1.28rem; line-height: 1.38; font-weight: 600; max-width: none; }
.verdict ul, .notes ul { margin: 0; padding-left: 20px; }
.verdict li { margin: 3px 0; }
.notes { margin: 18px 0; padding: 12px 20px; border-left: 5px solid #e69f00; background: #fdf8ee; border-radius: 4px; font-size: .93rem; }
.notes b { color: var(--warn); }
.scroll { overflow-x: auto; }
.scroll + h3 { margin-top: 28px; }
table { border-collapse: collapse; width: 100%; font-size: .86rem; font-variant-numeric: tabular-nums; }
thead th { text-align: right; vertical-align: bottom; font-weight: 600; padding: 6px 8px; border-bottom: 2px solid var(--ink); line-height: 1.25; }
thead th small { display: block; }
thead th:first-child, tbody th { text-align: left; }
tbody th { font-weight: 400; white-space: nowrap; }
tbody th, tbody td { padding: 6px 8px; border-bottom: 1px solid var(--line); }
tbody td { text-align: right; white-space: nowrap; }
td small, tbody th small { display: block; }
tbody th small { padding-left: 17px; font-weight: 400; }
tr.learner th { font-weight: 600; }
tr.learner { background: #f2f8fc; }
tr.ceiling, tr.reference { color: var(--soft); font-style: italic; }
.dot { display: inline-block; width: 9px; height: 9px; border-radius: 50%; margin-right: 8px; }
table.words td, table.words th { text-align: left; white-space: normal; vertical-align: top; }
details { margin: 10px 0; }
summary { cursor: pointer; font-weight: 600; font-size: .93rem; }
figure { margin: 0 0 44px; }
figcaption { color: var(--soft); font-size: .9rem; max-width: 84ch; margin-bottom: 8px; }
.chart.chart { display: block; overflow-x: auto; }
.chart svg { max-width: 100%; height: auto; }
.files { font-size: .82rem; }
.files a { margin-right: 14px; }
@media (max-width: 640px) { main { padding: 18px 14px 40px; } h1 { font-size: 1.4rem; } .verdict p:first-child { font-size: 1.08rem; } .chart svg { min-width: 560px; } }
@media print {
  @page { margin: 14mm; }
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  nav, .files { display: none; }
  figure, .verdict, .notes, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  table { font-size: 7.6pt; }
  tbody th, tbody td, thead th { padding: 3px 4px; }
  .scroll, .chart { overflow: visible; }
  .verdict, .notes, .dot, tr.learner { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
`;
