/** The look of a report: readable on paper, on a light and on a dark screen, without a script or anything fetched. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #55606f; --line: #d5dae2; --paper: #fff; --panel: #f4f6f9;
  --good: #1f7a3d; --bad: #b3261e; --warn: #8a5a00; --unknown: #6b3fa0; --info: #1f5fbf;
  --chart-good: #2f8f4e; --chart-bad: #b3261e; --chart-warning: #a76a10; --chart-info: #2f6fd0; --chart-unknown: #7a48b5; --chart-neutral: #76859a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --soft: #a3adbb; --line: #39424f; --paper: #14181e;
  --panel: #1d232b; --good: #6fce8d; --bad: #ff8f86; --warn: #f0bf62; --unknown: #c7a3f5; --info: #8db9ff;
  --chart-good: #3fae6d; --chart-bad: #ff8a80; --chart-warning: #d99a1c; --chart-info: #5f9df2; --chart-unknown: #c49bf0; --chart-neutral: #7f8fa3; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 2rem 1.5rem 4rem; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2.4rem 0 .6rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); break-after: avoid; }
h3 { font-size: 1rem; margin: 1.4rem 0 .3rem; break-after: avoid; }
p { margin: .4rem 0; }
a { color: var(--info); }
.soft, small { color: var(--soft); }
.kind { color: var(--soft); margin: 0 0 1rem; }
.glance { display: grid; grid-template-columns: repeat(3, 1fr); gap: .6rem; margin: 1.2rem 0; padding: 0; list-style: none; }
.glance li { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .8rem; }
.glance b { display: block; font-size: 1.15rem; }
.good { color: var(--good); } .bad { color: var(--bad); } .warning { color: var(--warn); } .unknown { color: var(--unknown); } .info { color: var(--info); }
table { border-collapse: collapse; width: 100%; margin: .6rem 0; font-size: .93rem; }
caption { text-align: left; color: var(--soft); padding-bottom: .3rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
.words, .quote, .timeline td, caption, small { overflow-wrap: anywhere; }
.timeline .info, .timeline .good { color: inherit; }
th { color: var(--soft); font-weight: 600; }
td.number, th.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td.state { min-width: 5rem; }
.timeline td.time { width: 1%; }
td.time { white-space: nowrap; font-variant-numeric: tabular-nums; }
dl { display: grid; grid-template-columns: 12rem 1fr; gap: .2rem 1rem; margin: .6rem 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
pre, code { font: .87rem/1.45 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .8rem; white-space: pre-wrap; overflow-wrap: anywhere; margin: .4rem 0; }
pre.output { border-left: 4px solid var(--line); }
.quote { white-space: pre-wrap; margin: .15rem 0 .15rem .8rem; padding-left: .7rem; border-left: 3px solid var(--line); }
.words { white-space: pre-wrap; }
.lead { max-width: 48rem; }
.missing { color: var(--soft); font-style: italic; }
svg { width: 100%; max-width: 56rem; height: auto; color: var(--ink); margin: .6rem 0; }
.strong td { font-weight: 600; } .strong td.quoted, .strong td .quote { font-weight: 400; }
.draft { border: 2px solid var(--warn); border-radius: 6px; padding: .5rem .8rem; margin: 1rem 0; }
nav ol { columns: 2; padding-left: 1.4rem; }
:target { outline: 3px solid var(--info); outline-offset: 2px; }
.picture { margin: 1rem 0; break-inside: avoid; } .picture img { display: block; max-width: 100%; height: auto; border: 1px solid var(--line); }
@media (max-width: 40rem) { .glance { grid-template-columns: 1fr; } dl { grid-template-columns: 1fr; } nav ol { columns: 1; } }
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #444; --line: #bbb; --paper: #fff; --panel: #f6f6f6; --good: #14532d; --bad: #7f1d1d; --warn: #6b4400; --unknown: #4c2a80; --info: #000;
    --chart-good: #2f8f4e; --chart-bad: #b3261e; --chart-warning: #a76a10; --chart-info: #2f6fd0; --chart-unknown: #7a48b5; --chart-neutral: #76859a; }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  nav { display: none; } a { text-decoration: none; }
  tr, .glance li, svg, table.short { break-inside: avoid; } caption { break-after: avoid; } thead { display: table-header-group; }
  table { font-size: .93em; }
  @page { size: A4; margin: 16mm 14mm 18mm; }
}
`.trim()

/** Numbers of the pages on paper. */
export const PAGE_NUMBERS =
  '@page { @bottom-right { content: counter(page) " of " counter(pages); font: 8pt sans-serif; color: #444; } }'
