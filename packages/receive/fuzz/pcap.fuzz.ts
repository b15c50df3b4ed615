import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FuzzTarget } from "../../../scripts/fuzz/target.ts";
import { readCapture } from "../src/pcap/capture.ts";
import { CaptureCounters } from "../src/pcap/counters.ts";
import { CaptureError } from "../src/pcap/error.ts";

const folder = mkdtempSync(join(tmpdir(), "ishizue-fuzz-"));
process.on("exit", () => {
  rmSync(folder, { recursive: true, force: true });
});
const path = join(folder, "capture");

/** Capture files, pcap and pcapng, from disk as they are replayed. */
const pcap: FuzzTarget = {
  name: "pcap",
  framed: false,
  captures: "files",
  *seeds() {
    const frame =
      "020000000002 020000000001 0800 45000020 00010000 40110000 c0000201 c6336402 04d20807 000c0000 aabbccdd";
    yield hex(
      `d4c3b2a1 0200 0400 00000000 00000000 00000400 01000000 00f15365 00000000 2e000000 2e000000 ${frame}`,
    );
    const section = "0a0d0d0a 1c000000 4d3c2b1a 01000000 ffffffffffffffff 1c000000";
    const description = "01000000 20000000 01000000 00000000 09000100 06000000 00000000 20000000";
    const packet = "06000000 50000000 00000000 00000000 00000000 2e000000 2e000000";
    yield hex(`${section} ${description} ${packet} ${frame} 0000 50000000`);
  },
  run,
  words: [
    "0a0d0d0a 1c000000 4d3c2b1a 01000000 ffffffffffffffff 1c000000",
    "01000000 14000000 01000000 00000000 14000000",
    "06000000 24000000 00000000 00000000 00000000 04000000 04000000 01020304 24000000",
    "03000000 14000000 04000000 01020304 14000000",
  ].map(hex),
};

async function run(bytes: Uint8Array): Promise<string[]> {
  writeFileSync(path, bytes);
  const counters = new CaptureCounters();
  let octets = 0;
  let datagrams = 0;
  try {
    for await (const datagram of readCapture(path, counters)) {
      datagrams++;
      octets += datagram.length;
      assert.ok(
        datagram.offset >= 0 && datagram.offset + datagram.length <= datagram.bytes.length,
        "out of its buffer",
      );
      assert.ok(datagram.length >= 0 && datagram.length <= 65_535, "a datagram longer than any");
      assert.ok(Number.isFinite(datagram.arrivalMs), "a time that is no number");
      assert.equal(datagram.bytes.buffer, datagram.view.buffer);
    }
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    assert.ok(error.message !== "" && error.advice !== "", "a fault without advice");
    return [error.code];
  }
  assert.equal(counters.udpDatagrams, datagrams);
  assert.ok(octets <= bytes.length, "more payload than file");
  assert.ok(counters.bytesRead <= bytes.length, "more read than there is");
  // A frame has a head of at least 12 octets.
  assert.ok(counters.frames <= bytes.length / 12, "more frames than the file has room for");
  const { bytesRead: _, ...rest } = counters;
  const reasons = Object.entries(rest).filter(([, value]) => value > 0);
  for (const [name, value] of reasons) assert.ok(value <= bytes.length / 12 + 1, `${name} out of proportion`);
  return [reasons.map(([name, value]) => `${name}${Math.min(32 - Math.clz32(value), 3)}`).join()];
}

function hex(text: string): Uint8Array {
  return Uint8Array.fromHex(text.replaceAll(" ", ""));
}

export default pcap;
