import assert from "node:assert/strict";
import { test } from "node:test";
import type { LeaseLogRow } from "@ishizue/ledger";
import type { SpoolJournal } from "@ishizue/store";
import { LeaseJournal } from "./lease-journal.ts";

function row(line: string): LeaseLogRow {
  return {
    domain: "",
    words: Uint32Array.of(0, 0, 0xffff_0000, 0x0100_00c0),
    prefixLength: 128,
    validFromMs: 1000,
    validToMs: Number.POSITIVE_INFINITY,
    knownFromMs: 2000,
    line,
    source: "test:/given/open",
  };
}

/** A disk that can be told to fail: what is seen of the spool's journal. */
function disk(): { spool: SpoolJournal; blocks: Uint8Array[]; failing: boolean } {
  const state = {
    blocks: [] as Uint8Array[],
    failing: false,
    spool: null as unknown as SpoolJournal,
  };
  state.spool = {
    append: async (block: Uint8Array) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (state.failing) throw new Error("disk full");
      state.blocks.push(block);
    },
    flush: async () => {},
  } as unknown as SpoolJournal;
  return state;
}

const holds = (block: Uint8Array, name: string): boolean => Buffer.from(block).includes(name);

test("rows that come together share one block", async () => {
  const { spool, blocks } = disk();
  const journal = new LeaseJournal(spool);
  await Promise.all(["bb-1", "bb-2", "bb-3"].map((line) => journal.append([row(line)])));
  assert.equal(blocks.length, 1);
  assert.ok(["bb-1", "bb-2", "bb-3"].every((line) => holds(blocks[0], line)));
});

test("rows that the disk refused are written with the next, also when that brings none of its own", async () => {
  const state = disk();
  const journal = new LeaseJournal(state.spool);
  state.failing = true;
  await assert.rejects(journal.append([row("bb-1")]), /disk full/);
  // The retransmission of the same request changes nothing in the ledger: it must not pass as durable.
  await assert.rejects(journal.append([]), /disk full/);
  state.failing = false;
  await journal.append([]);
  assert.equal(state.blocks.length, 1);
  assert.ok(holds(state.blocks[0], "bb-1"));
});

test("an event without rows waits for what is being written", async () => {
  const { spool, blocks } = disk();
  const journal = new LeaseJournal(spool);
  void journal.append([row("bb-1")]);
  await journal.append([]);
  assert.equal(blocks.length, 1);
  await journal.settled();
});
