/**
 * `ishizue relay` between a real exporter and real collectors, each in a
 * network namespace of its own: softflowd exports, nfcapd collects.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { ThreeNamespaces } from "./namespaces.ts";
import { type CapturedFlow, Nfcapd } from "./nfcapd.ts";
import { type MeteredPackets, writePackets } from "./packets.ts";
import { isInstalled, run, Running } from "./process.ts";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const network = new ThreeNamespaces();
let folder = "";
let packets: MeteredPackets;
let skip: string | null = null;

before(async () => {
  for (const program of ["ip", "softflowd", "nfcapd"]) {
    assert.ok(
      isInstalled(program),
      `no ${program} on this machine: apt-get install -y iproute2 softflowd nfdump`,
    );
  }
  folder = await mkdtemp(join(tmpdir(), "relay-peers-"));
  packets = await writePackets(join(folder, "packets.pcap"));
  if (!(await network.make())) skip = "this user may make no network namespaces";
});

after(async () => {
  await network.remove();
  if (folder !== "") await rm(folder, { recursive: true, force: true });
});

async function softflowd(to: string, version = "9"): Promise<void> {
  const files = ["-r", join(folder, "packets.pcap"), "-p", join(folder, "softflowd.pid"), "-c", "none"];
  const command = ["softflowd", "-d", "-v", version, "-n", to, ...files];
  const { code, printed } = await run([...network.within("exporter"), ...command]);
  assert.equal(code, 0, printed);
}

async function relay(t: TestContext, ...args: string[]): Promise<Running> {
  const running = new Running([...network.within("relay"), process.execPath, main, "relay", ...args]);
  t.after(() => running.stop("SIGKILL"));
  await running.says(/relaying UDP[^\n]*\n[^\n]*addres[^\n]*\n/);
  return running;
}

function assertFlows(flows: readonly CapturedFlow[], exporter: string): void {
  const octets = flows.reduce((sum, flow) => sum + flow.octets, 0);
  const count = flows.reduce((sum, flow) => sum + flow.packets, 0);
  assert.deepEqual([flows.length, count, octets], [packets.flows, packets.packets, packets.octets]);
  assert.deepEqual(new Set(flows.map((flow) => flow.exporter)), new Set([exporter]));
}

test("a collector behind a relay sees the exporter's own address, one of the other family the relay's", async (t) => {
  if (skip !== null) return t.skip(skip);
  const { exporter, relay: between, collector } = network;
  const four = await Nfcapd.start(9995, network.within("collector"));
  const six = await Nfcapd.start(9996, network.within("collector"), "-6");
  const targets = ["--to", `${collector.address}:9995`, "--to", `[${collector.address6}]:9996`];
  const running = await relay(t, "--listen", "2055", ...targets, "--from", `${exporter.address}/32`);
  assert.match(running.printed, /with the exporters' own addresses/);
  await softflowd(`${between.address}:2055`);
  // IPv6 to the second target; --from keeps it from both.
  await softflowd(`[${between.address6}]:2055`);
  const { printed } = await running.stop("SIGINT");
  assert.match(printed, /2 datagrams, 1 of exporters that are not forwarded/);
  assertFlows(await four.flows(), exporter.address);
  // The families differ, so the relay's own address it is.
  const [{ exporter: seen }] = await six.flows();
  assert.equal(seen, "2001:db8:113::1");
});

test("an IPv6 exporter keeps its address too, and a target without a listener stops nobody", async (t) => {
  if (skip !== null) return t.skip(skip);
  const { exporter, relay: between, collector } = network;
  const nfcapd = await Nfcapd.start(9995, network.within("collector"), "-6");
  const targets = [`[${collector.address6}]:9`, `[${collector.address6}]:9995`, "[2001:db8:ffff::1]:2055"];
  const running = await relay(t, "--listen", "2055", ...targets.flatMap((target) => ["--to", target]));
  await softflowd(`[${between.address6}]:2055`, "10");
  const { printed, code } = await running.stop("SIGINT");
  assert.equal(code, 0, printed);
  assert.match(printed, /\[2001:db8:113::9\]:9995: 1 sent, 0 dropped, 0 errors/);
  assert.match(printed, /\[2001:db8:ffff::1\]:2055: 0 sent, 0 dropped, 1 errors \(ENETUNREACH\)/);
  assertFlows(await nfcapd.flows(), exporter.address6);
});

test("a datagram longer than the link takes arrives whole, in fragments, from the exporter's address", async (t) => {
  if (skip !== null) return t.skip(skip);
  const { exporter, relay: between, collector } = network;
  const nfcapd = await Nfcapd.start(9995, network.within("collector"));
  const running = await relay(t, "--listen", "2055", "--to", `${collector.address}:9995`, "--mtu", "576");
  // 772 octets of NetFlow v9 with 28 of headers.
  await softflowd(`${between.address}:2055`);
  const { printed } = await running.stop("SIGINT");
  assert.match(printed, /:9995: 1 sent, 0 dropped, 0 errors/);
  assertFlows(await nfcapd.flows(), exporter.address);
});

test("with --own-address collectors see the relay's", async (t) => {
  if (skip !== null) return t.skip(skip);
  const { relay: between, collector } = network;
  const nfcapd = await Nfcapd.start(9995, network.within("collector"));
  const running = await relay(t, "--listen", "2055", "--to", `${collector.address}:9995`, "--own-address");
  await softflowd(`${between.address}:2055`, "5");
  await running.stop("SIGINT");
  assertFlows(await nfcapd.flows(), between.beyond);
});
