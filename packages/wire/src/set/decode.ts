import type { ColumnDecoderCache } from "../column/cache.ts";
import { setContext } from "../column/decoder.ts";
import type { DecodeOutcome } from "../decode/outcome.ts";
import type { Exporter } from "../exporter/exporter.ts";
import type { DecoderLimits } from "../exporter/limits.ts";
import { type DecoderUse, noUse } from "../exporter/use.ts";
import type { FlowBatch } from "../flow/batch.ts";
import type { NatEventBatch } from "../nat/batch.ts";
import { ageMinutes, lifetimeMinutes, minuteOf } from "../template/lifetime.ts";
import { readTemplateSet } from "../template/set.ts";
import type { Template } from "../template/template.ts";
import { rowsAtMost } from "./bound.ts";
import { HeldQueue, type HeldSet, HeldSets, type HeldSetState, type MessageContext } from "./held.ts";
import { isZero, setKind, SetKind } from "./kind.ts";
import { LayoutIndex } from "./layout-index.ts";
import { RecordReader } from "./records.ts";

/**
 * Reads the sets of a NetFlow v9 or IPFIX message.
 *
 * One object a decoder; it holds what all sets of a message share, and the
 * data sets of all its exporters that wait for their template.
 */
export class SetReader {
  /** The message's part of it (exporter, domain, times) is the caller's to fill. */
  readonly context = new Float64Array(setContext.length);
  /** What the decoder's exporters hold together. */
  readonly use: DecoderUse = noUse();
  readonly #limits: DecoderLimits;
  readonly #lifetimeMinutes: number;
  readonly #records: RecordReader;
  readonly #layouts: LayoutIndex;
  readonly #held: HeldSets;
  /** Of the message being read. */
  #minute = 0;
  /** Templates that were last sent before are too old. */
  #oldestMinute = 0;
  #arrivalMs = 0;

  constructor(limits: DecoderLimits, compiled: ColumnDecoderCache) {
    this.#limits = limits;
    this.#lifetimeMinutes = lifetimeMinutes(limits.templateLifetimeMs);
    this.#records = new RecordReader(limits, compiled, this.context);
    this.#layouts = new LayoutIndex(limits.compiledLayouts);
    this.#held = new HeldSets(limits, this.use);
  }

  /** NAT events of data sets read from here on are appended to it too. */
  takeNatEvents(batch: NatEventBatch): void {
    this.#records.natEvents = batch;
  }

  /**
   * Appends the flow records of the sets in [offset, end) to `batch`, learns
   * templates and samplers; commits `batch.rowCount` at the end. Sets held
   * before whose template this message brings follow its own rows.
   *
   * Outcomes: counted in `outcome`. batchFull appends and learns nothing and
   * never comes from an empty batch: there a set with more rows than the whole
   * batch is passed over as malformed, the others are read, and held sets that
   * find no room are read by the exporter's next messages.
   */
  read(
    bytes: Uint8Array,
    view: DataView,
    offset: number,
    end: number,
    netflow9: boolean,
    exporter: Exporter,
    batch: FlowBatch,
    outcome: DecodeOutcome,
  ): void {
    const firstRow = batch.rowCount;
    const space = batch.capacity - firstRow;
    const heldOctets = exporter.held === undefined ? 0 : exporter.held.recordOctets;
    // An octet makes two rows at most (a biflow of one-octet records), so the walk is needed only
    // where a batch is nearly full.
    if (firstRow > 0 && space < 2 * (end - offset + heldOctets)) {
      const domain = exporter.domain(netflow9, outcome.observationDomainId);
      if (rowsAtMost(view, offset, end, netflow9, domain, heldOctets) > space) {
        outcome.status = "batchFull";
        return;
      }
    }
    const arrivalMs = this.context[setContext.arrivalMs];
    if (arrivalMs !== this.#arrivalMs) {
      this.#arrivalMs = arrivalMs;
      this.#minute = minuteOf(arrivalMs);
      this.#oldestMinute = Math.max(0, this.#minute - this.#lifetimeMinutes);
    }
    const domainId = outcome.observationDomainId;
    const oldestMinute = exporter.overStream ? 0 : this.#oldestMinute;
    let domain = exporter.domain(netflow9, domainId);
    while (end - offset >= 4) {
      const id = view.getUint16(offset);
      const length = view.getUint16(offset + 2);
      if (length < 4) {
        // Some exporters fill the datagram up with zeros (fixture dat-netflow-9-cisco-aci).
        if (!isZero(bytes, offset, end)) outcome.malformedSets++;
        break;
      }
      let setEnd = offset + length;
      if (setEnd > end) {
        outcome.status = "truncated";
        outcome.malformedSets++;
        setEnd = end;
      }
      if (id >= 256) {
        const layout = domain && this.#layouts.find(domain, id, oldestMinute);
        if (domain !== undefined && layout !== undefined) {
          const { columns, minimumLength } = layout;
          const records = this.#records;
          records.readFlows(
            view,
            offset + 4,
            setEnd,
            columns,
            minimumLength,
            domain,
            exporter,
            batch,
            outcome,
          );
        } else {
          this.#readData(bytes, view, offset + 4, setEnd, netflow9, id, exporter, batch, outcome);
        }
      } else if (setKind(id, netflow9) === SetKind.reserved) {
        outcome.malformedSets++;
      } else {
        this.#learn(view, offset + 4, setEnd, netflow9, id, exporter, outcome);
        domain = exporter.domain(netflow9, domainId);
      }
      offset += length;
    }
    if (exporter.held !== undefined) this.#release(exporter.held, exporter, batch, outcome);
    outcome.rows = batch.rowCount - firstRow;
  }

  /** Forgets what `exporter` holds, so that it counts no longer against the limits in all. */
  forget(exporter: Exporter): void {
    if (exporter.held !== undefined) this.#held.forget(exporter.held);
    // They are not the next message's to tell: who drops an exporter knows what it had.
    this.#held.takeDropped();
    exporter.held = undefined;
    exporter.templates.clear();
  }

  /** The data sets of `exporter` that wait for their template. */
  heldSets(exporter: Exporter): HeldSetState[] {
    return exporter.held === undefined ? [] : this.#held.states(exporter.held);
  }

  /** Goes on holding sets of `exporter`, whose templates are restored before. Returns how many were dropped for want of room. */
  restoreHeldSets(exporter: Exporter, sets: readonly HeldSetState[]): number {
    if (sets.length === 0) return 0;
    const queue = (exporter.held ??= new HeldQueue());
    let refused = 0;
    for (const set of sets) {
      const { records, netflow9, observationDomainId, templateId } = set;
      if (!this.#held.hold(records, 0, records.length, netflow9, observationDomainId, templateId, set, queue))
        refused++;
    }
    // One whose template had come waits for nothing but room in a batch.
    for (const set of sets) {
      const template = exporter.domain(set.netflow9, set.observationDomainId)?.templates.get(set.templateId);
      if (template !== undefined) this.#held.bind(queue, set.observationDomainId, template, set);
    }
    if (queue.sets === 0) exporter.held = undefined;
    return refused + this.#held.takeDropped();
  }

  /** A data set that the index has nothing of: options data, the first of a template, one of an unknown template. */
  #readData(
    bytes: Uint8Array,
    view: DataView,
    offset: number,
    end: number,
    netflow9: boolean,
    id: number,
    exporter: Exporter,
    batch: FlowBatch,
    outcome: DecodeOutcome,
  ): void {
    const domain = exporter.domain(netflow9, outcome.observationDomainId);
    const template = domain?.templates.get(id);
    if (domain === undefined || template === undefined) {
      this.#hold(bytes, offset, end, netflow9, id, exporter, outcome);
    } else if (!exporter.overStream && ageMinutes(template, this.#minute) > this.#lifetimeMinutes) {
      exporter.templates.withdraw(template);
      outcome.templatesExpired++;
      this.#hold(bytes, offset, end, netflow9, id, exporter, outcome);
    } else {
      // What is in the index is read as flows alone.
      if (!template.isOptions && !this.#records.tellsNatEvents(template)) {
        this.#layouts.put(domain, template, this.#records.columnsOf(template));
      }
      this.#records.read(view, offset, end, template, domain, exporter, batch, outcome);
    }
  }

  #learn(
    view: DataView,
    offset: number,
    end: number,
    netflow9: boolean,
    setId: number,
    exporter: Exporter,
    outcome: DecodeOutcome,
  ): void {
    const { templates, held, overStream } = exporter;
    const domainId = outcome.observationDomainId;
    templates.countIn(this.use);
    // Only where sets wait does anyone need to be told of a template.
    const listener =
      held === undefined
        ? undefined
        : (template: Template | undefined, withdrawnId: number) => {
            if (template !== undefined) this.#held.bind(held, domainId, template, this.#message(outcome));
            else if (overStream) this.#held.dropWithdrawn(held, domainId, withdrawnId);
          };
    readTemplateSet(
      view,
      offset,
      end,
      netflow9,
      setKind(setId, netflow9) === SetKind.optionsTemplate,
      domainId,
      templates,
      this.#limits,
      outcome,
      listener,
      this.#minute,
      overStream,
    );
    if (held !== undefined) outcome.droppedSets += this.#held.takeDropped();
  }

  #message(outcome: DecodeOutcome): MessageContext {
    const { exportTimeMs, sysUpTimeMs, sequenceNumber } = outcome;
    return { arrivalMs: this.#arrivalMs, exportTimeMs, sysUpTimeMs, sequenceNumber };
  }

  #hold(
    bytes: Uint8Array,
    offset: number,
    end: number,
    netflow9: boolean,
    id: number,
    exporter: Exporter,
    outcome: DecodeOutcome,
  ): void {
    outcome.undecodedSets++;
    if (end <= offset) return;
    const queue = (exporter.held ??= new HeldQueue());
    const { observationDomainId } = outcome;
    const message = this.#message(outcome);
    if (this.#held.hold(bytes, offset, end, netflow9, observationDomainId, id, message, queue)) {
      outcome.heldSets++;
    }
    outcome.droppedSets += this.#held.takeDropped();
    if (queue.sets === 0) exporter.held = undefined;
  }

  /** Reads the sets whose template has come, those of options first: what they tell of sampling holds for the others. */
  #release(queue: HeldQueue, exporter: Exporter, batch: FlowBatch, outcome: DecodeOutcome): void {
    if (queue.ready.length > 0) {
      const { dataRecords, optionsRecords } = outcome;
      const ownRows = batch.rowCount;
      const [arrivalMs, exportTimeMs, sysUpTimeMs] = this.context.subarray(setContext.arrivalMs);
      const options = queue.ready.filter((set) => set.template?.isOptions === true);
      const flows = queue.ready.filter((set) => set.template?.isOptions === false);
      queue.ready.length = 0;
      for (const set of [...options, ...flows]) {
        if (!this.#releaseSet(set, exporter, batch, outcome)) queue.ready.push(set);
      }
      outcome.releasedRecords = outcome.dataRecords - dataRecords + (outcome.optionsRecords - optionsRecords);
      outcome.releasedRows = batch.rowCount - ownRows;
      outcome.dataRecords = dataRecords;
      outcome.optionsRecords = optionsRecords;
      this.#setContext(outcome.observationDomainId, arrivalMs, exportTimeMs, sysUpTimeMs);
    }
    if (queue.sets === 0) exporter.held = undefined;
  }

  /** Reads one set; false where its rows have to wait for the next batch. */
  #releaseSet(set: HeldSet, exporter: Exporter, batch: FlowBatch, outcome: DecodeOutcome): boolean {
    const { template } = set;
    if (template === undefined) return true;
    const rows = this.#records.rowsAtMost(set.lengthBytes, template);
    if (batch.rowCount > 0 && rows > batch.capacity - batch.rowCount) return false;
    const domain = exporter.templates.ensureDomain(set.domainId, set.netflow9, this.#limits);
    this.#setContext(set.domainId, set.arrivalMs, set.exportTimeMs, set.sysUpTimeMs);
    this.#records.read(set.view, 0, set.lengthBytes, template, domain, exporter, batch, outcome);
    this.#held.release(set);
    outcome.releasedSets++;
    return true;
  }

  #setContext(domainId: number, arrivalMs: number, exportTimeMs: number, sysUpTimeMs: number): void {
    const { context } = this;
    context[setContext.observationDomainId] = domainId;
    context[setContext.arrivalMs] = arrivalMs;
    context[setContext.exportTimeMs] = exportTimeMs;
    context[setContext.sysUpTimeMs] = sysUpTimeMs;
  }
}
