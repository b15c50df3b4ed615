import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { simulate } from "../provider.ts";

void test("a capture holds every datagram and every request once, with simulated times and right IPv4 headers", async () => {
  const directory = await mkdtemp(join(tmpdir(), "simulator-"));
  try {
    const path = join(directory, "run.pcap");
    const provider = simulate({ weeks: ["2026-W20"], lines: 20, recordsTarget: 2000 });
    const result = await provider.toPcap(path);
    const { counts } = provider;
    assert.equal(result.frames, counts.radius + counts.datagrams[0] + counts.datagrams[1]);
    const bytes = await readFile(path);
    // Magic, version 2.4, snap length 65535, LINKTYPE_RAW.
    assert.equal(bytes.subarray(0, 24).toString("hex"), "a1b2c3d40002000400000000000000000000ffff00000065");
    const ports = new Map<number, number>();
    let at = 24;
    let lastUs = 0;
    while (at < bytes.length) {
      const us = bytes.readUInt32BE(at) * 1e6 + bytes.readUInt32BE(at + 4);
      assert.ok(us >= lastUs);
      lastUs = us;
      const length = bytes.readUInt32BE(at + 8);
      assert.equal(bytes.readUInt32BE(at + 12), length);
      const ip = bytes.subarray(at + 16, at + 16 + length);
      assert.equal(ip.readUInt16BE(2), length);
      let sum = 0;
      for (let i = 0; i < 20; i += 2) sum += ip.readUInt16BE(i);
      assert.equal((sum & 0xffff) + (sum >>> 16), 0xffff);
      assert.equal(ip.readUInt16BE(24), length - 20);
      const port = ip.readUInt16BE(22);
      ports.set(port, (ports.get(port) ?? 0) + 1);
      at += 16 + length;
    }
    assert.deepEqual(
      ports,
      new Map([
        [1813, counts.radius],
        [2055, counts.datagrams[0]],
        [4739, counts.datagrams[1]],
      ]),
    );
  } finally {
    await rm(directory, { recursive: true });
  }
});
