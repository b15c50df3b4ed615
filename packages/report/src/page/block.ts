/**
 * The two things that a page is made of besides words: a table and a figure,
 * each with its number, its caption, its notes and the files that hold it.
 */
import type { Figure, Table } from "@ishizue/analysis";
import { describeFigure, figureSheet, isDrawable, type FigureContext } from "../figure/figure.ts";
import { drawInline } from "../figure/draw.ts";
import { NARROW, WIDE } from "../figure/sheet.ts";
import { markup, trusted, type Markup } from "../markup/markup.ts";
import { tableCsv } from "../table/csv.ts";
import { isWide, tableMarkup } from "../table/table.ts";
import { readingNotes } from "./reading.ts";

/** "Table 1", "Figure 7": numbers are the method's; what the method does not number has a letter. */
const NAMES: Readonly<Record<string, string>> = {
  "table:quality": "Table A",
  "table:exporters": "Table B",
  "table:weeks": "Table C",
  "table:growth": "Table D",
  "table:table-1-corrected": "Table 1a",
  "table:access": "Table 1b",
  "table:access-corrected": "Table 1c",
  "table:table-2-corrected": "Table 2a",
  "table:table-3-pppoe": "Table 3a",
  "table:table-3-ipoe": "Table 3b",
  "table:share": "Table F",
  "figure:access": "Figure 3a",
  "figure:coverage": "Figure A",
  "figure:share": "Figure B",
};

export function tableName(id: string): string {
  return NAMES[`table:${id}`] ?? `Table ${id.replace(/^table-/, "")}`;
}

export function figureName(id: string): string {
  return NAMES[`figure:${id}`] ?? `Figure ${id.replace(/^fig-/, "")}`;
}

/** Notes said once in a section are not said again under its next table or figure. */
export type Said = Map<string, string>;

function unsaid(name: string, notes: readonly string[], said: Said): string[] {
  const fresh: string[] = [];
  const elsewhere = new Set<string>();
  for (const note of notes) {
    const place = said.get(note);
    if (place === undefined) {
      said.set(note, name);
      fresh.push(note);
    } else elsewhere.add(place);
  }
  if (elsewhere.size > 0)
    fresh.push(`The notes of ${[...elsewhere].toSorted().join(" and ")} hold here too.`);
  return fresh;
}

export function tableBlock(table: Table, said: Said = new Map()): Markup {
  const name = tableName(table.id);
  const caption = markup`<b>${name}.</b> ${table.title}`;
  const turn =
    isWide(table) && table.rows.length <= 4 && table.rows.every(({ key }) => /^\d{4}-W\d\d$/.test(key));
  const bytes = new TextEncoder().encode(tableCsv(table)).length;
  return markup`<section class="block${isWide(table) && !turn ? " full" : ""}" id="tab-${table.id}">
<div class="scroll" tabindex="0" role="region" aria-label="${name}: ${table.title}">
${tableMarkup(table, caption, turn)}
</div>
<aside class="notes">${notesMarkup(unsaid(name, table.notes, said))}
<p class="file"><a href="tables/${table.id}.csv" download>${table.id}.csv</a> ${kilobytes(bytes)}</p></aside>
</section>
`;
}

/** Null where there is nothing to draw: the section says so in words. */
export function figureBlock(figure: Figure, context: FigureContext, said: Said = new Map()): Markup | null {
  if (!isDrawable(figure)) return null;
  const description = describeFigure(figure);
  const drawings = [WIDE, NARROW].map((layout) => {
    const sheet = figureSheet(figure, context, layout);
    const id = `fig-${figure.id.replace(/^fig-/, "")}-${layout.name}`;
    return markup`<div class="${layout.name}">${trusted(drawInline({ id, title: figure.title, description, sheet }))}</div>
`;
  });
  return markup`<figure class="block" id="fig-${figure.id.replace(/^fig-/, "")}">
<div class="drawing">
${drawings}</div>
<figcaption><b>${figureName(figure.id)}.</b> ${figure.title}</figcaption>
<div class="notes" role="note">${notesMarkup([...readingNotes(figure, context), ...unsaid(figureName(figure.id), figure.notes, said)])}
<p class="file"><a href="figures/${figure.id}.svg" download>${figure.id}.svg</a></p></div>
</figure>
`;
}

function notesMarkup(notes: readonly string[]): Markup[] {
  return notes.map((note) => markup`<p>${unbroken(note)}</p>`);
}

/** Weeks and percentages do not break over a line. */
export function unbroken(text: string): (Markup | string)[] {
  // The pattern's group makes every second part a match.
  return text
    .split(/(\d{4}-W\d\d|[\d.,]+ %)/)
    .map((part, i) => (i % 2 === 1 ? markup`<span class="whole">${part}</span>` : part));
}

function kilobytes(bytes: number): string {
  return bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`;
}
