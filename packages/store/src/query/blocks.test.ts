import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openStore } from "../open/open.ts";
import type { Store } from "../open/store.ts";
import { queryBlocks } from "./blocks.ts";

let store: Store;
const dataDir = mkdtempSync(join(tmpdir(), "ishizue-blocks-"));
before(async () => {
  store = await openStore({ dataDir });
});
after(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

test("a result of many blocks comes whole and in its order", async () => {
  const sql = `SELECT toInt64(number) AS n, concat('line-', toString(number)) AS line, toUInt8(number % 7) AS r
    FROM numbers({rows:UInt64}) ORDER BY number`;
  let rows = 0;
  let blocks = 0;
  for await (const block of queryBlocks(store, sql, { rows: 300_000 })) {
    blocks++;
    const [n, line, r] = ["n", "line", "r"].map((name) => block.columns.get(name)!);
    assert.ok(n.kind === "numbers" && line.kind === "texts" && r.kind === "octets");
    const text = Buffer.from(line.bytes);
    for (let row = 0; row < block.rows; row++, rows++) {
      if (n.values[row] !== rows || r.values[row] !== rows % 7) assert.fail(`row ${rows}`);
      if (text.toString("utf8", line.starts[row], line.ends[row]) !== `line-${rows}`)
        assert.fail(`row ${rows}`);
    }
  }
  assert.equal(rows, 300_000);
  assert.ok(blocks > 1);
});

test("a result without rows has none, and a query that fails is a store's fault", async () => {
  for await (const { rows } of queryBlocks(store, "SELECT toInt64(1) AS n WHERE 0")) assert.equal(rows, 0);
  await assert.rejects(queryBlocks(store, "SELECT nothing").next(), { code: "STORE_QUERY_FAILED" });
});
