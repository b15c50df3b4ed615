/**
 * What the simulator's exporters send, as nfcapd understands it: a capture
 * replayed to a running nfcapd.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { CaptureReader } from "@ishizue/receive";
import { Provider } from "@ishizue/simulator";
import { Decoder, Exporter, FlowBatch, formatAddress } from "@ishizue/wire";
import { type CapturedFlow, Nfcapd } from "./nfcapd.ts";
import { isInstalled, run } from "./process.ts";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** The rows that our own decoder makes of a capture, by exporter. */
async function ourFlows(file: string): Promise<CapturedFlow[]> {
  const exporters = new Map<string, Exporter>();
  const decoder = new Decoder();
  const batch = new FlowBatch(200_000);
  const capture = new CaptureReader(file);
  for await (const { bytes, view, offset, length, source, arrivalMs } of capture.datagrams()) {
    const exporter = exporters.get(source) ?? new Exporter(source, exporters.size);
    exporters.set(source, exporter);
    decoder.decode(bytes, view, offset, length, exporter, arrivalMs, batch);
  }
  const addresses = [...exporters.keys()];
  return Array.from({ length: batch.rowCount }, (_, row) => ({
    exporter: addresses[batch.exporterIndex[row]],
    source: formatAddress(batch.sourceAddress, 4 * row),
    destination: formatAddress(batch.destinationAddress, 4 * row),
    packets: batch.packetDeltaCount[row],
    octets: batch.octetDeltaCount[row],
  }));
}

/** Flows in no order, to be compared; nfcapd sees this machine's address where raw sockets are not allowed. */
function lines(flows: readonly CapturedFlow[], withExporter: boolean): string[] {
  return flows
    .map(({ exporter, source, destination, packets, octets }) =>
      [withExporter ? exporter : "", source, destination, packets, octets].join(" "),
    )
    .toSorted();
}

test("nfcapd reads every flow of the simulated exporters as our decoder does", async (t) => {
  assert.ok(isInstalled("nfcapd"), "no nfcapd on this machine: apt-get install -y nfdump");
  const folder = await mkdtemp(join(tmpdir(), "nfcapd-peers-"));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, "provider.pcap");
  const provider = new Provider({
    lines: 20,
    weeks: ["2026-W20"],
    seed: 7,
    timeZone: "Asia/Tokyo",
    recordsTarget: 10_000,
  });
  await provider.toPcap(file);
  const nfcapd = await Nfcapd.start(29_995);
  const replay = [process.execPath, main, "replay", file, "--to", "127.0.0.1:29995"];
  const { code, printed } = await run([...replay, "--speed", "full"], 60_000);
  assert.equal(code, 0, printed);
  const keepsSource = printed.includes("with the exporters' own addresses");
  const theirs = await nfcapd.flows();
  const ours = await ourFlows(file);
  assert.ok(ours.length > 5000);
  assert.deepEqual(lines(theirs, keepsSource), lines(ours, keepsSource));
});
