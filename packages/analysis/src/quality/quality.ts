import { estimate, exact, rounded, share } from "../quantity/quantity.ts";
import type { Quality, Quantity, Table, TableColumn } from "../result.ts";
import type { WeekHours } from "../week/hours.ts";
import { counters, counterUnits, totalOf, unattributedOctets } from "./counters.ts";
import type { Counter, CounterSums, ExporterCounters } from "./counters.ts";

/** Above this part of the records, those of more than one packet are spoken of: their variance is a lower bound. */
const multiPacketPart = 0.01;
/** Rows of the table of exporters; those with the most records stay. */
const shownExporters = 500;

/**
 * How much of what was sent was seen, understood and credited to a line, over
 * one week of quality_5m.
 *
 * `attributedFloor` in %. `hoursSeen`: hours of the week in which any exporter
 * sent. `extraNotes` (the week's clock, lines the ledger does not know, …) come
 * after the notes on the counters.
 */
export function qualityOf(
  exporters: readonly ExporterCounters[],
  hours: WeekHours,
  hoursSeen: number,
  attributedFloor: number,
  extraNotes: readonly string[],
): Quality {
  const sums = totalOf(exporters);
  const attributedShare = attributedShareOf(sums);
  const quantities: Record<string, Quantity> = {};
  for (const name of counters) quantities[name] = counterQuantity(name, sums);
  return {
    attributedShare: attributedShare ?? exact(0, "%"),
    attributedFloor,
    counters: quantities,
    exporters: exporterTable(exporters, hours),
    hoursCovered: hoursCovered(hoursSeen, hours),
    notes: [...notesOn(sums, attributedShare, attributedFloor, hoursSeen, hours), ...extraNotes],
  };
}

/** Share of the counted edge records' estimated octets with a line at one end at least, %; null without any. */
export function attributedShareOf(sums: CounterSums): Quantity | null {
  return share(
    sums.attributed_octets,
    sums.attributed_variance,
    unattributedOctets(sums),
    sums.unattributed_variance,
  );
}

export function hoursCovered(hoursSeen: number, hours: WeekHours): Quantity {
  return exact(rounded((100 * hoursSeen) / hours.count), "%");
}

/**
 * Counts are exact. Estimated octets have intervals; of the three reasons for
 * octets without a line only their sum's variance is kept, which bounds each.
 */
function counterQuantity(name: Counter, sums: CounterSums): Quantity {
  if (name === "attributed_octets") return estimate(sums[name], sums.attributed_variance, "octets");
  if (name.startsWith("unattributed_")) {
    return estimate(sums[name], sums[name] > 0 ? sums.unattributed_variance : 0, "octets");
  }
  return exact(sums[name], counterUnits[name]);
}

/** Columns of the table of exporters that are sums of counters. */
const exporterCounters = [
  { key: "messages", label: "Messages", unit: "messages", of: ["messages"] },
  { key: "records", label: "Records", unit: "records", of: ["records"] },
  { key: "lost", label: "Lost by sequence", unit: "count", of: ["lost"] },
  {
    key: "unknown_template_sets",
    label: "Sets without template",
    unit: "count",
    of: ["unknown_template_sets"],
  },
  {
    key: "malformed",
    label: "Malformed",
    unit: "count",
    of: ["malformed_messages", "malformed_sets", "malformed_records"],
  },
  {
    key: "unknown_interval_records",
    label: "Of unknown interval",
    unit: "records",
    of: ["unknown_interval_records"],
  },
  { key: "arrival_time_records", label: "Timed by arrival", unit: "records", of: ["arrival_time_records"] },
] as const satisfies readonly (TableColumn & { readonly of: readonly Counter[] })[];

function exporterTable(exporters: readonly ExporterCounters[], hours: WeekHours): Table {
  const shown = new Set(
    [...exporters].sort((a, b) => b.sums.records - a.sums.records).slice(0, shownExporters),
  );
  return {
    id: "exporters",
    title: "Exporters",
    notes: [
      "Lost by sequence: flows for NetFlow v5, messages for v9, data records for IPFIX, datagrams for sFlow.",
      "Malformed: messages, sets and records. One packet in: the sampling interval, weighted by octets.",
      "Clock skew: the exporter's clock less the arrival time, mean over its messages.",
      ...(shown.size < exporters.length
        ? [`Not shown: the ${counted(exporters.length - shown.size, "exporter")} with the fewest records.`]
        : []),
    ],
    columns: [
      ...exporterCounters.map(({ key, label, unit }): TableColumn => ({ key, label, unit })),
      { key: "sampling_interval", label: "One packet in", unit: "packets" },
      { key: "mean_skew", label: "Mean clock skew", unit: "ms" },
      { key: "attributed_share", label: "Attributed", unit: "%" },
      { key: "hours", label: "Hours covered", unit: "%" },
    ],
    rows: exporters
      .filter((exporter) => shown.has(exporter))
      .map(({ exporter, sums, hours: seen, samplingInterval }) => {
        const cells: Record<string, Quantity | null> = {};
        for (const { key, unit, of } of exporterCounters) {
          cells[key] = exact(
            of.reduce((sum, counter) => sum + sums[counter], 0),
            unit,
          );
        }
        cells["sampling_interval"] =
          samplingInterval === null ? null : exact(rounded(samplingInterval), "packets");
        cells["mean_skew"] =
          sums.skew_messages > 0 ? exact(rounded(sums.skew_ms_sum / sums.skew_messages), "ms") : null;
        cells["attributed_share"] = attributedShareOf(sums);
        cells["hours"] = hoursCovered(seen, hours);
        return { key: exporter, label: exporter, indent: 0, cells };
      }),
  };
}

function notesOn(
  sums: CounterSums,
  attributedShare: Quantity | null,
  floor: number,
  hoursSeen: number,
  hours: WeekHours,
): string[] {
  const notes: string[] = [];
  if (attributedShare === null) {
    notes.push("No counted edge record of the week has an estimate: the attributed share is not known.");
  } else if (attributedShare.value < floor) {
    notes.push(
      `The attributed share, ${attributedShare.value} %, is under the operator's floor of ${floor} %.`,
    );
  }
  if (hoursSeen < hours.count) {
    notes.push(
      `Nothing was received in ${hours.count - hoursSeen} of the week's ${hours.count} hours; what was sent then is in no number.`,
    );
  }
  if (sums.lost > 0)
    notes.push(`In no estimate: what was lost by sequence, ${counted(sums.lost, "number")}.`);
  if (sums.kernel_dropped > 0)
    notes.push(`In no estimate: ${counted(sums.kernel_dropped, "packet")} dropped by the kernel.`);
  if (sums.unknown_interval_records > 0) {
    notes.push(
      `In no estimate: ${counted(sums.unknown_interval_records, "record")} of unknown sampling interval (${percentOf(sums.unknown_interval_records, sums.records)} of records).`,
    );
  }
  if (sums.multi_packet_records > multiPacketPart * sums.records) {
    notes.push(
      `${percentOf(sums.multi_packet_records, sums.records)} of the records hold more than one sampled packet: their variance, and with it every interval, is a lower bound.`,
    );
  }
  return notes;
}

function percentOf(part: number, whole: number): string {
  return `${whole > 0 ? Number(((100 * part) / whole).toPrecision(3)) : 0} %`;
}

/** A count with its noun, as "1 line" or "1,234,567 lines". */
export function counted(count: number, noun: string): string {
  return `${String(count).replace(/\B(?=(\d{3})+$)/g, ",")} ${noun}${count === 1 ? "" : "s"}`;
}
