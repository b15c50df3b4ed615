/** Exporters without their addresses. */
import { isIP } from "node:net";
import type { Report, TableRow } from "@ishizue/analysis";

/**
 * Puts a name in the place of every exporter's address: the operator's, else "exporter 1" and so on in the order of the
 * table. A name that is an address is none.
 */
export function nameExporters(report: Report, names: ReadonlyMap<string, string>): Report {
  const { exporters } = report.quality;
  // A row that has been named already has no address.
  if (report.disclosure?.exporterAddresses === false) return report;
  const taken = new Set<string>();
  const rows = exporters.rows.map((row, index): TableRow => {
    const given = names.get(row.key);
    const name = given === undefined || isIP(given) !== 0 ? `exporter ${index + 1}` : given;
    const key = taken.has(name) ? `${name} (${index + 1})` : name;
    taken.add(key);
    return { ...row, key, label: key };
  });
  return { ...report, quality: { ...report.quality, exporters: { ...exporters, rows } } };
}
