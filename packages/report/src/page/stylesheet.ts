/** The page's look: one column of text and figures, notes in the margin where there is one, A4 in print. */
import { SANS } from "../font/face.ts";
import { DARK, PALETTE } from "../figure/palette.ts";
import { printRules } from "./print-style.ts";

/** `head`: runs over every page of paper but the first. */
export function stylesheet(head: string): string {
  return `
:root { color-scheme: light dark; ${properties(PALETTE)} }
@media screen and (prefers-color-scheme: dark) { :root { ${properties(DARK)} } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.6 ${SANS}; }
main { max-width: 63rem; margin: 0 auto; padding: 4.5rem 1.5rem 6rem; }
h1, h2, h3 { font-weight: 600; line-height: 1.2; text-wrap: balance; }
h1 { font-size: 2.6rem; letter-spacing: -0.012em; margin: 0; }
h2 { font-size: 1.6rem; margin: 0 0 1.1rem; }
h3 { font-size: 1.15rem; margin: 2.6rem 0 1rem; }
h2 .number { color: var(--soft); font-weight: 400; margin-right: 0.35em; font-variant-numeric: lining-nums; }
h2.quiet { font-size: 0.8125rem; line-height: 1.3; font-weight: 600; color: var(--soft); margin: 0 0 0.9rem; }
p { margin: 0 0 1rem; max-width: 40rem; text-wrap: pretty; }
a { color: inherit; text-decoration-color: var(--rule); text-underline-offset: 0.18em; }
a:hover { text-decoration-color: currentColor; }
a:focus-visible, .scroll:focus-visible { outline: 2px solid var(--out); outline-offset: 3px; }
code { font: inherit; white-space: nowrap; background: var(--wash); padding: 0.08em 0.35em; border-radius: 2px; }
b, strong { font-weight: 600; }
small { font-size: inherit; }
:lang(ja) { line-break: strict; }
:is(h1, h2, h3, dt, th, caption, figcaption):lang(ja) { word-break: auto-phrase; }
.ci, .before { color: var(--soft); font-variant-numeric: tabular-nums lining-nums; }

.title { margin-bottom: 3rem; }
.subtitle { font-size: 1.3rem; margin: 0.5rem 0 0; max-width: none; font-variant-numeric: lining-nums; }
.subtitle span { color: var(--soft); margin-left: 0.6em; }
.facts { display: grid; grid-template-columns: 1.5fr 0.8fr 1.3fr 1fr 0.9fr; gap: 0.9rem 1.5rem; margin: 2.2rem 0 0; padding: 0.9rem 0; border-top: 1px solid var(--ink); border-bottom: 1px solid var(--hair); font-size: 0.875rem; line-height: 1.4; font-variant-numeric: tabular-nums lining-nums; }
.facts dt { color: var(--soft); font-size: 0.8125rem; }
.facts dd { margin: 0.1rem 0 0; }
.alert { font-size: 0.9375rem; line-height: 1.5; max-width: 46rem; margin: 1.8rem 0 0; padding: 0.85rem 1.1rem; border: 1px solid var(--alarm); color: var(--ink); }
.alert + .alert { margin-top: 0.7rem; }
.alert strong { color: var(--alarm); }

.key { display: grid; grid-template-columns: repeat(5, 1fr); gap: 1.5rem; margin: 0 0 2.6rem; font-variant-numeric: tabular-nums lining-nums; }
.key > div { display: flex; flex-direction: column; justify-content: space-between; }
.key dt { font-size: 0.8125rem; line-height: 1.35; margin-bottom: 0.45rem; }
.key dd { margin: 0; }
.key .big { display: block; font-size: 1.75rem; line-height: 1.15; letter-spacing: -0.015em; white-space: nowrap; }
.key .unit { font-size: 0.875rem; letter-spacing: 0; color: var(--soft); }
.key small { display: block; font-size: 0.8125rem; line-height: 1.45; min-height: 1.2em; }

.contents { margin-top: 2.2rem; border-top: 1px solid var(--hair); border-bottom: 1px solid var(--hair); padding: 0.7rem 0; font-size: 0.875rem; line-height: 1.4; }
.contents ol { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0.3rem 1.6rem; }
.contents a { text-decoration: none; }
.contents a:hover { text-decoration: underline; }
.contents .number { color: var(--soft); }

.findings ul { list-style: none; margin: 0; padding: 0; columns: 2; column-gap: 2.5rem; font-size: 0.9375rem; line-height: 1.55; }
.findings li { margin: 0 0 0.8rem; orphans: 3; widows: 3; }
.chapter { margin-top: 4.5rem; }
.block { display: grid; grid-template-columns: minmax(0, 47.5rem) 13rem; column-gap: 2.5rem; margin: 0 0 3.2rem; align-items: start; }
.block > * { min-width: 0; }
.block.full { display: block; }
.scroll { overflow-x: auto; }
.notes { font-size: 0.8125rem; line-height: 1.5; color: var(--soft); padding-top: 0.2rem; }
.notes p { margin: 0 0 0.55rem; max-width: 40rem; }
.full .notes { margin-top: 0.8rem; }
.file a { white-space: nowrap; }
figure.block { grid-template-areas: 'drawing notes' 'caption notes'; grid-template-rows: auto 1fr; }
.drawing { grid-area: drawing; }
figcaption { grid-area: caption; font-size: 0.9375rem; line-height: 1.45; margin-top: 0.7rem; }
figure .notes { grid-area: notes; }
svg { display: block; max-width: 100%; height: auto; overflow: visible; }
.whole { white-space: nowrap; }
.narrow { display: none; }

table { border-collapse: collapse; font-size: 0.9375rem; line-height: 1.35; font-variant-numeric: tabular-nums lining-nums; }
table.under { width: 100%; }
caption { text-align: left; padding: 0 0 0.7rem; font-size: 0.9375rem; line-height: 1.45; }
caption b, figcaption b { font-weight: 600; }
thead tr:first-child > * { border-top: 1px solid var(--ink); }
thead tr:last-child > * { border-bottom: 1px solid var(--rule); }
tbody tr:last-child > * { border-bottom: 1px solid var(--ink); }
tbody tr.top > *, tbody tr.group > * { border-top: 1px solid var(--hair); }
tbody tr:first-child > * { border-top: 0; }
th, td { padding: 0.27rem 0 0.27rem 1.6rem; vertical-align: baseline; }
tr > :first-child { padding-left: 0; }
th { font-weight: 400; text-align: left; }
thead th { font-size: 0.8125rem; line-height: 1.3; vertical-align: bottom; }
thead th small, tbody th small { color: var(--soft); font-size: 0.8125rem; }
thead th.group { text-align: left; font-weight: 600; }
tr.group th { font-weight: 600; padding-top: 0.7rem; }
tr.in-1 th { padding-left: 1.1rem; }
tr.in-2 th { padding-left: 2.2rem; }
tr.in-3 th { padding-left: 3.3rem; }
tbody th { white-space: nowrap; }
.n { text-align: right; white-space: nowrap; }
thead .n { white-space: normal; }
thead .n small { white-space: nowrap; }
.under thead .n small { display: block; }
.under thead th.group { border-bottom: 1px solid var(--hair); }
td.t { text-align: left; }
td.ci { font-size: 0.8125rem; padding-left: 0.5rem; text-align: left; white-space: nowrap; min-width: 4.2em; }
td.n .ci { display: block; font-size: 0.75rem; line-height: 1.35; }
.beside thead .n { text-align: left; padding-left: 2.4rem; white-space: nowrap; }
.beside td.n { padding-left: 2.4rem; }
.absent { color: var(--soft); }
.under td, .under th { padding-left: 1.1rem; }
.under tr > :first-child { padding-left: 0; }
.wide { font-size: 0.8125rem; }
.wide th, .wide td { padding-left: 0.9rem; }
.wide thead th { font-size: 0.75rem; }

.method { columns: 2; column-gap: 3rem; margin: 0; font-size: 0.9375rem; line-height: 1.5; }
.method > div { break-inside: avoid; margin: 0 0 0.95rem; }
.method dt { font-size: 0.8125rem; line-height: 1.5; font-weight: 600; }
.method dd { margin: 0; }
.files { list-style: none; margin: 0 0 1.6rem; padding: 0; font-size: 0.875rem; line-height: 1.7; color: var(--soft); columns: 2; column-gap: 3rem; }
.files a { color: var(--ink); }
.files li { break-inside: avoid; }
.missing { border-left: 3px solid var(--rule); padding: 0.1rem 0 0.1rem 1rem; }
.colophon { font-size: 0.8125rem; line-height: 1.5; color: var(--soft); }

@media screen and (max-width: 64rem) {
  .block, figure.block { display: block; }
  .notes { margin-top: 0.8rem; }
  .facts { grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); }
  .key { grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); }
}
@media screen and (max-width: 44rem) {
  main { padding: 2rem 1.1rem 4rem; }
  h1 { font-size: 2rem; }
  .subtitle span { display: block; margin: 0.1rem 0 0; }
  .facts { grid-template-columns: 1fr 1fr; }
  .chapter { margin-top: 3.2rem; }
  .contents ol { display: block; }
  .contents li { padding: 0.2rem 0; }
  .method, .files, .findings ul { columns: 1; }
  .wide { display: none; }
  .narrow { display: block; }
  table.wide { display: table; }
  table { font-size: 0.875rem; }
  .under caption { width: calc(100vw - 2.2rem); }
  td.t { min-width: 6em; }
  .beside td.n, .beside thead .n { padding-left: 0.8rem; white-space: normal; }
  td.ci { font-size: 0.75rem; padding-left: 0.35rem; min-width: 0; }
  tbody th { white-space: normal; min-width: 5.6rem; }
  tr.in-1 th { padding-left: 0.7rem; }
  tr.in-2 th { padding-left: 1.4rem; }
  tr.in-3 th { padding-left: 2.1rem; }
}
${printRules(head)}`;
}

function properties(colours: Readonly<Record<string, string>>): string {
  return Object.entries(colours)
    .map(([name, value]) => `--${name}: ${value};`)
    .join(" ");
}
