import type { Report } from "@ishizue/analysis";
import { figuresOf, tablesOf } from "./contents.ts";
import { discloseReport, type DisclosureOptions } from "./disclosure/disclose.ts";
import { drawStandalone } from "./figure/draw.ts";
import { describeFigure, figureSheet } from "./figure/figure.ts";
import { WIDE } from "./figure/sheet.ts";
import { replaceFolder } from "./folder/replace.ts";
import { stableJson } from "./json/stable.ts";
import { reportPage } from "./page/page.ts";
import { printReport, type PrintedFile } from "./print/print.ts";
import { japanese } from "./words/japanese.ts";
import type { Language } from "./words/language.ts";
import { translatePage } from "./words/translate.ts";
import { tableCsv } from "./table/csv.ts";
import { tableParquet } from "./table/parquet.ts";

/** A file of the report: its path in the folder, with forward slashes, and its length. */
export interface WrittenFile {
  readonly path: string;
  readonly bytes: number;
}

export interface WriteOptions {
  /** Languages of the page, the first as `index.html`; English alone where none is named. */
  readonly languages?: readonly Language[];
  /** Path of a Chromium (`findChromium`), for `report.pdf` and `figures/<id>.png`; null or absent: neither is made. */
  readonly chromium?: string | null;
  /** In a line why Chromium could not print; what it did not print is left out. */
  readonly onUnprinted?: (fault: string) => void;
  /** Made if missing; replaced as a whole if it is a report; refused if it is anything else. */
  readonly outDir: string;
  /** What is kept back; by default nothing is told of fewer than ten lines, and no address of an exporter. */
  readonly disclosure?: DisclosureOptions;
  /** Ends the writing after the file at hand, with its reason; the folder is as it was. */
  readonly signal?: AbortSignal;
  /** After each file; `total` is known from the first call on. */
  readonly onProgress?: (progress: {
    readonly path: string;
    readonly written: number;
    readonly total: number;
  }) => void;
}

/**
 * Writes a report: `index.html`, `figures/<id>.svg`, `tables/<id>.csv` and `.parquet`, `report.json`; with Chromium
 * `report.pdf` and `figures/<id>.png` too.
 *
 * Outcomes: the files in reading order. The same report gives the same bytes.
 * The folder is whole or as it was; throws ReportFault NOT_A_REPORT_FOLDER
 * where it holds something else, OUT_IS_MOUNT_POINT where something is mounted
 * on it, and the system's own errors. `checkOutFolder` finds these before the work.
 */
export async function writeReport(whole: Report, options: WriteOptions): Promise<WrittenFile[]> {
  const report = discloseReport(whole, options.disclosure);
  const tables = tablesOf(report);
  const figures = figuresOf(report);
  const prints = await printed(report, figures, options);
  const pdfOf = (language: Language, index: number): string | null => {
    const name = nameOf("report", "pdf", language, index);
    return prints.some(({ path }) => path === name) ? name : null;
  };
  const contents: [path: string, make: () => string | Uint8Array][] = [
    ...languagesOf(options).map((language, index): [string, () => string] => [
      nameOf("index", "html", language, index),
      () => reportPage(report, { pdf: pdfOf(language, index), language, isFirst: index === 0 }),
    ]),
    ...prints.map(({ path, bytes }): [string, () => Uint8Array] => [path, () => bytes]),
    ...languagesOf(options).flatMap((language, index) =>
      figures.map((id): [string, () => string] => [
        nameOf(`figures/${id}`, "svg", language, index),
        () => figureSvg(report, id, language),
      ]),
    ),
    ...tables.flatMap((table): [string, () => string | Uint8Array][] => [
      [`tables/${table.id}.csv`, () => tableCsv(table)],
      [`tables/${table.id}.parquet`, () => tableParquet(table)],
    ]),
    ["report.json", () => stableJson(report)],
  ];
  const files: WrittenFile[] = [];
  await replaceFolder(options.outDir, async (write) => {
    for (const [path, make] of contents) {
      options.signal?.throwIfAborted();
      files.push({ path, bytes: await write(path, make()) });
      options.onProgress?.({ path, written: files.length, total: contents.length });
    }
  });
  return files;
}

function languagesOf({ languages }: WriteOptions): readonly Language[] {
  return languages === undefined || languages.length === 0 ? ["en"] : languages;
}

/** "index.html" of the first language, "index.ja.html" of another; figures likewise. Data files are the same in all. */
function nameOf(stem: string, ending: string, language: Language, index: number): string {
  return index === 0 ? `${stem}.${ending}` : `${stem}.${language}.${ending}`;
}

async function printed(
  report: Report,
  figures: readonly string[],
  options: WriteOptions,
): Promise<readonly PrintedFile[]> {
  const { chromium, onProgress, onUnprinted, signal } = options;
  if (chromium === null || chromium === undefined) return [];
  const drawings = languagesOf(options).flatMap((language, index) =>
    figures.map((id) => {
      const svg = figureSvg(report, id, language);
      const [, width, height] = /^<svg [^>]*?width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
      const path = nameOf(`figures/${id}`, "png", language, index);
      return { path, svg, width: Number(width), height: Number(height) };
    }),
  );
  const pages = new Map(
    languagesOf(options).map((language, index): [string, string] => {
      const pdf = nameOf("report", "pdf", language, index);
      return [pdf, reportPage(report, { pdf, language, isFirst: index === 0 })];
    }),
  );
  let done = 0;
  const total = pages.size + drawings.length;
  const { files, fault } = await printReport(chromium, report, pages, drawings, (path) => {
    signal?.throwIfAborted();
    onProgress?.({ path, written: ++done, total });
  });
  if (fault !== null) onUnprinted?.(fault);
  return files;
}

/** One figure as an SVG file of its own, on white. */
export function figureSvg(report: Report, id: string, language: Language = "en"): string {
  const figure = report.figures[id];
  const svg = drawStandalone({
    id,
    title: figure.title,
    description: describeFigure(figure),
    sheet: figureSheet(figure, report, WIDE),
  });
  return language === "ja" ? translatePage(svg, japanese).replace("<svg ", '<svg lang="ja" ') : svg;
}
