import type { ClickHouseSettings } from "@clickhouse/client";
import type { Store } from "../open/store.ts";
import { StoreError } from "../open/errors.ts";
import { NeedsMore, readNativeBlock } from "./native-block.ts";
import type { NativeBlock } from "./native-block.ts";

/**
 * The result of a SELECT as it comes, block by block, in columns: for results of millions of rows, which as objects would
 * take minutes. A block's columns are views of memory that it alone has.
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
  let held = Buffer.alloc(0);
  try {
    const asked = {
      sql: `${sql} FORMAT Native`,
      params,
      settings: { ...store.bounds, max_block_size: "65536", ...settings },
      signal,
    };
    const { stream } = await store.cancellable(asked, (request) => store.client.exec(request));
    let waiting: Buffer[] = [];
    let waitingOctets = 0;
    // A block is tried again when there is a quarter more of it, so that a large one is not read from its begin each time.
    let enough = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      waiting.push(chunk);
      waitingOctets += chunk.length;
      if (held.length + waitingOctets < enough) continue;
      held = Buffer.concat([held, ...waiting]);
      waiting = [];
      waitingOctets = 0;
      for (;;) {
        const read = readNativeBlock(held);
        if (read === NeedsMore) break;
        held = held.subarray(read.octets);
        yield read;
      }
      enough = Math.ceil(held.length * 1.25);
    }
    held = Buffer.concat([held, ...waiting]);
    while (held.length > 0) {
      const read = readNativeBlock(held);
      if (read === NeedsMore) throw new Error("the answer ends within a block");
      held = held.subarray(read.octets);
      yield read;
    }
  } catch (error) {
    throw error instanceof StoreError ? error : store.explain(error);
  }
}
