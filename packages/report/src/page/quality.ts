/** Coverage and data quality: how much of what was sent was seen, understood and credited to a line. */
import type { Quantity, Report, Table, TableRow } from "@ishizue/analysis";
import { markup, type Markup } from "../markup/markup.ts";
import { formatPlain } from "../quantity/format.ts";
import { figureBlock, tableBlock } from "./block.ts";

/** Counter of the store, what a reader calls it, and what it is a share of. */
const COUNTERS: readonly (readonly [key: string, label: string, of: readonly string[]])[] = [
  ["messages", "Messages received", []],
  ["records", "Flow records decoded", []],
  ["lost", "Lost on the way, by sequence numbers", ["messages", "lost"]],
  ["kernel_dropped", "Dropped by the kernel, packets", ["messages", "kernel_dropped"]],
  ["duplicates", "Received twice", ["messages"]],
  ["reordered", "Received out of order", ["messages"]],
  ["restarts", "Restarts of an exporter's sequence", []],
  ["unknown_template_sets", "Sets whose template was not known", []],
  ["malformed_messages", "Malformed messages", ["messages", "malformed_messages"]],
  ["malformed_sets", "Malformed sets", []],
  ["malformed_records", "Malformed records", ["records", "malformed_records"]],
  ["non_flow_records", "Records that carry no traffic", []],
  ["unknown_interval_records", "Records of unknown sampling interval, in no estimate", ["records"]],
  ["unknown_interval_octets", "… octets as sampled, not multiplied", []],
  ["multi_packet_records", "Records of more than one sampled packet", ["records"]],
  ["spread_records", "Records longer than a bin, spread over their time", ["records"]],
  ["arrival_time_records", "Records timed by arrival, their clock being off", ["records"]],
  ["attributed_octets", "Octets with a line", OCTETS()],
  ["unattributed_no_lease_octets", "Octets of addresses without a lease", OCTETS()],
  ["unattributed_other_time_octets", "Octets of addresses leased at another time", OCTETS()],
  ["unattributed_outside_octets", "Octets outside customer space", OCTETS()],
];

function OCTETS(): readonly string[] {
  return [
    "attributed_octets",
    "unattributed_no_lease_octets",
    "unattributed_other_time_octets",
    "unattributed_outside_octets",
  ];
}

/** Not printed as they are: sums that only make a mean. */
const PARTS = new Set(["skew_ms_sum", "skew_messages"]);

/** The counters of the week as a table, with each one's share of what it is a part of. */
export function qualityTable(report: Report): Table {
  const { counters } = report.quality;
  const rows: TableRow[] = [];
  const known = new Set(PARTS);
  for (const [key, label, of] of COUNTERS) {
    known.add(key);
    const amount = counters[key];
    if (amount === undefined) continue;
    rows.push({ key, label, indent: 0, cells: { amount, share: shareOf(amount, of, counters) } });
  }
  const skew = meanSkew(counters);
  if (skew !== null)
    rows.push({ key: "mean_skew", label: "Mean clock skew of the exporters", indent: 0, cells: { amount: skew, share: null } });
  for (const [key, amount] of Object.entries(counters).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    if (!known.has(key)) rows.push({ key, label: key, indent: 0, cells: { amount, share: null } });
  return {
    id: "quality",
    title: "What was received, lost and left out",
    notes: [
      "Counts are exact; amounts of octets are estimates from samples, with their 95 % interval.",
      "Shares: of messages sent, of records decoded, of octets counted at the edge.",
      ...report.quality.notes,
    ],
    columns: [
      { key: "amount", label: "Week", unit: null },
      { key: "share", label: "Share", unit: "%" },
    ],
    rows,
  };
}

export function qualitySection(report: Report): Markup {
  const { quality } = report;
  const coverage = report.figures["coverage"];
  const figure = coverage === undefined ? null : figureBlock(coverage, report);
  const exporters =
    quality.exporters.rows.length === 0
      ? markup`<p>No exporter sent anything in this week. Point the routers' flow export at the collector, or replay a capture, and write the report again.</p>
`
      : tableBlock(quality.exporters);
  return markup`<section class="chapter" aria-labelledby="quality">
<h2 id="quality">Coverage and data quality</h2>
${summary(report)}
${figure ?? markup`<p>There is no record of any hour of this week, so there is no coverage to draw.</p>
`}${tableBlock(qualityTable(report))}${exporters}</section>
`;
}

function summary({ quality, compare, week }: Report): Markup {
  const share = quality.attributedShare;
  const attributed =
    Number.isFinite(share.value) && share.value > 0
      ? markup`${formatPlain(share)} of the octets counted at the edge in ${week} are credited to a line.`
      : markup`Nothing in ${week} could be credited to a line: no lease covers the addresses that were seen. Import the week's leases with <code>ishizue import</code> and write the report again.`;
  const hours = Number.isFinite(quality.hoursCovered.value)
    ? markup` Records came in ${formatPlain(quality.hoursCovered)} of the week's hours.`
    : null;
  const compared =
    compare.length === 0
      ? markup` No other week is compared with: the tables and figures show ${week} alone. Give one with <code>--compare</code>.`
      : null;
  return markup`<p>${attributed}${hours}${compared}</p>
`;
}

function shareOf(amount: Quantity, of: readonly string[], counters: Report["quality"]["counters"]): Quantity | null {
  let whole = 0;
  for (const key of of) whole += counters[key]?.value ?? 0;
  if (!(whole > 0)) return null;
  const percent = (value: number): number => (100 * value) / whole;
  return { value: percent(amount.value), lower: percent(amount.value), upper: percent(amount.value), unit: "%" };
}

function meanSkew(counters: Report["quality"]["counters"]): Quantity | null {
  const messages = counters["skew_messages"]?.value ?? 0;
  const sum = counters["skew_ms_sum"]?.value ?? 0;
  if (!(messages > 0)) return null;
  const value = sum / messages;
  return { value, lower: value, upper: value, unit: "ms" };
}
