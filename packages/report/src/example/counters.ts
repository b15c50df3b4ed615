/** Data quality of the example: three exporters, a little of everything that goes wrong. */
import type { Quantity, Table, TableRow } from "@ishizue/analysis";
import { estimate, exact } from "./value.ts";

export function counters(): Record<string, Quantity> {
  const octets = (value: number, half: number): Quantity => estimate(value, half, "octets");
  return {
    messages: exact(18_234_411, "messages"),
    records: exact(411_200_342, "records"),
    lost: exact(1203, "messages"),
    duplicates: exact(11, "messages"),
    reordered: exact(842, "messages"),
    restarts: exact(2, "count"),
    kernel_dropped: exact(0, "packets"),
    unknown_template_sets: exact(341, "count"),
    malformed_messages: exact(3, "messages"),
    malformed_sets: exact(0, "count"),
    malformed_records: exact(0, "records"),
    non_flow_records: exact(10_211, "records"),
    unknown_interval_records: exact(5120, "records"),
    unknown_interval_octets: exact(4_100_223, "octets"),
    attributed_octets: octets(50.312e15, 2e13),
    unattributed_no_lease_octets: octets(4.1e14, 1.6e12),
    unattributed_other_time_octets: octets(1.2e14, 8e11),
    unattributed_outside_octets: octets(9.1e13, 8e11),
    arrival_time_records: exact(412, "records"),
    skew_ms_sum: exact(21_881_293, "ms"),
    skew_messages: exact(18_234_411, "messages"),
    spread_records: exact(1_044_212, "records"),
    multi_packet_records: exact(3_100_412, "records"),
  };
}

export function exporters(): Table {
  const columns = [
    { key: "messages", label: "Messages", unit: "messages" },
    { key: "records", label: "Records", unit: "records" },
    { key: "lost", label: "Lost by sequence", unit: "messages" },
    { key: "unknown_template_sets", label: "Sets without a template", unit: "count" },
    { key: "unknown_interval_records", label: "Records of unknown sampling interval", unit: "records" },
    { key: "malformed_messages", label: "Malformed messages", unit: "messages" },
    { key: "mean_skew", label: "Mean clock skew", unit: "ms" },
    { key: "attributed_share", label: "Attributed", unit: "%" },
  ] as const;
  const row = (name: string, values: readonly number[]): TableRow => ({
    key: name,
    label: name,
    indent: 0,
    cells: Object.fromEntries(
      columns.map(({ key, unit }, i) => [
        key,
        unit === "%" ? estimate(values[i], 0.05, "%") : exact(values[i], unit),
      ]),
    ),
  });
  return {
    id: "exporters",
    title: "Exporters",
    notes: [],
    columns,
    rows: [
      row("192.0.2.1", [9_120_312, 205_100_123, 1002, 200, 5120, 0, 12.2, 98.8]),
      row("192.0.2.2", [8_114_099, 186_100_219, 201, 141, 0, 3, -3.1, 98.8]),
      row("2001:db8::9", [1_000_000, 20_000_000, 0, 0, 0, 0, 0.4, 98.6]),
    ],
  };
}
