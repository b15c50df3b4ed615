/** Every text that a reader may meet has its Japanese: those of the sources, and those of whole reports. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Figure, Quantity, Report, Table, TableRow } from "@ishizue/analysis";
import { figuresOf } from "../contents.ts";
import { discloseReport } from "../disclosure/disclose.ts";
import { emptyReport, exampleReport } from "../example/example.ts";
import { reportPage } from "../page/page.ts";
import { figureSvg } from "../write.ts";
import { latinWords } from "./latin.fixture.ts";
import { japanese } from "./japanese.ts";
import { type Literal, literalsOf } from "./literals.fixture.ts";
import { translate } from "./translate.ts";

const analysis = fileURLToPath(new URL("../../../analysis/src/", import.meta.url));
const report = fileURLToPath(new URL("../", import.meta.url));

/** What may stand where a source puts a value into a text, by what its expression says; else any of the last. */
const samples: readonly (readonly [expression: RegExp, values: readonly string[]])[] = [
  [/\bweek|\bmain\.|weeks\[/, ["2026-W20", "12"]],
  [/lineClass/, ["consumer"]],
  [/\b[sS]ervice/, ["broadband", "Broadband"]],
  [/direct|^name$/, ["OUT", "2026-W20", "2026-05"]],
  [/percent|[sS]hare|rounded|toPrecision/, ["12", "12 %"]],
  [/[aA]ccess|without/, ["IPoE", ""]],
  [/ids\./, ["table-1", "broadband"]],
  [/^label$/, ["median"]],
  [/parts\.join/, ["12 % of octets in 2026-W20, 10 % of octets in 2025-W20"]],
  [/gone/, ["Broadband 2026-W20: the heaviest 1 %, mobile 2026-W20 OUT, 2025-W20"]],
  [/^few(?:er)?$/, ["Broadband 2026-W20 (12), Mobile 2025-W20"]],
  [/ more/, ["", " and 3 more"]],
  [/named\.join/, ["2026-05, 2026-04"]],
  [/named/, ["broadband 2023-05, mobile 2024-05"]],
  [/./, ["12", "2026-W20", "2026-05", "Japan", "first term", "2026-W20 OUT", ""]],
];
/** Tries at the most to find values under which a text is one that is known. */
const mostTries = 20_000;

function sourcesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !/\.(?:test|fixture)\.ts$/.test(name))
    .map((name) => join(folder, name))
    .toSorted();
}

/** What the analyses and disclosure say: notes end with a full stop; titles and labels stand under these keys. */
function isSaid({ parts, before }: Literal): boolean {
  if (/\b(?:Error|assert\S*)\([^)]*$|=>\s*new \w+Error/.test(before)) return false;
  const text = parts.join("…");
  if (/\b(?:title|label|heading)\s*:\s*$/.test(before)) return /[a-z]/.test(text);
  return /^[A-Z$1-9…]/.test(text) && / \S.* /.test(text) && text.endsWith(".");
}

/** Values to put into each place: the texts of its own expression, those of a constant of the file, or samples. */
function choicesOf({ holes }: Literal, source: string): string[][] {
  return holes.map((hole) => {
    const [, constant] =
      new RegExp(`const ${/^\w+$/.test(hole) ? hole : "-"} = "([^"]*)";`).exec(source) ?? [];
    if (constant !== undefined) return [constant];
    const nouns = [...hole.matchAll(/counted\([^"]*"(\w+)"/g)].map(([, noun]) => `12 ${noun}s`);
    if (nouns.length > 0) return nouns;
    const own = literalsOf(hole).flatMap(({ parts, holes: inner }) => (inner.length === 0 ? parts : []));
    const [, fitting] = samples.find(([expression]) => expression.test(hole)) ?? [];
    return [...own.filter((text) => /[a-z]/.test(text)), ...(fitting ?? [])];
  });
}

/** Whether some values make a text of it that has its Japanese. */
function hasJapanese(literal: Literal, source: string): boolean {
  const choices = choicesOf(literal, source);
  const total = Math.min(
    mostTries,
    choices.reduce((product, { length }) => product * length, 1),
  );
  for (let index = 0; index < total; index++) {
    let rest = index;
    const values = choices.map((list) => {
      const value = list[rest % list.length];
      rest = Math.floor(rest / list.length);
      return value;
    });
    const text = literal.parts.map((part, i) => part + (values[i] ?? "")).join("");
    if (latinWords(translate(text, japanese)).length === 0) return true;
  }
  return false;
}

test("every title, label and note of the analyses and of disclosure has its Japanese", () => {
  const folders = [analysis, join(report, "disclosure"), join(report, "page", "weeks.ts")];
  const unknown: string[] = [];
  let said = 0;
  for (const folder of folders) {
    for (const path of folder.endsWith(".ts") ? [folder] : sourcesOf(folder)) {
      const source = readFileSync(path, "utf8");
      for (const literal of literalsOf(source).filter(isSaid)) {
        said++;
        if (!hasJapanese(literal, source))
          unknown.push(`${path.slice(report.length)}: ${literal.parts.join("…")}`);
      }
    }
  }
  assert.ok(said > 80, `${said} texts found`);
  assert.deepEqual(unknown, []);
});

/** A page's words without drawings' coordinates, style, code and names: runs between its tags, and labels for those who hear it. */
function runsOf(markup: string): string[] {
  const text = markup
    .replace(/<style[\s\S]*?<\/style>|<code>[\s\S]*?<\/code>/g, "")
    .replace(/<(\w+)[^>]* translate="no"[^>]*>[^<]*<\/\1>/g, "")
    .replace(/<a href="(?!#)[^"]*" download>[^<]*<\/a>/g, "");
  const labels = [...text.matchAll(/ aria-label="([^"]*)"/g)].map(([, label]) => label);
  return [...labels, ...text.replace(/<\/?(?:span|i|b|strong|small|a)\b[^>]*>/g, "").split(/<[^>]*>/)];
}

/** Latin words of a text beside names of ports, of the schema and of time zones. */
function englishIn(markup: string): string[] {
  return runsOf(markup)
    .map((run) => run.trim().replace(/\([a-z0-9-]+\)$/, ""))
    .filter((run) => latinWords(run.replace(/ishizue-report\/\d+|&\w+;/g, "")).length > 0);
}

/** Reports with as much of what can be said as there is: whole, of nothing, of few lines, normalised, of weeks that hardly compare. */
function reports(): Record<string, Report> {
  const whole = exampleReport();
  const weeks = whole.weeks ?? [];
  const few = { ...whole, weeks: weeks.map((week) => ({ ...week, lines: [] })) };
  const none = exampleWithShare({ value: 0, lower: 0, upper: 0, unit: "%" });
  return {
    whole,
    nothing: emptyReport(),
    disclosed: discloseReport(whole, { k: 40_000 }),
    "of few lines": discloseReport(few, { k: 100 }),
    "of few among the heaviest": discloseReport(whole, { k: 320 }),
    normalised: discloseReport(whole, { normalise: true }),
    "named exporters": discloseReport(whole, { exporterNames: new Map([["192.0.2.1", "Lines"]]) }),
    alone: { ...whole, compare: [], weeks: weeks.slice(-1) },
    "without leases": none,
    "under the floor": exampleWithShare({ value: 61.3, lower: 60.9, upper: 61.7, unit: "%" }),
    "without mobile": without(whole, ["table-2", "table-4"], ["fig-4", "fig-6", "fig-8"]),
    "without months": without(whole, ["growth"], ["fig-1", "fig-2"]),
    "of months counted in part": withTable(whole, "growth", (table) => ({
      ...table,
      notes: ["Of 2025-05 168 of 744 hours were counted, under 95 %: no growth is told from it."],
      rows: table.rows.map(withoutCells),
    })),
    "of a handful of lines": without(
      withTable(whole, "share", (table) => ({ ...table, rows: table.rows.map(withoutCells) })),
      [],
      ["share"],
    ),
    "of lines outside the window": { ...whole, figures: { ...whole.figures, "fig-3": emptyDensity(whole) } },
    "beside an empty ledger": {
      ...without(whole, ["table-1", "table-2"], []),
      knowledgeTime: "2000-01-01T00:00:00.000Z",
    },
  };
}

function exampleWithShare(attributedShare: Quantity): Report {
  const report = exampleReport();
  const hoursCovered = { value: 40, lower: 40, upper: 40, unit: "%" } as const;
  return { ...report, quality: { ...report.quality, attributedShare, hoursCovered } };
}

function withTable(report: Report, id: string, change: (table: Table) => Table): Report {
  return { ...report, tables: { ...report.tables, [id]: change(report.tables[id]) } };
}

function withoutCells({ key, label, indent }: TableRow): TableRow {
  return { key, label, indent, cells: {} };
}

function emptyDensity({ figures }: Report): Figure {
  const figure = figures["fig-3"];
  assert.ok(figure.kind === "density");
  return { ...figure, series: [] };
}

function without(report: Report, tables: readonly string[], figures: readonly string[]): Report {
  const rest = <T>(of: Readonly<Record<string, T>>, gone: readonly string[]): Record<string, T> =>
    Object.fromEntries(Object.entries(of).filter(([id]) => !gone.includes(id)));
  return { ...report, tables: rest(report.tables, tables), figures: rest(report.figures, figures) };
}

for (const [name, one] of Object.entries(reports())) {
  test(`the Japanese page of a report ${name} has no English word left, nor have its figures`, () => {
    const pdf = name === "nothing" ? null : "report.pdf";
    assert.deepEqual(englishIn(reportPage(one, { language: "ja", pdf })), []);
  });
}

test("a figure by itself has no English word left", () => {
  const report = exampleReport();
  for (const id of figuresOf(report)) assert.deepEqual(englishIn(figureSvg(report, id, "ja")), [], id);
});

test("an English page is full of English words, by the same measure", () => {
  assert.ok(englishIn(reportPage(exampleReport())).length > 100);
});
