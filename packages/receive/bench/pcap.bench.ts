import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getHeapStatistics } from "node:v8";
import { CaptureReader } from "../src/index.ts";

/**
 * Reads a capture of NetFlow v5 sized datagrams (1,464 octets over IPv4 and
 * Ethernet) and prints datagrams a second, octets a second and octets
 * allocated a datagram. `--tiny` makes it a check. Needs no network; checks
 * that every datagram was given.
 */
const datagrams = process.argv.includes("--tiny") || process.argv.includes("--quick") ? 100 : 200_000;
const payloadOctets = 1464;
const frameOctets = 14 + 28 + payloadOctets;

const file = new Uint8Array(24 + datagrams * (16 + frameOctets));
const view = new DataView(file.buffer);
view.setUint32(0, 0xa1b2c3d4);
view.setUint32(20, 1);
for (let index = 0, at = 24; index < datagrams; index++, at += 16 + frameOctets) {
  view.setUint32(at, 1_700_000_000 + Math.floor(index / 1000));
  view.setUint32(at + 4, (index % 1000) * 1000);
  view.setUint32(at + 8, frameOctets);
  view.setUint32(at + 12, frameOctets);
  const ip = at + 16 + 14;
  view.setUint16(ip - 2, 0x0800);
  view.setUint16(ip, 0x4500);
  view.setUint16(ip + 2, 28 + payloadOctets);
  view.setUint16(ip + 8, 0x4011);
  // One of sixteen exporters of 192.0.2.0/24.
  view.setUint32(ip + 12, 0xc0000200 + (index % 16));
  view.setUint32(ip + 16, 0xc6336401);
  view.setUint16(ip + 20, 50_000);
  view.setUint16(ip + 22, 2055);
  view.setUint16(ip + 24, 8 + payloadOctets);
}
const folder = mkdtempSync(join(tmpdir(), "ishizue-bench-"));
const path = join(folder, "v5.pcap");
writeFileSync(path, file);
try {
  const allocatedBefore = getHeapStatistics().total_allocated_bytes;
  const start = performance.now();
  let octets = 0;
  let given = 0;
  for await (const { length } of new CaptureReader(path).datagrams()) {
    octets += length;
    given++;
  }
  const seconds = (performance.now() - start) / 1000;
  const allocated = getHeapStatistics().total_allocated_bytes - allocatedBefore;
  assert.deepEqual([given, octets], [datagrams, datagrams * payloadOctets]);
  console.log(
    JSON.stringify({
      bench: "receive/pcap",
      datagrams,
      datagramsPerSecond: Math.round(datagrams / seconds),
      octetsPerSecond: Math.round(octets / seconds),
      allocatedOctetsPerDatagram: Math.round(allocated / datagrams),
    }),
  );
} finally {
  rmSync(folder, { recursive: true });
}
