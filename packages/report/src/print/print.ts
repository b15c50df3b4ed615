/** What Chromium makes of a report: the page as PDF, the figures as PNG. */
import type { Report } from "@ishizue/analysis";
import { printPdf, printPng, type Printed } from "./chromium.ts";
import { stablePdf } from "./stable-pdf.ts";

/** Drawings that are printed at a time: each is a process of its own. */
const atATime = 2;

export interface PrintedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A drawing as a file of its own, and its size in px. */
export interface Drawing {
  /** Of the picture. */
  readonly path: string;
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** Files that could be made, and why the first of the others could not. */
export interface Prints {
  readonly files: readonly PrintedFile[];
  readonly fault: string | null;
}

/** `pages`: by the name of the PDF. */
export async function printReport(
  executable: string,
  report: Report,
  pages: ReadonlyMap<string, string>,
  drawings: readonly Drawing[],
  onPrinted: (path: string) => void,
): Promise<Prints> {
  const files: PrintedFile[] = [];
  let fault: string | null = null;
  const take = (path: string, printed: Printed): boolean => {
    if ("fault" in printed) {
      fault ??= printed.fault;
      return false;
    }
    files.push({
      path,
      bytes: path.endsWith(".pdf") ? stablePdf(printed.bytes, report.knowledgeTime) : printed.bytes,
    });
    onPrinted(path);
    return true;
  };
  for (const [path, html] of pages)
    if (!take(path, await printPdf(executable, withoutFiles(html)))) return { files, fault };
  for (let from = 0; from < drawings.length; from += atATime) {
    const some = drawings.slice(from, from + atATime);
    const printed = await Promise.all(
      some.map(({ svg, width, height }) => printPng(executable, svg, width, height)),
    );
    for (const [i, one] of printed.entries()) if (!take(some[i].path, one)) return { files, fault };
  }
  return { files, fault };
}

/** On paper there is no folder beside the page: a link into it would hold the place that it was printed at. */
export function withoutFiles(html: string): string {
  return html.replace(/<a href="(?!#)[^"]*" download>/g, "<a>");
}
