import { Ledger, LineTable } from "@ishizue/ledger";
import { parsePrefix } from "@ishizue/wire";
import assert from "node:assert/strict";
import { test } from "node:test";
import { LedgerPrivacy } from "../privacy/ledger-privacy.ts";
import { ResolutionJournal } from "./resolution-journal.ts";

const prefix = parsePrefix("192.0.2.7")!;

/** A ledger whose every correction is a resolution, and a journal that takes blocks unless it is told to refuse. */
function setUp(mostWaiting?: number) {
  const ledger = new Ledger({ lines: new LineTable() });
  const disk = { full: false, blocks: [] as number[] };
  const journal = new ResolutionJournal(
    ledger,
    {
      append: async (block: Uint8Array): Promise<void> => {
        if (disk.full) throw new Error("the disk is full");
        disk.blocks.push(block.length);
      },
      flush: async () => {},
      close: async () => {},
    },
    new LedgerPrivacy(),
    mostWaiting,
  );
  let corrections = 0;
  const correct = (): void => {
    const line = `line-${corrections++ % 2}`;
    ledger.apply({
      kind: "lease",
      startMs: 0,
      endMs: 1000,
      line,
      prefix,
      knownMs: corrections,
      feed: "test",
    });
  };
  return { disk, journal, correct };
}

void test("what the ledger settled is written once, together; nothing is written where nothing was settled", async () => {
  const { disk, journal, correct } = setUp();
  await journal.durable();
  assert.deepEqual(disk.blocks, []);
  for (let event = 0; event < 3; event++) correct();
  await journal.durable();
  await journal.durable();
  await journal.close();
  assert.equal(disk.blocks.length, 1);
});

void test("what a full disk refuses waits for the next event, and whoever waits for it hears of the fault", async () => {
  const { disk, journal, correct } = setUp();
  correct();
  correct();
  disk.full = true;
  await assert.rejects(journal.durable(), /full/);
  correct();
  await assert.rejects(journal.durable(), /full/);
  disk.full = false;
  await journal.durable();
  const both = disk.blocks;
  const { disk: other, journal: fresh, correct: again } = setUp();
  again();
  again();
  again();
  await fresh.durable();
  assert.deepEqual(both, other.blocks);
  assert.equal(journal.lost, 0);
});

void test("while the disk takes none the last of them wait, and the others are counted", async () => {
  const { disk, journal, correct } = setUp(20);
  disk.full = true;
  for (let event = 0; event < 26; event++) correct();
  await assert.rejects(journal.durable(), /full/);
  assert.equal(journal.lost, 5);
});
