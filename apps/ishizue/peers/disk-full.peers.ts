/**
 * `ishizue collect` on disks that fill up, as an operator sees it: small ones of their own, under the whole data
 * folder, under the spool alone and under the engine alone. Mounting needs root; without it the tests are passed over.
 */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { encodeAccountingRequest, RadiusCode } from "@ishizue/wire";
import { TestExporter } from "../src/collector/exporter.fixture.ts";
import type { CollectorStatus } from "../src/status/snapshot.ts";
import { run, Running } from "./process.ts";
import { SmallDisk } from "./small-disk.ts";

const TIMEOUT = { timeout: 400_000 };
const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** A collector in a process of its own, a router that sends to it, and what was sent. */
class Scene {
  readonly dataDir: string;
  sent = 0;
  private collector: Running | null = null;
  private router: TestExporter | null = null;
  private url = "";

  constructor(dataDir: string, limits: string) {
    this.dataDir = dataDir;
    writeFileSync(
      join(dataDir, "ishizue.yaml"),
      `limits: { ${limits} }
accounting: { host: 127.0.0.1, port: 0, clients: [{ address: 127.0.0.1, secret: testing123 }] }
listen: { host: 127.0.0.1, ports: [0], workers: 1, receiver: dgram }
status: { port: 0 }
batch: { rows: 1000, interval: 100ms }
`,
    );
  }

  async start(): Promise<void> {
    this.collector = new Running([process.execPath, main, "--data", this.dataDir, "collect"]);
    await this.collector.says(/status on http:\S+/, 60_000);
    this.url = /status on (http:\S+)/.exec(this.collector.printed)?.[1] ?? "";
    const { ports } = await this.status();
    this.router = await TestExporter.open({ host: "127.0.0.1", port: ports.flow[0] });
    await this.router.sendTemplate();
  }

  async status(): Promise<CollectorStatus> {
    return (await (await fetch(this.url)).json()) as CollectorStatus;
  }

  async until(holds: (status: CollectorStatus) => boolean): Promise<CollectorStatus> {
    for (;;) {
      const status = await this.status();
      if (holds(status)) return status;
      await pause(50);
    }
  }

  /** Sends a thousand records; resolves when each is durable or counted as lost. */
  async send(): Promise<CollectorStatus> {
    for (let message = 0; message < 50; message++) await this.router?.sendRecords(20);
    this.sent += 1000;
    return this.until(({ pipeline }) => pipeline.rowsDurable + pipeline.rowsLost === this.sent);
  }

  /** Whether a session's start is answered, asked twice a second. */
  async accounts(session: string, patienceMs: number): Promise<boolean> {
    const { accounting } = (await this.status()).ports;
    const socket = createSocket("udp4");
    const request = encodeAccountingRequest({
      identifier: 7,
      secret: "testing123",
      statusType: "start",
      sessionId: session,
      userName: session,
      nasIpAddress: "198.51.100.1",
      framedIpAddress: "192.0.2.7",
    });
    const answered = once(socket, "message").then(([message]) => (message as Buffer)[0]);
    const untilMs = performance.now() + patienceMs;
    let code: number | null = null;
    while (code === null && performance.now() < untilMs) {
      socket.send(request, accounting ?? 0, "127.0.0.1");
      code = await Promise.race([answered, pause(500, null)]);
    }
    socket.close();
    return code === RadiusCode.accountingResponse;
  }

  async stop(): Promise<void> {
    this.router?.close();
    this.router = null;
    await this.collector?.stop("SIGTERM", 60_000);
    this.collector = null;
  }

  async ask(sql: string): Promise<Record<string, string>> {
    const { printed } = await run(
      [process.execPath, main, "--data", this.dataDir, "sql", "--format", "ndjson", sql],
      60_000,
    );
    return JSON.parse(printed) as Record<string, string>;
  }

  /** What is in the tables is what the counters said, and the store is sound. */
  async account(last: CollectorStatus): Promise<void> {
    const found = await this.ask(
      "SELECT toString(count()) AS flows, toString((SELECT sum(records) FROM quality_5m)) AS records FROM flows",
    );
    const durable = String(last.pipeline.rowsDurable);
    assert.deepEqual(found, { flows: durable, records: durable });
    const check = await run([process.execPath, main, "--data", this.dataDir, "store", "check"], 60_000);
    assert.equal(check.code, 0, check.printed);
  }
}

async function scene(
  t: TestContext,
  disk: { at: string; size: string },
  limits: string,
): Promise<{ disk: SmallDisk; scene: Scene } | null> {
  const dataDir = mkdtempSync(join(tmpdir(), "ishizue-disk-full-"));
  mkdirSync(join(dataDir, disk.at), { recursive: true });
  const small = await SmallDisk.mount(join(dataDir, disk.at), disk.size);
  t.after(async () => {
    await small?.unmount();
    rmSync(dataDir, { recursive: true, force: true });
  });
  if (small === null) {
    t.skip("this user may not mount a tmpfs");
    return null;
  }
  const made = new Scene(dataDir, limits);
  t.after(() => made.stop());
  await made.start();
  return { disk: small, scene: made };
}

test(
  "on a full disk records are lost and counted, accounting waits, and both go on when there is room",
  TIMEOUT,
  async (t) => {
    const reserve = 40_000_000;
    const made = await scene(t, { at: ".", size: "300m" }, `reserveBytes: ${reserve}`);
    if (made === null) return;
    const { disk, scene: collector } = made;
    const before = await collector.send();
    assert.deepEqual([before.state, before.pipeline.rowsLost], ["ok", 0]);
    await collector.until(({ spool }) => spool.pendingFiles === 0);

    // Down to the reserve: records stop, accounting goes on.
    disk.fill(reserve / 2);
    const full = await collector.send();
    assert.equal(full.state, "full");
    assert.ok(full.pipeline.rowsLost > 0 && full.spool.fullSinceMs > 0);
    assert.match(full.spool.lastFailure, /^STORE_DISK_FULL/);
    assert.ok(await collector.accounts("within-reserve", 10_000));

    // To the last octet: nothing is answered that is not durable.
    disk.fill(0);
    assert.equal(await collector.accounts("no-room", 3000), false);
    const last = await collector.send();
    assert.equal(last.pipeline.rowsLost, full.pipeline.rowsLost + 1000);

    // By itself, without anything that arrives.
    disk.empty();
    await collector.until(({ state }) => state === "ok");
    assert.ok(await collector.accounts("no-room", 20_000));
    const after = await collector.send();
    assert.equal(after.pipeline.rowsLost, last.pipeline.rowsLost);
    await collector.stop();
    await collector.account(after);
    const { lines } = await collector.ask(
      "SELECT arrayStringConcat(arraySort(groupUniqArray(line)), ' ') AS lines FROM leases",
    );
    assert.equal(lines, "no-room within-reserve");
  },
);

test(
  "a spool whose disk is full while the engine stands still loses what it counts, and drains by itself",
  TIMEOUT,
  async (t) => {
    const made = await scene(t, { at: "spool", size: "512k" }, "reserveBytes: 0");
    if (made === null) return;
    const { scene: collector } = made;
    const { pid } = JSON.parse(readFileSync(join(collector.dataDir, "engine.json"), "utf8")) as {
      pid: number;
    };
    process.kill(pid, "SIGSTOP");
    t.after(() => {
      try {
        process.kill(pid, "SIGCONT");
      } catch {
        // It ended in order.
      }
    });
    let status = await collector.send();
    while (status.pipeline.rowsLost === 0) status = await collector.send();
    assert.equal(status.state, "full");
    assert.ok(status.spool.pendingFiles > 0);
    process.kill(pid, "SIGCONT");
    await collector.until(({ state, spool }) => state === "ok" && spool.pendingFiles === 0);
    const after = await collector.send();
    assert.equal(after.pipeline.rowsLost, status.pipeline.rowsLost);
    await collector.stop();
    await collector.account(after);
  },
);

test("while the engine's disk is full blocks wait in the spool, and none is lost", TIMEOUT, async (t) => {
  const made = await scene(t, { at: "engine", size: "200m" }, "reserveBytes: 0");
  if (made === null) return;
  const { disk, scene: collector } = made;
  await collector.send();
  await collector.until(({ spool }) => spool.pendingFiles === 0);
  disk.fill(0);
  await collector.send();
  const waiting = await collector.until(({ spool }) => spool.state === "retrying");
  assert.match(waiting.spool.lastFailure, /^STORE_DISK_FULL/);
  await collector.send();
  assert.ok(await collector.accounts("kept-in-the-spool", 10_000));
  disk.empty();
  const after = await collector.until(({ state, spool }) => state === "ok" && spool.pendingFiles === 0);
  assert.equal(after.pipeline.rowsLost, 0);
  await collector.stop();
  await collector.account(after);
});
