/** How findings look numbers up, and which week they compare with. */
import type { Direction, Quantity, Report, Service, Table } from "@ishizue/analysis";
import { isQuantity } from "../../table/csv.ts";
import type { InLanguages } from "../language.ts";

/** A sentence of the report, by what it is about: `growth/broadband/out`. */
export interface Finding {
  readonly id: string;
  readonly text: InLanguages;
}

export const services: readonly Service[] = ["broadband", "mobile"];
export const directions: readonly Direction[] = ["out", "in"];

/** Weeks that the report's own can be compared with, oldest first: none where it was seen in part only itself. */
export function comparedWeeks(report: Report): readonly string[] {
  const short = new Set((report.weeks ?? []).filter((week) => week.short).map(({ week }) => week));
  return short.has(report.week) ? [] : report.compare.filter((week) => !short.has(week));
}

/** The last week that it is compared with; undefined where that one, or the report's own, was seen in part only. */
export function comparedWeek(report: Report): string | undefined {
  const last = report.compare.at(-1);
  return last !== undefined && comparedWeeks(report).includes(last) ? last : undefined;
}

/** null where there is no such cell, or no finite number in it. */
export function cell(table: Table | undefined, row: string, column: string): Quantity | null {
  const found = table?.rows.find(({ key }) => key === row)?.cells[column];
  return isQuantity(found) && Number.isFinite(found.value) ? found : null;
}

/** Tables of a line's daily usage. */
export const usageTableOf = { broadband: "table-1", mobile: "table-2", cloud: "" } as const;
