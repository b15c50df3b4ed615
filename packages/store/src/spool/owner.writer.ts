/**
 * The other process of the owner and journal tests: a writer whose store takes
 * nothing, with one spool file of three rows, and a journal that gets a block
 * of one row, then of two, and so on, until the process is killed.
 * argv: folder of the spool. Prints `durable <rows>` a block of the journal.
 */
import { encodeNativeBlock } from "../native/block.ts";
import type { Store } from "../open/store.ts";
import { SpoolJournal } from "./journal.ts";
import { SpoolWriter } from "./writer.ts";

const store = { spoolDir: undefined, insertBlock: () => new Promise(() => {}) } as unknown as Store;
const block = (rows: number) =>
  encodeNativeBlock([{ name: "a", type: "UInt8", kind: "raw", values: new Uint8Array(rows) }], rows);

const spool = await SpoolWriter.open({ store, dir: process.argv[2] });
await spool.write("flows", block(3));
const journal = new SpoolJournal({ spool, table: "leases", intervalMs: 1e9 });
for (let rows = 1; ; rows++) {
  await journal.append(block(rows));
  process.stdout.write(`durable ${rows}\n`);
  await new Promise((done) => setTimeout(done, 5));
}
