import { BlockBuffer, type SpoolWriter } from "@ishizue/store";
import { Counter } from "./counters.ts";

/** Takes encoded blocks to where they become durable. */
export interface BlockSink {
  /** A buffer to encode the next block into; null while as many blocks as may be are on their way. */
  take(): BlockBuffer | null;
  /**
   * Hands over a block of `rows` rows. `buffer` is the one of `take` that it
   * lies in and goes back to the sink; null where the block has memory of its
   * own. The sink counts the rows as durable or lost.
   */
  put(table: string, block: Uint8Array<ArrayBuffer>, rows: number, buffer: BlockBuffer | null): void;
}

/** Blocks on their way to the disk; past it a source that can wait has to. */
const CONGESTED_BLOCKS = 4;
/** Past this there is no buffer: memory has a bound, whatever the disk does. */
const MAX_BLOCKS = 32;

/** Makes blocks durable in the spool, and counts their rows as durable or lost. */
export class BlockKeeper {
  /** By `Counter`. */
  readonly counts: Float64Array;
  /** The first failure to make rows durable. */
  lastFailure: Error | null = null;
  private readonly spool: Pick<SpoolWriter, "write">;

  constructor(spool: Pick<SpoolWriter, "write">, counts: Float64Array) {
    this.spool = spool;
    this.counts = counts;
  }

  /** Resolves when the block is durable or given up; the bytes are left alone until then. Never rejects. */
  async keep(table: string, block: Uint8Array, rows: number): Promise<void> {
    try {
      await this.spool.write(table, block);
      this.counts[Counter.rowsDurable] += rows;
    } catch (error) {
      this.lose(rows, error instanceof Error ? error : new Error(String(error)));
    }
  }

  lose(rows: number, failure: Error): void {
    this.counts[Counter.rowsLost] += rows;
    this.lastFailure ??= failure;
  }
}

/** Writes blocks into the spool of the same thread. */
export class SpoolSink implements BlockSink {
  private readonly keeper: BlockKeeper;
  private readonly free: BlockBuffer[] = [];
  private readonly inFlight = new Set<Promise<void>>();

  constructor(keeper: BlockKeeper) {
    this.keeper = keeper;
  }

  take(): BlockBuffer | null {
    if (this.inFlight.size >= MAX_BLOCKS) return null;
    return this.free.pop() ?? new BlockBuffer();
  }

  put(table: string, block: Uint8Array<ArrayBuffer>, rows: number, buffer: BlockBuffer | null): void {
    const done = this.keeper.keep(table, block, rows).finally(() => {
      // The spool needs the block until it is on disk, so it keeps its buffer for that long.
      if (buffer !== null) this.free.push(buffer);
      this.inFlight.delete(done);
    });
    this.inFlight.add(done);
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
}
