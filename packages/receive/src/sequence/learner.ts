import type { SequenceUnit } from "./unit.ts";

/** Steps that are looked at before a judgement. */
const window = 16;
/** Of them, how many have to agree on another meaning. */
const agreement = 14;
/** Of them, how many that fit the declared meaning acquit it. */
const acquittal = 2;

/**
 * Finds out exporters whose sequence numbers count something else than their
 * protocol says: softflowd's NetFlow v9 counts flows, others' IPFIX counts
 * messages, and some never move at all (captures graylog-softflowd-v9).
 *
 * Looks only at steps after messages of two records or more, where the meanings
 * differ. Losses do not mislead it: a number that counts messages goes up by one
 * at two steps of sixteen at the least as long as not nearly everything is lost.
 */
export class UnitLearner {
  readonly #declared: SequenceUnit;
  #steps = 0;
  #byOne = 0;
  #byRecords = 0;
  #withinRecords = 0;
  #still = 0;

  constructor(declared: "messages" | "records") {
    this.#declared = declared;
  }

  /**
   * Takes a step from one message to the next that arrived: `previousRecords`
   * were in the first.
   *
   * Outcomes: what the numbers count, once that is certain and not what was
   * declared: messages, records, or none (they tell nothing); null otherwise.
   */
  observe(step: number, previousRecords: number): "messages" | "records" | "none" | null {
    if (previousRecords < 2) return null;
    this.#steps++;
    if (step === 1) this.#byOne++;
    else if (step === 0) this.#still++;
    else if (step === previousRecords) this.#byRecords++;
    else if (step > 0 && step < previousRecords) this.#withinRecords++;
    if (this.#steps < window) return null;
    const verdict = this.#judge();
    this.#steps = this.#byOne = this.#byRecords = this.#withinRecords = this.#still = 0;
    return verdict;
  }

  #judge(): "messages" | "records" | "none" | null {
    if (this.#still >= agreement) return "none";
    if (this.#declared === "records") {
      if (this.#byRecords >= acquittal) return null;
      return this.#byOne >= agreement ? "messages" : null;
    }
    if (this.#byOne >= acquittal) return null;
    if (this.#byRecords >= agreement) return "records";
    // Flows of two directions that are two records but one flow to the exporter.
    return this.#byRecords + this.#withinRecords >= agreement ? "none" : null;
  }
}
