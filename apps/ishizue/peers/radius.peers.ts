/**
 * RADIUS accounting against FreeRADIUS: its client sends to the accounting server, and the detail file that its server
 * writes is imported.
 */
import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import {
  AccountingServer,
  formatPrefix,
  importRadiusDetail,
  Ledger,
  LineTable,
  Unattributed,
  type LeaseEvent,
} from "@ishizue/ledger";
import { parseAddress } from "@ishizue/wire";
import { freePort, freeradiusConfiguration } from "./freeradius.ts";

const SECRET = "testing123";
const t0 = Math.floor(Date.now() / 1000) * 1000 - 3_600_000;
const minute = 60_000;

let folder = "";

before(async () => {
  assert.equal(
    spawnSync("radclient", ["-v"]).error,
    undefined,
    "no radclient on this machine: apt-get install -y freeradius-utils",
  );
  folder = await mkdtemp(join(tmpdir(), "radius-peers-"));
});

after(async () => {
  if (folder !== "") await rm(folder, { recursive: true, force: true });
});

/** A packet as radclient reads it. */
function packet(kind: string, minutes: number, more: Readonly<Record<string, string>> = {}): string {
  const attributes = {
    "Acct-Status-Type": kind,
    "User-Name": '"alice@example.net"',
    "Acct-Session-Id": '"S1"',
    "NAS-IP-Address": "198.51.100.1",
    "NAS-Port-Id": '"1/2/3:100"',
    "Calling-Station-Id": '"00-00-5e-00-53-01"',
    Class: "0x6c696e652d37",
    "Framed-IP-Address": "192.0.2.7",
    "Framed-IPv6-Prefix": "2001:db8:6::/64",
    "Delegated-IPv6-Prefix": "2001:db8:5::/56",
    "Event-Timestamp": String((t0 + minutes * minute) / 1000),
    "Acct-Session-Time": String(minutes * 60),
    ...more,
  };
  return Object.entries(attributes)
    .map(([name, value]) => `${name} = ${value}`)
    .join("\n");
}

/** Sends packets one after the other; resolves with radclient's exit code and what it printed. */
async function radclient(
  port: number,
  packets: readonly string[],
  secret = SECRET,
): Promise<{ code: number; printed: string }> {
  const file = join(folder, "packets");
  await writeFile(file, `${packets.join("\n\n")}\n`);
  const child = spawn(
    "radclient",
    ["-x", "-p", "1", "-r", "1", "-t", "2", "-f", file, `127.0.0.1:${port}`, "acct", secret],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let printed = "";
  child.stdout.on("data", (data: Buffer) => (printed += data.toString()));
  child.stderr.on("data", (data: Buffer) => (printed += data.toString()));
  const [code] = (await once(child, "close")) as [number];
  return { code, printed };
}

const session = [
  packet("Start", 0),
  packet("Interim-Update", 10),
  packet("Stop", 20, { "Acct-Terminate-Cause": "User-Request" }),
  packet("Start", 30, { "User-Name": '"bob@example.net"', "Acct-Session-Id": '"S2"' }),
  packet("Accounting-Off", 40),
];

function assertSession(events: readonly LeaseEvent[]): void {
  assert.deepEqual(
    events.map((event) => [event.kind, "atMs" in event ? (event.atMs - t0) / minute : null]),
    [
      ["start", 0],
      ["interim", 10],
      ["stop", 20],
      ["start", 30],
      ["nasOff", 40],
    ],
  );
  const [start] = events;
  assert.ok("prefixes" in start);
  assert.deepEqual(
    start.prefixes.map((p) => formatPrefix(p.words, 0, p.prefixLength)),
    ["192.0.2.7", "2001:db8:6::/64", "2001:db8:5::/56"],
  );
  const ledger = new Ledger({ lines: new LineTable() });
  for (const event of events) ledger.apply(event);
  const holder = (address: string, minutes: number): string | number => {
    const words = new Uint32Array(4);
    parseAddress(address, words, 0);
    const line = ledger.resolve(words, 0, t0 + minutes * minute);
    return line < 0 ? line : ledger.lines.name(line);
  };
  for (const address of ["192.0.2.7", "2001:db8:6::1", "2001:db8:5:ff::1"]) {
    assert.equal(holder(address, 15), "alice@example.net");
    assert.equal(holder(address, 25), Unattributed.otherTime);
    assert.equal(holder(address, 35), "bob@example.net");
    assert.equal(holder(address, 45), Unattributed.otherTime);
  }
}

void test("radclient's session is answered packet by packet and reaches the ledger", async () => {
  const events: LeaseEvent[] = [];
  const server = await AccountingServer.open({
    host: "127.0.0.1",
    port: 0,
    clients: [{ address: "127.0.0.1", secret: SECRET }],
    onEvents: async (batch) => void events.push(...batch),
  });
  try {
    const { code, printed } = await radclient(server.port, session);
    assert.equal(code, 0, printed);
    assert.equal(printed.match(/Received Accounting-Response/g)?.length, session.length, printed);
    assertSession(events);
  } finally {
    await server.close();
  }
});

void test("the line is named by Class, Calling-Station-Id or NAS-Port-Id where that is set", async () => {
  for (const [lineFrom, line] of [
    ["Class", "line-7"],
    ["Calling-Station-Id", "00-00-5e-00-53-01"],
    ["NAS-Port-Id", "1/2/3:100"],
  ] as const) {
    const lines: string[] = [];
    const server = await AccountingServer.open({
      host: "127.0.0.1",
      port: 0,
      clients: [{ address: "127.0.0.1", secret: SECRET }],
      lineFrom,
      onEvents: async (events) =>
        void lines.push(...events.map((event) => ("line" in event ? event.line : ""))),
    });
    try {
      const { code, printed } = await radclient(server.port, [packet("Start", 0)]);
      assert.equal(code, 0, printed);
      assert.deepEqual(lines, [line]);
    } finally {
      await server.close();
    }
  }
});

void test("radclient with a wrong secret gets no answer", async () => {
  const server = await AccountingServer.open({
    host: "127.0.0.1",
    port: 0,
    clients: [{ address: "127.0.0.1", secret: SECRET }],
    onEvents: () => Promise.reject(new Error("nothing may come through")),
  });
  try {
    const { code, printed } = await radclient(server.port, [packet("Start", 0)], "wrong");
    assert.notEqual(code, 0);
    assert.match(printed, /No reply from server/);
    assert.equal(server.stats.dropped.badAuthenticator, 1);
    assert.equal(server.stats.responses, 0);
  } finally {
    await server.close();
  }
});

/** Starts FreeRADIUS and resolves when it answers. */
async function startFreeradius(port: number): Promise<ChildProcess> {
  const config = join(folder, "config");
  await mkdir(config);
  await writeFile(
    join(config, "radiusd.conf"),
    freeradiusConfiguration({ folder, port, secret: SECRET, threads: 1, maxRequests: 1024 }),
  );
  const binary =
    ["/usr/sbin/freeradius", "/usr/sbin/radiusd"].find((path) => existsSync(path)) ?? "freeradius";
  const child = spawn(binary, ["-f", "-l", "stdout", "-d", config], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, TZ: "Asia/Tokyo" },
  });
  let printed = "";
  await new Promise<void>((resolve, reject) => {
    child.on("error", () =>
      reject(new Error("no freeradius on this machine: apt-get install -y freeradius")),
    );
    child.on("exit", () => reject(new Error(`freeradius ended: ${printed.replaceAll("\n", " | ")}`)));
    const read = (data: Buffer): void => {
      printed += data.toString();
      if (printed.includes("Ready to process requests")) resolve();
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
  });
  child.removeAllListeners("exit");
  return child;
}

void test("the detail file that FreeRADIUS writes is read as the session that it was told", async () => {
  const port = await freePort();
  const server = await startFreeradius(port);
  try {
    const { code, printed } = await radclient(port, session);
    assert.equal(code, 0, printed);
  } finally {
    const ended = once(server, "exit");
    server.kill("SIGTERM");
    await ended;
  }
  const file = join(folder, "detail");
  const events: LeaseEvent[] = [];
  const report = await importRadiusDetail(file, {
    knownMs: Date.now(),
    onEvent: (event) => void events.push(event),
  });
  const text = await readFile(file, "utf8");
  assert.deepEqual([report.taken, report.bad, report.halfWritten], [session.length, 0, 0], text);
  assert.match(text, /Event-Timestamp = ".* JST"/);
  assertSession(events);
});
