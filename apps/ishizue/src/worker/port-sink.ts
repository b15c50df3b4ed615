import { BlockBuffer } from "@ishizue/store";
import type { BlockSink } from "../pipeline/sink.ts";
import type { News } from "./protocol.ts";

/** Tells the main thread; the buffers of `moved` are its own then. */
export type Tell = (news: News, moved?: readonly ArrayBuffer[]) => void;

/**
 * Hands blocks to the main thread. Their buffers are moved there and come back,
 * so that no block is copied; at most `limit` are away.
 */
export class PortSink implements BlockSink {
  private readonly tell: Tell;
  private readonly limit: number;
  private readonly free: BlockBuffer[] = [];
  private away = 0;
  private waiting: (() => void)[] = [];

  constructor(tell: Tell, limit: number) {
    this.tell = tell;
    this.limit = limit;
  }

  take(): BlockBuffer | null {
    if (this.away >= this.limit) return null;
    return this.free.pop() ?? new BlockBuffer();
  }

  put(table: string, block: Uint8Array<ArrayBuffer>, rows: number, buffer: BlockBuffer | null): void {
    if (buffer !== null) this.away++;
    const news: News = {
      kind: "block",
      table,
      rows,
      buffer: block.buffer,
      lengthBytes: block.length,
      returns: buffer !== null,
    };
    this.tell(news, [block.buffer]);
  }

  /** A buffer of `put` comes back. */
  giveBack(memory: ArrayBuffer): void {
    const buffer = new BlockBuffer();
    buffer.bytes = new Uint8Array(memory);
    buffer.view = new DataView(memory);
    this.free.push(buffer);
    this.away--;
    for (const wake of this.waiting.splice(0)) wake();
  }

  /** Resolves when `take` would give a buffer. */
  async ready(): Promise<void> {
    while (this.away >= this.limit) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
}
