import type { DecodeOutcome } from "@ishizue/wire";
import { SampleTracker } from "./samples.ts";
import { isRecord, listOf, type SequenceState, wholeOr } from "./state.ts";
import type { SequenceChange } from "./stream.ts";
import { TrackedStream } from "./tracked-stream.ts";
import { isRecordUnit, isSequenceUnit, sequenceUnit, type SequenceUnit } from "./unit.ts";
import { newVersionTotals, restoreVersionTotals, type VersionTotals } from "./version.ts";

/** What the tracker reads of a decoded message. */
export type SequencedMessage = Pick<
  DecodeOutcome,
  | "status"
  | "version"
  | "observationDomainId"
  | "sequenceNumber"
  | "sysUpTimeMs"
  | "exportTimeMs"
  | "dataRecords"
  | "optionsRecords"
  | "undecodedSets"
  | "malformedSets"
  | "malformedRecords"
  | "agentAddress"
>;

export type SequenceLimits = {
  /** Sequences of messages an exporter: its observation domains, its sFlow agents. */
  streams?: number;
  /** sFlow data sources an exporter. */
  samples?: number;
};

/** Sums over everything that a tracker was given. */
export type SequenceTotals = {
  /** Of numbers that count messages or datagrams (NetFlow v9, sFlow). */
  lostMessages: number;
  /** Of numbers that count flows or records (NetFlow v5, IPFIX). */
  lostRecords: number;
  duplicates: number;
  reordered: number;
  restarts: number;
  /** Messages not tracked because `limits.streams` was reached. */
  untracked: number;
};

/**
 * Tells loss, duplicates, reordering and restarts of one exporter by the
 * sequence numbers of its messages, for each observation domain and protocol
 * version by itself (sFlow: agent address and sub-agent).
 *
 * What the numbers count: NetFlow v5 and v7 flows before this message (Cisco
 * NetFlow export formats); v9 messages (RFC 3954, 5.1); IPFIX data records,
 * those of options templates included, before this message (RFC 7011, 3.1);
 * sFlow datagrams (sFlow Version 5), and in `samples` the samples of each data
 * source. Where an exporter's v9 or IPFIX numbers are found to count something
 * else, they are read so from then on, and its totals go on under that unit.
 * Bounded by `limits.streams`; no I/O, no clock.
 */
export class SequenceTracker {
  /** Samples by their own numbers; nothing in it without sFlow. */
  readonly samples: SampleTracker;
  readonly #limit: number;
  readonly #streams = new Map<number, TrackedStream[]>();
  #count = 0;
  #untracked = 0;
  readonly #change: SequenceChange = { unit: "none", lost: 0, duplicates: 0, reordered: 0, restarts: 0 };
  readonly #versions: VersionTotals[] = [];
  #last: VersionTotals | undefined = undefined;
  /** Of the last message: most exporters have one. */
  #recent: TrackedStream | null = null;

  constructor(limits: SequenceLimits = {}) {
    this.#limit = limits.streams ?? 1024;
    this.samples = new SampleTracker(limits);
  }

  /** Exporting processes tracked. */
  get streams(): number {
    return this.#count;
  }

  /** What each protocol version told, by the unit of its numbers, in the order of their first messages. */
  get versions(): readonly Readonly<VersionTotals>[] {
    return this.#versions;
  }

  /** Sums over all versions. */
  get totals(): SequenceTotals {
    const totals: SequenceTotals = {
      lostMessages: 0,
      lostRecords: 0,
      duplicates: 0,
      reordered: 0,
      restarts: 0,
      untracked: this.#untracked,
    };
    for (const version of this.#versions) {
      if (isRecordUnit(version.unit)) totals.lostRecords += version.lost;
      else totals.lostMessages += version.lost;
      totals.duplicates += version.duplicates;
      totals.reordered += version.reordered;
      totals.restarts += version.restarts;
    }
    return totals;
  }

  /**
   * Takes a message in order of arrival. `arrivalMs`: when; 0 where gaps are to
   * wait for messages alone.
   *
   * Outcomes: what it told; all zero for messages that carry no number. `lost`
   * counts what was given up now, `windowMessages` messages or `windowMs` after
   * its gap. The object is reused: valid until the next call.
   */
  track(message: SequencedMessage, arrivalMs = 0): Readonly<SequenceChange> {
    const change = this.#clear();
    if (message.status !== "decoded" && message.status !== "truncated") return change;
    const declared = sequenceUnit(message.version);
    const stream = declared === "none" ? null : this.#stream(message, declared);
    const unit = stream?.learn(message) ?? declared;
    const version = this.#version(message.version, unit);
    version.messages++;
    version.records += message.dataRecords + message.optionsRecords;
    change.unit = unit;
    if (declared === "none") return change;
    if (stream === null) {
      this.#untracked++;
      version.untracked++;
      return change;
    }
    const covered = stream.take(message, arrivalMs, change);
    if (change.duplicates === 0 && covered > 0) version.received += covered;
    add(version, change);
    return change;
  }

  /** Gives up every gap that still waits: for the end of a capture or of a collector. `unit` is that of the last stream. */
  settle(): Readonly<SequenceChange> {
    const change = this.#giveUp((stream, lost) => stream.settle(lost));
    this.samples.settle();
    return change;
  }

  /**
   * Gives up the gaps that have waited long enough at `nowMs`, by the clock of `arrivalMs`: what an exporter of few messages
   * lost is known soon, too. To be called every second or so; samples wait for two calls `windowMs` apart.
   */
  expire(nowMs: number): Readonly<SequenceChange> {
    const change = this.#giveUp((stream, lost) => stream.expire(nowMs, lost));
    this.samples.expire(nowMs);
    return change;
  }

  #giveUp(some: (stream: TrackedStream, change: SequenceChange) => void): SequenceChange {
    const change = this.#clear();
    let lost = 0;
    for (const stream of this.#all()) {
      change.lost = 0;
      some(stream, change);
      if (change.lost === 0) continue;
      const version = this.#version(stream.version, stream.unit);
      change.unit = version.unit;
      add(version, change);
      lost += change.lost;
    }
    change.lost = lost;
    return change;
  }

  /** All that is known, JSON-safe: for an exporter that moves to another thread. */
  state(): SequenceState {
    return {
      streams: [...this.#all()].map((stream) => stream.state()).filter((state) => state !== null),
      versions: this.#versions.map((version) => ({ ...version })),
      untracked: this.#untracked,
      samples: this.samples.state(),
    };
  }

  /**
   * Goes on where another tracker left off, in place of what this one knew: no
   * gap where the exporter moved. Bounded as ever; what is not a state is passed
   * over.
   */
  restore(state: unknown): void {
    this.#streams.clear();
    this.#count = 0;
    this.#versions.length = 0;
    this.#last = undefined;
    this.#recent = null;
    const known = isRecord(state) ? state : {};
    this.#untracked = wholeOr(known["untracked"], 0);
    for (const item of listOf(known, "versions").slice(0, 64)) {
      const totals = restoreVersionTotals(item);
      if (totals !== null) this.#versions.push(totals);
    }
    for (const item of listOf(known, "streams")) {
      if (this.#count >= this.#limit) break;
      if (!isRecord(item) || !isSequenceUnit(item["unit"])) continue;
      const version = wholeOr(item["version"], 0);
      if (sequenceUnit(version) === "none") continue;
      const agent = Uint32Array.from({ length: 4 }, (_, word) =>
        wholeOr(listOf(item, "agentAddress")[word], 0),
      );
      const stream = new TrackedStream(version, wholeOr(item["observationDomainId"], 0), agent, item["unit"]);
      stream.restore(item);
      this.#put(stream);
    }
    this.samples.restore(known["samples"]);
  }

  #clear(): SequenceChange {
    const change = this.#change;
    change.unit = "none";
    change.lost = 0;
    change.duplicates = 0;
    change.reordered = 0;
    change.restarts = 0;
    return change;
  }

  #version(version: number, unit: SequenceUnit): VersionTotals {
    const last = this.#last;
    if (last !== undefined && last.version === version && last.unit === unit) return last;
    let totals = this.#versions.find((totals) => totals.version === version && totals.unit === unit);
    if (totals === undefined) {
      totals = newVersionTotals(version, unit);
      this.#versions.push(totals);
    }
    this.#last = totals;
    return totals;
  }

  #stream(message: SequencedMessage, unit: SequenceUnit): TrackedStream | null {
    const { version, observationDomainId, agentAddress } = message;
    const recent = this.#recent;
    if (
      recent !== null &&
      recent.version === version &&
      recent.observationDomainId === observationDomainId &&
      recent.isOf(agentAddress)
    ) {
      return recent;
    }
    const streams = this.#streams.get(keyOf(version, observationDomainId));
    if (streams !== undefined) {
      for (const stream of streams) if (stream.isOf(agentAddress)) return (this.#recent = stream);
    }
    if (this.#count >= this.#limit) return null;
    const stream = new TrackedStream(version, observationDomainId, agentAddress, unit);
    this.#put(stream);
    return (this.#recent = stream);
  }

  #put(stream: TrackedStream): void {
    const key = keyOf(stream.version, stream.observationDomainId);
    const streams = this.#streams.get(key);
    if (streams === undefined) this.#streams.set(key, [stream]);
    else streams.push(stream);
    this.#count++;
  }

  *#all(): Iterable<TrackedStream> {
    for (const streams of this.#streams.values()) yield* streams;
  }
}

function add(version: VersionTotals, change: SequenceChange): void {
  version.lost += change.lost;
  version.duplicates += change.duplicates;
  version.reordered += change.reordered;
  version.restarts += change.restarts;
}

function keyOf(version: number, observationDomainId: number): number {
  return version * 4_294_967_296 + observationDomainId;
}
