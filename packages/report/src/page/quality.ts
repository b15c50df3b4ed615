/** Coverage and data quality: how much of what was sent was seen, understood and credited to a line. */
import type { Quantity, Report, Table, TableRow, Unit } from "@ishizue/analysis";
import { markup, type Markup } from "../markup/markup.ts";
import { formatPlain } from "../quantity/format.ts";
import { formatInstant } from "../week/week.ts";
import { figureBlock, tableBlock } from "./block.ts";
import { weeksTable } from "./weeks.ts";

const OCTETS = [
  "attributed_octets",
  "unattributed_no_lease_octets",
  "unattributed_other_time_octets",
  "unattributed_outside_octets",
] as const;

/** Counter of the store, depth, what a reader calls it, and what it is a share of. */
const COUNTERS: readonly (readonly [key: string, indent: number, label: string, of: readonly string[]])[] = [
  ["messages", 0, "Messages received", []],
  ["lost", 1, "lost on the way, by sequence numbers", ["messages", "lost"]],
  ["kernel_dropped", 1, "dropped by the kernel", ["messages", "kernel_dropped"]],
  ["duplicates", 1, "received twice", ["messages"]],
  ["reordered", 1, "received out of order", ["messages"]],
  ["restarts", 1, "restarts of a sequence", []],
  ["malformed_messages", 1, "malformed messages", ["messages"]],
  ["malformed_sets", 1, "malformed sets", []],
  ["unknown_template_sets", 1, "sets whose template was not known", []],
  ["records", 0, "Flow records decoded", []],
  ["unknown_interval_records", 1, "of unknown sampling interval, in no estimate", ["records"]],
  ["unknown_interval_octets", 2, "octets in them, as sampled", []],
  ["malformed_records", 1, "malformed", ["records", "malformed_records"]],
  ["non_flow_records", 1, "without traffic, not counted above", []],
  ["multi_packet_records", 1, "of more than one sampled packet", ["records"]],
  ["spread_records", 1, "longer than a bin, spread over their time", ["records"]],
  ["arrival_time_records", 1, "timed by arrival, the exporter's clock being off", ["records"]],
  ["octets", 0, "Octets counted at the edge", []],
  ["attributed_octets", 1, "with a line", OCTETS],
  ["unattributed_no_lease_octets", 1, "of addresses without a lease", OCTETS],
  ["unattributed_other_time_octets", 1, "of addresses leased at another time", OCTETS],
  ["unattributed_outside_octets", 1, "outside customer space", OCTETS],
];

const WORD_UNITS: ReadonlySet<Unit> = new Set(["messages", "records", "packets"]);

/** Not printed as they are: sums that only make a mean. */
const PARTS = new Set(["skew_ms_sum", "skew_messages"]);

/** The counters of the week as a table, with each one's share of what it is a part of. */
export function qualityTable(report: Report): Table {
  const whole = sumOf(OCTETS.flatMap((key) => report.quality.counters[key] ?? []));
  const counters: Report["quality"]["counters"] =
    whole === null ? report.quality.counters : { octets: whole, ...report.quality.counters };
  const rows: TableRow[] = [];
  const known = new Set(PARTS);
  for (const [key, indent, label, of] of COUNTERS) {
    known.add(key);
    const amount = counters[key];
    if (amount === undefined) continue;
    // Under its own head a unit need not be said again.
    const unit = key.endsWith("_records")
      ? ""
      : WORD_UNITS.has(amount.unit) && !label.toLowerCase().includes(amount.unit)
        ? `, ${amount.unit}`
        : "";
    rows.push({ key, label: label + unit, indent, cells: { amount, share: shareOf(amount, of, counters) } });
  }
  const skew = meanSkew(counters);
  if (skew !== null)
    rows.push({
      key: "mean_skew",
      label: "Mean clock skew of the exporters",
      indent: 0,
      cells: { amount: skew, share: null },
    });
  for (const [key, amount] of Object.entries(counters).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    if (!known.has(key)) rows.push({ key, label: key, indent: 0, cells: { amount, share: null } });
  return {
    id: "quality",
    title: "What was received, lost and left out",
    notes: [
      "Counts are exact; amounts of octets are estimates from samples, with their 95 % interval.",
      "Shares: of messages (lost and dropped: of those sent), of records decoded, of octets counted at the edge.",
      ...report.quality.notes,
    ],
    columns: [
      { key: "amount", label: report.week, unit: null },
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
      ? markup`<p>No exporter sent anything in this week.</p>
`
      : tableBlock(quality.exporters);
  return markup`<section class="chapter" aria-labelledby="quality">
<h2 id="quality">Coverage and data quality</h2>
${summary(report)}
${
  figure ??
  markup`<p>There is no record of any hour of this week, so there is no coverage to draw.</p>
`
}${tableBlock(qualityTable(report))}${exporters}${(report.weeks ?? []).length === 0 ? null : tableBlock(weeksTable(report))}</section>
`;
}

function summary(report: Report): Markup {
  const { quality, compare, week } = report;
  const share = quality.attributedShare;
  if ((quality.counters["records"]?.value ?? 1) === 0)
    return markup`<p>No flow record of ${week} was received. Point the routers' flow export at the collector, or replay a capture of the week, and write the report again.</p>
`;
  const attributed =
    Number.isFinite(share.value) && share.value > 0
      ? markup`${formatPlain(share)} of the octets counted at the edge in ${week} are credited to a line.`
      : markup`Nothing in ${week} could be credited to a line: no lease covers the addresses that were seen. Import the leases with <code>ishizue import leases FILE</code> before the traffic is received or replayed, and write the report again.`;
  const hours = Number.isFinite(quality.hoursCovered.value)
    ? markup` Records came in ${formatPlain(quality.hoursCovered)} of the week's hours.`
    : null;
  const compared =
    compare.length === 0
      ? markup` No other week is compared with: the tables and figures show ${week} alone. Give one with <code>ishizue report --compare WEEK</code>.`
      : null;
  return markup`<p>${attributed}${populationStatement(report)}${hours}${compared}</p>
`;
}

/** Where traffic has a line and no table has one: the two are not of the same moment. */
function populationStatement(report: Report): Markup | null {
  const counted = ["table-1", "table-2"].some((id) =>
    report.tables[id]?.rows.some(({ key }) => key === report.week),
  );
  const keptBack = ["table-1", "table-2"].some((id) => report.tables[id]?.rows.length === 0);
  if (counted || keptBack || !(report.quality.attributedShare.value > 0)) return null;
  return markup` That was decided as the records came in, or when the ledger learned better; the lines that the tables count are those of the ledger as known at ${formatInstant(report.knowledgeTime)}, and it has no consumer line with a lease in this week.`;
}

/** The sum of independent estimates: their halves of the interval add as squares. Null for none. */
function sumOf(parts: readonly Quantity[]): Quantity | null {
  if (parts.length === 0) return null;
  let value = 0;
  let below = 0;
  let above = 0;
  for (const part of parts) {
    value += part.value;
    below += (part.value - part.lower) ** 2;
    above += (part.upper - part.value) ** 2;
  }
  return { value, lower: value - Math.sqrt(below), upper: value + Math.sqrt(above), unit: parts[0].unit };
}

function shareOf(
  amount: Quantity,
  of: readonly string[],
  counters: Report["quality"]["counters"],
): Quantity | null {
  let whole = 0;
  for (const key of of) whole += counters[key]?.value ?? 0;
  if (!(whole > 0)) return null;
  const percent = (value: number): number => (100 * value) / whole;
  return {
    value: percent(amount.value),
    lower: percent(amount.value),
    upper: percent(amount.value),
    unit: "%",
  };
}

function meanSkew(counters: Report["quality"]["counters"]): Quantity | null {
  const messages = counters["skew_messages"]?.value ?? 0;
  const sum = counters["skew_ms_sum"]?.value ?? 0;
  if (!(messages > 0)) return null;
  const value = sum / messages;
  return { value, lower: value, upper: value, unit: "ms" };
}
