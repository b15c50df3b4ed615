import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { parseExposition } from "../metrics/parse.fixture.ts";
import type { RelayStatus } from "../relay/status.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));

/** A socket on loopback. */
async function socketOf(t: TestContext) {
  const socket = createSocket("udp4");
  t.after(() => socket.close());
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { socket, port: socket.address().port };
}

/** The lines that a relay prints until it says where its status is. */
async function started(child: ChildProcess): Promise<string> {
  let said = "";
  assert.ok(child.stdout !== null);
  for await (const line of createInterface({ input: child.stdout })) {
    said += `${line}\n`;
    if (line.startsWith("status and metrics on ")) return said;
  }
  return said;
}

test("a relay by itself tells what it forwards, to people's programs and to Prometheus", async (t) => {
  const collector = await socketOf(t);
  const exporter = await socketOf(t);
  const args = ["--listen", "127.0.0.1:0", "--to", `127.0.0.1:${collector.port}`, "--own-address"];
  const child = spawn(process.execPath, [main, "relay", ...args, "--status", "127.0.0.1:0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  const said = await started(child);
  const port = Number(/relaying UDP (\d+)/.exec(said)?.[1]);
  const url = /status and metrics on (http:\S+)/.exec(said)?.[1] ?? "";
  const arrived = once(collector.socket, "message");
  exporter.socket.send("twelve bytes", port, "127.0.0.1");
  await arrived;
  const { relay, ports, receiver } = (await (await fetch(`${url}/status`)).json()) as RelayStatus;
  assert.deepEqual([relay.datagrams, relay.octets, relay.filtered, ports], [1, 12, 0, [port]]);
  const [target] = relay.targets;
  assert.deepEqual([target.sent, target.dropped, target.errors, target.errorCodes], [1, 0, 0, {}]);
  assert.equal(receiver.truncated, 0);
  const metrics = parseExposition(await (await fetch(`${url}/metrics`)).text());
  const sent = metrics.get("ishizue_relay_sent_datagrams_total")?.samples;
  assert.equal(sent?.get(`{target="127.0.0.1:${collector.port}"}`)?.value, 1);
  assert.equal(metrics.get("ishizue_relay_received_bytes_total")?.samples.get("")?.value, 12);
  assert.equal((await fetch(`${url}/`)).status, 404);
});
