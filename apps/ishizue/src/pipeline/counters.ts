/** What a pipeline counts, in the order of its array. */
export const COUNTERS = [
  "datagrams",
  "octets",
  "records",
  "optionsRecords",
  "templates",
  "templatesLearned",
  "unknownVersion",
  "malformedMessages",
  "undecodedSets",
  "malformedSets",
  "malformedRecords",
  "nonFlowRecords",
  "natEvents",
  "natEventsLost",
  "attributed",
  "unknownInterval",
  "timedByArrival",
  "unknownRoutingDomain",
  "heldSets",
  "releasedSets",
  "droppedSets",
  "refusedDatagrams",
  "strayDatagrams",
  "strayDatagramsLost",
  "waitingRows",
  "rowsLost",
  "rowsDurable",
] as const;

export type CounterName = (typeof COUNTERS)[number];

/** A counter's place in the array. */
export const Counter = Object.fromEntries(COUNTERS.map((name, index) => [name, index])) as Readonly<
  Record<CounterName, number>
>;

/**
 * Counters by name, as they stood at one moment.
 *
 * `templates`: received; `templatesLearned`: messages with one that was not known
 * so. `undecodedSets`: without a template when they came; of these `heldSets` wait
 * or waited for it, `releasedSets` were decoded when it came, `droppedSets` were
 * given up. `refusedDatagrams`: of exporters past `limits.exporters`.
 * `strayDatagrams`: received by another worker than the one that has their
 * exporter, and passed on; `strayDatagramsLost`: past the bound of that, or of
 * what waits for a move to end. `waitingRows`: in a
 * batch, not yet on their way to the disk. `rowsLost`: refused by the spool or
 * given up because the disk did not keep up. `rowsDurable`: in the spool.
 * `attributed`: records with a line at one end at least. `unknownInterval`:
 * records of unknown sampling interval, in no estimate. `timedByArrival`:
 * records whose own time was missing or out of bound. `unknownRoutingDomain`:
 * records with an end in a VRF or VNI that the configuration names in no domain.
 * `natEvents`: of NATs, taken for the ledger; `natEventsLost`: more than one
 * message may bring.
 */
export type PipelineCounters = Record<CounterName, number>;

/** The counters of one pipeline, in memory that other threads read too. */
export function makeCounts(shared = new SharedArrayBuffer(8 * COUNTERS.length)): Float64Array {
  return new Float64Array(shared);
}

/** The sums of several pipelines' counters. */
export function sumCounts(all: readonly Float64Array[]): PipelineCounters {
  const sums = Object.fromEntries(COUNTERS.map((name) => [name, 0])) as PipelineCounters;
  for (const counts of all) {
    for (let index = 0; index < COUNTERS.length; index++) sums[COUNTERS[index]] += counts[index];
  }
  return sums;
}
