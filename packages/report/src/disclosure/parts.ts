/** Ways through a report. */
import type { Figure, Quantity, Report, Service, Table } from "@ishizue/analysis";

/** Every figure by `change`; null leaves it out. */
export function mapFigures(report: Report, change: (figure: Figure) => Figure | null): Report {
  const figures: Record<string, Figure> = {};
  for (const [id, figure] of Object.entries(report.figures)) {
    const changed = change(figure);
    if (changed !== null) figures[id] = changed;
  }
  return { ...report, figures };
}

/** Every table of the chapters by `change`; that of the exporters is not among them. */
export function mapTables(report: Report, change: (table: Table) => Table): Report {
  return {
    ...report,
    tables: Object.fromEntries(Object.entries(report.tables).map(([id, table]) => [id, change(table)])),
  };
}

export function numberIn(cell: Quantity | string | null | undefined): number | null {
  return typeof cell === "object" && cell !== null ? cell.value : null;
}

/** Services by the tables and figures of the method that are of one alone. */
export const serviceOfId: Readonly<Record<string, Service>> = {
  "table-1": "broadband",
  "table-1-corrected": "broadband",
  "table-2": "mobile",
  "table-2-corrected": "mobile",
  "table-3": "broadband",
  "table-4": "mobile",
  "fig-3": "broadband",
  "fig-4": "mobile",
  "fig-7": "broadband",
  "fig-8": "mobile",
};
