import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { readDiscovery } from "../embedded/discovery.ts";
import { openStore } from "../open/open.ts";
import type { Store } from "../open/store.ts";
import { queryBlocks } from "./blocks.ts";
import { readOnlyQuery } from "./read-only.ts";

const dataDir = mkdtempSync(join(tmpdir(), "ishizue-limits-"));
const endless = "SELECT count() AS n FROM numbers(1000000000000)";
const large = "SELECT length(groupArray(number)) AS n FROM numbers(100000000)";
let store: Store;
before(async () => {
  store = await openStore({ dataDir, limits: { seconds: 2, memoryBytes: 50e6 } });
});
after(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Queries like `endless` that the engine is at. */
async function running(): Promise<number> {
  const [{ n }] = await store.query<{ n: number }>(
    "SELECT count() AS n FROM system.processes WHERE query LIKE '%numbers(1000000000000)%' AND query NOT LIKE '%processes%'",
  );
  return n;
}

test("a query ends at the store's bound of time, and at that of memory, in words that say what to do", async () => {
  for (const [sql, reason] of [
    [endless, /timeout exceeded/i],
    [large, /memory limit/i],
  ] as const) {
    await assert.rejects(store.query(sql), {
      code: "STORE_QUERY_LIMIT",
      message: reason,
      advice: /limits\.query/,
    });
    await assert.rejects(readOnlyQuery(store, sql, "CSV", { maxSeconds: 2, maxMemoryBytes: 50e6 }), {
      code: "STORE_QUERY_LIMIT",
    });
    await assert.rejects(queryBlocks(store, sql.replace("AS n", "AS m")).next(), {
      code: "STORE_QUERY_LIMIT",
    });
  }
  assert.equal(await running(), 0);
  assert.deepEqual(await store.query("SELECT 1 AS a"), [{ a: 1 }]);
});

test("a query that is given up ends in the engine too, by a server's address as well", async () => {
  const { port, user, password } = readDiscovery(dataDir) ?? { port: 0, user: "", password: "" };
  const remote = await openStore({ url: `http://127.0.0.1:${port}`, username: user, password });
  const ways = [
    (signal: AbortSignal) => readOnlyQuery(store, endless, "CSV", { signal }),
    (signal: AbortSignal) => remote.query(endless, undefined, undefined, signal),
  ];
  for (const ask of ways) {
    const gone = new AbortController();
    const asked = ask(gone.signal);
    asked.catch(() => {});
    while ((await running()) === 0) await pause(10);
    gone.abort();
    await assert.rejects(asked, { code: "STORE_QUERY_CANCELLED" });
    while ((await running()) > 0) await pause(10);
  }
  await remote.close();
});
