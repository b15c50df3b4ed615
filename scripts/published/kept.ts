/** The reports that the page is drawn from: what is kept of them in docs/published, and how it is read again. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Report } from "@ishizue/analysis";
import { readReport } from "@ishizue/report";

export const docs = fileURLToPath(new URL("../../docs/", import.meta.url));
/** Folder of the page's pictures and reports. */
export const folder = join(docs, "published");

/** Each is a report of its own, with the parts that the page shows. */
export const parts = {
  /** Every year's week: numbers by the year. */
  years: {
    tables: ["table-1", "table-1-corrected", "table-2", "table-2-corrected", "share", "table-3", "table-4"],
    figures: [],
  },
  /** The week of 2023 against that of 2022. */
  week: {
    tables: ["share"],
    figures: ["fig-3", "fig-4", "fig-5", "fig-6", "share", "fig-7", "fig-8"],
  },
  /** Every month, and the working day of four weeks; normalised as the published figure is. */
  months: { tables: ["growth"], figures: ["fig-1", "fig-2"] },
} as const satisfies Record<string, { tables: readonly string[]; figures: readonly string[] }>;

export type PartName = keyof typeof parts;
export const partNames = Object.keys(parts) as PartName[];
export type Reports = Readonly<Record<PartName, Report>>;

/** A report with the named tables and figures only; still one that `ishizue report --from` draws. */
export function kept(report: Report, name: PartName): Report {
  const { tables, figures }: { tables: readonly string[]; figures: readonly string[] } = parts[name];
  return {
    ...report,
    tables: Object.fromEntries(tables.map((id) => [id, present(report.tables[id], id)])),
    figures: Object.fromEntries(figures.map((id) => [id, present(report.figures[id], id)])),
  };
}

/** A report without a part that the page shows is one of the wrong store. */
function present<T>(part: T | undefined, id: string): T {
  if (part === undefined) throw new Error(`the report has no ${id}`);
  return part;
}

export async function readKept(): Promise<Reports> {
  const read = async (name: PartName): Promise<[PartName, Report]> => {
    const path = join(folder, `${name}.json`);
    return [name, readReport(await readFile(path, "utf8"), path)];
  };
  return Object.fromEntries(await Promise.all(partNames.map(read))) as Record<PartName, Report>;
}
