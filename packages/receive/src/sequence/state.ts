import type { SequenceUnit } from "./unit.ts";
import type { VersionTotals } from "./version.ts";

/** One sequence: JSON-safe. */
export type StreamState = {
  readonly next: number;
  readonly nextKnown: boolean;
  readonly uptimeMs: number;
  readonly exportTimeMs: number;
  readonly messages: number;
  /** The number that would confirm a new count, and how many did. */
  readonly candidate: readonly [next: number, run: number];
  /** Start, length, and the message and the arrival that they wait since. */
  readonly gaps: readonly (readonly [start: number, length: number, since: number, sinceMs: number])[];
  /** Numbers seen lately, oldest first, and what tells their duplicates. */
  readonly recent: readonly (readonly [sequence: number, stamp: number])[];
};

/** A sequence and whose it is. */
export type TrackedStreamState = StreamState & {
  readonly version: number;
  readonly observationDomainId: number;
  readonly agentAddress: readonly number[];
  readonly unit: SequenceUnit;
};

/** Everything that a tracker knows: JSON-safe and structured-cloneable. */
export type SequenceState = {
  readonly streams: readonly TrackedStreamState[];
  readonly versions: readonly Readonly<VersionTotals>[];
  readonly untracked: number;
  readonly samples: SampleState | null;
};

/** The sample sequences of an sFlow exporter. */
export type SampleState = {
  readonly sources: readonly SampleSourceState[];
  readonly totals: Readonly<Record<string, number>>;
};

export type SampleSourceState = {
  readonly agentAddress: readonly number[];
  readonly subAgent: number;
  /** Kind, type and index of the data source in one number. */
  readonly key: number;
  readonly at: readonly number[];
};

/** What was read back from a file or another thread is data: a whole number from 0, else `otherwise`. */
export function wholeOr(value: unknown, otherwise: number): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : otherwise;
}

/** A time or another amount: finite, from 0, else `otherwise`. */
export function amountOr(value: unknown, otherwise: number): number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : otherwise;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The list at `name`, or an empty one. */
export function listOf(value: Record<string, unknown>, name: string): readonly unknown[] {
  const list = value[name];
  return Array.isArray(list) ? list : [];
}
