import type { DecodeOutcome, FlowBatch } from "@ishizue/wire";
import { amountOr, isRecord, type SequenceState, wholeOr } from "../sequence/state.ts";
import type { SequenceChange } from "../sequence/stream.ts";
import { type SequenceLimits, SequenceTracker } from "../sequence/tracker.ts";
import { ClockSkew } from "./clock.ts";
import { MinuteRate } from "./rate.ts";
import { SeenIntervals } from "./sampling.ts";

/** What of an exporter's messages could not be read or kept, summed from `DecodeOutcome`. */
export type SessionFaults = {
  /** Messages cut short, or whose version no protocol has. */
  malformedMessages: number;
  undecodedSets: number;
  undecodedSamples: number;
  malformedSets: number;
  malformedRecords: number;
  templatesEvicted: number;
  /** Not sent again within their lifetime. */
  templatesExpired: number;
  templatesRejected: number;
  samplersRejected: number;
  namesRejected: number;
  /** Template withdrawals over UDP, which must be ignored (RFC 7011, 8.4). */
  withdrawalsIgnored: number;
};

export type SessionState = {
  readonly sequence: SequenceState;
  readonly counts: Readonly<Record<string, number>>;
  readonly bootTimeMs: number;
};

/**
 * What a collector knows of one exporter beside its templates: its sequences,
 * its clock, its pace, what it could not make itself understood with.
 *
 * One owner, as the exporter has; no I/O, no clock of its own: times are those
 * of arrival. What the kernel dropped is not here: a socket's buffer overflows
 * for all its exporters alike, and nobody can tell whose datagrams they were;
 * what this exporter lost on the whole way, those included, its sequences tell.
 */
export class ExporterSession {
  readonly sequence: SequenceTracker;
  readonly clock = new ClockSkew();
  readonly records = new MinuteRate();
  readonly intervals = new SeenIntervals();
  readonly faults: SessionFaults = {
    malformedMessages: 0,
    undecodedSets: 0,
    undecodedSamples: 0,
    malformedSets: 0,
    malformedRecords: 0,
    templatesEvicted: 0,
    templatesExpired: 0,
    templatesRejected: 0,
    samplersRejected: 0,
    namesRejected: 0,
    withdrawalsIgnored: 0,
  };
  /** Arrival, milliseconds since the epoch; 0 = none yet. */
  firstMessageMs = 0;
  lastMessageMs = 0;
  /** Arrival of the last message with a template in it; 0 = none yet. */
  lastTemplateMs = 0;
  octets = 0;
  templateChanges = 0;
  /** Data sets that waited for their template and were read when it came. */
  releasedSets = 0;
  templateWithdrawals = 0;
  /** When the exporter booted, by its own word and clock (sFlow: by ours); 0 where it does not tell (IPFIX). */
  bootTimeMs = 0;

  constructor(limits: SequenceLimits = {}) {
    this.sequence = new SequenceTracker(limits);
  }

  /** What has to go along when the exporter moves to another thread: JSON-safe. Its clock and pace are learnt anew in a minute. */
  state(): SessionState {
    const { firstMessageMs, lastMessageMs, lastTemplateMs, octets, bootTimeMs, faults } = this;
    const { templateChanges, templateWithdrawals, releasedSets } = this;
    return {
      sequence: this.sequence.state(),
      counts: {
        firstMessageMs,
        lastMessageMs,
        lastTemplateMs,
        octets,
        templateChanges,
        templateWithdrawals,
        releasedSets,
        ...faults,
      },
      bootTimeMs,
    };
  }

  /** Goes on where another session left off. What is no state is passed over. */
  restore(state: unknown): void {
    if (!isRecord(state)) return;
    this.sequence.restore(state["sequence"]);
    const counts = isRecord(state["counts"]) ? state["counts"] : {};
    this.firstMessageMs = amountOr(counts["firstMessageMs"], 0);
    this.lastMessageMs = amountOr(counts["lastMessageMs"], 0);
    this.lastTemplateMs = amountOr(counts["lastTemplateMs"], 0);
    this.octets = wholeOr(counts["octets"], 0);
    this.templateChanges = wholeOr(counts["templateChanges"], 0);
    this.templateWithdrawals = wholeOr(counts["templateWithdrawals"], 0);
    this.releasedSets = wholeOr(counts["releasedSets"], 0);
    for (const name of Object.keys(this.faults) as (keyof SessionFaults)[]) {
      this.faults[name] = wholeOr(counts[name], 0);
    }
    this.bootTimeMs = amountOr(state["bootTimeMs"], 0);
  }

  /**
   * Takes a decoded message, in order of arrival: `outcome` and the rows that
   * it appended, the last of `batch`; its `length` octets at `offset`.
   *
   * Outcomes: what its sequence number told, valid until the next call.
   */
  take(
    outcome: DecodeOutcome,
    batch: FlowBatch,
    view: DataView,
    offset: number,
    length: number,
    arrivalMs: number,
  ): Readonly<SequenceChange> {
    if (this.firstMessageMs === 0) this.firstMessageMs = arrivalMs;
    this.lastMessageMs = arrivalMs;
    this.octets += length;
    this.#countFaults(outcome);
    if (outcome.status === "decoded" || outcome.status === "truncated") {
      if (outcome.exportTimeMs > 0) this.clock.take(outcome.exportTimeMs, arrivalMs);
      if (outcome.sysUpTimeMs > 0) {
        // A clock that was never set is behind the uptime: such an exporter does not tell when it booted.
        this.bootTimeMs = Math.max(0, (outcome.exportTimeMs || arrivalMs) - outcome.sysUpTimeMs);
      }
      if (outcome.templates + outcome.optionsTemplates > 0) this.lastTemplateMs = arrivalMs;
      if (outcome.rows > 0) {
        const row = batch.rowCount - outcome.rows;
        this.records.add(outcome.rows, arrivalMs);
        this.intervals.see(batch.samplingInterval[row], batch.samplingOrigin[row], arrivalMs);
      }
    }
    const change = this.sequence.track(outcome, arrivalMs);
    if (outcome.version === 105 && outcome.status !== "tooShort") {
      this.sequence.samples.take(outcome, view, offset, length, change.restarts > 0);
    }
    return change;
  }

  #countFaults(outcome: DecodeOutcome): void {
    const { faults } = this;
    if (outcome.status !== "decoded") faults.malformedMessages++;
    faults.undecodedSets += outcome.undecodedSets;
    faults.undecodedSamples += outcome.undecodedSamples;
    faults.malformedSets += outcome.malformedSets;
    faults.malformedRecords += outcome.malformedRecords;
    faults.templatesEvicted += outcome.templatesEvicted;
    faults.templatesExpired += outcome.templatesExpired;
    faults.templatesRejected += outcome.templatesRejected;
    faults.samplersRejected += outcome.samplersRejected;
    faults.namesRejected += outcome.namesRejected;
    faults.withdrawalsIgnored += outcome.withdrawalsIgnored;
    this.templateChanges += outcome.templateChanges;
    this.releasedSets += outcome.releasedSets;
    this.templateWithdrawals += outcome.templateWithdrawals;
  }
}
