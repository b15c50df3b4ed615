import { type EncodedBlock, FlowBlockMemory, type SpoolWriter } from "@ishizue/store";
import type { NatEventBatch } from "@ishizue/wire";
import { Counter } from "./counters.ts";

/** NAT events of one message. */
export interface ExportedNatEvents {
  readonly batch: NatEventBatch;
  /** Of the exporter. */
  readonly address: string;
  readonly arrivalMs: number;
}

/** Takes encoded blocks to where they become durable. */
export interface BlockSink {
  /** Memory for the next block of flows; null while as many blocks as may be are on their way. */
  take(): FlowBlockMemory | null;
  /** Hands over a block of flows, with the memory of `take` that it lies in. Its rows are counted as durable or lost. */
  put(block: EncodedBlock, memory: FlowBlockMemory): void;
  /** Hands over a block of another table, in memory of its own. */
  putRows(table: string, block: Uint8Array<ArrayBuffer>): void;
  /** Hands over NAT events for the ledger, in memory of their own. */
  putNatEvents(events: ExportedNatEvents): void;
}

/** Blocks on their way to the disk; past it a source that can wait has to. */
const CONGESTED_BLOCKS = 4;
/** Past this there is no memory: it has a bound, whatever the disk does. */
const MAX_BLOCKS = 32;

/** Makes blocks durable in the spool, and counts their rows as durable or lost. */
export class BlockKeeper {
  /** By `Counter`. */
  readonly counts: Float64Array;
  /** The first failure to make rows durable. */
  lastFailure: Error | null = null;
  private readonly spool: Pick<SpoolWriter, "write" | "writeBlock">;
  private readonly table: string;

  /** `table`: where blocks of flows go; `flowsTableOf`. */
  constructor(spool: Pick<SpoolWriter, "write" | "writeBlock">, counts: Float64Array, table = "flows") {
    this.spool = spool;
    this.table = table;
    this.counts = counts;
  }

  /** Keeps a block of flows. Resolves when it is durable or given up; its octets are left alone until then. Never rejects. */
  async keep(block: EncodedBlock): Promise<void> {
    try {
      await this.spool.writeBlock(this.table, block);
      this.counts[Counter.rowsDurable] += block.rows;
    } catch (error) {
      this.lose(block.rows, error);
    }
  }

  /** As `keep`, of a block of another table: its rows are no records, and not counted. */
  async keepRows(table: string, block: Uint8Array): Promise<void> {
    await this.spool.write(table, block).catch((error: unknown) => this.lose(0, error));
  }

  /** Counts rows that could not be kept. */
  lose(rows: number, failure: unknown): void {
    this.counts[Counter.rowsLost] += rows;
    this.lastFailure ??= failure instanceof Error ? failure : new Error(String(failure));
  }
}

/** Writes blocks into the spool of the same thread. */
export class SpoolSink implements BlockSink {
  private readonly keeper: BlockKeeper;
  private readonly capacity: number;
  private readonly free: FlowBlockMemory[] = [];
  private readonly inFlight = new Set<Promise<void>>();
  private readonly onNatEvents: (events: ExportedNatEvents) => Promise<void>;

  /** `capacity`: rows a block. `onNatEvents`: resolves when they are durable, or counted as lost. */
  constructor(
    keeper: BlockKeeper,
    capacity: number,
    onNatEvents: (events: ExportedNatEvents) => Promise<void> = async () => {},
  ) {
    this.keeper = keeper;
    this.capacity = capacity;
    this.onNatEvents = onNatEvents;
  }

  take(): FlowBlockMemory | null {
    if (this.inFlight.size >= MAX_BLOCKS) return null;
    return this.free.pop() ?? new FlowBlockMemory(this.capacity);
  }

  put(block: EncodedBlock, memory: FlowBlockMemory): void {
    this.track(this.keeper.keep(block).then(() => void this.free.push(memory)));
  }

  putRows(table: string, block: Uint8Array<ArrayBuffer>): void {
    this.track(this.keeper.keepRows(table, block));
  }

  putNatEvents(events: ExportedNatEvents): void {
    this.track(this.onNatEvents(events));
  }

  /** true: more blocks wait for the disk than should; a source that can wait should. */
  get congested(): boolean {
    return this.inFlight.size >= CONGESTED_BLOCKS;
  }

  /** Resolves when every block handed over so far is durable or counted as lost. */
  async settled(): Promise<void> {
    while (this.inFlight.size > 0) await Promise.all(this.inFlight);
  }

  /** Resolves when it is congested no more. */
  async ready(): Promise<void> {
    while (this.congested) await Promise.race(this.inFlight);
  }

  private track(kept: Promise<void>): void {
    const done = kept.finally(() => this.inFlight.delete(done));
    this.inFlight.add(done);
  }
}
