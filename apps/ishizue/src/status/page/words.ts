import type { ClockEstimate } from "@ishizue/receive";
import type { SamplingOriginName } from "../snapshot.ts";

const integer = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });

/** 1,234,567 */
export function count(value: number): string {
  return integer.format(value);
}

/** "1 set", "2 sets" */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** Three digits and a unit: 1.23 GB. */
export function octets(value: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let unit = 0;
  let rest = value;
  while (rest >= 999.5 && unit < units.length - 1) {
    rest /= 1000;
    unit++;
  }
  return unit === 0 ? `${count(rest)} B` : `${threeDigits(rest)} ${units[unit]}`;
}

/** A rate a second: whole from 10 on, one digit below. */
export function rate(perSecond: number): string {
  if (perSecond === 0) return "0";
  if (perSecond < 0.05) return "<0.1";
  return perSecond < 9.95 ? perSecond.toFixed(1) : count(perSecond);
}

/** A span of time in its two largest units, or one: 41 d 3 h, 2.4 s, 80 ms. */
export function span(ms: number): string {
  const whole = Math.abs(ms);
  if (whole < 999.5) return `${Math.round(whole)} ms`;
  if (whole < 9950) return `${(whole / 1000).toFixed(1)} s`;
  const seconds = Math.round(whole / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  if (hours < 48) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

export function ago(ms: number | null, nowMs: number): string {
  if (ms === null) return "never";
  return nowMs - ms < 50 ? "now" : `${span(nowMs - ms)} ago`;
}

/** 0.02 %; never 0 % where something is lost. */
export function percent(share: number): string {
  const value = 100 * share;
  if (value === 0) return "0 %";
  if (value < 0.001) return "<0.001 %";
  if (value < 0.0995) return `${value.toPrecision(2)} %`;
  return `${value < 9.95 ? value.toFixed(1) : value.toFixed(0)} %`;
}

/** The offset of a clock, in words; under a second it is right. */
export function clock({ offsetMs, jitterMs }: ClockEstimate): string {
  const jitter = jitterMs >= 500 ? `, unsteady by ${span(jitterMs)}` : "";
  if (Math.abs(offsetMs) < 1000) return `clock right to a second${jitter}`;
  return `clock ${span(offsetMs)} ${offsetMs > 0 ? "ahead" : "behind"}${jitter}`;
}

const origins: Readonly<Record<SamplingOriginName, string>> = {
  override: "as configured for it",
  record: "told by its records",
  options: "told by its options data",
  default: "the configured default",
  unknown: "told by nobody: in no estimate",
};

export function origin(name: SamplingOriginName): string {
  return origins[name];
}

/** "1 in 1,000", "every packet", "unknown" */
export function interval(samplingInterval: number | null): string {
  if (samplingInterval === null) return "unknown";
  return samplingInterval === 1 ? "every packet" : `1 in ${count(samplingInterval)}`;
}

/** What came from the network, fit for a terminal: nothing in it moves the cursor or changes a colour. */
export function safe(text: string): string {
  return text.replaceAll(/\p{C}/gu, "\ufffd");
}

function threeDigits(value: number): string {
  if (value < 9.995) return value.toFixed(2);
  return value < 99.95 ? value.toFixed(1) : value.toFixed(0);
}
