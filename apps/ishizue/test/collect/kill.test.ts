// `ishizue collect` killed amid its work and started again, as an operator sees it: what was durable is
// in the store once, and data that needs templates of before is decoded.
import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { TestExporter } from "../../src/collector/exporter.fixture.ts";
import type { CollectorStatus } from "../../src/status/snapshot.ts";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly port: number;
  /** What it printed. */
  said(): string;
}

async function collect(t: TestContext, dir: string, ...options: string[]): Promise<Running> {
  const child = spawn(
    process.execPath,
    [
      main,
      "--data",
      dir,
      "collect",
      "--listen",
      "127.0.0.1",
      "--port",
      "0",
      "--status-port",
      "0",
      ...options,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  t.after(() => child.kill("SIGKILL"));
  let said = "";
  const url = await new Promise<string>((found, ended) => {
    child.on("exit", () => ended(new Error(`the collector ended: ${said}`)));
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const match = /status on (http:\S+)/.exec(said);
      if (match !== null) found(match[1]);
    });
  });
  const { ports } = await status(url);
  return { child, url, port: ports.flow[0], said: () => said };
}

async function status(url: string): Promise<CollectorStatus> {
  return (await (await fetch(url)).json()) as CollectorStatus;
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((done) => setTimeout(done, 20));
}

test(
  "after kill -9 every durable record is in the store once, and templates of before still hold",
  {
    timeout: 120_000,
  },
  async (t) => {
    const dir = mkdtempSync(join(tmpdir(), "ishizue-kill-"));
    t.after(() => rmSync(dir, { recursive: true, force: true }));
    const first = await collect(t, dir);
    assert.match(first.said(), /^receiver (ring|recvmmsg|dgram), 1?\d threads?/m);
    const router = await TestExporter.open({ host: "127.0.0.1", port: first.port });
    t.after(() => router.close());
    await router.sendTemplate();
    for (let message = 0; message < 30; message++) await router.sendRecords(20);
    await until(async () => (await status(first.url)).pipeline.rowsDurable === 600);
    await until(() => existsSync(join(dir, "exporters.state")));
    first.child.kill("SIGKILL");
    await once(first.child, "exit");

    const second = await collect(t, dir);
    router.sendTo({ host: "127.0.0.1", port: second.port });
    for (let message = 0; message < 5; message++) await router.sendRecords(20);
    await until(async () => (await status(second.url)).pipeline.rowsDurable === 100);
    assert.equal((await status(second.url)).pipeline.undecodedSets, 0);
    second.child.kill("SIGTERM");
    const [code] = (await once(second.child, "exit")) as [number];
    assert.equal(code, 0);
    assert.match(second.said(), /stopped: 5 datagrams, 100 records kept, 0 lost/);

    const { stdout } = await promisify(execFile)(process.execPath, [
      main,
      "--data",
      dir,
      "sql",
      "--format",
      "ndjson",
      "SELECT toUInt32(count()) AS rows, toUInt32(uniqExact(src_address)) AS sources FROM flows",
    ]);
    assert.deepEqual(JSON.parse(stdout), { rows: 700, sources: 1 });
  },
);
