import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { encodeRows } from "../native/rows.ts";
import { openStore } from "../open/open.ts";
import { migrate } from "../schema/migrate.ts";
import { nameSpoolFile } from "./file.ts";
import { SpoolWriter } from "./writer.ts";

const dataDir = mkdtempSync(join(tmpdir(), "ishizue-wrong-table-"));
after(() => rmSync(dataDir, { recursive: true, force: true }));

test("a whole block under the name of another table, or of none, is set aside and makes no rows", async () => {
  const spoolDir = join(dataDir, "spool");
  mkdirSync(spoolDir, { recursive: true });
  const line = {
    line: "a",
    class: "consumer",
    access: "IPoE",
    plan: "",
    region: "",
    tags: [],
    known_from: 1,
  };
  const block = encodeRows("lines", [line]);
  const order = (number: number) => `1780000000000-0a1b2c3d-0000000${number}`;
  for (const [number, table] of ["quality_5m", "no_such_table", "lines"].entries()) {
    writeFileSync(join(spoolDir, nameSpoolFile(table, block, order(number)).name), block);
  }
  const store = await openStore({ dataDir });
  try {
    await migrate(store);
    const reasons: string[] = [];
    const spool = await SpoolWriter.open({ store, onProblem: ({ message }) => reasons.push(message) });
    await spool.drain();
    await spool.close();
    assert.equal(spool.stats.corruptFiles, 2, reasons.join("\n"));
    assert.equal(readdirSync(join(spoolDir, "corrupt")).length, 2);
    assert.ok(reasons.some((reason) => reason.includes("no table no_such_table")));
    const [rows] = await store.query<object>(
      "SELECT (SELECT count() FROM quality_5m) AS quality, (SELECT count() FROM lines) AS lines",
    );
    assert.deepEqual(rows, { quality: 0, lines: 1 });
  } finally {
    await store.close();
  }
});
