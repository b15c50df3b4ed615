// RADIUS accounting acknowledged a second by `ishizue collect`: a response is sent when the lease rows are on the disk.
// The sender is a process of its own with signed requests (a quarter Starts, a half Interim-Updates, a quarter Stops of
// dual-stack sessions); collector, engine and sender share the machine. The bench checks every response's
// authenticator, and that the table of leases has every Start and every Stop.
// --sessions N (four packets each; 250,000, or 2,000 with --quick), --under-way N requests (2,048).
// FreeRADIUS with a detail file, which it does not fsync, takes the same load where it is installed; not with --alone.
import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import type { CollectorStatus } from "../src/status/snapshot.ts";
import { withFreeradius } from "./accounting/freeradius.ts";
import { prefixesASession } from "./accounting/requests.ts";

const { values } = parseArgs({
  options: {
    sessions: { type: "string" },
    "under-way": { type: "string" },
    alone: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
  },
});
const sessions = Number(values.sessions ?? (values.quick ? 2000 : 250_000));
const underWay = Number(values["under-way"] ?? 2048);
const secret = "testing123";
const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const load = fileURLToPath(new URL("./accounting/load.ts", import.meta.url));
const dir = mkdtempSync(join(tmpdir(), "ishizue-accounting-"));
const data = join(dir, "data");
const run = promisify(execFile);

interface Load {
  readonly packets: number;
  readonly answered: number;
  readonly seconds: number;
  readonly resent: number;
  readonly unexpected: number;
  readonly cpuSeconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
}

async function send(port: number): Promise<Load> {
  const args = [load, `127.0.0.1:${port}`, secret, String(sessions), String(underWay)];
  const sent = JSON.parse((await run(process.execPath, args)).stdout) as Load;
  assert.equal(sent.answered, sent.packets, "requests without a response");
  assert.ok(sent.unexpected <= sent.resent, "responses to no request");
  return sent;
}

/** User and system time of a process and its threads (proc(5)); 0 where there is no /proc. */
function cpuSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

let collector: ChildProcess | undefined;
try {
  const config = join(dir, "ishizue.yaml");
  writeFileSync(
    config,
    `accounting:\n  host: 127.0.0.1\n  port: 0\n  clients:\n    - address: 127.0.0.1\n      secret: ${secret}\n`,
  );
  collector = spawn(
    process.execPath,
    [
      main,
      "--data",
      data,
      "--config",
      config,
      "collect",
      "--listen",
      "127.0.0.1",
      "--port",
      "0",
      "--status-port",
      "0",
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let said = "";
  const url = await new Promise<string>((found, ended) => {
    collector?.on("exit", () => ended(new Error(`the collector ended: ${said}`)));
    collector?.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const match = /status on (http:\S+)/.exec(said);
      if (match !== null) found(match[1]);
    });
  });
  const status = async (): Promise<CollectorStatus> => (await (await fetch(url)).json()) as CollectorStatus;
  const { ports } = await status();
  const before = cpuSeconds(collector.pid ?? 0);
  const sent = await send(ports.accounting ?? 0);
  const collectorCpuS = cpuSeconds(collector.pid ?? 0) - before;
  const { accounting } = await status();
  const gone = once(collector, "exit");
  collector.kill("SIGTERM");
  await gone;
  const sql = "SELECT count() AS rows, countIf(valid_to < '2299-01-01') AS ended FROM leases";
  const { stdout } = await run(process.execPath, [main, "--data", data, "sql", "--format", "ndjson", sql]);
  const counted = JSON.parse(stdout) as { rows: string; ended: string };
  assert.equal(Number(counted.rows), 2 * prefixesASession * sessions, "rows of starts and stops");
  assert.equal(Number(counted.ended), prefixesASession * sessions, "leases that ended");

  const peer = values.alone
    ? null
    : await withFreeradius(join(dir, "freeradius"), secret, (port) => send(port));
  if (peer === null && !values.alone)
    console.log("no freeradius on this machine: apt-get install -y freeradius");
  const perSecond = sent.packets / sent.seconds;
  console.log(
    JSON.stringify({
      bench: "accounting",
      packets: sent.packets,
      underWay,
      acknowledgedPerSecond: Math.round(perSecond),
      p50Ms: sent.p50Ms,
      p99Ms: sent.p99Ms,
      p999Ms: sent.p999Ms,
      resent: sent.resent,
      lostInSocket: accounting?.dropped.bufferFull ?? 0,
      // Of the collector alone: what is left when others use the machine too.
      collectorCpuMicrosecondsPerPacket: round((collectorCpuS / sent.packets) * 1e6, 2),
      senderCpuMicrosecondsPerPacket: round((sent.cpuSeconds / sent.packets) * 1e6, 2),
      ...(peer === null
        ? {}
        : {
            freeradiusWithoutFsyncPerSecond: Math.round(peer.packets / peer.seconds),
            freeradiusP99Ms: peer.p99Ms,
            toFreeradius: round(perSecond / (peer.packets / peer.seconds), 2),
          }),
    }),
  );
} finally {
  collector?.kill("SIGKILL");
  rmSync(dir, { recursive: true, force: true });
}
