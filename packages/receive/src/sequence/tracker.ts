import type { DecodeOutcome } from "@ishizue/wire";
import { type SequenceChange, SequenceStream } from "./stream.ts";
import { isRecordUnit } from "./unit.ts";
import { newVersionTotals, type VersionTotals } from "./version.ts";

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

/** Sums over everything that a tracker was given. */
export type SequenceTotals = {
  /** Messages of protocols that count messages (NetFlow v9, sFlow). */
  lostMessages: number;
  /** Records of protocols that count records (NetFlow v5, IPFIX). */
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
 * sFlow datagrams (sFlow Version 5). NetFlow v1 has none.
 * Bounded by `limits.streams`; no I/O, no clock.
 */
export class SequenceTracker {
  readonly totals: SequenceTotals = {
    lostMessages: 0,
    lostRecords: 0,
    duplicates: 0,
    reordered: 0,
    restarts: 0,
    untracked: 0,
  };
  readonly #limit: number;
  readonly #streams = new Map<number, SequenceStream[]>();
  #count = 0;
  readonly #change: SequenceChange = { unit: "none", lost: 0, duplicates: 0, reordered: 0, restarts: 0 };
  readonly #versions = new Map<number, VersionTotals>();

  constructor(limits: { streams?: number } = {}) {
    this.#limit = limits.streams ?? 1024;
  }

  /** Exporting processes tracked. */
  get streams(): number {
    return this.#count;
  }

  /** What each protocol version told, in the order of their first messages. */
  get versions(): Iterable<Readonly<VersionTotals>> {
    return this.#versions.values();
  }

  /**
   * Takes a message in order of arrival.
   *
   * Outcomes: what it told; all zero for messages that carry no number. `lost`
   * counts what was given up now, `windowMessages` messages after its gap. The
   * object is reused: valid until the next call.
   */
  track(message: SequencedMessage): Readonly<SequenceChange> {
    const change = this.#clear();
    if (message.status !== "decoded" && message.status !== "truncated") return change;
    const version = this.#version(message.version);
    version.messages++;
    version.records += message.dataRecords + message.optionsRecords;
    change.unit = version.unit;
    if (version.unit === "none") return change;
    const records = isRecordUnit(version.unit);
    const stream = this.#stream(message, records);
    if (stream === null) {
      this.totals.untracked++;
      version.untracked++;
      return change;
    }
    const covered = records ? coveredRecords(message) : 1;
    stream.take(message.sequenceNumber, covered, message.sysUpTimeMs, message.exportTimeMs, change);
    if (change.duplicates === 0 && covered > 0) version.received += covered;
    this.#add(change, version);
    return change;
  }

  /** Gives up every gap that still waits: for the end of a capture or of a collector. `unit` is that of the last stream. */
  settle(): Readonly<SequenceChange> {
    const change = this.#clear();
    let lost = 0;
    for (const [key, streams] of this.#streams) {
      const version = this.#version(Math.floor(key / 4_294_967_296));
      change.unit = version.unit;
      for (const stream of streams) {
        change.lost = 0;
        stream.settle(change);
        this.#add(change, version);
        lost += change.lost;
      }
    }
    change.lost = lost;
    return change;
  }

  #clear(): SequenceChange {
    const change = this.#change;
    change.lost = 0;
    change.duplicates = 0;
    change.reordered = 0;
    change.restarts = 0;
    return change;
  }

  #add(change: SequenceChange, version: VersionTotals): void {
    version.lost += change.lost;
    version.duplicates += change.duplicates;
    version.reordered += change.reordered;
    version.restarts += change.restarts;
    if (isRecordUnit(change.unit)) this.totals.lostRecords += change.lost;
    else this.totals.lostMessages += change.lost;
    this.totals.duplicates += change.duplicates;
    this.totals.reordered += change.reordered;
    this.totals.restarts += change.restarts;
  }

  #version(version: number): VersionTotals {
    let totals = this.#versions.get(version);
    if (totals === undefined) {
      totals = newVersionTotals(version);
      this.#versions.set(version, totals);
    }
    return totals;
  }

  #stream(message: SequencedMessage, records: boolean): SequenceStream | null {
    const key = message.version * 4_294_967_296 + message.observationDomainId;
    let streams = this.#streams.get(key);
    if (streams !== undefined) {
      for (const stream of streams) {
        if (sameWords(stream.agentAddress, message.agentAddress)) return stream;
      }
    }
    if (this.#count >= this.#limit) return null;
    if (streams === undefined) {
      streams = [];
      this.#streams.set(key, streams);
    }
    const stream = new SequenceStream(message.agentAddress, records);
    streams.push(stream);
    this.#count++;
    return stream;
  }
}

/** How many numbers the message covers; -1 where a part of it could not be counted. */
function coveredRecords(message: SequencedMessage): number {
  if (message.status === "truncated" || message.undecodedSets > 0) return -1;
  if (message.malformedSets > 0 || message.malformedRecords > 0) return -1;
  return message.dataRecords + message.optionsRecords;
}

function sameWords(a: Uint32Array, b: Uint32Array): boolean {
  return a[0] === b[0] && a[1] === b[1] && a[2] === b[2] && a[3] === b[3];
}
