/** How good the data are, without how much there were. */
import type { Quality, Quantity, Table, TableRow } from "@ishizue/analysis";
import { withoutCounts } from "./notes.ts";
import { numberIn } from "./parts.ts";
import { short, widenedQuantity } from "./widen.ts";

/** What each counter is divided by. Counters that are not named, and whose base is not here, are left out. */
const octets = [
  "attributed_octets",
  "unattributed_no_lease_octets",
  "unattributed_other_time_octets",
  "unattributed_outside_octets",
];
const ofMessages = [
  "messages",
  "lost",
  "duplicates",
  "reordered",
  "kernel_dropped",
  "unknown_template_sets",
  "malformed_messages",
  "malformed_sets",
  "malformed",
];
const ofRecords = [
  "records",
  "malformed_records",
  "non_flow_records",
  "unknown_interval_records",
  "arrival_time_records",
  "spread_records",
  "multi_packet_records",
];

export function normaliseQuality(quality: Quality): Quality {
  const { counters, exporters } = quality;
  return {
    ...quality,
    attributedShare: widenedQuantity(quality.attributedShare),
    counters: normaliseCounters(counters),
    exporters: normaliseExporters(exporters),
    notes: [
      ...quality.notes.map(withoutCounts),
      "Normalised: octets are parts of those counted at the edge, sets and messages of the messages received, records of the records decoded. Counts, volumes and sampling intervals are left out.",
    ],
  };
}

function normaliseCounters(counters: Quality["counters"]): Quality["counters"] {
  const value = (key: string): number => counters[key]?.value ?? 0;
  const sum = octets.reduce((total, key) => total + value(key), 0);
  const bases = new Map<string, number>([
    ...octets.map((key) => [key, sum] as const),
    ...ofMessages.map((key) => [key, value("messages")] as const),
    ...ofRecords.map((key) => [key, value("records")] as const),
    // Two sums that only make a mean.
    ["skew_ms_sum", value("skew_messages")],
    ["skew_messages", value("skew_messages")],
  ]);
  const parts: Record<string, Quantity> = {};
  for (const [key, quantity] of Object.entries(counters)) {
    // How often something began again says nothing of the traffic.
    if (key === "restarts") parts[key] = quantity;
    const base = bases.get(key);
    if (base === undefined) continue;
    parts[key] = divide(quantity, base);
  }
  return parts;
}

/** A part of its base, which is 1; nothing of nothing. */
function divide({ value, lower, upper }: Quantity, base: number): Quantity {
  if (!(base > 0)) return { value: 0, lower: 0, upper: 0, unit: "1" };
  return widenedQuantity({
    value: short(value / base),
    lower: short(lower / base),
    upper: short(upper / base),
    unit: "1",
  });
}

/** Messages and records of each exporter against those of all, what went wrong against its kind's; "one packet in N" goes. */
function normaliseExporters(table: Table): Table {
  const total = (key: string): number =>
    table.rows.reduce((sum, row) => sum + (numberIn(row.cells[key]) ?? 0), 0);
  const [messages, records] = [total("messages"), total("records")];
  const baseOf = (key: string): number | null =>
    ofMessages.includes(key) ? messages : ofRecords.includes(key) ? records : null;
  const columns = table.columns.filter(
    ({ key, unit }) => baseOf(key) !== null || unit === "%" || unit === "ms",
  );
  return {
    ...table,
    notes: [
      ...table.notes.map((note) => withoutCounts(note.replace(/ One packet in: .*$/, ""))),
      "Normalised: messages and sets are parts of all exporters' messages, records of all exporters' records.",
    ],
    columns: columns.map((column) =>
      baseOf(column.key) === null ? column : { ...column, unit: "1" as const },
    ),
    rows: table.rows.map((row): TableRow => ({
      ...row,
      cells: Object.fromEntries(
        columns.map(({ key }) => {
          const cell = row.cells[key] ?? null;
          const base = baseOf(key);
          if (cell === null || typeof cell === "string") return [key, cell];
          return [key, base === null ? widenedQuantity(cell) : divide(cell, base)];
        }),
      ),
    })),
  };
}
