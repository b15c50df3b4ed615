/** What Chromium makes of a report: the page as PDF, the figures as PNG. */
import type { Report } from "@ishizue/analysis";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { Chromium } from "./chromium.ts";
import { PrintFault } from "./devtools.ts";
import { stablePdf } from "./stable-pdf.ts";

/** Drawings that are printed at a time: each is a process of its own. */
const atATime = 2;

export interface PrintedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** `pages`: HTML with the name of its PDF. `fonts`: what pages and drawings ask for beside them. */
export interface ToPrint {
  readonly pages: readonly { readonly path: string; readonly pdf: string; readonly html: string }[];
  readonly drawings: readonly { readonly path: string; readonly svg: string }[];
  readonly fonts: readonly PrintedFile[];
}

/** Files that could be made, and why the first of the others could not. */
export interface Prints {
  readonly files: readonly PrintedFile[];
  readonly fault: string | null;
}

/** Ends with the signal's reason as soon as it is given. */
export async function printReport(
  executable: string,
  report: Report,
  { pages, drawings, fonts }: ToPrint,
  onPrinted: (path: string) => void,
  signal?: AbortSignal,
): Promise<Prints> {
  const folder = await mkdtemp(join(tmpdir(), "ishizue-print-"));
  const place = async (path: string, content: string | Uint8Array): Promise<string> => {
    const file = join(folder, "report", path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    return pathToFileURL(file).href;
  };
  for (const { path, bytes } of fonts) await place(path, bytes);
  const chromium = new Chromium(executable, join(folder, "home"));
  const stop = (): void => chromium.kill();
  signal?.addEventListener("abort", stop);
  const files: PrintedFile[] = [];
  const take = (path: string, bytes: Uint8Array): void => {
    files.push({ path, bytes });
    onPrinted(path);
  };
  try {
    signal?.throwIfAborted();
    for (const { path, pdf, html } of pages) {
      const url = await place(path, withoutFiles(html));
      take(pdf, stablePdf(await chromium.printPdf(url), report.knowledgeTime));
    }
    for (let from = 0; from < drawings.length; from += atATime) {
      const some = drawings.slice(from, from + atATime);
      const pictures = await Promise.all(
        some.map(async ({ path, svg }) => chromium.printPng(await place(path, svg), ...sizeOf(svg))),
      );
      pictures.forEach((bytes, i) => take(some[i].path.replace(/svg$/, "png"), bytes));
    }
    return { files, fault: null };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof PrintFault)) throw error;
    return { files, fault: error.message };
  } finally {
    signal?.removeEventListener("abort", stop);
    if (signal?.aborted === true) stop();
    await chromium.close();
    // What it leaves running a moment longer may still write into its home.
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** Width and height that a drawing says of itself, px. */
function sizeOf(svg: string): [width: number, height: number] {
  const [, width, height] = /^<svg [^>]*?width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  return [Number(width), Number(height)];
}

/** On paper there is no folder beside the page: a link into it would hold the place that it was printed at. */
export function withoutFiles(html: string): string {
  return html.replace(/<a href="(?!#)[^"]*" download>/g, "<a>");
}
