import { type EncodedBlock, FlowBlockMemory } from "@ishizue/store";
import type { BlockSink, ExportedNatEvents } from "../pipeline/sink.ts";
import type { News } from "./protocol.ts";

/** Tells the main thread; the buffers of `moved` are its own then. */
export type Tell = (news: News, moved?: readonly ArrayBuffer[]) => void;

/**
 * Hands blocks to the main thread. They lie in shared memory, so that no block
 * is copied; at most `limit` are away.
 */
export class PortSink implements BlockSink {
  private readonly tell: Tell;
  private readonly capacity: number;
  private readonly limit: number;
  private readonly free: FlowBlockMemory[] = [];
  private readonly away = new Map<number, FlowBlockMemory>();
  private nextId = 0;
  private waiting: (() => void)[] = [];

  /** `capacity`: rows a block. */
  constructor(tell: Tell, capacity: number, limit: number) {
    this.tell = tell;
    this.capacity = capacity;
    this.limit = limit;
  }

  take(): FlowBlockMemory | null {
    // One more is being filled while `limit` are away.
    if (this.away.size >= this.limit) return null;
    return this.free.pop() ?? new FlowBlockMemory(this.capacity);
  }

  put(block: EncodedBlock, memory: FlowBlockMemory): void {
    const id = this.nextId++;
    this.away.set(id, memory);
    this.tell({ kind: "block", id, block });
  }

  putRows(table: string, block: Uint8Array<ArrayBuffer>): void {
    this.tell({ kind: "rows", table, block }, [block.buffer]);
  }

  putNatEvents(events: ExportedNatEvents): void {
    this.tell({ kind: "natEvents", events });
  }

  /** The block of `put` is on the disk, or given up: its memory is free. */
  giveBack(id: number): void {
    const memory = this.away.get(id);
    if (memory === undefined) return;
    this.away.delete(id);
    this.free.push(memory);
    for (const wake of this.waiting.splice(0)) wake();
  }

  /** true: `take` would give no memory; a source that can wait should. */
  get full(): boolean {
    return this.away.size >= this.limit;
  }

  /** Resolves when `take` would give memory. */
  async ready(): Promise<void> {
    while (this.full) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
}
