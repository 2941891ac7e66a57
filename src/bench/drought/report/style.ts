/** The report's look: a near-white and a near-black ground, one water blue, signals for state alone, five sizes of text. */

export const style = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#fbfcfd, #0b0f13);
  --line: light-dark(#e4e9ed, #1d252d);
  --line-strong: light-dark(#c5ced6, #33404c);
  --ink: light-dark(#111820, #e9eef3);
  --ink-soft: light-dark(#46525e, #a9b5c0);
  --ink-faint: light-dark(#62707c, #84919d);
  --water: light-dark(#0b5c8e, #6ab7ea);
  --other: light-dark(#8a4f9e, #c797da);
  --second: light-dark(#2f7f7a, #58b3ab);
  --good: light-dark(#17744a, #4fc48d);
  --bad: light-dark(#b4242c, #ff8581);
  --storm: light-dark(rgb(16 42 67 / 4%), rgb(200 225 245 / 5%));
  --mono: ui-monospace, "SF Mono", SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0;
  background: var(--ground);
  color: var(--ink);
  font: 0.875rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif;
  font-variant-numeric: tabular-nums;
}
main { max-width: 1040px; margin: 0 auto; padding: 48px 32px 64px; }
h1, h2, h3 { margin: 0; font-weight: 600; line-height: 1.25; text-wrap: balance; }
h1 { font-size: 1.75rem; letter-spacing: -0.01em; }
h2 { font-size: 1.25rem; }
h3 { font-size: 1rem; }
p { margin: 8px 0; max-width: 72ch; }
a { color: var(--water); }
code, pre { font-family: var(--mono); font-size: 0.75rem; }
section { margin-top: 64px; }
section > h3 { margin-top: 40px; }
.lead { font-size: 1rem; color: var(--ink-soft); }
.eyebrow { margin: 0 0 8px; color: var(--ink-faint); font-size: 0.75rem; }
.wordmark { display: flex; gap: 8px; align-items: center; color: var(--ink-soft); margin-bottom: 32px; font-weight: 600; }
.wordmark svg { width: 20px; height: 20px; }
.wordmark path:first-of-type { fill: var(--water); }
.wordmark path:last-of-type { fill: none; stroke: var(--ink-soft); stroke-width: 3; stroke-linecap: round; }
.scroll { overflow-x: auto; margin: 16px 0; }
.scroll:focus-visible { outline: 2px solid var(--water); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; color: var(--ink-faint); font-size: 0.75rem; padding-bottom: 8px; }
th, td { text-align: left; padding: 8px 24px 8px 0; border-bottom: 1px solid var(--line); vertical-align: top; font-weight: 400; }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--ink-faint); font-size: 0.75rem; border-bottom-color: var(--line-strong); }
tbody th { color: var(--ink-soft); }
tr.first th, tr.first td { font-size: 1rem; color: var(--ink); font-weight: 600; }
.number { text-align: right; white-space: nowrap; }
td.whole { white-space: nowrap; }
.good { color: var(--good); }
.bad { color: var(--bad); }
.aside { color: var(--ink-faint); font-size: 0.75rem; }
.verdict { margin: 40px 0 8px; }
.verdict blockquote { margin: 0; font-size: 1.25rem; line-height: 1.4; max-width: 60ch; text-wrap: pretty; overflow-wrap: anywhere; }
.verdict blockquote::before { content: "“"; }
.verdict blockquote::after { content: "”"; }
.evidence { margin: 8px 0; padding-left: 16px; color: var(--ink-soft); max-width: 80ch; overflow-wrap: anywhere; }
.evidence li { margin: 4px 0; }
.chart { margin: 32px 0 0; }
.chart figcaption { font-weight: 600; }
.unit { color: var(--ink-faint); font-weight: 400; font-size: 0.75rem; margin-left: 8px; }
.chart svg { display: block; width: 100%; height: auto; margin-top: 8px; overflow: visible; }
.chart svg.narrow { display: none; }
.tick, .mark-label { font-size: 11px; fill: var(--ink-faint); }
.mark-label { fill: var(--ink-soft); }
.label { font-size: 12px; font-weight: 600; }
.grid { stroke: var(--line); }
.axis { stroke: var(--line-strong); }
.mark { stroke: var(--ink-faint); stroke-width: 1; stroke-dasharray: 1 3; }
.storm { fill: var(--storm); }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.line.aquifer { stroke: var(--water); }
.line.ordinary { stroke: var(--other); stroke-dasharray: 6 4; }
.line.second { stroke: var(--second); }
.line.bound { stroke: var(--ink-faint); stroke-width: 1; stroke-dasharray: 2 3; }
.label.aquifer { fill: var(--water); }
.label.ordinary { fill: var(--other); }
.label.second { fill: var(--second); }
.label.bound { fill: var(--ink-faint); font-weight: 400; }
details { margin-top: 24px; }
summary { cursor: pointer; color: var(--water); }
summary:focus-visible { outline: 2px solid var(--water); outline-offset: 2px; }
pre { overflow-x: auto; padding: 16px 0; white-space: pre-wrap; overflow-wrap: anywhere; color: var(--ink-soft); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 24px; margin: 16px 0; }
dt { color: var(--ink-faint); }
dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 640px) {
  main { padding: 24px 16px 48px; }
  h1 { font-size: 1.25rem; }
  section { margin-top: 48px; }
  th, td { padding-right: 16px; }
  .verdict blockquote { font-size: 1rem; }
  .chart svg.wide { display: none; }
  .chart svg.narrow { display: block; }
  .side-by-side thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  .side-by-side tr, .side-by-side th, .side-by-side td { display: block; border: 0; padding: 0; }
  .side-by-side td { display: grid; grid-template-columns: 112px 1fr; gap: 8px; align-items: baseline; }
  .side-by-side tr { border-bottom: 1px solid var(--line); padding: 8px 0; }
  .side-by-side td::before { content: attr(data-server); color: var(--ink-faint); font-size: 0.75rem; font-weight: 400; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: 8px; }
}
@media print { main { padding: 0; max-width: none; } section { break-inside: avoid; } }
`;
