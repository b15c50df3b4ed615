/** What is written of a report: nothing of a few lines, no address, and no volume where the provider does not give its size away. */
import type { Report } from "@ishizue/analysis";
import { ReportFault } from "../fault.ts";
import { nameExporters } from "./exporters.ts";
import { keepBackFewLines } from "./few-lines.ts";
import { normalise } from "./normalise.ts";
import { discloseScatter } from "./scatter.ts";

/** Fewest lines that anything may be of, where nothing else is asked for. */
export const defaultK = 10;

export interface DisclosureOptions {
  /** Nothing is told of fewer lines than these; default 10, or what a report that is drawn again was written with. */
  readonly k?: number;
  /** Divides every absolute volume by its base. */
  readonly normalise?: boolean;
  /** Names of exporters by address; the others are numbered. */
  readonly exporterNames?: ReadonlyMap<string, string>;
  /** Leaves the exporters under their addresses. */
  readonly exporterAddresses?: boolean;
}

/**
 * The report as it may be given away. What was kept back before is not there to be shown again, so doing it twice is
 * as good as once.
 *
 * Outcomes: throws ReportFault ALREADY_NORMALISED where more is to be kept back of a report whose counts are gone.
 */
export function discloseReport(report: Report, options: DisclosureOptions = {}): Report {
  const before = report.disclosure;
  const k = Math.max(options.k ?? before?.k ?? defaultK, before?.k ?? 1);
  if (before?.normalised === true && k > before.k) {
    throw new ReportFault(
      "ALREADY_NORMALISED",
      `the report is normalised and its counts of lines are gone: k cannot grow from ${before.k} to ${k}`,
      "write the report from its store, with --normalise and --k",
    );
  }
  const addresses = options.exporterAddresses === true && before?.exporterAddresses !== false;
  const named = addresses ? report : nameExporters(report, options.exporterNames ?? new Map());
  const kept =
    before !== undefined && before.k === k ? named : keepBackFewLines(discloseScatter(named, k), k);
  const normalised = before?.normalised === true || options.normalise === true;
  const written = normalised && before?.normalised !== true ? normalise(kept) : kept;
  return { ...written, disclosure: { k, normalised, exporterAddresses: addresses } };
}
