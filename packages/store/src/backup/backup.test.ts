import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { FlowRows, encodeFlows } from "../flows/rows.ts";
import { openStore } from "../open/open.ts";
import { migrate } from "../schema/migrate.ts";
import { SpoolWriter } from "../spool/writer.ts";
import { backupStore } from "./backup.ts";
import { restoreStore } from "./restore.ts";

const root = mkdtempSync(join(tmpdir(), "ishizue-backup-"));
after(() => rmSync(root, { recursive: true, force: true }));

const rowsPerBlock = 500;
function block(number: number): Uint8Array {
  const rows = new FlowRows(rowsPerBlock);
  rows.rowCount = rowsPerBlock;
  rows.role.fill(1);
  rows.counted.fill(1);
  rows.samplingInterval.fill(2);
  rows.packets.fill(1);
  rows.octets.fill(100);
  rows.lineOut.fill(-1);
  rows.ingressInterface.fill(number);
  for (let row = 0; row < rowsPerBlock; row++) {
    rows.lineIn[row] = row % 50;
    rows.flowStart[row] = rows.flowEnd[row] = rows.received[row] = Date.UTC(2026, 5, 1, row % 24);
  }
  return encodeFlows(rows, (line) => Buffer.from(`line-${line}`));
}

test("a backup made while blocks come in holds what was durable before, rollups equal to flows; a restore is that, and never over a store", async () => {
  const dataDir = join(root, "data");
  const target = join(root, "backups", "first");
  const store = await openStore({ dataDir });
  await migrate(store);
  const spool = await SpoolWriter.open({ store });
  const progress = { written: 0, stop: false };
  const writing = (async () => {
    for (; !progress.stop; progress.written++) {
      await spool.write("flows", block(progress.written));
      await spool.room();
    }
  })();
  while (progress.written < 10) await new Promise((done) => setTimeout(done, 5));
  const durable = progress.written;
  const manifest = await backupStore(store, dataDir, target);
  const after = progress.written;
  await assert.rejects(backupStore(store, dataDir, target), { code: "STORE_BACKUP_EXISTS" });
  progress.stop = true;
  await writing;
  await spool.close();
  await store.close();
  assert.deepEqual(readdirSync(join(dataDir, "backup")), []);
  assert.ok(
    manifest.rows.flows >= durable * rowsPerBlock && manifest.rows.flows <= (after + 1) * rowsPerBlock,
  );

  await assert.rejects(restoreStore(dataDir, target), { code: "STORE_NOT_EMPTY" });
  const restored = join(root, "restored");
  assert.deepEqual(await restoreStore(restored, target), manifest);
  const again = await openStore({ dataDir: restored });
  try {
    assert.deepEqual((await migrate(again)).applied, []);
    const [sums] = await again.query<Record<string, number>>(
      `SELECT (SELECT count() FROM flows) AS flows, (SELECT uniqExact(ingress_interface) FROM flows) AS blocks,
         (SELECT sum(octets_in) FROM line_hour) AS line, (SELECT sum(octets) FROM port_hour) AS port,
         (SELECT sum(octets) FROM edge_5m WHERE direction = 'in') AS edge, (SELECT sum(records) FROM quality_5m) AS records`,
    );
    const flows = manifest.rows.flows;
    const octets = 200 * flows;
    assert.deepEqual(sums, {
      flows,
      blocks: flows / rowsPerBlock,
      line: octets,
      port: octets,
      edge: octets,
      records: flows,
    });
    // The views are there, too.
    await again.insertBlock("flows", block(1_000_000), "new");
    const [{ records }] = await again.query<{ records: number }>(
      "SELECT sum(records) AS records FROM quality_5m",
    );
    assert.equal(records, flows + rowsPerBlock);
  } finally {
    await again.close();
  }

  // One octet of the largest file turned over: refused, and nothing is left behind.
  const files = readdirSync(join(target, "data"), { recursive: true, encoding: "utf8" })
    .map((name) => join(target, "data", name))
    .filter((path) => statSync(path).isFile() && path.endsWith(".bin"));
  const largest = files.reduce((a, b) => (statSync(a).size >= statSync(b).size ? a : b));
  const bytes = readFileSync(largest);
  bytes[bytes.length >> 1] ^= 0x10;
  writeFileSync(largest, bytes);
  const refused = join(root, "refused");
  await assert.rejects(restoreStore(refused, target), { code: "STORE_BACKUP_DAMAGED" });
  assert.deepEqual(readdirSync(refused), []);
  assert.equal(existsSync(join(refused, "engine")), false);
});

test("rows that the engine would add up as soon as they are restored are compared as they were backed up", async () => {
  const dataDir = join(root, "unmerged");
  const target = join(root, "backups", "unmerged");
  const store = await openStore({ dataDir });
  await migrate(store);
  for (const table of ["line_hour", "edge_5m", "quality_5m"])
    await store.command(`SYSTEM STOP MERGES ${table}`);
  const blocks = 12;
  for (let number = 0; number < blocks; number++)
    await store.insertBlock("flows", block(7), `same-${number}`);
  const manifest = await backupStore(store, dataDir, target);
  await store.close();
  const restored = join(root, "merged");
  assert.deepEqual(await restoreStore(restored, target), manifest);
  const again = await openStore({ dataDir: restored });
  try {
    const octets = async (): Promise<number> => {
      const [row] = await again.query<{ octets: number }>("SELECT sum(octets_in) AS octets FROM line_hour");
      return row.octets;
    };
    assert.equal(await octets(), blocks * rowsPerBlock * 200);
    // Merges go on in the restored store.
    await again.command("OPTIMIZE TABLE line_hour FINAL");
    const [{ rows }] = await again.query<{ rows: number }>("SELECT count() AS rows FROM line_hour");
    assert.ok(rows < manifest.rows.line_hour, `${rows} of ${manifest.rows.line_hour}`);
    assert.equal(await octets(), blocks * rowsPerBlock * 200);
  } finally {
    await again.close();
  }
});
