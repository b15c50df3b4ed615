import { type FlowBatch } from "../flow/batch.ts";
import { columnNames } from "../flow/constant-rows.ts";
import { asInterval } from "../sampling/table.ts";
import { type ColumnDecoder, setContext } from "./decoder.ts";

type AppendToBatch = (
  view: DataView,
  offset: number,
  end: number,
  row: number,
  context: Float64Array,
) => number;

/** Sets in a row that go into one batch before code is made for it. */
const setsBeforeBinding = 32;

/**
 * The code of one record layout, put together for the batch that it fills.
 *
 * V8 makes the arrays of a batch constants of the machine code where they are
 * constants of a closure that exists once: their addresses and lengths then
 * need no registers, which a row of twenty columns does not have. So a batch
 * that is used again and again gets code of its own; what goes into a batch
 * seldom used runs through code that takes any.
 */
export class CompiledColumns implements ColumnDecoder {
  readonly carriesFlow: boolean;
  readonly rowsPerRecord: 1 | 2;
  readonly sampler: ColumnDecoder["sampler"];
  readonly layer2: boolean;

  readonly #loop: string;
  #batch: FlowBatch | undefined = undefined;
  #bound: AppendToBatch = neverBound;
  #any: ((batch: FlowBatch) => AppendToBatch) | undefined = undefined;
  readonly #others = new WeakMap<FlowBatch, AppendToBatch>();
  #candidate: FlowBatch | undefined = undefined;
  #sets = 0;

  /** `loop` is the source of the loop over the records. */
  constructor(loop: string, facts: Omit<ColumnDecoder, "append">) {
    this.#loop = loop;
    this.carriesFlow = facts.carriesFlow;
    this.rowsPerRecord = facts.rowsPerRecord;
    this.sampler = facts.sampler;
    this.layer2 = facts.layer2;
  }

  append(
    view: DataView,
    offset: number,
    end: number,
    batch: FlowBatch,
    row: number,
    context: Float64Array,
  ): number {
    if (batch === this.#batch) return this.#bound(view, offset, end, row, context);
    return this.#codeFor(batch)(view, offset, end, row, context);
  }

  #codeFor(batch: FlowBatch): AppendToBatch {
    let code = this.#others.get(batch);
    if (code === undefined) {
      this.#any ??= generate(this.#loop, this.carriesFlow, "any batch");
      if (batch !== this.#candidate) {
        this.#candidate = batch;
        this.#sets = 0;
      }
      if (++this.#sets < setsBeforeBinding) return this.#any(batch);
      // The name makes the source of each batch another: functions of one source share their code.
      code = generate(this.#loop, this.carriesFlow, `batch ${batch.serial}`)(batch);
      this.#others.set(batch, code);
    }
    this.#candidate = undefined;
    this.#batch = batch;
    this.#bound = code;
    return code;
  }
}

function neverBound(): number {
  throw new Error("code was asked for before it was made");
}

function generate(loop: string, carriesFlow: boolean, name: string): (batch: FlowBatch) => AppendToBatch {
  const context = carriesFlow
    ? `const exporter = context[${setContext.exporterIndex}];
       const domain = context[${setContext.observationDomainId}];
       const arrival = context[${setContext.arrivalMs}];
       const exportTimeMs = context[${setContext.exportTimeMs}];
       const upTimeKnown = context[${setContext.sysUpTimeMs}] === context[${setContext.sysUpTimeMs}];
       const sysUpTimeMs = context[${setContext.sysUpTimeMs}] | 0;
       const interval = context[${setContext.samplingInterval}];
       const origin = context[${setContext.samplingOrigin}];
       const firstSampler = context[${setContext.samplerId}] | 0;
       let otherSamplers = 0;`
    : "";
  // oxlint-disable-next-line no-implied-eval, typescript/no-implied-eval -- the point of this file
  const make = new Function(
    "asInterval",
    "batch",
    `"use strict"; /* ${name} */
    const { ${columnNames.join(", ")}, constantRows } = batch;
    const { held, wanted, until } = constantRows;
    return function appendRows(view, o, end, row, context) { /* ${name} */
      ${context}
      ${loop}
      ${carriesFlow ? `context[${setContext.otherSamplers}] = otherSamplers;` : ""}
      return row;
    };`,
  ) as (interval: typeof asInterval, batch: FlowBatch) => AppendToBatch;
  return (batch) => make(asInterval, batch);
}
