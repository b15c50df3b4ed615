/**
 * Flow records of other people's exporters, metered from packets that are
 * known: softflowd and pmacct's nfprobe, over UDP, and softflowd over TCP.
 */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import { SequenceTracker, StreamReceiver } from "@ishizue/receive";
import { Decoder, Exporter, FlowBatch, formatAddress } from "@ishizue/wire";
import { type MeteredPackets, writePackets } from "./packets.ts";
import { isInstalled, run } from "./process.ts";

let folder = "";
let packets: MeteredPackets;
const capture = (): string => join(folder, "packets.pcap");

before(async () => {
  for (const program of ["softflowd", "pmacctd"]) {
    assert.ok(isInstalled(program), `no ${program} on this machine: apt-get install -y softflowd pmacct`);
  }
  folder = await mkdtemp(join(tmpdir(), "exporters-peers-"));
  packets = await writePackets(capture());
});

after(async () => {
  if (folder !== "") await rm(folder, { recursive: true, force: true });
});

/** What an exporter sent, decoded. */
class Decoded {
  readonly batch = new FlowBatch(10_000);
  readonly sequence = new SequenceTracker();
  readonly versions = new Set<number>();
  undecoded = 0;
  readonly #decoder = new Decoder();
  readonly #exporter = new Exporter("127.0.0.1", 0);

  take(bytes: Uint8Array, view: DataView, offset: number, length: number): void {
    const outcome = this.#decoder.decode(bytes, view, offset, length, this.#exporter, Date.now(), this.batch);
    this.versions.add(outcome.version);
    this.sequence.track(outcome);
    this.undecoded += outcome.undecodedSets + outcome.malformedSets + outcome.malformedRecords;
    if (outcome.status !== "decoded") this.undecoded++;
  }

  sum(column: { readonly [row: number]: number }): number {
    let sum = 0;
    for (let row = 0; row < this.batch.rowCount; row++) sum += column[row];
    return sum;
  }

  /** Every packet that was metered is in a row, with its addresses, ports and times. */
  assertComplete(version: number, samplingInterval: number): void {
    const { batch } = this;
    assert.deepEqual([[...this.versions], this.undecoded], [[version], 0]);
    assert.deepEqual(
      [batch.rowCount, this.sum(batch.packetDeltaCount), this.sum(batch.octetDeltaCount)],
      [packets.flows, packets.packets, packets.octets],
    );
    for (let row = 0; row < batch.rowCount; row++) {
      const flow = batch.sourceTransportPort[row] - 26_000;
      assert.equal(formatAddress(batch.sourceAddress, 4 * row), `192.0.2.${flow + 1}`);
      assert.equal(formatAddress(batch.destinationAddress, 4 * row), "198.51.100.1");
      assert.deepEqual([batch.destinationTransportPort[row], batch.protocolIdentifier[row]], [53, 17]);
      assert.equal(batch.samplingInterval[row], samplingInterval);
      // Exporters round their start, and uptimes with it, to a second at the worst.
      assert.ok(Math.abs(batch.flowStartMs[row] - packets.startMs) <= 1000);
      assert.ok(Math.abs(batch.flowEndMs[row] - packets.endMs) <= 1000);
    }
    this.sequence.settle();
    const { duplicates, restarts } = this.sequence.totals;
    assert.deepEqual([duplicates, restarts], [0, 0]);
  }
}

/** Decodes what arrives on a UDP port of loopback while `exporting` runs. */
async function overUdp(exporting: (port: number) => Promise<void>): Promise<Decoded> {
  const decoded = new Decoded();
  const socket = createSocket("udp4");
  socket.on("message", (message) => {
    const bytes = new Uint8Array(message);
    decoded.take(bytes, new DataView(bytes.buffer), 0, bytes.length);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  await exporting(socket.address().port);
  // Loopback delivers within send; the socket is read before the timer.
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.close();
  return decoded;
}

async function softflowd(port: number, ...args: string[]): Promise<void> {
  // With a control socket it may wait for ever after the last packet.
  const own = ["-p", join(folder, "softflowd.pid"), "-c", "none"];
  const command = ["softflowd", "-d", "-r", capture(), "-n", `127.0.0.1:${port}`, ...own, ...args];
  const { code, printed } = await run(command);
  assert.equal(code, 0, printed);
}

for (const [name, args, version, interval] of [
  ["NetFlow v1", ["-v", "1"], 1, 0],
  ["NetFlow v5", ["-v", "5"], 5, 0],
  ["NetFlow v9", ["-v", "9"], 9, 1],
  ["IPFIX", ["-v", "10"], 10, 1],
  ["IPFIX with times in milliseconds", ["-v", "10", "-A", "milli"], 10, 1],
  ["IPFIX with times in microseconds", ["-v", "10", "-A", "micro"], 10, 1],
  ["IPFIX with times in nanoseconds", ["-v", "10", "-A", "nano"], 10, 1],
  ["IPFIX with MAC addresses and VLANs", ["-v", "10", "-T", "ether"], 10, 1],
  ["IPFIX biflows", ["-v", "10", "-b"], 10, 1],
] as const) {
  test(`softflowd's ${name}: every packet is in a row`, async () => {
    const decoded = await overUdp((port) => softflowd(port, ...args));
    decoded.assertComplete(version, interval);
  });
}

test("softflowd's sampling interval is known from its options data", async () => {
  for (const version of [9, 10]) {
    const { batch } = await overUdp((port) => softflowd(port, "-v", String(version), "-s", "4"));
    assert.ok(batch.rowCount > 0);
    for (let row = 0; row < batch.rowCount; row++) assert.equal(batch.samplingInterval[row], 4);
  }
});

test("softflowd's IPFIX over TCP: every packet is in a row of one session", async (t: TestContext) => {
  const decoded = new Decoded();
  const ended = Promise.withResolvers<string>();
  const receiver = await StreamReceiver.open({
    host: "127.0.0.1",
    port: 0,
    onMessage: (bytes, view, offset, length) => {
      decoded.take(bytes, view, offset, length);
    },
    onClose: (_session, reason) => {
      ended.resolve(reason);
    },
  });
  t.after(() => receiver.close());
  await softflowd(receiver.port ?? 0, "-v", "10", "-P", "tcp");
  assert.equal(await ended.promise, "ended");
  decoded.assertComplete(10, 1);
  const { sessions, partialMessages } = receiver.stats();
  assert.deepEqual([sessions, partialMessages], [1, 0]);
});

for (const version of [5, 9, 10]) {
  test(`pmacct's nfprobe, version ${version}: every packet is in a row`, async () => {
    const decoded = await overUdp(async (port) => {
      const config = join(folder, "pmacctd.conf");
      const lines = [
        "daemonize: false",
        `pcap_savefile: ${capture()}`,
        "aggregate: src_host, dst_host, src_port, dst_port, proto, tos",
        "plugins: nfprobe",
        `nfprobe_receiver: 127.0.0.1:${port}`,
        `nfprobe_version: ${version}`,
      ];
      await writeFile(config, `${lines.join("\n")}\n`);
      const { code, printed } = await run(["pmacctd", "-f", config]);
      assert.equal(code, 0, printed);
    });
    decoded.assertComplete(version, 0);
  });
}
