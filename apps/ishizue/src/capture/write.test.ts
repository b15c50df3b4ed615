import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readCapture } from "@ishizue/receive";
import { CaptureWriter } from "./write.ts";

test("what is written is read again: sources, ports, times and octets, IPv4 and IPv6", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ishizue-capture-"));
  try {
    const path = join(folder, "out.pcap");
    const writer = new CaptureWriter(path);
    assert.equal(
      await writer.write("198.51.100.7", 49152, 2055, 1_600_000_000_123, Uint8Array.of(1, 2, 3)),
      true,
    );
    assert.equal(await writer.write("2001:db8::7", 49152, 4739, 1_600_000_001_000, Uint8Array.of(4)), true);
    assert.equal(await writer.write("no address", 1, 1, 0, Uint8Array.of(5)), false);
    await writer.close();
    const read = [];
    for await (const { bytes, offset, length, source, arrivalMs } of readCapture(path)) {
      read.push({ source, arrivalMs, octets: [...bytes.subarray(offset, offset + length)] });
    }
    assert.deepEqual(read, [
      { source: "198.51.100.7", arrivalMs: 1_600_000_000_123, octets: [1, 2, 3] },
      { source: "2001:db8::7", arrivalMs: 1_600_000_001_000, octets: [4] },
    ]);
    const file = readFileSync(path);
    assert.equal(file.subarray(0, 24).toString("hex"), "a1b2c3d40002000400000000000000000004000000000065");
    const four = file.subarray(40, 40 + 31);
    assert.equal(internetSum(four.subarray(0, 20)), 0xffff);
    // Addresses, protocol and length, then the datagram (RFC 768).
    const pseudo = Buffer.concat([four.subarray(12, 20), Buffer.from([0, 17, 0, 11]), four.subarray(20)]);
    assert.equal(internetSum(pseudo), 0xffff);
    const six = file.subarray(71 + 16);
    const pseudoSix = Buffer.concat([
      six.subarray(8, 40),
      Buffer.from([0, 0, 0, 9, 0, 0, 0, 17]),
      six.subarray(40),
    ]);
    assert.equal(internetSum(pseudoSix), 0xffff);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** One's complement sum of 16-bit words: all ones over what has a valid checksum. */
function internetSum(octets: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < octets.length; at += 2) sum += octets[at] * 256 + (octets[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}
