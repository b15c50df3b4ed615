import type { Report } from "@ishizue/analysis";
import { figuresOf, tablesOf } from "./contents.ts";
import { discloseReport, type DisclosureOptions } from "./disclosure/disclose.ts";
import { drawStandalone, withFonts } from "./figure/draw.ts";
import { describeFigure, figureSheet } from "./figure/figure.ts";
import { WIDE } from "./figure/sheet.ts";
import { type FontFile, fontFilesOf } from "./font/needed.ts";
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
 * Writes a report: `index.html`, `figures/<id>.svg`, `tables/<id>.csv` and `.parquet`, `fonts/`, `report.json`; with
 * Chromium `report.pdf` and `figures/<id>.png` too.
 *
 * Outcomes: the files in reading order. The same report gives the same bytes.
 * The folder is whole or as it was; throws ReportFault NOT_A_REPORT_FOLDER
 * where it holds something else, OUT_IS_MOUNT_POINT where something is mounted
 * on it, and the system's own errors. `checkOutFolder` finds these before the work.
 */
export async function writeReport(whole: Report, options: WriteOptions): Promise<WrittenFile[]> {
  const report = discloseReport(whole, options.disclosure);
  const tables = tablesOf(report);
  const drawings = drawingsOf(report, options);
  const prints = await printed(report, drawings, options);
  const pages = pagesOf(report, options, (pdf) => prints.some(({ path }) => path === pdf));
  const contents: [path: string, make: () => string | Uint8Array][] = [
    ...pages.map(({ path, html }): [string, () => string] => [path, () => html]),
    ...prints.map(({ path, bytes }): [string, () => Uint8Array] => [path, () => bytes]),
    ...drawings.map(({ path, svg }): [string, () => string] => [path, () => svg]),
    ...tables.flatMap((table): [string, () => string | Uint8Array][] => [
      [`tables/${table.id}.csv`, () => tableCsv(table)],
      [`tables/${table.id}.parquet`, () => tableParquet(table)],
    ]),
    ...(await fontsOf(pages, drawings)).map(({ path, bytes }): [string, () => Uint8Array] => [
      path,
      () => bytes,
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

/** A page of the report: its place, and the name that its PDF has where there is one. */
interface Page {
  readonly path: string;
  readonly pdf: string;
  readonly html: string;
}

/** A figure as a file of its own. */
interface Drawing {
  readonly path: string;
  readonly svg: string;
}

function pagesOf(report: Report, options: WriteOptions, isPrinted: (pdf: string) => boolean): Page[] {
  return languagesOf(options).map((language, index) => {
    const pdf = nameOf("report", "pdf", language, index);
    const html = reportPage(report, { pdf: isPrinted(pdf) ? pdf : null, language, isFirst: index === 0 });
    return { path: nameOf("index", "html", language, index), pdf, html };
  });
}

function drawingsOf(report: Report, options: WriteOptions): Drawing[] {
  return languagesOf(options).flatMap((language, index) =>
    figuresOf(report).map((id) => ({
      path: nameOf(`figures/${id}`, "svg", language, index),
      svg: figureSvg(report, id, language),
    })),
  );
}

function fontsOf(pages: readonly Page[], drawings: readonly Drawing[]): Promise<FontFile[]> {
  return fontFilesOf([...pages.map(({ html }) => html), ...drawings.map(({ svg }) => svg)]);
}

function languagesOf({ languages }: WriteOptions): readonly Language[] {
  return languages === undefined || languages.length === 0 ? ["en"] : languages;
}

/** "index.html" of the first language, "index.ja.html" of another; figures likewise. Data files are the same in all. */
function nameOf(stem: string, ending: string, language: Language, index: number): string {
  return index === 0 ? `${stem}.${ending}` : `${stem}.${language}.${ending}`;
}

/** In the order of the pages, then of the drawings. */
async function printed(
  report: Report,
  drawings: readonly Drawing[],
  options: WriteOptions,
): Promise<readonly PrintedFile[]> {
  const { chromium, onProgress, onUnprinted, signal } = options;
  if (chromium === null || chromium === undefined) return [];
  const pages = pagesOf(report, options, () => true);
  let done = 0;
  const total = pages.length + drawings.length;
  const { files, fault } = await printReport(
    chromium,
    report,
    { pages, drawings, fonts: await fontsOf(pages, drawings) },
    (path) => onProgress?.({ path, written: ++done, total }),
    signal,
  );
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
  return withFonts(
    language === "ja" ? translatePage(svg, japanese).replace("<svg ", '<svg lang="ja" ') : svg,
  );
}
