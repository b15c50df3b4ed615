import type { ClickHouseSettings } from "@clickhouse/client";
import type { Store } from "../open/store.ts";
import { StoreError } from "../open/errors.ts";
import { NeedsMore, readNativeBlock } from "./native-block.ts";
import type { NativeBlock } from "./native-block.ts";

/** Rows of a block at the most: it is read in a few milliseconds. */
const blockRows = 16_384;

/**
 * The result of a SELECT as it comes, block by block, in columns: for results of millions of rows, which as objects would
 * take minutes. A block's columns are memory that it alone has.
 *
 * Column types: see NativeBlock; cast others in the SQL. A query whose `signal` is aborted ends in the engine too.
 * Errors: as Store.query.
 */
export async function* queryBlocks(
  store: Store,
  sql: string,
  params: Record<string, unknown> = {},
  settings: ClickHouseSettings = {},
  signal?: AbortSignal,
): AsyncGenerator<NativeBlock> {
  const held = new HeldOctets();
  try {
    const asked = {
      sql: `${sql} FORMAT Native`,
      params,
      settings: { ...store.bounds, max_block_size: String(blockRows), ...settings },
      signal,
    };
    const { stream } = await store.cancellable(asked, (request) => store.client.exec(request));
    // A block is tried when there is as much as the one before took, and again when there is a quarter more: it is not read from
    // its begin with each chunk.
    let enough = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      held.add(chunk);
      if (held.octets.length < enough) continue;
      for (;;) {
        const read = readNativeBlock(held.octets);
        if (read === NeedsMore) break;
        held.drop(read.octets);
        enough = read.octets;
        yield read;
        // Chunks that are here already would otherwise be read without any other work between.
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (held.octets.length >= enough) enough = Math.ceil(held.octets.length * 1.25);
    }
    while (held.octets.length > 0) {
      const read = readNativeBlock(held.octets);
      if (read === NeedsMore) throw new Error("the answer ends within a block");
      held.drop(read.octets);
      yield read;
    }
  } catch (error) {
    throw error instanceof StoreError ? error : store.explain(error);
  }
}

/** Octets that came and are not read yet, in one piece of memory that is used again: none is left to the garbage collector. */
class HeldOctets {
  octets = Buffer.alloc(0);
  #memory = Buffer.allocUnsafeSlow(1 << 20);
  #start = 0;
  #end = 0;

  add(chunk: Buffer): void {
    if (this.#end + chunk.length > this.#memory.length) this.#makeRoom(chunk.length);
    chunk.copy(this.#memory, this.#end);
    this.#end += chunk.length;
    this.octets = this.#memory.subarray(this.#start, this.#end);
  }

  drop(octets: number): void {
    this.#start += octets;
    this.octets = this.#memory.subarray(this.#start, this.#end);
  }

  #makeRoom(octets: number): void {
    const held = this.octets;
    // Half of it at least is free after the move, so that moves are few.
    if (2 * (held.length + octets) > this.#memory.length) {
      this.#memory = Buffer.allocUnsafeSlow(4 * (held.length + octets));
    }
    held.copy(this.#memory);
    this.#start = 0;
    this.#end = held.length;
  }
}
