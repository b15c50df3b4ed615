/** The head of the first page: what this is, of when, known how well, and the numbers that are asked for first. */
import type { Quantity, Report } from "@ishizue/analysis";
import { markup, type Markup } from "../markup/markup.ts";
import { ABSENT, formatNumber, formatPlain, formatQuantity } from "../quantity/format.ts";
import { quantityAt } from "../table/key-cell.ts";
import { formatInstant, formatWeek } from "../week/week.ts";

/**
 * Hours of the week with records, %, under which the title block warns. A
 * week's octets are divided by seven days whether or not they were seen: with a
 * tenth of the hours missing daily usage is about a tenth too small, far more
 * than the intervals beside it admit.
 */
const HOURS_FLOOR = 90;

/** "Broadband traffic report, week 2026-W20 (11–17 May 2026)". */
export function reportTitle(report: Report): string {
  return `Broadband traffic report, week ${report.week} (${formatWeek(report.week)})`;
}

export function titleBlock(report: Report): Markup {
  const { quality } = report;
  const compared =
    report.compare.length === 0
      ? markup`no other week`
      : report.compare.map((week, i) => markup`${i === 0 ? null : ", "}${week} (${formatWeek(week)})`);
  return markup`<header class="title">
<h1>Broadband traffic report</h1>
<p class="subtitle">Week ${report.week} <span>${formatWeek(report.week)}</span></p>
${floorStatement(report)}${hoursStatement(report)}
<dl class="facts">
<div><dt>Compared with</dt><dd>${compared}</dd></div>
<div><dt>Time zone</dt><dd>${report.timeZone}</dd></div>
<div><dt>Ledger as known at</dt><dd>${formatInstant(report.knowledgeTime)}</dd></div>
<div><dt>Traffic with a line</dt><dd>${withInterval(quality.attributedShare)}</dd></div>
<div><dt>Hours with records</dt><dd>${withInterval(quality.hoursCovered)}</dd></div>
</dl>
</header>
`;
}

/** Stands in the title block when less of the traffic has a line than the operator asks for. */
function floorStatement({ quality, week }: Report): Markup | null {
  const { value } = quality.attributedShare;
  const floor = `${formatNumber(quality.attributedFloor, 1)}\u00a0%`;
  if (value >= quality.attributedFloor) return null;
  const share =
    Number.isFinite(value) && value > 0 ? `Only ${formatPlain(quality.attributedShare)}` : "Nothing";
  if (isWithoutRecords(quality))
    return markup`<p class="alert" role="note"><strong>No data.</strong> No flow record of ${week} was received, so there is nothing to report; see <a href="#quality">Coverage and data quality</a>.</p>
`;
  return markup`<p class="alert" role="note"><strong>Below the floor.</strong> ${share} of the traffic of ${week} could be credited to a line; the operator's floor is ${floor}. Read every number per line as provisional, and see <a href="#quality">Coverage and data quality</a> for what is missing.</p>
`;
}

/** Stands in the title block when so many hours have no record that usage per day is far too small. */
function hoursStatement({ quality }: Report): Markup | null {
  const hours = quality.hoursCovered;
  if (!(hours.value < HOURS_FLOOR) || isWithoutRecords(quality)) return null;
  return markup`<p class="alert" role="note"><strong>Few hours.</strong> Records came in ${formatPlain(hours)} of the week's hours: daily usage is the octets seen, divided by seven, and so too small.</p>
`;
}

function isWithoutRecords(quality: Report["quality"]): boolean {
  return (quality.counters["records"]?.value ?? 1) === 0;
}

export function withInterval(quantity: Quantity): Markup {
  const { number, interval, unit } = formatQuantity(quantity);
  if (number === ABSENT) return markup`not known`;
  return markup`${number}${unit === "" ? null : markup` ${unit}`}${interval === "" ? null : markup` <small class="ci">${interval}</small>`}`;
}

interface KeyNumber {
  readonly label: string;
  readonly table: string;
  readonly row: (week: string) => string;
  readonly column: (week: string) => string;
}

const KEY_NUMBERS: readonly KeyNumber[] = [
  { label: "Median line, OUT", table: "table-1", row: (week) => week, column: () => "out_median" },
  { label: "Mean line, OUT", table: "table-1", row: (week) => week, column: () => "out_mean" },
  {
    label: "Heaviest 1 % of lines, share of OUT",
    table: "share",
    row: (week) => `broadband/${week}`,
    column: () => "out_top1",
  },
  { label: "TCP 443, share of octets", table: "table-3", row: () => "tcp/443", column: (week) => week },
  { label: "UDP 443, share of octets", table: "table-3", row: () => "udp/443", column: (week) => week },
];

/** Why there is no number: a line with octets, and still no share of the heaviest, is one of too few. */
function absence(report: Report, table: string): string {
  const mean = quantityAt(report, "table-1", report.week, "out_mean");
  return table === "share" && mean !== null && mean.value > 0 ? "too few lines" : "no data";
}

/** Broadband in five numbers, each with its interval and the week before. */
export function keyNumbers(report: Report): Markup {
  const before = report.compare.at(-1) ?? null;
  const items = KEY_NUMBERS.map(({ label, table, row, column }) => {
    const now = quantityAt(report, table, row(report.week), column(report.week));
    const then = before === null ? null : quantityAt(report, table, row(before), column(before));
    const { number, interval, unit } =
      now === null ? { number: ABSENT, interval: "", unit: "" } : formatQuantity(now);
    return markup`<div><dt>${label}</dt>
<dd><span class="big">${number}${unit === "" ? null : markup`<span class="unit"> ${unit}</span>`}</span>
<small class="ci">${now === null ? absence(report, table) : interval}</small>
${then === null ? null : markup`<small class="before">${before}: ${formatPlain(then)}</small>`}</dd></div>
`;
  });
  return markup`<section aria-labelledby="key-numbers">
<h2 id="key-numbers" class="quiet">Broadband in five numbers</h2>
<dl class="key">
${items}</dl>
</section>
`;
}
