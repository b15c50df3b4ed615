/**
 * A report as the analyses give one: two weeks of an imaginary provider with
 * 48,213 broadband and 30,177 mobile lines. Made from formulas and a seed, so
 * that tests, the documentation and the drawing of figures have something real
 * to stand on. Levels follow published figures (IIR vol. 60, chapter 1).
 */
import type { Report, Table } from "@ishizue/analysis";
import { accessCorrectedTable, accessDensity, accessTable } from "./access.ts";
import { counters, exporters } from "./counters.ts";
import { coverage, density, lorenz, portWeek } from "./figures.ts";
import { corrected, correctedTable, scatter, weeks } from "./lines.ts";
import { BROADBAND_PORTS, MOBILE_PORTS, portTable, shareTable, usageTable } from "./tables.ts";
import { growthTable, monthlyTrend, weekdayHours } from "./trend.ts";
import { BEFORE, estimate, exact, HOURS, WEEK } from "./value.ts";

export function exampleReport(): Report {
  return {
    schema: "ishizue-report/1",
    software: { name: "ishizue", version: "0.1.0" },
    week: WEEK,
    compare: [BEFORE],
    timeZone: "Asia/Tokyo",
    period: { start: "2026-05-11T00:00:00+09:00", end: "2026-05-18T00:00:00+09:00" },
    knowledgeTime: "2026-05-20T03:12:44.120Z",
    revision: 3,
    seed: 1,
    quality: {
      attributedShare: estimate(98.78, 0.01, "%"),
      attributedFloor: 95,
      counters: counters(),
      exporters: exporters(),
      hoursCovered: exact(98.81, "%"),
      notes: [
        "Nothing was received in 2 of the week's 168 hours; what was sent then is in no number.",
        "In no estimate: what was lost by sequence, 1,203 numbers.",
        "In no estimate: 5,120 records of unknown sampling interval (0.00125 % of records).",
        "2026-W20: counted as consumer broadband, as the list of lines does not have them: 14 lines with a lease.",
        "2026-W20: in no table over lines, for want of a lease in the week as known at the knowledge time: 31 lines with 0.02 % of all credited octets. Records are credited as was known when they came in, or by the last re-attribution before the knowledge time; the lines of the tables are those of the knowledge time.",
      ],
    },
    calendar: "Japan",
    weeks: weeks(),
    tables: {
      growth: growthTable(),
      "table-1-corrected": correctedTable("table-1-corrected", "broadband", [166, 2369]),
      "table-1": usageTable("table-1", "broadband", 48_213, [804, 166, 224, 5456, 2369, 5012], 1.13),
      access: accessTable(),
      "access-corrected": accessCorrectedTable(),
      "table-2": usageTable("table-2", "mobile", 30_177, [14.1, 6.8, 11.2, 129.2, 56, 100], 1.2),
      share: shareTable(),
      "table-3": portTable("table-3", "broadband", BROADBAND_PORTS),
      "table-4": portTable("table-4", "mobile", MOBILE_PORTS),
    },
    figures: {
      "fig-1": monthlyTrend(),
      "fig-2": weekdayHours(),
      "fig-3": corrected(
        density("fig-3", "broadband", 48_213, { in: 8.25, out: 9.6 }, { in: 9.1e6, out: 17.9e6 }),
        1.6e6,
      ),
      access: accessDensity(),
      "fig-5": scatter("fig-5", "broadband", 48_213, { in: 8.25, out: 9.6 }),
      "fig-6": scatter("fig-6", "mobile", 30_177, { in: 7, out: 7.85 }),
      "fig-4": density("fig-4", "mobile", 30_177, { in: 7, out: 7.85 }, { in: 1.1e5, out: 2e5 }),
      share: lorenz(),
      "fig-7": portWeek("fig-7", "broadband", {
        "TCP 443": 0.57,
        "TCP 80": 0.07,
        "TCP ≥1024": 0.057,
        "UDP 443": 0.18,
      }),
      "fig-8": portWeek("fig-8", "mobile", { "TCP 443": 0.42, "TCP 80": 0.035, "UDP 443": 0.21 }),
      coverage: coverage(),
    },
  };
}

/** The same provider on its first day with the software: nothing came in, nobody held an address. */
export function emptyReport(): Report {
  const report = exampleReport();
  const table = (from: Table): Table => ({ ...from, rows: [] });
  return {
    ...report,
    compare: [],
    weeks: [],
    quality: {
      attributedShare: exact(0, "%"),
      attributedFloor: 95,
      counters: Object.fromEntries(
        Object.entries(report.quality.counters).map(([key, { unit }]) => [key, exact(0, unit)]),
      ),
      exporters: table(report.quality.exporters),
      hoursCovered: exact(0, "%"),
      notes: [],
    },
    tables: Object.fromEntries(Object.entries(report.tables).map(([id, from]) => [id, table(from)])),
    figures: {
      coverage: {
        ...coverage(),
        bitsPerSecond: HOURS.map(() => null),
        attributedShare: HOURS.map(() => null),
      },
      "fig-3": { ...density("fig-3", "broadband", 0, { in: 8, out: 9 }, { in: 1, out: 1 }), series: [] },
    },
  };
}
