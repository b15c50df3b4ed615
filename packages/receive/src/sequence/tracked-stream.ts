import { UnitLearner } from "./learner.ts";
import type { StreamState, TrackedStreamState } from "./state.ts";
import { type SequenceChange, SequenceStream } from "./stream.ts";
import type { SequencedMessage } from "./tracker.ts";
import { isRecordUnit, type SequenceUnit } from "./unit.ts";

/** Of numbers that tell nothing. */
const untold: StreamState = {
  next: 0,
  nextKnown: false,
  uptimeMs: 0,
  exportTimeMs: 0,
  messages: 0,
  candidate: [-1, 0],
  gaps: [],
  recent: [],
};

/** The sequence of one exporting process, whose it is, and what its numbers count. */
export class TrackedStream {
  readonly version: number;
  readonly observationDomainId: number;
  readonly #agentAddress: Uint32Array;
  #unit: SequenceUnit;
  #stream: SequenceStream;
  /** null where the unit is beyond doubt, or no longer in doubt. */
  #learner: UnitLearner | null;
  #previousSequence = -1;
  #previousRecords = 0;

  constructor(version: number, observationDomainId: number, agentAddress: Uint32Array, unit: SequenceUnit) {
    this.version = version;
    this.observationDomainId = observationDomainId;
    this.#agentAddress = agentAddress.slice();
    this.#unit = unit;
    this.#stream = new SequenceStream(isRecordUnit(unit));
    const declared = version === 9 ? "messages" : "records";
    this.#learner = (version === 9 || version === 10) && unit === declared ? new UnitLearner(declared) : null;
  }

  get unit(): SequenceUnit {
    return this.#unit;
  }

  isOf(agentAddress: Uint32Array): boolean {
    const own = this.#agentAddress;
    return (
      own[0] === agentAddress[0] &&
      own[1] === agentAddress[1] &&
      own[2] === agentAddress[2] &&
      own[3] === agentAddress[3]
    );
  }

  /** Looks whether the numbers count what they should; the unit, changed where they do not. */
  learn(message: SequencedMessage): SequenceUnit {
    if (this.#learner === null) return this.#unit;
    if (this.#previousSequence >= 0) {
      const step = (message.sequenceNumber - this.#previousSequence) | 0;
      const found = this.#learner.observe(step, this.#previousRecords);
      if (found !== null) {
        this.#learner = null;
        this.#unit = found;
        // What looked like gaps were none.
        this.#stream = new SequenceStream(isRecordUnit(found));
      }
    }
    this.#previousSequence = message.sequenceNumber;
    this.#previousRecords = coveredRecords(message, this.version === 10);
    return this.#unit;
  }

  /** Takes the next message; how many numbers it covers, -1 where that is not known. */
  take(message: SequencedMessage, arrivalMs: number, change: SequenceChange): number {
    if (this.#unit === "none") return 0;
    const records = isRecordUnit(this.#unit);
    // NetFlow v9 that counts records counts those of flows alone (softflowd).
    const covered = records ? coveredRecords(message, this.version !== 9) : 1;
    const { sequenceNumber, sysUpTimeMs, exportTimeMs } = message;
    this.#stream.take(sequenceNumber, covered, sysUpTimeMs, exportTimeMs, arrivalMs, change);
    return covered;
  }

  expire(nowMs: number, change: SequenceChange): void {
    this.#stream.expire(nowMs, change);
  }

  settle(change: SequenceChange): void {
    this.#stream.settle(change);
  }

  state(): TrackedStreamState | null {
    const state = this.#unit === "none" ? untold : this.#stream.state();
    if (state === null) return null;
    return {
      ...state,
      version: this.version,
      observationDomainId: this.observationDomainId,
      agentAddress: [...this.#agentAddress],
      unit: this.#unit,
    };
  }

  restore(state: unknown): void {
    this.#stream.restore(state);
  }
}

/** How many numbers the message covers; -1 where a part of it could not be counted. */
function coveredRecords(message: SequencedMessage, options: boolean): number {
  if (message.status === "truncated" || message.undecodedSets > 0) return -1;
  if (message.malformedSets > 0 || message.malformedRecords > 0) return -1;
  return options ? message.dataRecords + message.optionsRecords : message.dataRecords;
}
