/** The page on paper: A4, text and figures in a wide column, notes in a narrow one beside it, running heads and page numbers. */
import { SANS } from "../font/face.ts";
import { PALETTE } from "../figure/palette.ts";

/** What is broader than the text's column: tables of many columns, or of four weeks or more. */
const BROAD = ".block:is(.full, :has(table.under), :has(thead tr:last-child > :nth-child(5)))";

/** `head`: runs over every page but the first. */
export function printRules(head: string): string {
  const small = `font: 7.5pt ${SANS}; color: ${PALETTE.soft};`;
  return `@media print {
  @page { size: A4; margin: 21mm 16mm 18mm;
    @top-left { content: '${cssText(head)}'; ${small} }
    @bottom-right { content: counter(page) ' / ' counter(pages); ${small} } }
  @page :first { @top-left { content: none; } }
  html { font-size: 9pt; }
  main { max-width: none; padding: 0; }
  .screen, .contents, .file { display: none; }
  p { max-width: 131mm; }
  h2, h3 { break-after: avoid; }
  h2 { margin-bottom: 4mm; }
  h3 { margin: 5mm 0 2.5mm; }
  .title { margin-bottom: 6mm; }
  .facts { margin-top: 5mm; padding: 2.5mm 0; }
  .key { gap: 5mm; margin-bottom: 6mm; }
  .key .big { font-size: 1.6rem; }
  .chapter { margin-top: 9mm; }
  .findings ul { column-gap: 6mm; font-size: 0.90625rem; line-height: 1.45; }
  .findings li { margin-bottom: 1.6mm; }
  .block { grid-template-columns: 131mm 41mm; column-gap: 6mm; margin-bottom: 7mm; break-inside: avoid; }
  ${BROAD} { display: block; }
  .notes, .notes p { max-width: none; }
  .notes { line-height: 1.45; }
  ${BROAD} .notes { columns: 2; column-gap: 6mm; margin-top: 2.5mm; }
  ${BROAD} .notes p { break-inside: avoid; }
  .drawing svg { width: calc(100% * var(--share)); }
  figcaption { margin-top: 2mm; }
  .scroll { overflow: visible; }
  tr, .key, .facts, .alert, .method > div { break-inside: avoid; }
  th, td { padding-top: 0.17rem; padding-bottom: 0.17rem; }
  /* Cells of a row do not share a baseline on paper: lines of one height bring their smaller letters within half a point of it, the rest is added. */
  td.ci { line-height: calc(1.35 * 0.9375rem); padding-top: 0.217rem; }
  .under th, .under td { padding-top: 0.12rem; padding-bottom: 0.1rem; }
  .beside td.n, .beside thead .n { padding-left: 1.4rem; }
  .beside thead .n { white-space: normal; }
  .wide { font-size: 0.75rem; }
  /* What stays too broad makes Chromium print every page smaller. */
  .wide th, .wide td { padding-left: 0.5rem; }
  .wide .n, .wide .n .whole, .wide .n small, .wide tbody th { white-space: normal; }
  .wide td.n .ci { font-size: 0.6875rem; }
  .method { font-size: 0.8125rem; line-height: 1.45; column-gap: 8mm; }
  .method > div { margin-bottom: 2mm; }
  .files { column-gap: 8mm; font-size: 0.8125rem; line-height: 1.55; }
  a { text-decoration: none; }
}
`;
}

/** A text within the quotes of CSS; every character that could end them, or the style, as its number. Source: CSS Syntax 3, 4.3.7. */
function cssText(text: string): string {
  return text.replace(
    /[^\p{L}\p{N} .,():–-]/gu,
    (character) => `\\${(character.codePointAt(0) ?? 0).toString(16)} `,
  );
}
