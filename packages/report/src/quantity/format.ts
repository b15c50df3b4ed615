/**
 * Numbers as they are printed: grouped digits, a fixed number of decimals by
 * unit, and the 95 % interval rounded like the number it belongs to.
 */
import type { Quantity, Unit } from "@ishizue/analysis";

/** What stands for a number that is not known or not finite. */
export const ABSENT = "–";

/** A number in print. `interval` is empty where the number is exactly known. */
export interface Printed {
  readonly number: string;
  readonly interval: string;
  /** After a space; empty for counts and ratios. */
  readonly unit: string;
}

/** "12,345.6", with the minus sign of typography; `ABSENT` for NaN and infinities. */
export function formatNumber(value: number, decimals = 0): string {
  if (!Number.isFinite(value)) return ABSENT;
  const fixed = Math.abs(value).toFixed(decimals);
  // From 1e21 on toFixed answers in exponents, which cannot be grouped.
  if (fixed.includes("e")) return String(value);
  const [whole, fraction] = fixed.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const sign = value < 0 && Number(fixed) !== 0 ? "−" : "";
  return sign + grouped + (fraction === undefined ? "" : `.${fraction}`);
}

/**
 * Decimals for one unit over all the numbers that stand together, so that a column keeps its point.
 * % has one, as in the published tables; MB/day has one until a number passes 1,000.
 */
export function decimalsFor(unit: Unit, values: readonly number[]): number {
  if (unit === "%") return 1;
  if (unit === "1") return 3;
  if (unit !== "MB/day" && unit !== "octets/day" && unit !== "ms") return 0;
  let largest = 0;
  for (const value of values) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  return largest >= 1000 ? 0 : 1;
}

/** Whether the number has no sampling interval: a count, a setting. */
export function isExact(quantity: Quantity): boolean {
  return quantity.lower === quantity.value && quantity.upper === quantity.value;
}

/** Whether both halves of the interval are the same once rounded, give or take the last digit. */
export function isSymmetric(quantity: Quantity, decimals: number): boolean {
  const step = 10 ** -decimals;
  const above = Math.round((quantity.upper - quantity.value) / step);
  const below = Math.round((quantity.value - quantity.lower) / step);
  return Math.abs(above - below) <= 1;
}

/** "±41", or "5,415–5,497" where the halves differ or `form` asks for it. */
export function formatInterval(
  quantity: Quantity,
  decimals: number,
  form: "auto" | "range" = "auto",
): string {
  if (isExact(quantity)) return "";
  if (!Number.isFinite(quantity.lower) || !Number.isFinite(quantity.upper)) return "";
  if (form === "range" || !isSymmetric(quantity, decimals))
    return `${formatNumber(quantity.lower, decimals)}–${formatNumber(quantity.upper, decimals)}`;
  const half = Math.max(quantity.upper - quantity.value, quantity.value - quantity.lower);
  const step = 10 ** -decimals;
  return half < step / 2 ? `±<${formatNumber(step, decimals)}` : `±${formatNumber(half, decimals)}`;
}

/** A number with unit and interval, for running text and lists; octets and bits a second with their SI prefix. */
export function formatQuantity(quantity: Quantity): Printed {
  const prefix = siPrefix(quantity);
  if (prefix !== null) {
    const scaled = scale(quantity, prefix.factor);
    const decimals = prefix.factor === 1 ? 0 : decimalsOfScaled(scaled);
    return {
      number: formatNumber(scaled.value, decimals),
      interval: formatInterval(scaled, decimals),
      unit: prefix.name,
    };
  }
  const decimals = decimalsFor(quantity.unit, [quantity.value]);
  return {
    number: formatNumber(quantity.value, decimals),
    interval: formatInterval(quantity, decimals),
    unit: unitLabel(quantity.unit),
  };
}

/** Number and unit in one string that does not break over a line, without the interval: "96.8 %", "1.24 TB", "2,369 MB/day". */
export function formatPlain(quantity: Quantity): string {
  const printed = formatQuantity(quantity);
  if (printed.number === ABSENT || printed.unit === "") return printed.number;
  return `${printed.number}\u00a0${printed.unit}`;
}

/** What a unit is called after a number or in a table's head; counts and ratios need no word. */
export function unitLabel(unit: Unit): string {
  return unit === "count" || unit === "1" ? "" : unit;
}

/** An amount a day on a logarithmic axis: "10 kB", "3.2 MB", "100 GB" (decimal prefixes). */
export function formatOctets(octets: number): string {
  if (!Number.isFinite(octets)) return ABSENT;
  const prefix = octetPrefix(octets);
  const scaled = octets / prefix.factor;
  const decimals = scaled < 9.95 && Math.abs(scaled - Math.round(scaled)) > 0.01 ? 1 : 0;
  return `${formatNumber(scaled, decimals)} ${prefix.name}`;
}

interface Prefix {
  readonly factor: number;
  readonly name: string;
}

const PREFIXES = ["", "k", "M", "G", "T", "P", "E"];

function octetPrefix(octets: number): Prefix {
  const step = stepOf(octets);
  return { factor: 1000 ** step, name: `${PREFIXES[step]}B` };
}

function siPrefix(quantity: Quantity): Prefix | null {
  if (quantity.unit === "octets") return octetPrefix(quantity.value);
  if (quantity.unit === "octets/day") {
    const prefix = octetPrefix(quantity.value);
    return { factor: prefix.factor, name: `${prefix.name}/day` };
  }
  if (quantity.unit !== "bit/s") return null;
  const step = stepOf(quantity.value);
  return { factor: 1000 ** step, name: `${PREFIXES[step]}bit/s` };
}

function stepOf(value: number): number {
  if (!Number.isFinite(value) || value === 0) return 0;
  // 999.95 would print as 1,000.0 with the smaller prefix.
  const step = Math.floor(Math.log10(Math.abs(value) * 1.00005) / 3);
  return Math.min(Math.max(step, 0), PREFIXES.length - 1);
}

/** Digits of a scaled number at most: more cannot be taken in at a glance. */
const MOST_DIGITS = 5;

/** Three digits, or as many as the interval needs to show what it moves: "105 TB ±<1" says nothing, "105.2 TB ±0.2" does. */
function decimalsOfScaled(quantity: Quantity): number {
  const size = Math.abs(quantity.value);
  const whole = size < 10 ? 1 : size < 100 ? 2 : 3;
  const half = Math.max(quantity.upper - quantity.value, quantity.value - quantity.lower);
  const moved = half > 0 && Number.isFinite(half) ? Math.ceil(-Math.log10(half)) : 0;
  return Math.max(3 - whole, Math.min(moved, MOST_DIGITS - whole));
}

function scale(quantity: Quantity, factor: number): Quantity {
  return {
    value: quantity.value / factor,
    lower: quantity.lower / factor,
    upper: quantity.upper / factor,
    unit: quantity.unit,
  };
}
